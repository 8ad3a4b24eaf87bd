package pages

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"basemeter/collector/report"
)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, beijing) }

// asked is somebody who asks on a summer's day, of a base with the terms of a year.
func asked(now time.Time, fields ...string) *asking {
	a := &asking{Lang: "en", word: words["en"], now: now, given: url.Values{}, only: map[report.Dimension]string{}, floor: report.CoverageFloor, term: func(id string) string { return id }}
	a.list = &report.Catalogue{Bases: []report.Base{
		{ID: "a", Clock: beijing, Terms: []report.Term{{Code: "2025-2026-1", From: day(2025, 9, 1), To: day(2026, 1, 19)}, {Code: "2025-2026-2", From: day(2026, 2, 23), To: day(2026, 7, 6)}}},
		{ID: "b", Clock: beijing, Terms: []report.Term{{Code: "2025-2026-1", From: day(2025, 9, 8), To: day(2026, 1, 26)}, {Code: "2026-2027-1", From: day(2026, 9, 1), To: day(2027, 1, 18)}}},
	}}
	a.frozen = []report.Frozen{{Base: "a", Version: "2025-2026.1", Period: "2025-2026", From: day(2025, 9, 1), To: day(2026, 9, 1)}}
	for i := 0; i+1 < len(fields); i += 2 {
		a.given.Set(fields[i], fields[i+1])
	}
	return a
}

func TestPeriods(t *testing.T) {
	now := time.Date(2026, 7, 20, 9, 0, 0, 0, beijing) // the summer holidays
	for _, c := range []struct {
		fields   []string
		from, to time.Time
	}{
		{nil, day(2026, 2, 23), day(2026, 7, 6)}, // the term that has begun last
		{[]string{"period", "term"}, day(2026, 2, 23), day(2026, 7, 6)},
		{[]string{"period", "term-1"}, day(2025, 9, 1), day(2026, 1, 26)}, // of bases with different calendars, all of it
		{[]string{"period", "term-1", "base", "b"}, time.Time{}, time.Time{}},
		{[]string{"period", "term", "base", "b"}, day(2025, 9, 8), day(2026, 1, 26)},
		{[]string{"period", "2025-2026-1", "base", "a"}, day(2025, 9, 1), day(2026, 1, 19)},
		{[]string{"period", "academic"}, day(2025, 9, 1), day(2026, 9, 1)},
		{[]string{"period", "academic-1"}, day(2024, 9, 1), day(2025, 9, 1)},
		{[]string{"period", "2023-2024"}, day(2023, 9, 1), day(2024, 9, 1)},
		{[]string{"period", "year"}, day(2026, 1, 1), day(2027, 1, 1)},
		{[]string{"period", "year-1"}, day(2025, 1, 1), day(2026, 1, 1)},
		{[]string{"period", "2024"}, day(2024, 1, 1), day(2025, 1, 1)},
		{[]string{"period", "month"}, day(2026, 7, 1), day(2026, 8, 1)},
		{[]string{"period", "month-1"}, day(2026, 6, 1), day(2026, 7, 1)},
		{[]string{"period", "2024-02"}, day(2024, 2, 1), day(2024, 3, 1)},
		{[]string{"period", "2026-03-09"}, day(2026, 3, 9), day(2026, 3, 10)},
		{[]string{"period", "custom", "from", "2026-03-09", "last", "2026-03-09"}, day(2026, 3, 9), day(2026, 3, 10)},
		{[]string{"period", "custom", "from", "2026-03-01", "last", "2026-03-31"}, day(2026, 3, 1), day(2026, 4, 1)}, // the last day is part of it
		{[]string{"period", "frozen:2025-2026.1"}, day(2025, 9, 1), day(2026, 9, 1)},
		{[]string{"period", "frozen:2025-2026.1:2025-10"}, day(2025, 10, 1), day(2025, 11, 1)},
		{[]string{"period", "frozen:2025-2026.1:2026"}, day(2026, 1, 1), day(2026, 9, 1)}, // cut at its edges
	} {
		a := asked(now, c.fields...)
		if err := a.readPlace(); err != nil {
			t.Fatal(err)
		}
		err := a.readPeriod()
		if c.from.IsZero() {
			if err == nil {
				t.Errorf("%v: no fault", c.fields)
			}
			continue
		}
		if err != nil || !a.period.from.Equal(c.from) || !a.period.to.Equal(c.to) {
			t.Errorf("%v: %v to %v, %v; want %v to %v", c.fields, a.period.from, a.period.to, err, c.from, c.to)
		}
	}
}

