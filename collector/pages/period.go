package pages

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/report"
)

// A period is a span of days, half-open, with what it is called.
type period struct {
	id       string // as it stands in an address, but for the version
	name     string
	from, to time.Time
	zone     *time.Location
	version  string // frozen; empty: the ledger as it is
	frozen   []report.Frozen
}

var (
	academicYear = regexp.MustCompile(`^(20\d\d)-(20\d\d)$`)
	calendarYear = regexp.MustCompile(`^20\d\d$`)
	calendarDay  = regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
	monthOfYear  = regexp.MustCompile(`^(20\d\d)-(0[1-9]|1[0-2])$`)
)

// longest is how long a period may be: a page of more is of no use, and takes long.
const longest = 11 * 366 * 24 * time.Hour

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

func (a *asking) zone() *time.Location {
	if a.place.card != nil && a.place.card.Clock != nil {
		return a.place.card.Clock
	}
	return beijing
}

// within is how a part of the period stands in an address: a part of a frozen version is of the same version.
func (p *period) within(id string) string {
	if p.version == "" {
		return id
	}
	return strings.TrimSuffix(frozenMark+p.version+":"+id, ":")
}

// frozenMark stands before a version: frozen:2025-2026.1, or frozen:2025-2026.1:2026-03 for a part of it.
const frozenMark = "frozen:"

// readPeriod takes period=, and from= and last= of a custom one.
func (a *asking) readPeriod() error {
	id := a.given.Get("period")
	if version, ok := strings.CutPrefix(id, frozenMark); ok {
		return a.readVersion(version)
	}
	if id == "" {
		if id = "academic"; len(a.terms()) > 0 {
			id = "term"
		}
	}
	p, err := a.periodOf(id)
	if err != nil {
		return err
	}
	if p.to.Sub(p.from) > longest {
		return bad("last", "时间段太长；最多 11 年。", "lies more than 11 years after the first day.")
	}
	if !p.from.Before(a.now) {
		return bad("period", "这个时间段还没有开始。", "has not begun yet.")
	}
	a.period = p
	return nil
}

// readVersion takes the period of a frozen version; the place is narrowed to the bases that have it.
func (a *asking) readVersion(text string) error {
	version, part, _ := strings.Cut(text, ":")
	p := period{name: version, version: version, zone: a.zone()}
	for _, f := range a.frozen {
		if f.Version == version && (a.place.kind == "" || slices.ContainsFunc(a.bases(), func(b *report.Base) bool { return b.ID == f.Base }) || a.place.kind == report.ByBase && a.place.id == f.Base) {
			p.frozen = append(p.frozen, f)
		}
	}
	if len(p.frozen) == 0 {
		return absent("period", frozenMark+version)
	}
	p.from, p.to = p.frozen[0].From.In(p.zone), p.frozen[0].To.In(p.zone)
	if part != "" {
		of, err := a.periodOf(part)
		if err != nil {
			return err
		}
		p.id, p.name, p.from, p.to = part, of.name+" ("+version+")", later(p.from, of.from), earlier(p.to, of.to)
		if !p.from.Before(p.to) {
			return bad("period", "不在冻结版本 "+version+" 的期间内。", "lies outside the frozen version "+version+".")
		}
	}
	a.period = p
	return nil
}

// terms are those of the bases in the place, by code; of bases with different calendars, from the first to the last day.
func (a *asking) terms() (terms []report.Term) {
	for _, b := range a.bases() {
		for _, t := range b.Terms {
			i := slices.IndexFunc(terms, func(u report.Term) bool { return u.Code == t.Code })
			if i < 0 {
				terms = append(terms, t)
				continue
			}
			if t.From.Before(terms[i].From) {
				terms[i].From = t.From
			}
			if t.To.After(terms[i].To) {
				terms[i].To = t.To
			}
		}
	}
	slices.SortStableFunc(terms, func(t, u report.Term) int { return t.From.Compare(u.From) })
	return terms
}

