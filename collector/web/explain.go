package web

import (
	"fmt"
	"net/http"
	"time"

	"basemeter/collector/utilisation"
)

// mostExplainedDays bounds how long a span can be explained at once.
const mostExplainedDays = 7

type whyAsset struct {
	In
	Base   string `query:"base" required:"true"`
	Asset  string `query:"asset" required:"true"`
	From   string `query:"from" required:"true"`
	To     string `query:"to" required:"true"`
	Metric string `query:"metric"`
}

// Explained is an asset's time, part by part, and what it was judged by.
type Explained struct {
	Base     string     `json:"base"`
	Asset    string     `json:"asset"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	Metric   string     `json:"metric,omitempty"`
	Counts   *int64     `json:"counts_ms,omitempty" doc:"How much of the time counts for the metric: the sum of the parts'."`
	Of       *int64     `json:"of_ms,omitempty" doc:"Of a ratio, what it is divided by: the sum of the parts'."`
	Parts    []Part     `json:"parts" nullable:"false"`
	Evidence []Evidence `json:"evidence" nullable:"false"`
}

// A Part of an asset's time says what it was judged to be, and why.
type Part struct {
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	State       string    `json:"state"`
	Context     string    `json:"context"`
	Purpose     string    `json:"purpose"`
	Affiliation string    `json:"affiliation"`
	Open        bool      `json:"open"`
	Held        bool      `json:"held"`
	Attended    bool      `json:"attended"`
	Estimated   bool      `json:"estimated"`
	Corrected   bool      `json:"corrected"`
	Because     []Reason  `json:"because" nullable:"false"`
	Counts      *int64    `json:"counts_ms,omitempty" doc:"How much of it counts for the metric."`
	Of          *int64    `json:"of_ms,omitempty" doc:"Of a ratio, how much of it is in what it is divided by."`
}

// A Reason is why a part was judged so on one of its axes.
type Reason struct {
	Axis string `json:"axis"`
	Rule string `json:"rule"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
	Of   string `json:"of,omitempty"`
}

// An Evidence is a spell, and the batch that brought it.
type Evidence struct {
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	State     string    `json:"state"`
	Why       string    `json:"why,omitempty"`
	Estimated bool      `json:"estimated"`
	Gateway   string    `json:"gateway"`
	Stream    string    `json:"stream"`
	Sequence  uint64    `json:"sequence"`
}

func (s *server) explain(a *asked, in *whyAsset) (*reply[Explained], error) {
	metric, err := explainable(in.Metric)
	if err != nil {
		return nil, err
	}
	base, asset, from, to, err := s.detail(a, mostExplainedDays)
	if err != nil {
		return nil, err
	}
	spans, err := s.Explain(a.ctx, base, asset, from, to)
	if err != nil {
		return nil, err
	}
	evidence, err := s.Evidence(a.ctx, base, asset, from, to)
	if err != nil {
		return nil, err
	}
	body := Explained{Base: base, Asset: asset, From: from.UTC(), To: to.UTC(), Metric: in.Metric, Parts: make([]Part, len(spans)), Evidence: []Evidence{}}
	for i := range spans {
		body.Parts[i] = partOf(&spans[i])
	}
	if metric != nil {
		body.count(metric, spans)
	}
	for _, e := range evidence {
		body.Evidence = append(body.Evidence, Evidence{e.From.UTC(), e.To.UTC(), e.State, e.Why, e.Estimated, e.Gateway, e.Stream, e.Sequence})
	}
	return &reply[Explained]{body: body}, nil
}

// explainable is the metric of an id, of those that are sums of parts; nil: none was asked for.
func explainable(id string) (*utilisation.Metric, error) {
	if id == "" {
		return nil, nil
	}
	m, known := utilisation.MetricOf(id)
	if !known || !m.Explained() {
		return nil, wrong(http.StatusBadRequest, "metric", fmt.Sprintf("%q is no metric that is a sum of an asset's time; /v1/metrics says which are explained", id),
			fmt.Sprintf("“%s”不是由设备时间累加的指标；/v1/metrics 中 explained 为 true 的可以", id))
	}
	return &m, nil
}

// count says what each part adds to a metric.
func (e *Explained) count(m *utilisation.Metric, spans []utilisation.Span) {
	e.Counts = new(int64)
	if m.Unit == utilisation.Ratio {
		e.Of = new(int64)
	}
	for i := range spans {
		over, under := m.Counts(&spans[i])
		e.Parts[i].Counts = &over
		*e.Counts += over
		if e.Of != nil {
			e.Parts[i].Of = &under
			*e.Of += under
		}
	}
}

func partOf(s *utilisation.Span) Part {
	p := Part{
		From: time.UnixMilli(s.FromMS).UTC(), To: time.UnixMilli(s.ToMS).UTC(), State: s.State.String(), Context: s.Context.String(),
		Purpose: s.Purpose, Affiliation: s.Affiliation.String(), Open: s.Open, Held: s.Held, Attended: s.Attended,
		Estimated: s.Estimated, Corrected: s.Corrected,
	}
	for _, r := range s.Reasons() {
		words := utilisation.Rules[r.Rule]
		p.Because = append(p.Because, Reason{r.Axis, r.Rule, words.ZH, words.EN, r.Of})
	}
	return p
}
