package plan

import (
	"slices"
	"time"

	"basemeter/configs/strict"
)

// checkCalendar checks calendar.yaml and makes the base's almanac of it.
func (d *draft) checkCalendar() {
	a := &d.base.almanac
	a.terms = d.checkTerms()
	a.tables = d.checkTables()
	a.weekly = map[Layer]week{
		ByTerm:     d.checkWeek(ByTerm, d.Weekly.InTerm),
		ByVacation: d.checkWeek(ByVacation, d.Weekly.Vacation),
	}
	if !d.calendar.Given("weekly.in_term") {
		d.calendar.Fault("weekly.in_term", `is missing; expected hours such as {mon-fri: [["08:00","12:00"]]}`)
	}
	d.readNotices(a)
	d.checkOverrides(a)
}

// checkTerms returns the sound ones in order.
func (d *draft) checkTerms() []Term {
	file := &d.calendar
	d.known.terms = named(file, strict.Taken{}, "term", "terms", "code", d.Terms, func(t *Term) string { return t.Code })
	var sound []Term
	for i := range d.Terms {
		if at := strict.Index("terms", i); d.checkTerm(at, &d.Terms[i]) && !file.Faulty(at) {
			sound = append(sound, d.Terms[i])
		}
	}
	slices.SortFunc(sound, func(a, b Term) int { return a.Week1.Compare(b.Week1) })
	for i := 1; i < len(sound); i++ {
		if t, before := sound[i], sound[i-1]; t.Week1.Before(before.End()) {
			at := slices.IndexFunc(d.Terms, func(one Term) bool { return one.Code == t.Code })
			file.Fault(strict.Index("terms", at)+".week1", "%s begins on %v, and %s ends only on %v", t.Code, t.Week1, before.Code, before.End().Add(-1))
		}
	}
	return sound
}

// checkTerm tells whether it has a first Monday.
func (d *draft) checkTerm(at string, t *Term) bool {
	const mostWeeks = 53
	d.calendar.Check(at+".weeks", strict.Between(t.Weeks, 1, mostWeeks))
	day := t.Week1.Weekday()
	if t.Week1.IsZero() {
		d.calendar.Fault(at+".week1", "is missing; expected the Monday of the first week")
	} else if day != time.Monday {
		d.calendar.Fault(at+".week1", "%v is a %s; expected the Monday of the first week, %v", t.Week1, Day(day), t.Week1.Add(-int(day+6)%7))
	}
	return day == time.Monday
}
