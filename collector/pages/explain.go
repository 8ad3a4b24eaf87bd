package pages

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// An explanation is one number with what it is made of, one step down at a time: bases, machines, months, days, spells.
type explanation struct {
	Picker      *picker
	About       []string
	Crumbs      []link
	Overview    string // the same narrowing on the first page; empty: it is narrowed to no machine
	Number      number
	Formula     string
	Source      string
	Unit        string
	Sums        []termOf
	NoSums      string
	Grid        grid
	Next        string // what the table is divided by, in words
	Spells      *spells
	NoSpells    string // why there are none
	Corrections []corrected
}

// A termOf is one of the sums that a number is formed of.
type termOf struct{ Name, Value, Note string }

func (e explanation) told() (*picker, []string) { return e.Picker, e.About }
func (e explanation) heading() string           { return e.Number.Name }

func (a *asking) explain() (any, error) {
	m, _ := definitionOf(a.metric)
	by := a.nextStep(&m)
	answer, err := a.answer([]string{a.metric}, within(cmp.Or(by, report.ByBase))...)
	if err != nil {
		return nil, err
	}
	e := explanation{Picker: a.picker("explain", false, false), About: a.about(&answer), Crumbs: a.crumbs(), Formula: a.formula(&m), Source: a.source(&m), Unit: a.word["unit "+string(m.Unit)]}
	e.Picker.Hidden = append(e.Picker.Hidden, a.kept()...)
	if a.only[report.ByAsset] != "" {
		e.Overview = a.href(here, "metric", "", "by", string(report.ByMonth))
	}
	f := answer.Total.Figure(a.metric)
	if f == nil {
		return nil, fmt.Errorf("an answer without %s, which was asked for", a.metric)
	}
	e.Number = a.number(f, "")
	e.Sums = a.sums(&m, f, &answer.Total)
	if by != "" {
		e.Next, e.Grid = a.word[string(by)], a.steps(&answer, by)
	}
	if a.only[report.ByAsset] != "" {
		if err := a.explainMachine(&e, &m, f); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// kept are the narrowings that a new choice of period or place keeps.
func (a *asking) kept() (list []choice) {
	list = append(list, choice{Value: a.metric, Text: "metric"})
	for _, d := range narrowing {
		if id := a.only[d]; id != "" && d != report.ByAsset && d != report.ByLine {
			list = append(list, choice{Value: id, Text: string(d)})
		}
	}
	return list
}

// nextStep is what a number is parted by: bases, then machines, then months, then days; empty: it is parted by spells.
// People are not any machine's.
func (a *asking) nextStep(m *utilisation.Metric) report.Dimension {
	span := a.period.to.Sub(a.period.from)
	switch {
	case a.place.kind != report.ByBase:
		return report.ByBase
	case a.only[report.ByAsset] == "" && m.Needs&(utilisation.OfPeople|utilisation.OfCards) == 0:
		return report.ByAsset
	case a.period.grain() == report.ByMonth:
		return report.ByMonth
	case span > 26*time.Hour:
		return report.ByDay
	}
	return ""
}

// steps is the table one step further down.
func (a *asking) steps(answer *report.Answer, by report.Dimension) grid {
	g := grid{Caption: fmt.Sprintf(a.word["parts by"], a.word["by "+string(by)]), Head: a.stepHead()}
	lines := slices.DeleteFunc(slices.Clone(answer.Lines), func(l report.Line) bool { return l.At(by) == "" })
	if by == report.ByBase || by == report.ByAsset {
		slices.SortStableFunc(lines, func(k, l report.Line) int { return cmp.Compare(l.Figures[0].Value, k.Figures[0].Value) })
	}
	if g.More = max(0, len(lines)-2*mostRows); g.More > 0 {
		lines = lines[:2*mostRows]
	}
	for i := range lines {
		l := &lines[i]
		to := a.narrowed(by, l.At(by))
		if by == report.ByAsset {
			to = append([]string{"base", l.Base}, to...)
		}
		href := a.explained(a.metric, to...)
		g.Rows = append(g.Rows, a.stepRow(l, a.groupName(l.Group, by), href))
	}
	total := a.stepRow(&answer.Total, a.word["total"], "")
	g.Total = &total
	return g
}

// stepHead are its columns: of a ratio also what is divided by what.
func (a *asking) stepHead() []string {
	m, _ := definitionOf(a.metric)
	if m.Unit == utilisation.Ratio {
		return []string{a.metricName(a.metric), a.word["over"], a.word["under"]}
	}
	return []string{a.withUnit(a.metricName(a.metric), string(m.Unit)), a.word["estimated"]}
}

func (a *asking) stepRow(l *report.Line, name, href string) gridRow {
	m, _ := definitionOf(a.metric)
	f := l.Figure(a.metric)
	row := gridRow{Name: name, Href: href, Cells: []number{a.number(f, "")}, Coverage: number{Text: "–", Missing: true}}
	blank := number{Text: "–", Missing: true}
	if f == nil || f.Missing != "" {
		for range len(a.stepHead()) - 1 {
			row.Cells = append(row.Cells, blank)
		}
		return row
	}
	if n := row.Cells[0]; n.Coverage != "" {
		row.Coverage = number{Text: n.Coverage, Share: n.Share, Faint: n.Faint}
	}
	if m.Unit == utilisation.Ratio {
		row.Cells = append(row.Cells, number{Text: hoursOf(f.Numerator)}, number{Text: hoursOf(f.Denominator)})
		return row
	}
	estimated := blank
	if f.EstimatedMS > 0 {
		estimated = number{Text: a.estimated(&m, f.EstimatedMS)}
	}
	row.Cells = append(row.Cells, estimated)
	return row
}

// hoursOf is a sum of a ratio in hours: all ratios are of times.
func hoursOf(ms int64) string { return grouped(float64(ms)/3_600_000, 1) }

// sums are the numerator and the denominator, to the last digit, and what stands beside them.
func (a *asking) sums(m *utilisation.Metric, f *report.Figure, l *report.Line) (list []termOf) {
	if f.Missing != "" {
		return []termOf{{a.metricName(m.ID), a.word["short "+string(f.Missing)], a.word["missing "+string(f.Missing)]}}
	}
	over, under := a.sides(m)
	list = append(list, termOf{over, a.exact(f.Numerator, m.Unit), a.word["over"]})
	if m.Unit == utilisation.Ratio {
		list = append(list, termOf{cmp.Or(under, a.word["under"]), a.exact(f.Denominator, m.Unit), a.word["under"]})
		list = append(list, termOf{a.word["quotient"], fmt.Sprintf("%.6f = %s", f.Value, percent(f.Value)), a.word["rounded once"]})
	}
	note := a.word["coverage fine"]
	if f.Coverage < a.floor {
		note = a.word["doubtful"]
	}
	if m.Needs&utilisation.OfPeople != 0 {
		note = a.word["coverage of people"]
	}
	list = append(list, termOf{a.word["coverage"], percent(f.Coverage), note})
	list = append(list, termOf{a.word["estimated"], a.exact(f.EstimatedMS, timeOf(m)), a.word["about estimated"]})
	if m.Needs&utilisation.OfMachines != 0 {
		if answer, err := a.answer([]string{"corrected_hours"}, report.ByBase); err == nil {
			if c := answer.Total.Figure("corrected_hours"); c != nil && c.Missing == "" {
				list = append(list, termOf{a.word["corrected"], a.exact(c.Numerator, utilisation.Hours), a.word["about corrected"]})
			}
		}
	}
	return append(list, termOf{a.word["adds up"], fmt.Sprintf(a.word["bases and machines"], l.Bases, l.Assets), ""})
}

// timeOf is the unit of a metric's estimated part.
func timeOf(m *utilisation.Metric) utilisation.Unit {
	if m.Needs&utilisation.OfPeople != 0 {
		return utilisation.PersonHours
	}
	return utilisation.Hours
}

// crumbs lead back up: from all bases to a base, a machine, a month, a day.
func (a *asking) crumbs() (list []link) {
	if a.scope.Base == "" {
		list = append(list, link{Href: a.explained(a.metric, "place", "all"), Text: a.word["all bases"]})
	}
	if a.place.kind == report.ByBase {
		list = append(list, link{Href: a.explained(a.metric, "base", a.place.id, "asset", "", "line", ""), Text: a.baseName(a.place.id)})
	} else if a.place.kind != "" {
		list = append(list, link{Href: a.explained(a.metric), Text: a.placeName()})
	}
	for _, d := range narrowing {
		if id := a.only[d]; id != "" {
			list = append(list, link{Href: a.explained(a.metric), Text: a.groupName(a.groupOf(d), d)})
		}
	}
	if calendarDay.MatchString(a.period.id) {
		list = append(list, link{Href: a.explained(a.metric, "period", a.period.within(a.period.id[:7])), Text: a.monthName(a.period.id[:7])})
	}
	list = append(list, link{Text: a.period.name, Current: true})
	return list
}
