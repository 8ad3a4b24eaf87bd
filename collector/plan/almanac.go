package plan

import (
	"slices"
	"time"
)

// An almanac is a calendar.yaml with its holiday files, ready to be asked about a date.
type almanac struct {
	terms     []Term // in order; none overlaps another
	weekly    map[Layer]week
	notices   map[int]bool // years whose notice is loaded
	holidays  map[Date]holiday
	overrides map[Date]override
	tables    []PeriodTable
}

// A week is the ordinary hours by weekday, under ByTerm or ByVacation.
type week struct {
	hours   [7]hours
	uniform bool // Monday to Friday are the same
}

// hours are the opening spans of a day, in order.
type hours struct {
	open []span
	by   Reason
}

// A span is half-open, by the clock of the base.
type span struct{ from, to Clock }

// A holiday is what a notice says of a date: a day off, or a work day in exchange for one.
type holiday struct {
	off bool
	by  Reason
}

// An override is what the school says of a date. It changes only what it speaks of.
type override struct {
	Override
	weekday *time.Weekday // of FollowsWeekday
	open    []span
	by      Reason
}

// A day is what all layers together make of a date.
type day struct {
	hours
	provisional bool     // no notice has settled it yet
	taught      teaching // whose lessons
}

// A teaching is a day of the timetable. The zero value is none: no lessons that week after week are given on a weekday.
type teaching struct {
	term    string
	week    int
	weekday time.Weekday
}

// day asks layer after layer; the later ones win.
func (a *almanac) day(d Date) day {
	x := a.ordinary(d, d.Weekday())
	x.provisional = !a.noticed(d)
	a.holiday(d, &x)
	a.override(d, &x)
	return x
}

// ordinary is d as if it fell on a weekday of its week and nothing else was known of it.
func (a *almanac) ordinary(d Date, weekday time.Weekday) day {
	term := a.term(d)
	if term == nil {
		return day{hours: a.weekly[ByVacation].hours[weekday]}
	}
	week := d.Since(term.Week1)/7 + 1
	return day{hours: a.weekly[ByTerm].hours[weekday], taught: teaching{term.Code, week, weekday}}
}

// holiday closes a day off, and opens a make-up work day by the hours that Monday to Friday have in common. If they have
// none in common, the day stays as its weekday. In either case no lessons are given: the notice says that it is a
// work day, but not whose timetable is taught.
func (a *almanac) holiday(d Date, x *day) {
	h, listed := a.holidays[d]
	if !listed {
		return
	}
	week := a.weekly[a.season(d)]
	switch {
	case h.off:
		x.open = nil
	case week.uniform:
		x.open, h.by.Like = week.hours[time.Monday].open, "mon-fri"
	}
	x.by, x.taught = h.by, teaching{}
}

// override follows another day, as it would be if it were ordinary; opens for its own hours; or closes.
func (a *almanac) override(d Date, x *day) {
	o, given := a.overrides[d]
	if !given {
		return
	}
	switch {
	case o.weekday != nil:
		*x = a.ordinary(d, *o.weekday)
	case !o.FollowsDate.IsZero():
		*x = a.ordinary(o.FollowsDate, o.FollowsDate.Weekday())
	}
	if o.open != nil {
		x.open = o.open
	}
	if o.Closed {
		x.open, x.taught = nil, teaching{}
	}
	x.by, x.provisional = o.by, false
}

// noticed tells whether the notices that may speak of d are loaded. A year's notice moves days of the end of December
// before it too; the earliest since 2007 were 29 December 2007 and 2018 (NateScarlet/holiday-cn, 2008.json, 2019.json).
func (a *almanac) noticed(d Date) bool {
	late := d.Month == 12 && d.Day >= 29
	return a.notices[d.Year] && (!late || a.notices[d.Year+1])
}

func (a *almanac) season(d Date) Layer {
	if a.term(d) == nil {
		return ByVacation
	}
	return ByTerm
}

// term is the one that d lies in, or nil.
func (a *almanac) term(d Date) *Term {
	i, exact := slices.BinarySearchFunc(a.terms, d, func(t Term, d Date) int { return t.Week1.Compare(d) })
	if !exact {
		i--
	}
	if i < 0 || !d.Before(a.terms[i].End()) {
		return nil
	}
	return &a.terms[i]
}

// table is the one of lessons' periods in force on a date at a campus: the last that applies, or nil.
func (a *almanac) table(d Date, campus string) *PeriodTable {
	for i := len(a.tables) - 1; i >= 0; i-- {
		t := &a.tables[i]
		if (t.Campus == "" || t.Campus == campus) && within(d, t.From, t.Until) {
			return t
		}
	}
	return nil
}
