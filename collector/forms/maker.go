package forms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A maker is a form while it is filled in.
type maker struct {
	Request
	source Source
	form   Form
	floor  float64        // 0 to 1: below it a figure is doubtful
	bases  []*report.Base // those in the scope and the filters, by id
	doc    table.Document
	// strangers are bases with figures that the registry does not know.
	strangers []string

	done, steps int
	answered    []report.Answer
	asked       []string // metrics
}

func newMaker(source Source, r Request, form Form) *maker {
	if r.Query.From.IsZero() && r.Query.To.IsZero() {
		r.Query.From, r.Query.To = form.Period(r.Query.Now, r.Query.Zone)
	}
	if r.Query.Zone == nil {
		r.Query.Zone = time.UTC
	}
	if r.Query.Catalogue == nil {
		r.Query.Catalogue = &report.Catalogue{}
	}
	if r.Weight == 0 {
		r.Weight = 35
	}
	m := &maker{Request: r, source: source, form: form, floor: report.CoverageFloor}
	if r.Floor != nil {
		m.floor = *r.Floor
	}
	for i := range r.Query.Catalogue.Bases {
		if b := &r.Query.Catalogue.Bases[i]; m.has(b) {
			m.bases = append(m.bases, b)
		}
	}
	m.doc = table.Document{Title: form.Text, File: form.ID + "-" + m.first() + "-" + m.lastDay()}
	return m
}

// has tells whether a base is in the scope and passes the filters.
func (m *maker) has(b *report.Base) bool {
	if !m.Query.Within.Has(b.ID, b) {
		return false
	}
	for d, value := range map[report.Dimension]string{report.ByCity: b.City, report.ByCounty: b.County, report.ByZone: b.Zone, report.ByCluster: b.Cluster,
		report.ByConsortium: b.Consortium, report.ByKind: b.Kind, report.ByBase: b.ID} {
		if !m.passes(d, value) {
			return false
		}
	}
	return true
}

// passes tells whether a value is among those that a dimension is narrowed to, if it is.
func (m *maker) passes(d report.Dimension, value string) bool {
	wanted := m.Query.Where[d]
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// assets are those of a base that pass the filters and were in service at some time of the period.
func (m *maker) assets(b *report.Base) (all []*report.Asset) {
	for i := range b.Assets {
		a := &b.Assets[i]
		if m.passes(report.ByAsset, a.ID) && m.passes(report.ByLine, a.Line) && m.inService(a, m.Query.From, m.Query.To) {
			all = append(all, a)
		}
	}
	return all
}

func (m *maker) inService(a *report.Asset, from, to time.Time) bool {
	return a.From.Before(to) && (a.Until.IsZero() || a.Until.After(from))
}

func ids(bases []*report.Base) (all []string) {
	for _, b := range bases {
		all = append(all, b.ID)
	}
	return all
}

// heard notes the bases of lines that the registry does not know. Each is a step more.
func (m *maker) heard(lines []report.Line) {
	for _, l := range lines {
		if l.Base != "" && m.Query.Catalogue.Base(l.Base) == nil && !slices.Contains(m.strangers, l.Base) {
			m.strangers = append(m.strangers, l.Base)
			m.steps++
		}
	}
}

// unregistered says which bases or assets have figures and are not registered: the form would lose them in silence.
func (m *maker) unregistered(lines []report.Line) []table.Text {
	var names []table.Text
	for _, l := range lines {
		switch b := m.Query.Catalogue.Base(l.Base); {
		case b == nil:
			names = append(names, or(table.Text{}, strings.TrimSuffix(l.Base+"/"+l.Asset, "/")))
		case l.Asset != "" && b.Asset(l.Asset) == nil:
			names = append(names, or(table.Text{}, l.Base+"/"+l.Asset))
		}
	}
	if names == nil {
		return nil
	}
	return []table.Text{say("有遥测数据而没有登记，不在表中：%s。", "With telemetry and not registered, not in the table: %s.", list(names))}
}

// all counts the assets.
func (m *maker) all() (n int) {
	for _, b := range m.bases {
		n += len(m.assets(b))
	}
	return n
}

// step tells that a step begins.
func (m *maker) step(what string) {
	if m.Progress != nil {
		m.Progress(m.done, m.steps, what)
	}
	m.done++
}

// ask asks for metrics by dimensions. More narrows it besides the filters of the request.
func (m *maker) ask(ctx context.Context, by []report.Dimension, metrics []string, more map[report.Dimension][]string) (report.Answer, error) {
	q := m.Query
	q.By, q.Metrics = by, metrics
	q.Where = map[report.Dimension][]string{}
	for d, values := range m.Query.Where {
		q.Where[d] = values
	}
	for d, values := range more {
		if given := q.Where[d]; len(given) > 0 {
			values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !slices.Contains(given, v) })
			if len(values) == 0 {
				return report.Answer{}, fmt.Errorf("%s: the form is about others than %v", d, given)
			}
		}
		q.Where[d] = values
	}
	m.step(joined(by))
	m.asked = append(m.asked, metrics...)
	a, err := m.source.Answer(ctx, q)
	if err == nil {
		m.answered = append(m.answered, a)
	}
	return a, err
}

func joined(by []report.Dimension) string {
	if len(by) == 0 {
		return "total"
	}
	text := string(by[0])
	for _, d := range by[1:] {
		text += ", " + string(d)
	}
	return text
}

// reach is how far the figures reach.
func (m *maker) reach() time.Time {
	end := m.Query.To
	if !m.Query.Now.IsZero() && m.Query.Now.Before(end) {
		end = m.Query.Now
	}
	for _, a := range m.answered {
		if !a.To.IsZero() && a.To.Before(end) {
			end = a.To
		}
	}
	return end
}

func (m *maker) first() string { return m.Query.From.In(m.Query.Zone).Format(time.DateOnly) }

// lastDay is the last day of the period, which may end within it.
func (m *maker) lastDay() string {
	return m.Query.To.Add(-time.Nanosecond).In(m.Query.Zone).Format(time.DateOnly)
}

// add puts a finished sheet into the document, with what must be known of any.
func (m *maker) add(s table.Sheet, notes ...table.Text) {
	s.Above = append(m.above(), s.Above...)
	s.Below = append(append(s.Below, notes...), m.below()...)
	m.doc.Sheets = append(m.doc.Sheets, s)
}