// periodOf reads term, term-1 (the one before), academic, year, month and those before; 2025-2026, 2026, 2026-03,
// 2026-03-09, the code of a term; and custom.
func (a *asking) periodOf(id string) (period, error) {
	zone := a.zone()
	y, m, _ := a.now.In(zone).Date()
	first := func(year int, month time.Month) time.Time { return time.Date(year, month, 1, 0, 0, 0, 0, zone) }
	number := func(text string) int { n, _ := strconv.Atoi(text); return n } // digits, by the expressions
	p := func(from, to time.Time, name string) (period, error) {
		return period{id: id, name: name, from: from, to: to, zone: zone}, nil
	}
	before := 0
	if strings.HasSuffix(id, "-1") && slices.Contains([]string{"term-1", "academic-1", "year-1", "month-1"}, id) {
		before = 1
	}
	switch kind := strings.TrimSuffix(id, "-1"); {
	case kind == "term" && (id == kind || before == 1):
		return a.termBefore(id, before)
	case kind == "academic":
		if m < time.September {
			y--
		}
		return p(first(y-before, 9), first(y-before+1, 9), a.academicName(y-before))
	case kind == "year":
		return p(first(y-before, 1), first(y-before+1, 1), fmt.Sprintf(a.word["year name"], y-before))
	case kind == "month":
		return p(first(y, m-time.Month(before)), first(y, m-time.Month(before)+1), a.monthName(first(y, m-time.Month(before)).Format("2006-01")))
	case id == "custom":
		return a.custom()
	}
	for _, t := range a.terms() {
		if t.Code == id {
			return p(t.From.In(zone), t.To.In(zone), fmt.Sprintf(a.word["term name"], t.Code))
		}
	}
	if f := academicYear.FindStringSubmatch(id); f != nil && number(f[2]) == number(f[1])+1 {
		return p(first(number(f[1]), 9), first(number(f[2]), 9), a.academicName(number(f[1])))
	}
	if f := monthOfYear.FindStringSubmatch(id); f != nil {
		return p(first(number(f[1]), time.Month(number(f[2]))), first(number(f[1]), time.Month(number(f[2]))+1), a.monthName(id))
	}
	if calendarYear.MatchString(id) {
		return p(first(number(id), 1), first(number(id)+1, 1), fmt.Sprintf(a.word["year name"], number(id)))
	}
	if day, err := time.ParseInLocation(time.DateOnly, id, zone); err == nil && calendarDay.MatchString(id) {
		return p(day, day.AddDate(0, 0, 1), id)
	}
	return period{}, bad("period", "不是时间段；可用：term（本学期）、term-1（上学期）、academic、year、month、2025-2026、2026、2026-03、2026-03-09、学期代码、custom。",
		"is no period; there are term, term-1 (the one before), academic, year, month, 2025-2026, 2026, 2026-03, 2026-03-09, the code of a term, and custom.")
}

// termBefore is the term that has begun last, or one before it. In the holidays it is the one that has just ended.
func (a *asking) termBefore(id string, before int) (period, error) {
	begun := slices.DeleteFunc(a.terms(), func(t report.Term) bool { return t.From.After(a.now) })
	if len(begun) <= before {
		return period{}, bad("period", "校历中没有这个学期；请改选学年或自定日期。", "the calendar has no such term; choose an academic year or days of your own.")
	}
	t := begun[len(begun)-1-before]
	return period{id: id, name: fmt.Sprintf(a.word["term name"], t.Code), from: t.From.In(a.zone()), to: t.To.In(a.zone()), zone: a.zone()}, nil
}

// custom takes two days, both included.
func (a *asking) custom() (period, error) {
	var days [2]time.Time
	for i, field := range []string{"from", "last"} {
		day, err := time.ParseInLocation(time.DateOnly, a.given.Get(field), a.zone())
		if err != nil || !calendarDay.MatchString(a.given.Get(field)) {
			return period{}, bad(field, "自定时间段需要日期，例如 2026-03-09。", "is no day such as 2026-03-09, which a period of your own needs.")
		}
		days[i] = day
	}
	if days[1].Before(days[0]) {
		return period{}, bad("last", "最后一天在第一天之前。", "lies before the first day.")
	}
	name := days[0].Format(time.DateOnly)
	if !days[0].Equal(days[1]) {
		name += " – " + days[1].Format(time.DateOnly)
	}
	return period{id: "custom", name: name, from: days[0], to: days[1].AddDate(0, 0, 1), zone: a.zone()}, nil
}

func (a *asking) academicName(year int) string {
	return fmt.Sprintf(a.word["academic name"], year, year+1)
}

// monthName puts 2026-03 into words.
func (a *asking) monthName(id string) string {
	t, err := time.Parse("2006-01", id)
	if err != nil {
		return id
	}
	return t.Format(a.word["month form"])
}

// last is the last day of the period.
func (p *period) last() time.Time { return p.to.AddDate(0, 0, -1) }

// grain is what a course over the period is drawn by: days of up to two months, else months.
func (p *period) grain() report.Dimension {
	if p.to.Sub(p.from) <= 62*24*time.Hour {
		return report.ByDay
	}
	return report.ByMonth
}

// steps are the days or months of the period up to a moment, as a Group names them.
func (p *period) steps(until time.Time) (steps []string) {
	form := "2006-01"
	if p.grain() == report.ByDay {
		form = time.DateOnly
	}
	for t := p.from; t.Before(p.to) && t.Before(until); t = t.AddDate(0, 0, 1) {
		if step := t.Format(form); len(steps) == 0 || steps[len(steps)-1] != step {
			steps = append(steps, step)
		}
	}
	return steps
}
