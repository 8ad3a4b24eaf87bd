package pages

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// A number is a figure in words.
type number struct {
	Metric   string
	Name     string
	Text     string // without its unit
	Unit     string
	Href     string // where it is explained
	Missing  bool
	Faint    bool    // below the floor of coverage
	Known    string  // what its coverage is called: of people it is the measured share
	Coverage string  // in percent; empty: there is none
	Share    float64 // the same, 0 to 100, for a bar
	Estimate string  // how much of it is estimated; empty: nothing
	Title    string  // what must be known to defend it, in one line
}

// number puts a figure into words; nil is one that was not asked for.
func (a *asking) number(f *report.Figure, href string) number {
	if f == nil {
		return number{Text: "–", Missing: true}
	}
	m, _ := definitionOf(f.Metric)
	n := number{Metric: f.Metric, Name: a.metricName(f.Metric), Href: href}
	if f.Missing != "" {
		n.Text, n.Missing, n.Title = a.word["short "+string(f.Missing)], true, a.word["missing "+string(f.Missing)]
		if n.Text == "" {
			n.Text = "–"
		}
		return n
	}
	n.Text, n.Unit = shown(f.Value, m.Unit), a.word["unit "+string(m.Unit)]
	if m.Unit == utilisation.Ratio && f.Denominator == 0 {
		n.Text, n.Unit = "–", ""
	}
	if m.Needs&utilisation.OfPeople != 0 && f.Numerator == 0 { // of nobody there is no measured share to show
		return n
	}
	n.Faint = f.Coverage < a.floor
	n.Coverage, n.Share = percent(f.Coverage), math.Round(1000*min(1, max(0, f.Coverage)))/10
	if f.EstimatedMS > 0 {
		n.Estimate = fmt.Sprintf(a.word["of it estimated"], a.estimated(&m, f.EstimatedMS))
	}
	n.Known = a.word["coverage"]
	if m.Needs&utilisation.OfPeople != 0 {
		n.Known = a.word["measured share"]
	}
	n.Title = n.Known + " " + n.Coverage
	if n.Faint {
		n.Title += " · " + a.word["doubtful"]
	}
	if n.Estimate != "" {
		n.Title += " · " + n.Estimate
	}
	return n
}

// shown is a value as people write it, without its unit: what is counted has no fraction, a share is in percent.
func shown(value float64, unit utilisation.Unit) string {
	switch unit {
	case utilisation.Visits, utilisation.People, utilisation.Days:
		return grouped(value, 0)
	case utilisation.Ratio:
		return percent(value)
	}
	return grouped(value, 1)
}

// grouped writes 1234.56 as 1,234.6.
func grouped(value float64, decimals int) string {
	scale := math.Pow10(decimals)
	if rounded := math.Round(math.Abs(value)*scale) / scale; !math.IsInf(rounded, 0) {
		value = math.Copysign(rounded, value) // 2.65 is 2.7, as who checks by hand expects
	}
	text := strconv.FormatFloat(math.Abs(value), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if value < 0 && strings.Trim(whole, "0.,") != "" {
		whole = "−" + whole
	}
	return whole
}

// percent of a share; one that is nearly whole is not made whole by rounding.
func percent(share float64) string {
	if share < 1 && share > 0.9994 {
		return ">99.9%"
	}
	return grouped(100*share, 1) + "%"
}

// estimated is the part of a sum that rests on an estimate: of people's time in person-hours.
func (a *asking) estimated(m *utilisation.Metric, ms int64) string {
	if m.Needs&utilisation.OfPeople != 0 {
		return grouped(float64(ms)/3_600_000, 1) + " " + a.word["unit person-h"]
	}
	return a.hours(ms)
}

// hours are milliseconds, with their unit.
func (a *asking) hours(ms int64) string {
	return grouped(float64(ms)/3_600_000, 1) + " " + a.word["unit h"]
}

// length is a short span as people say it.
func (a *asking) length(ms int64) string {
	minutes := (ms + 30_000) / 60_000
	switch {
	case ms < 60_000:
		return fmt.Sprintf(a.word["seconds"], ms/1000)
	case minutes < 60:
		return fmt.Sprintf(a.word["minutes"], minutes)
	}
	return fmt.Sprintf(a.word["hours and minutes"], minutes/60, minutes%60)
}

// exact is a sum as it is kept, with its unit: nothing is rounded away.
func (a *asking) exact(n int64, unit utilisation.Unit) string {
	switch unit {
	case utilisation.KWh:
		return grouped(float64(n)/1e6, 6) + " kWh"
	case utilisation.Visits, utilisation.People, utilisation.Days:
		return grouped(float64(n), 0) + " " + a.word["unit "+string(unit)]
	case utilisation.PersonHours:
		return grouped(float64(n)/3_600_000, 4) + " " + a.word["unit person-h"]
	}
	return grouped(float64(n)/3_600_000, 4) + " " + a.word["unit h"]
}

// groupName is what a line of a table is called.
func (a *asking) groupName(g report.Group, d report.Dimension) string {
	id := g.At(d)
	switch d {
	case report.ByBase:
		return a.baseName(id)
	case report.ByAsset:
		return a.assetName(g.Base, id)
	case report.ByMonth:
		return a.monthName(id)
	case report.ByDay:
		return id
	}
	if id == "" {
		return a.word["not said"]
	}
	return a.term(id)
}
