package forms

import (
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

const msPerHour = 3_600_000

// byHand is a cell that a person fills in.
func byHand() table.Cell { return table.Cell{Kind: table.Manual} }

// unknown is a cell that cannot be told, and why.
func unknown(zh, en string) table.Cell {
	return table.Cell{Kind: table.Unknown, Text: table.Text{ZH: zh, EN: en}}
}

var noTelemetry = table.Text{ZH: "没有遥测数据", EN: "no telemetry"}

// Why there is no number.
var missing = map[report.Missing]table.Text{
	report.NotDivided: {ZH: "该指标不能这样分组", EN: "the metric cannot be divided so"},
	report.NotKept:    {ZH: "所需的原始事实已不保留，或冻结版本中没有", EN: "the facts it needs are no longer kept, or a frozen version does not hold them"},
}

// untold is a cell without a number, with the reason.
func untold(why report.Missing) table.Cell {
	if why == report.Withheld {
		return table.Cell{Kind: table.Withheld}
	}
	return table.Cell{Kind: table.Unknown, Text: or(missing[why], string(why))}
}

// cell is a figure. Below the floor of coverage it is to be read with care.
func (m *maker) cell(f *report.Figure) table.Cell {
	switch {
	case f == nil:
		return unknown("没有数据", "no data")
	case f.Missing != "":
		return untold(f.Missing)
	case f.Denominator == 0 && unitOf(f.Metric) == utilisation.Ratio: // 0 of 0 is no share, and a quota that is not set is not missed
		return unknown("没有可作分母的时间或登记", "there is nothing to divide by")
	}
	return table.Cell{Kind: table.Number, Number: f.Value, Faint: f.Coverage < m.floor}
}

// nobody tells whether a figure of people counts none: of no stays at all, no measured share is worth saying.
func nobody(f *report.Figure) bool {
	unit := unitOf(f.Metric)
	return f.Numerator == 0 && (f.Metric == "workstation_utilization" || unit == utilisation.PersonHours || unit == utilisation.Visits || unit == utilisation.People)
}

func unitOf(metric string) utilisation.Unit {
	d, _ := utilisation.MetricOf(metric)
	return d.Unit
}

// of is the figure of a metric of a line, as a cell. There may be no line.
func (m *maker) of(l *report.Line, metric string) table.Cell {
	if l == nil {
		return table.Cell{Kind: table.Unknown, Text: noTelemetry}
	}
	if unmetered(l, metric) {
		return unknown("没有测得用电：没有电表，或电表读数没有增长", "no energy was measured: there is no meter, or it has not moved")
	}
	return m.cell(l.Figure(metric))
}

// unmetered tells whether a figure is one of energy of which no meter counted any. Without a meter that would be 0, too.
func unmetered(l *report.Line, metric string) bool {
	f := l.Figure(metric)
	if f == nil || f.Missing != "" || unitOf(metric) != utilisation.KWh {
		return false
	}
	if all := l.Figure("energy_kwh"); all != nil {
		f = all
	}
	return f.Numerator == 0
}

// hours is a time of a line: what it counts, in hours; 0 without a line.
func hours(l *report.Line, metric string) float64 {
	if l == nil {
		return 0
	}
	if f := l.Figure(metric); f != nil && f.Missing == "" {
		return float64(f.Numerator) / msPerHour
	}
	return 0
}

// coverage is that of a line; 0 without one.
func coverage(l *report.Line) float64 {
	if l == nil {
		return 0
	}
	if f := l.Figure("coverage"); f != nil {
		return f.Value
	}
	return 0
}

// guessed is the column of what rests on an estimate. It is of all the time that was looked at: of effective hours, of time
// without use, too.
func guessed(unit utilisation.Unit) table.Column {
	return table.Column{ID: "estimated_hours", Head: say("所涉时间中的估计", "Of the time it is about, estimated"), Unit: string(unit), Format: table.Decimal}
}

// estimated is how many hours of what a metric looked at rest on an estimate.
func estimated(l *report.Line, metric string) table.Cell {
	if l == nil {
		return table.Cell{Kind: table.Unknown, Text: noTelemetry}
	}
	switch f := l.Figure(metric); {
	case f == nil:
		return table.Cell{}
	case f.Missing != "":
		return untold(f.Missing)
	default:
		return table.Amount(float64(f.EstimatedMS) / msPerHour)
	}
}

// measured is a column of how much of a metric of person-hours is measured, and not estimated.
func (m *maker) measured(metric string) column {
	head := table.Column{ID: "measured", Head: say("人时实测占比", "Share of person-hours measured, not estimated"), Format: table.Percent}
	return column{head, func(l *report.Line) table.Cell {
		c := m.of(l, metric)
		switch {
		case c.Kind != table.Number:
			return c
		case nobody(l.Figure(metric)):
			return table.Cell{}
		}
		return table.Amount(l.Figure(metric).Coverage)
	}}
}

// An index finds the lines of an asset or, if it is empty, of a base, in order.
type index map[[2]string][]*report.Line

func indexed(a *report.Answer) index {
	lines := index{}
	for i := range a.Lines {
		key := [2]string{a.Lines[i].Base, a.Lines[i].Asset}
		lines[key] = append(lines[key], &a.Lines[i])
	}
	return lines
}

// of is the first line; nil: there is none.
func (x index) of(base, asset string) *report.Line {
	if lines := x[[2]string{base, asset}]; len(lines) > 0 {
		return lines[0]
	}
	return nil
}

// words is a registered text, which a person fills in if the registry lacks it.
func words(text string) table.Cell {
	if text == "" {
		return byHand()
	}
	return table.Say(text)
}
