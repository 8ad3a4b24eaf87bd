package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// An overview is what the first page shows.
type overview struct {
	Picker  *picker
	About   []string
	Empty   bool
	Keys    []number
	Purpose chart
	Sides   chart
	Heat    template.HTML
	HeatOf  []heatRow
	Wide    bool // of more than a base, which has no week
	By      string
	Grid    grid
	Exports []link
	Form    string
}

func (o overview) told() (*picker, []string) { return o.Picker, o.About }

// A chart comes with the table that says the same.
type chart struct {
	Draw   template.HTML
	Keys   []series
	Table  grid
	Reason string // why there is none
}

// A grid is a table: names to the left, numbers to the right.
type grid struct {
	Caption string
	Head    []string
	Rows    []gridRow
	Total   *gridRow
	Course  string // what the sparklines show; empty: there are none
	More    int    // rows that are left out
	Courses []gridRow
	Steps   []string
}

type gridRow struct {
	Name     string
	Href     string
	Key      string // the colour of a purpose
	Cells    []number
	Coverage number
	Spark    template.HTML
	Texts    []string
}

// mostRows keeps a page light; the rest is in the exports.
const mostRows = 40

func (a *asking) overview() (any, error) {
	o := overview{By: a.word[string(a.by)]}
	whole, err := a.answer(slices.Concat(keyMetrics, sideMetrics), report.ByBase)
	if err != nil {
		return nil, err
	}
	o.Picker, o.About = a.picker(here, true, false), a.about(&whole)
	o.Exports = []link{
		{Href: a.export("xlsx"), Text: "XLSX"}, {Href: a.export("csv"), Text: "CSV"}, {Href: a.export("json"), Text: "JSON"},
	}
	o.Form, o.Wide = a.form(), a.place.kind != report.ByBase
	if o.Empty = len(whole.Lines) == 0 || hollow(&whole.Total); o.Empty {
		return o, nil
	}
	for _, id := range keyMetrics {
		o.Keys = append(o.Keys, a.number(whole.Total.Figure(id), a.explained(id)))
	}
	o.Sides = a.sidesChart(&whole)
	if o.Purpose, err = a.purposeChart(); err != nil {
		return nil, err
	}
	if o.Grid, err = a.grid(); err != nil {
		return nil, err
	}
	if err := a.heatOf(&o.Heat, &o.HeatOf); err != nil {
		return nil, err
	}
	return o, nil
}

// weekly tells whether there is a week to show: of a base or a machine as it is now, whatever for. Of a wider place, of a
// frozen version, and of one purpose or one kind of people there is none.
func (a *asking) weekly() bool {
	for d := range a.only {
		if d != report.ByAsset {
			return false
		}
	}
	return a.place.kind == report.ByBase && a.period.version == ""
}

// heatOf is the week of the base or the machine that the page is about.
func (a *asking) heatOf(draw *template.HTML, rows *[]heatRow) error {
	if !a.weekly() {
		return nil
	}
	h, err := a.server.Heat(a.ctx, a.place.id, a.only[report.ByAsset], a.period.from, earlier(a.period.to, a.now))
	if err != nil || h == (report.Heat{}) {
		return err
	}
	*draw, *rows = a.heatMap(&h), a.heatTable(&h)
	return nil
}

// grid is the table of the overview, with a course for each line.
func (a *asking) grid() (grid, error) {
	metrics := columns(a.by)
	answer, err := a.answer(metrics, within(a.by)...)
	if err != nil {
		return grid{}, err
	}
	g := grid{Caption: fmt.Sprintf(a.word["table of"], a.word["by "+string(a.by)])}
	for _, id := range metrics {
		if id != "coverage" {
			m, _ := definitionOf(id)
			g.Head = append(g.Head, a.withUnit(a.metricName(id), string(m.Unit)))
		}
	}
	lines := slices.DeleteFunc(slices.Clone(answer.Lines), func(l report.Line) bool {
		return l.At(a.by) == "none" || (a.by == report.ByPurpose || a.by == report.ByAffiliation) && hollow(&l)
	})
	if a.by != report.ByMonth {
		slices.SortStableFunc(lines, func(k, l report.Line) int { return cmp.Compare(l.Figures[0].Value, k.Figures[0].Value) })
	}
	g.More = max(0, len(lines)-mostRows)
	lines = lines[:len(lines)-g.More]
	for i := range lines {
		g.Rows = append(g.Rows, a.gridRow(&lines[i], metrics))
	}
	if a.by != report.ByMonth && len(lines) > 0 {
		if err := a.courses(&g, lines, metrics[0]); err != nil {
			return g, err
		}
	}
	total := a.totalRow(&answer.Total, metrics)
	g.Total = &total
	return g, nil
}

