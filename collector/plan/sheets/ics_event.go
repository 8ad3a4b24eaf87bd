package sheets

import (
	"slices"
	"strings"
	"time"

	"basemeter/collector/plan"
)

func (c *calendar) wrong(p property, w *wrong) {
	if w != nil {
		c.fault(place{line: p.line, heading: p.name, value: p.value}, w.phrase, w.args...)
	}
}

// convert makes bookings or lessons of the events. An event with a RECURRENCE-ID stands for one occurrence of a series.
func (c *calendar) convert() {
	moved := map[string][]time.Time{} // by uid
	for _, e := range c.events {
		if p, ok := e.one("RECURRENCE-ID"); ok {
			t, w := c.time(p)
			if w == nil && p.params["RANGE"] != "" {
				w = no(futureToo)
			}
			c.wrong(p, w)
			moved[e.text("UID")] = append(moved[e.text("UID")], t)
		}
	}
	first := map[string]int{}
	for _, e := range c.events {
		_, single := e.one("RECURRENCE-ID")
		uid, given := e.one("UID")
		switch line, twice := first[uid.value]; {
		case strings.EqualFold(e.text("STATUS"), "CANCELLED"):
			c.note(place{line: e.line, heading: "VEVENT", value: e.text("SUMMARY")}, cancelled)
			continue
		case given && twice && !single:
			c.wrong(uid, no(idTaken, line))
			continue
		case given && !single:
			first[uid.value] = e.line
		}
		if single {
			c.event(e, nil)
		} else {
			c.event(e, moved[e.text("UID")])
		}
	}
}

// event adds what one event comes to.
func (c *calendar) event(e event, moved []time.Time) {
	before := len(c.faults)
	text := e.text("SUMMARY")
	if text == "" {
		c.fault(place{line: e.line, heading: "SUMMARY"}, missing)
	}
	use := c.use(e)
	start, length, ok := c.span(e)
	if !ok {
		return
	}
	starts, _ := c.starts(e, start, moved)
	if len(c.faults) > before {
		return
	}
	if len(starts) == 0 {
		c.note(place{line: e.line, heading: "VEVENT", value: text}, nothingLeft)
		return
	}
	if c.As == Lessons {
		c.lesson(e, plan.Lesson{Text: text, Use: use}, starts, length)
		return
	}
	for _, t := range starts {
		v := plan.Booking{Text: text, From: c.moment(t), To: c.moment(t.Add(length)), Use: use}
		v.ID = bookingID(v, e.text("UID"))
		if c.claim(v.ID, place{line: e.line}) {
			c.Bookings = append(c.Bookings, v)
		}
	}
}

// span is when an event begins for the first time, and how long it lasts.
func (c *calendar) span(e event) (start time.Time, length time.Duration, sound bool) {
	begin, ok := e.one("DTSTART")
	if !ok {
		c.fault(place{line: e.line, heading: "DTSTART"}, missing)
		return start, 0, false
	}
	start, w := c.time(begin)
	if w != nil {
		c.wrong(begin, w)
		return start, 0, false
	}
	if p, ok := e.one("DURATION"); ok {
		length, w = duration(p.value)
		c.wrong(p, w)
		return start, length, w == nil
	}
	end, ok := e.one("DTEND")
	if !ok {
		c.fault(place{line: e.line, heading: "DTEND"}, missing)
		return start, 0, false
	}
	stop, w := c.time(end)
	if w == nil && !stop.After(start) {
		w = no(endsBefore, c.moment(start))
	}
	c.wrong(end, w)
	return start, stop.Sub(start), w == nil
}

// lesson is one for all dates: it has one beginning and one end of the day.
func (c *calendar) lesson(e event, v plan.Lesson, starts []time.Time, length time.Duration) {
	v.From = c.moment(starts[0]).Clock
	v.To = v.From + plan.Clock(length/time.Minute)
	if v.To > 24*60 {
		c.fault(place{line: e.line, heading: "VEVENT", value: v.Text}, overMidnight)
		return
	}
	for _, t := range starts {
		m := c.moment(t)
		if m.Clock != v.From {
			c.fault(place{line: e.line, heading: "VEVENT", value: v.Text}, clockChanges)
			return
		}
		v.Dates = append(v.Dates, m.Date)
	}
	if v.ID = lessonID(v); c.claim(v.ID, place{line: e.line}) {
		c.Lessons = append(c.Lessons, v)
	}
}

// use is where an event takes place, what for and whose it is.
func (c *calendar) use(e event) plan.Use {
	u := plan.Use{Purpose: c.purpose(e), Organisation: c.Organisation}
	if p, ok := e.one("ORGANIZER"); ok {
		if id, w := c.organisations.find(p.params["CN"]); w == nil && c.organisations.known {
			u.Organisation = id // else a person: no fault
		}
	}
	if u.Organisation == "" {
		c.fault(place{line: e.line, heading: "ORGANIZER"}, notInCalendar, "organisation")
	}
	p, _ := e.one("LOCATION")
	where := p.text()
	if where == "" {
		if u.Area = c.Area; u.Area == "" {
			c.fault(place{line: e.line, heading: "LOCATION"}, notInCalendar, "area")
		}
		return u
	}
	area, w := c.areas.find(where)
	if w == nil {
		u.Area = area
		return u
	}
	if assets, bad := c.assets.findAll(where); bad == nil {
		u.Assets = assets
		return u
	}
	if w.phrase == unknownName || w.phrase == unknownNameMeant || w.phrase == noneKnown {
		w = names{ids: slices.Concat(c.areas.ids, c.assets.ids), spelled: slices.Concat(c.areas.spelled, c.assets.spelled)}.unknown(where)
	}
	c.wrong(p, w)
	return u
}

// purpose is the one that the categories name, among labels that mean something else.
func (c *calendar) purpose(e event) string {
	found := ""
	for _, p := range e.properties {
		if p.name != "CATEGORIES" {
			continue
		}
		for _, label := range listOf(p.text()) {
			id, w := c.purposes.find(label)
			switch {
			case w != nil:
			case found != "" && found != id:
				c.wrong(p, no(twoPurposes, found, id))
			default:
				found = id
			}
		}
	}
	if found == "" {
		found = c.Purpose
	}
	if found == "" {
		c.fault(place{line: e.line, heading: "CATEGORIES"}, notInCalendar, "purpose")
	}
	return found
}
