package web

import (
	"net/http"
	"time"

	"basemeter/collector/utilisation"
)

// mostExplained bounds how long a span can be explained at once.
const mostExplained = 7 * 24 * time.Hour

// An explained part of an asset's time says what it was judged to be, and why.
type explained struct {
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
	Because     []reason  `json:"because"`
}

type reason struct {
	Axis string `json:"axis"`
	Rule string `json:"rule"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
	Of   string `json:"of,omitempty"`
}

// explain is GET /v1/explain?base=&asset=&from=&to=: the parts that a figure is made of, each with its reasons.
func (s server) explain(w http.ResponseWriter, r *http.Request) {
	v, bad := read(r.URL.RawQuery, "base", "asset", "from", "to")
	if bad != nil {
		problem(w, http.StatusBadRequest, bad.parameter, bad.Error())
		return
	}
	from, to, bad := s.explainSpan(v.Get("base"), v.Get("asset"), v.Get("from"), v.Get("to"))
	if bad != nil {
		problem(w, http.StatusBadRequest, bad.parameter, bad.Error())
		return
	}
	spans, err := s.Explain(r.Context(), v.Get("base"), v.Get("asset"), from, to)
	if err != nil {
		s.Log.Error("explain", "reason", err)
		problem(w, http.StatusBadGateway, "", "the database does not answer: "+err.Error())
		return
	}
	parts := make([]explained, len(spans))
	for i := range spans {
		parts[i] = explainedOf(&spans[i])
	}
	s.json(w, http.StatusOK, map[string]any{"base": v.Get("base"), "asset": v.Get("asset"), "from": from.UTC(), "to": to.UTC(), "parts": parts})
}

func (s server) explainSpan(base, asset, first, last string) (from, to time.Time, _ *fault) {
	var err error
	if base == "" || asset == "" {
		return from, to, &fault{"asset", "is missing; expected a base and an asset"}
	}
	if from, err = moment(first, s.zone(base)); err != nil {
		return from, to, &fault{"from", err.Error()}
	}
	if to, err = moment(last, s.zone(base)); err != nil {
		return from, to, &fault{"to", err.Error()}
	}
	if s.KeepFacts > 0 && from.Before(s.Now().Add(-s.KeepFacts)) {
		return from, to, &fault{"from", "is older than single facts are kept, and what they were cannot be told any more"}
	}
	if d := to.Sub(from); d <= 0 || d > mostExplained {
		return from, to, &fault{"to", "is not within seven days after from"}
	}
	return from, to, nil
}

func explainedOf(s *utilisation.Span) explained {
	e := explained{
		From: time.UnixMilli(s.FromMS).UTC(), To: time.UnixMilli(s.ToMS).UTC(), State: s.State.String(), Context: s.Context.String(),
		Purpose: s.Purpose, Affiliation: s.Affiliation.String(), Open: s.Open, Held: s.Held, Attended: s.Attended,
		Estimated: s.Estimated, Corrected: s.Corrected,
	}
	for _, r := range s.Reasons() {
		words := utilisation.Rules[r.Rule]
		e.Because = append(e.Because, reason{r.Axis, r.Rule, words.ZH, words.EN, r.Of})
	}
	return e
}
