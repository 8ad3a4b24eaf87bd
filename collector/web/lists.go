package web

import (
	"slices"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// none is what an endpoint without parameters of its own takes.
type none struct{ In }

// Metrics is the dictionary.
type Metrics struct {
	Metrics []Metric `json:"metrics" nullable:"false"`
}

// A Metric is a line of it.
type Metric struct {
	ID        string   `json:"id"`
	ZH        string   `json:"zh"`
	EN        string   `json:"en"`
	Unit      string   `json:"unit"`
	Formula   string   `json:"formula"`
	FormulaZH string   `json:"formula_zh"`
	Source    string   `json:"source"`
	Of        string   `json:"of" enum:"machines,people" doc:"Which endpoint gives it: utilisation, or attendance."`
	By        []string `json:"by" nullable:"false" doc:"What it can be divided by."`
	Explained bool     `json:"explained" doc:"Whether /v1/explain can say which part of an asset's time counts for it."`
}

// Dimensions are what figures can be divided by.
type Dimensions struct {
	Dimensions []Dimension `json:"dimensions" nullable:"false"`
}

// A Dimension is one of them.
type Dimension struct {
	ID       string  `json:"id"`
	ZH       string  `json:"zh"`
	EN       string  `json:"en"`
	Machines bool    `json:"machines" doc:"Whether figures of machines can be divided by it."`
	People   bool    `json:"people" doc:"Whether figures of people can be divided by it."`
	Values   []Value `json:"values,omitempty" nullable:"false" doc:"Those that bases within your scope have."`
}

// A Value is one that a dimension has.
type Value struct {
	ID string `json:"id"`
	ZH string `json:"zh,omitempty"`
	EN string `json:"en,omitempty"`
}

func (s *server) listEndpoints() {
	get(s, endpoint{path: "/v1/metrics",
		summary: table.Text{ZH: "指标字典", EN: "The metric dictionary"},
		detail:  table.Text{ZH: "每个指标的中英文名称、单位、算法、出处，以及可以按哪些维度分组。", EN: "What each figure is called, its unit, formula and source, and what it can be divided by."},
	}, func(*asked, *none) (*reply[Metrics], error) { return &reply[Metrics]{body: dictionary()}, nil })
	get(s, endpoint{path: "/v1/dimensions",
		summary: table.Text{ZH: "分组维度", EN: "The dimensions"},
		detail:  table.Text{ZH: "可以分组和筛选的维度，以及权限范围内各维度的取值。", EN: "What figures can be divided by and narrowed to, with the values that bases within your scope have."},
	}, func(a *asked, _ *none) (*reply[Dimensions], error) {
		return &reply[Dimensions]{body: s.dimensions(a)}, nil
	})
	s.catalogueEndpoints()
	s.periodEndpoints()
}

func dictionary() (d Metrics) {
	for i := range utilisation.Metrics {
		m := &utilisation.Metrics[i]
		one := Metric{ID: m.ID, ZH: m.ZH, EN: m.EN, Unit: string(m.Unit), Formula: m.Formula, FormulaZH: m.FormulaZH(), Source: m.Source, Of: "machines", Explained: m.Explained()}
		if peopleMetric(m) {
			one.Of = "people"
		}
		for _, dimension := range dividing(m) {
			one.By = append(one.By, string(dimension))
		}
		d.Metrics = append(d.Metrics, one)
	}
	return d
}

// dividing are the dimensions that a metric can be divided by. People told apart are those of one base as a whole: a card has
// another pseudonym in each, and who came in two months is one person, not two.
func dividing(m *utilisation.Metric) []report.Dimension {
	switch {
	case m.Needs&utilisation.OfCards != 0:
		return []report.Dimension{report.ByBase}
	case peopleMetric(m):
		return report.PeopleDimensions
	}
	return report.MachineDimensions
}

func (s *server) dimensions(a *asked) (all Dimensions) {
	bases := a.bases()
	for _, d := range report.Dimensions {
		text := d.Text()
		one := Dimension{ID: string(d), ZH: text.ZH, EN: text.EN, Machines: slices.Contains(report.MachineDimensions, d), People: slices.Contains(report.PeopleDimensions, d)}
		seen := map[string]bool{"": true}
		for _, b := range bases {
			if id := b.Value(d); !seen[id] {
				seen[id] = true
				one.Values = append(one.Values, s.value(d, id, b))
			}
		}
		slices.SortFunc(one.Values, func(a, b Value) int { return strings.Compare(a.ID, b.ID) })
		all.Dimensions = append(all.Dimensions, one)
	}
	return all
}

func (s *server) value(d report.Dimension, id string, b *report.Base) Value {
	text := s.text(id)
	switch d {
	case report.ByBase:
		text = b.Text
	case report.ByCounty, report.ByZone:
		text = table.Text{}
	}
	return Value{id, text.ZH, text.EN}
}

// date is the local day of a moment; empty if there is none.
func date(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = beijing
	}
	return t.In(zone).Format(time.DateOnly)
}
