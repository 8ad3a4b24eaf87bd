package plan

import (
	"time"

	"basemeter/configs/strict"
)

// checkOverrides adds what the school says of single dates.
func (d *draft) checkOverrides(a *almanac) {
	a.overrides = map[Date]override{}
	for i, o := range d.Overrides {
		at := strict.Index("overrides", i)
		if o.Date.IsZero() {
			d.calendar.Fault(at+".date", "is missing; expected a date such as 2025-09-28")
			continue
		}
		if before, twice := a.overrides[o.Date]; twice {
			d.calendar.Fault(at+".date", "%v is taken by line %d; write one entry for each date", o.Date, before.by.Where.Line)
			continue
		}
		a.overrides[o.Date] = d.override(at, o)
	}
}

func (d *draft) override(at string, o Override) override {
	file := &d.calendar
	x := override{Override: o, by: Reason{Layer: ByOverride, Text: o.Reason, Where: file.where(at)}}
	if file.Given(at + ".follows_weekday") {
		day, err := Weekday(o.FollowsWeekday)
		file.Check(at+".follows_weekday", err)
		x.weekday, x.by.Like = &day, Day(day)
	}
	if !o.FollowsDate.IsZero() {
		x.by.Like = o.FollowsDate.String()
	}
	if file.Given(at + ".open") {
		x.open = file.spans(at+".open", o.Open)
	}
	if fault := contradiction(x.weekday, o, x.open != nil); fault != "" && !file.Faulty(at) {
		file.Fault(at, "%s", fault)
	}
	return x
}

// contradiction is what is wrong with an override as a whole.
func contradiction(weekday *time.Weekday, o Override, open bool) string {
	follows := weekday != nil || !o.FollowsDate.IsZero()
	switch {
	case weekday != nil && !o.FollowsDate.IsZero():
		return "follows_weekday and follows_date exclude each other"
	case o.Closed && (follows || open):
		return "closed goes with nothing else but a reason"
	case !o.Closed && !follows && !open:
		return "says nothing; expected one of follows_weekday, follows_date, open, closed: true"
	case o.FollowsDate == o.Date:
		return "a date cannot follow itself"
	}
	return ""
}