func (a *asking) withUnit(name, unit string) string {
	word := a.word["unit "+unit]
	switch utilisation.Unit(unit) {
	case utilisation.PersonHours, utilisation.Visits, utilisation.People: // their names say it
		return name
	}
	if word == "" {
		return name
	}
	return name + " (" + word + ")"
}

func (a *asking) gridRow(l *report.Line, metrics []string) gridRow {
	to := a.narrowed(a.by, l.At(a.by))
	if l.Base != "" && a.by != report.ByBase {
		to = append([]string{"base", l.Base}, to...)
	}
	row := gridRow{Name: a.groupName(l.Group, a.by)}
	if l.At(a.by) != "" {
		row.Href = a.explained(metrics[0], to...)
	}
	if a.by == report.ByBase {
		row.Href = a.href("base", "base", l.Base, "by", "", "metric", "")
	}
	if a.by == report.ByPurpose {
		row.Key = purposeClass(l.Purpose)
	}
	a.cells(&row, l, metrics, func(id string) string {
		if l.At(a.by) == "" {
			return ""
		}
		return a.explained(id, to...)
	})
	return row
}

func (a *asking) totalRow(l *report.Line, metrics []string) gridRow {
	row := gridRow{Name: a.word["total"]}
	a.cells(&row, l, metrics, func(id string) string { return a.explained(id) })
	return row
}

// cells fills a row: the figures, and the coverage of the first that there is.
func (a *asking) cells(row *gridRow, l *report.Line, metrics []string, href func(id string) string) {
	for _, id := range metrics {
		f := l.Figure(id)
		n := a.number(f, href(id))
		switch {
		case id == "coverage":
			row.Coverage = n
			continue
		case row.Coverage.Text == "" && n.Coverage != "":
			row.Coverage = number{Text: n.Coverage, Share: n.Share, Faint: n.Faint, Title: n.Title}
		}
		row.Cells = append(row.Cells, n)
	}
	for i := range row.Cells { // what the row says is not said again by each cell
		if c := &row.Cells[i]; !c.Missing && !c.Faint && c.Estimate == "" && (c.Coverage == row.Coverage.Text) {
			c.Title = ""
		}
	}
	if row.Coverage.Text == "" {
		row.Coverage = number{Text: "–", Missing: true}
	}
}

// courses adds to each row how its first metric went over time.
func (a *asking) courses(g *grid, lines []report.Line, metric string) error {
	grain := a.period.grain()
	answer, err := a.answer([]string{metric}, append(within(a.by), grain)...)
	if err != nil {
		return err
	}
	g.Steps, g.Course = a.period.steps(a.now), fmt.Sprintf(a.word["course"], a.metricName(metric), a.word["per "+string(grain)])
	type key struct{ base, group, step string }
	figures := map[key]*report.Figure{}
	for i := range answer.Lines {
		l := &answer.Lines[i]
		figures[key{l.Base, l.At(a.by), l.At(grain)}] = l.Figure(metric)
	}
	for i := range lines {
		values, known, texts := make([]float64, len(g.Steps)), make([]bool, len(g.Steps)), make([]string, len(g.Steps))
		for j, step := range g.Steps {
			texts[j] = "–"
			if f := figures[key{lines[i].Base, lines[i].At(a.by), step}]; f != nil {
				n := a.number(f, "")
				values[j], known[j], texts[j] = f.Value, f.Missing == "", n.Text
			}
		}
		g.Rows[i].Spark = spark(values, known, g.Rows[i].Name+": "+g.Course)
		g.Rows[i].Texts = texts
	}
	return nil
}
