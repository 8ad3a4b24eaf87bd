package sheets

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"basemeter/collector/plan"
)

const (
	maxOccurrences = 1000 // of one event
	maxSpanYears   = 5    // from the first occurrence to the last
)

// ruleParts are those of a rule that a timetable or a booking needs. Without hours, minutes and seconds an event comes
// once a day at most, so that five years of it are few.
var ruleParts = []string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}

// expand is when an event begins, each time.
func (c *calendar) expand(rule property, start time.Time) ([]time.Time, *wrong) {
	options, w := c.rule(rule, start)
	if w != nil {
		return nil, w
	}
	last := start.AddDate(maxSpanYears, 0, 0)
	endless := options.Until.IsZero() && options.Count == 0
	switch {
	case endless:
		return nil, no(endlessRule)
	case options.Until.After(last):
		return nil, no(longRule, maxSpanYears)
	case options.Until.IsZero():
		options.Until = last
	}
	r, err := rrule.NewRRule(options)
	if err != nil {
		return nil, no(badRule, err)
	}
	var times []time.Time
	next := r.Iterator()
	for t, more := next(); more; t, more = next() {
		if times = append(times, t); len(times) > maxOccurrences {
			return nil, no(tooManyTimes, maxOccurrences)
		}
	}
	switch {
	case len(times) == 0 || !times[0].Equal(start):
		return nil, no(startOutside)
	case len(times) < options.Count:
		return nil, no(longRule, maxSpanYears)
	}
	return times, nil
}

func (c *calendar) rule(rule property, start time.Time) (rrule.ROption, *wrong) {
	value := strings.ToUpper(strings.TrimSpace(rule.value))
	seen := map[string]string{}
	for _, part := range strings.Split(value, ";") {
		key, v, _ := strings.Cut(part, "=")
		if !slices.Contains(ruleParts, key) {
			return rrule.ROption{}, no(unknownRulePart, key, strings.Join(ruleParts, ", "))
		}
		seen[key] = v
	}
	o, err := rrule.StrToROptionInLocation(value, start.Location())
	switch {
	case err != nil:
		return rrule.ROption{}, no(badRule, err)
	case o.Freq > rrule.DAILY:
		return rrule.ROption{}, no(tooOften, seen["FREQ"])
	case seen["INTERVAL"] != "" && (o.Interval < 1 || o.Interval > 366):
		return rrule.ROption{}, no(badRule, "INTERVAL="+seen["INTERVAL"])
	case seen["COUNT"] != "" && o.Count < 1:
		return rrule.ROption{}, no(badRule, "COUNT="+seen["COUNT"])
	case seen["COUNT"] != "" && seen["UNTIL"] != "":
		return rrule.ROption{}, no(badRule, "COUNT, UNTIL")
	case o.Count > maxOccurrences:
		return rrule.ROption{}, no(tooManyTimes, maxOccurrences)
	}
	if len(seen["UNTIL"]) == len("20251231") { // the day itself counts
		o.Until = o.Until.AddDate(0, 0, 1).Add(-time.Second)
	}
	o.Dtstart = start
	return *o, nil
}

// starts are all times at which an event begins: by its rule and its dates, less those that are taken out.
func (c *calendar) starts(e event, start time.Time, moved []time.Time) ([]time.Time, bool) {
	times := []time.Time{start}
	if rule, ok := e.one("RRULE"); ok {
		var w *wrong
		if times, w = c.expand(rule, start); w != nil {
			c.wrong(rule, w)
			return nil, false
		}
	}
	out, days, sound := slices.Clone(moved), []plan.Date(nil), true
	for _, p := range e.properties {
		if p.name != "RDATE" && p.name != "EXDATE" {
			continue
		}
		more, whole, w := c.times(p)
		if w == nil && p.name == "RDATE" && len(whole) > 0 {
			w = no(allDay)
		}
		if w != nil {
			c.wrong(p, w)
			sound = false
		} else if p.name == "RDATE" {
			times = append(times, more...)
		} else {
			out, days = append(out, more...), append(days, whole...)
		}
	}
	times = slices.DeleteFunc(times, func(t time.Time) bool {
		return slices.ContainsFunc(out, t.Equal) || slices.Contains(days, plan.DateOf(t))
	})
	slices.SortFunc(times, time.Time.Compare)
	times = slices.CompactFunc(times, time.Time.Equal)
	if c.spans += len(times); c.spans > maxRows {
		c.fault(place{line: e.line}, tooManyTimes, maxRows)
		sound = false
	}
	return times, sound
}
