package plan

import (
	"slices"
	"time"

	"basemeter/configs/strict"
)

// A lesson is one of timetable.yaml on its way to occurrences.
type lesson struct {
	*Lesson
	at      string // its path
	weeks   Numbers
	weekday time.Weekday
	periods Numbers
	campus  string // of the rooms it is in, whose table of periods counts
}

// checkTimetable checks timetable.yaml, and dates the lessons that are sound if the calendar is.
func (d *draft) checkTimetable() {
	file, lessons := &d.timetable, d.Lessons
	named(file, strict.Taken{}, "lesson", "lessons", "id", lessons, func(l *Lesson) string { return l.ID })
	known := len(d.calendar.Faults())+len(d.others) == 0 && !d.registry.Faulty("areas") && !d.registry.Faulty("assets")
	r := roll{draft: d, taught: d.base.almanac.teachings(), weeks: map[string]Numbers{}}
	for i := range lessons {
		l := lesson{Lesson: &lessons[i], at: strict.Index("lessons", i)}
		d.checkLesson(&l)
		if known && !file.Faulty(l.at) {
			r.date(&l)
		}
	}
	if known {
		r.warnOfEmptyWeeks()
	}
}

func (d *draft) checkLesson(l *lesson) {
	file := &d.timetable
	file.Check(l.at+".text", strict.Needed(l.Text, "what is taught"))
	d.checkUse(file, l.at, &l.Use)
	file.Check(l.at+".class_size", strict.Between(l.ClassSize, 0, mostPeople))
	if len(l.Dates) > 0 {
		unused(file, l.at, "dates", "term", "weeks", "parity", "weekday")
	} else {
		d.checkWeeks(l)
	}
	if l.Periods != "" {
		unused(file, l.at, "periods", "from", "to")
		d.checkPeriods(l)
	} else {
		d.checkClocks(l)
	}
}

// unused notes the keys of a lesson that go together with another one.
func unused(file *document, at, with string, keys ...string) {
	used := slices.DeleteFunc(strict.KeysOf(Lesson{}), func(key string) bool { return slices.Contains(keys, key) })
	file.Unused(at, with, used...)
}

// checkWeeks reads what comes again: term, weeks, parity and weekday.
func (d *draft) checkWeeks(l *lesson) {
	file := &d.timetable
	if !file.Given(l.at+".term") && !file.Given(l.at+".weeks") {
		file.Fault(l.at+".term", "is missing; expected term, weeks and weekday, or dates")
		return
	}
	file.Check(l.at+".term", d.known.terms.check(l.Term))
	weeks, err := ParseNumbers(l.Weeks)
	file.Check(l.at+".weeks", err)
	left, err := parity(l.Parity)
	file.Check(l.at+".parity", err)
	l.weekday, err = Weekday(l.Weekday)
	file.Check(l.at+".weekday", err)
	i := slices.IndexFunc(d.Terms, func(t Term) bool { return t.Code == l.Term })
	if i >= 0 && weeks.Last() > d.Terms[i].Weeks && !d.calendar.Ill(strict.Index("terms", i)+".weeks") {
		file.Fault(l.at+".weeks", "week %d is beyond the term; allowed: 1 to %d", weeks.Last(), d.Terms[i].Weeks)
	}
	l.weeks = weeks & left
}

func (d *draft) checkClocks(l *lesson) {
	file := &d.timetable
	if !file.Given(l.at+".from") && !file.Given(l.at+".to") {
		file.Fault(l.at+".periods", `is missing; expected periods, such as 1-4, or from and to, such as "08:00"`)
		return
	}
	file.span(l.at+".to", []Clock{l.From, l.To})
}

// checkPeriods reads the periods, and finds the one campus whose table says when they are.
func (d *draft) checkPeriods(l *lesson) {
	file := &d.timetable
	periods, err := ParseNumbers(l.Periods)
	file.Check(l.at+".periods", err)
	l.periods = periods
	areas := []string{l.Area}
	if l.Area == "" {
		areas = nil
		for _, id := range l.Assets {
			if a := d.base.Asset(id); a != nil {
				areas = append(areas, a.Area)
			}
		}
	}
	var campuses []string
	for _, id := range areas {
		if a := d.base.Area(id); a != nil && !slices.Contains(campuses, a.Campus) {
			campuses = append(campuses, a.Campus)
		}
	}
	if len(campuses) > 1 {
		file.Fault(l.at+".assets", "they stand on several campuses, %q, whose periods may differ; write a lesson for each", campuses)
	}
	if len(campuses) == 1 {
		l.campus = campuses[0]
	}
}
