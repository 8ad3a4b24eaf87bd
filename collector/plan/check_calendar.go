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
	const mostWeeks = 53
	file := &d.calendar
	d.known.terms = named(file, strict.Taken{}, "term", "terms", "code", d.Terms, func(t *Term) string { return t.Code })
	var sound []Term
	for i, t := range d.Terms {
		at := strict.Index("terms", i)
		file.Check(at+".weeks", strict.Between(t.Weeks, 1, mostWeeks))
		switch day := t.Week1.Weekday(); {
		case t.Week1.IsZero():
			file.Fault(at+".week1", "is missing; expected the Monday of the first week")
		case day != time.Monday:
			file.Fault(at+".week1", "%v is a %s; expected the Monday of the first week, %v", t.Week1, Day(day), t.Week1.Add(-int(day+6)%7))
		case !file.Faulty(at):
			sound = append(sound, t)
		}
	}
	slices.SortFunc(sound, func(a, b Term) int { return a.Week1.Compare(b.Week1) })
	for i := 1; i < len(sound); i++ {
		if before := sound[i-1]; sound[i].Week1.Before(before.End()) {
			file.Fault("terms", "%s begins on %v, and %s ends only on %v", sound[i].Code, sound[i].Week1, before.Code, before.End().Add(-1))
		}
	}
	return sound
}
