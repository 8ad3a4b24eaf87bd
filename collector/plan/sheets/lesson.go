package sheets

import (
	"slices"

	"basemeter/collector/plan"
)

func (l *line) lesson() {
	v := plan.Lesson{Text: l.plain(colText), Use: l.use(), ClassSize: l.people()}
	l.need(colText)
	l.days(&v)
	l.times(&v)
	v.ID = l.id()
	if l.sound() {
		if v.ID == "" {
			v.ID = lessonID(v)
		}
		if l.free(v.ID) {
			l.Lessons = append(l.Lessons, v)
		}
	}
}

// days are those of a term's weeks, or dates.
func (l *line) days(v *plan.Lesson) {
	recurring := [...]column{colWeeks, colParity, colWeekday, colTerm}
	if !l.absent(colDates) {
		for _, c := range recurring {
			if l.given(c) {
				l.wrong(c, no(besideDates, colDates))
			}
		}
		v.Dates = l.dates()
		return
	}
	v.Term = read(l, colTerm, l.term)
	if l.absent(colTerm) {
		v.Term = l.Term
	}
	v.Weekday = read(l, colWeekday, parseWeekday)
	column := read(l, colParity, parseParity)
	v.Weeks = read(l, colWeeks, func(s string) (weeks string, w *wrong) {
		weeks, v.Parity, w = parseWeeks(s)
		return weeks, w
	})
	switch {
	case v.Parity == "":
		v.Parity = column
	case column != "" && column != v.Parity:
		l.wrong(colParity, no(twoParities))
	}
	l.withinTerm(v)
	for _, c := range recurring {
		if c != colParity && (c != colTerm || l.Term == "") {
			l.need(c)
		}
	}
}

func (l *line) dates() []plan.Date {
	c := l.cells[colDates]
	if c.kind == number {
		d, w := c.asDate(l.g.since)
		l.wrong(colDates, w)
		return []plan.Date{d}
	}
	dates := read(l, colDates, func(s string) (dates []plan.Date, w *wrong) {
		for _, part := range listOf(s) {
			d, w := parseDate(part)
			if w != nil {
				return nil, w
			}
			dates = append(dates, d)
		}
		if dates == nil {
			return nil, no(badDate)
		}
		return dates, nil
	})
	slices.SortFunc(dates, func(a, b plan.Date) int { return a.In(l.Zone).Compare(b.In(l.Zone)) })
	return slices.Compact(dates)
}

// times are periods, or a beginning and an end.
func (l *line) times(v *plan.Lesson) {
	if !l.absent(colPeriods) {
		for _, c := range [...]column{colFrom, colTo} {
			if l.given(c) {
				l.wrong(c, no(besidePeriods, colPeriods))
			}
		}
		v.Periods = read(l, colPeriods, parsePeriods)
		return
	}
	if l.absent(colFrom) && l.absent(colTo) && l.h.has[colPeriods] {
		l.need(colPeriods)
		return
	}
	l.need(colFrom)
	l.need(colTo)
	v.From, v.To = l.clock(colFrom), l.clock(colTo)
	if l.given(colFrom) && l.given(colTo) && v.To <= v.From {
		l.wrong(colTo, no(endsBefore, v.From))
	}
}

func (l *line) clock(col column) plan.Clock {
	if !l.given(col) {
		return 0
	}
	v, w := l.cells[col].asClock()
	l.wrong(col, w)
	return v
}