func TestTheAcademicYearTurnsOnTheFirstOfSeptember(t *testing.T) {
	for now, want := range map[time.Time]time.Time{
		time.Date(2026, 8, 31, 23, 59, 59, 0, beijing):          day(2025, 9, 1),
		time.Date(2026, 9, 1, 0, 0, 0, 0, beijing):              day(2026, 9, 1),
		time.Date(2026, 8, 31, 16, 0, 0, 0, time.UTC):           day(2026, 9, 1), // it is September in Beijing
		time.Date(2026, 8, 31, 15, 59, 59, 0, time.UTC):         day(2025, 9, 1),
		time.Date(2027, 1, 1, 0, 0, 0, 0, beijing):              day(2026, 9, 1),
		time.Date(2028, time.February, 29, 8, 0, 0, 0, beijing): day(2027, 9, 1),
	} {
		p, err := asked(now).periodOf("academic")
		if err != nil || !p.from.Equal(want) {
			t.Errorf("at %v it began at %v, %v", now, p.from, err)
		}
	}
}

func TestPeriodsThatAreNone(t *testing.T) {
	for _, c := range []struct{ period, from, last, field string }{
		{"2025-2027", "", "", "period"}, {"2025-13", "", "", "period"}, {"2026-02-30", "", "", "period"}, {"term-2", "", "", "period"}, {"1999", "", "", "period"},
		{"2098", "", "", "period"}, {"２０２６", "", "", "period"}, {"custom-1", "", "", "period"},
		{"custom", "", "2026-03-01", "from"}, {"custom", "2026-03-01", "", "last"}, {"custom", "2026-03-02", "2026-03-01", "last"}, {"custom", "2000-01-01", "2026-01-01", "last"}, {"custom", "01.03.2026", "2026-03-01", "from"},
		{"frozen:none", "", "", "period"}, {"frozen:2025-2026.1:2024", "", "", "period"}, {"frozen:", "", "", "period"},
	} {
		a := asked(day(2026, 7, 20), "period", c.period, "from", c.from, "last", c.last)
		err := a.readPeriod()
		if f, ok := err.(*fault); !ok || f.field != c.field || f.zh == "" || f.en == "" {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestWithoutACalendarThePageBeginsWithTheAcademicYear(t *testing.T) {
	a := asked(day(2026, 7, 20))
	a.list = &report.Catalogue{}
	if err := a.readPeriod(); err != nil || a.period.id != "academic" {
		t.Errorf("%q, %v", a.period.id, err)
	}
}

func TestStepsOfAPeriod(t *testing.T) {
	a := asked(day(2026, 7, 20))
	month, _ := a.periodOf("2024-02")
	if steps := month.steps(a.now); len(steps) != 29 || steps[28] != "2024-02-29" {
		t.Errorf("%v", steps)
	}
	year, _ := a.periodOf("academic")
	if steps := year.steps(a.now); len(steps) != 11 || steps[0] != "2025-09" || steps[10] != "2026-07" { // none that has not begun
		t.Errorf("%v", steps)
	}
}

func TestPickersOfferWhatThereIs(t *testing.T) {
	a := asked(day(2026, 7, 20), "period", "2026-03-09")
	a.list.Bases[0].City, a.list.Bases[1].City, a.list.Bases[0].Cluster = "x", "y", "c"
	if err := a.readSpan(); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, g := range slices.Concat(a.places(), a.periods()) {
		for _, c := range g.List {
			if all = append(all, c.Value); c.Chosen && c.Value != "all" && c.Value != "2026-03-09" {
				t.Errorf("%s is chosen", c.Value)
			}
		}
	}
	for _, want := range []string{"all", "city:x", "city:y", "cluster:c", "base:a", "base:b", "term", "term-1", "academic", "custom", "2025-2026-1", "2026-07", "frozen:2025-2026.1", "2026-03-09"} {
		if !slices.Contains(all, want) {
			t.Errorf("no %s in %v", want, all)
		}
	}
	if slices.Contains(all, "2026-2027-1") {
		t.Error("a term that has not begun is offered")
	}
}

func (a *asking) readSpan() error {
	if err := a.readPlace(); err != nil {
		return err
	}
	return a.readPeriod()
}
