package plan

import (
	"maps"
	"slices"

	"basemeter/configs/strict"
)

// A roll dates lessons, one after the other.
type roll struct {
	*draft
	taught map[teaching][]Date
	weeks  map[string]Numbers // of a term: those in which something is taught
}

// teachings are the dates on which each day of the timetable is taught: usually one, none on a holiday, two if a make-up
// work day follows it besides.
func (a *almanac) teachings() map[teaching][]Date {
	taught := map[teaching][]Date{}
	add := func(d Date) {
		if x := a.day(d).taught; x.term != "" {
			taught[x] = append(taught[x], d)
		}
	}
	for _, t := range a.terms {
		for d := t.Week1; d.Before(t.End()); d = d.Add(1) {
			add(d)
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(a.overrides), Date.Compare) {
		if a.term(d) == nil {
			add(d) // a day of the vacation on which a day of a term is made up for
		}
	}
	return taught
}

// date makes the occurrences of a sound lesson, and says what is remarkable about them.
func (r *roll) date(l *lesson) {
	entry := r.entry(&r.timetable, l.at, ByTimetable, l.Use)
	entry.ID, entry.Text, entry.People = l.ID, l.Text, l.ClassSize
	dates, times, outside := r.dates(l), 0, []Date(nil)
	for _, d := range dates {
		runs, ok := r.runs(l, d)
		if !ok {
			return
		}
		times += len(runs)
		for _, run := range runs {
			r.base.occur(entry, run.from.On(d, r.base.Zone), run.to.On(d, r.base.Zone))
			if !r.base.almanac.day(d).covers(run) {
				outside = append(outside, d)
			}
		}
	}
	switch {
	case times == 0:
		r.timetable.warn(l.at, "never takes place: its weeks are all of the other parity, or its days all off")
	case outside != nil:
		r.timetable.warn(l.at, "%d of %d times outside opening hours, first on %v", len(outside), times, outside[0])
	}
}

// dates are those of the lesson. Where it comes again, the calendar may leave days out or move them; dates that are
// written out are meant, whatever the calendar says.
func (r *roll) dates(l *lesson) []Date {
	for _, d := range l.Dates {
		week := r.base.almanac.ordinary(d, d.Weekday()).taught
		r.weeks[week.term] |= 1 << week.week
	}
	if len(l.Dates) > 0 {
		return l.Dates
	}
	r.weeks[l.Term] |= l.weeks
	var dates []Date
	for _, week := range l.weeks.All() {
		dates = append(dates, r.taught[teaching{l.Term, week, l.weekday}]...)
	}
	return dates
}

// longestBreak is how long two periods of a lesson may be apart and still be one use: nobody leaves the machine for a
// break. It is our own rule: the long breaks of the morning are 20 minutes in many schools, a lunch break an hour.
const longestBreak = 20 // minutes

// runs are the lesson's times on a date.
func (r *roll) runs(l *lesson, d Date) (runs []span, ok bool) {
	if l.periods == 0 {
		return []span{{l.From, l.To}}, true
	}
	table := r.base.almanac.table(d, l.campus)
	if table == nil {
		r.timetable.Fault(l.at+".periods", "no table of periods holds on %v; periods of calendar.yaml must cover it", d)
		return nil, false
	}
	for _, n := range l.periods.All() {
		p, ok := table.period(n)
		if !ok {
			r.timetable.Fault(l.at+".periods", "there is no period %d on %v; allowed: %v", n, d, table.numbers())
			return nil, false
		}
		if last := len(runs) - 1; last >= 0 && p.from-runs[last].to <= longestBreak {
			runs[last].to = p.to
		} else {
			runs = append(runs, p)
		}
	}
	return runs, true
}

// covers tells whether the base is open all of a span.
func (x day) covers(s span) bool {
	return slices.ContainsFunc(x.open, func(o span) bool { return o.from <= s.from && s.to <= o.to })
}

// warnOfEmptyWeeks finds terms whose timetable ends before they do: the rest of it may be missing.
func (r *roll) warnOfEmptyWeeks() {
	for i, t := range r.Terms {
		if last := r.weeks[t.Code].Last(); last > 0 && last < t.Weeks {
			r.calendar.warn(strict.Index("terms", i)+".weeks", "nothing is taught after week %d of %d; is the timetable whole?", last, t.Weeks)
		}
	}
}
