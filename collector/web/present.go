package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"basemeter/collector/access"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Now is the floor as the gateways last said it is.
type Now struct {
	Assets []Live `json:"assets" nullable:"false"`
	Areas  []Area `json:"areas,omitempty" nullable:"false"`
}

func (s *server) presentEndpoints() {
	get(s, endpoint{path: "/v1/now", may: []int{404},
		summary: table.Text{ZH: "当前状态", EN: "How it is now"},
		detail:  table.Text{ZH: "每台设备当前的状态、依据和读数，以及各区域在场人数。", EN: "The present state of each asset, why, and what was read; how many people are in each area."},
	}, func(a *asked, _ *ofBase) (*reply[Now], error) {
		live, err := seen(a, s.Live(), func(l *Live) string { return l.Base })
		if err != nil {
			return nil, err
		}
		areas, err := seen(a, s.areas(), func(one *Area) string { return one.Base })
		return &reply[Now]{body: Now{live, areas}}, err
	})
	s.exchangeEndpoint()
	s.formEndpoints()
	s.healthEndpoint()
	s.countersEndpoint()
}

func (s *server) areas() []Area {
	if s.Areas == nil {
		return nil
	}
	return s.Areas()
}

// healthEndpoint is open to all, so that whatever watches over servers may ask. Which gateways there are is told to those
// who may see them all.
func (s *server) healthEndpoint() {
	op := s.operation(endpoint{path: "/health", public: true,
		summary: table.Text{ZH: "是否正常", EN: "Whether all is well"},
		detail: table.Text{ZH: "无需令牌；正常为 200，否则为 503。有全省权限的令牌还能看到网关、数据流和数据库的情况。",
			EN: "No token is needed: 200 if all is well, 503 if not. A token for the whole province sees gateways, streams and the database as well."}})
	well := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"well": {Type: huma.TypeBoolean}}, Required: []string{"well"}, AdditionalProperties: true}
	op.Responses = map[string]*huma.Response{}
	for status, what := range map[string]table.Text{"200": {ZH: "正常", EN: "all is well"}, "503": {ZH: "有异常", EN: "something is not"}} {
		op.Responses[status] = &huma.Response{Description: what.EN, Extensions: map[string]any{"x-description-zh": what.ZH}, Content: map[string]*huma.MediaType{contentTypes[asJSON]: {Schema: well}}}
	}
	huma.Register(s.api, op, func(context.Context, *struct{}) (*output, error) {
		return &output{func(h huma.Context) {
			r, w := humago.Unwrap(h)
			s.health(w, r)
		}}, nil
	})
}

func (s *server) health(w http.ResponseWriter, r *http.Request) {
	well, body := s.Health(r.Context())
	if grant, granted := access.Of(r.Context()); !granted || grant.Scope != (report.Scope{}) {
		body = map[string]bool{"well": well}
	}
	status := http.StatusOK
	if !well {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", contentTypes[asJSON]+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.Log.Debug("answer not taken", "reason", err) // the caller has hung up
	}
}

// countersEndpoint is for those who may see all bases: every gateway stands in it.
func (s *server) countersEndpoint() {
	op := s.operation(endpoint{path: "/metrics", may: []int{403},
		summary: table.Text{ZH: "运行计数（Prometheus）", EN: "Counters, for Prometheus"},
		detail:  table.Text{ZH: "Prometheus 文本格式；需要全省权限。", EN: "In Prometheus' text format; for tokens of the whole province."}})
	delete(op.Responses, "304")
	op.Responses["200"].Content["text/plain"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	huma.Register(s.api, op, func(context.Context, *struct{}) (*output, error) {
		return &output{func(h huma.Context) {
			r, w := humago.Unwrap(h)
			a, err := s.hear(r, h.Operation(), []string{asJSON})
			if err == nil && a.grant.Scope != (report.Scope{}) {
				err = problemOf(http.StatusForbidden, table.Text{EN: "every gateway stands in it: expected a token of the whole province", ZH: "其中有全部网关：需要全省权限的令牌"})
			}
			if err != nil {
				s.writeProblem(w, s.problem(a, err))
				return
			}
			s.Metrics.ServeHTTP(w, r)
		}}, nil
	})
}

// seenNow are those assets and areas of the floor that a grant may see.
func (s *server) seenNow(a *asked) ([]Live, []Area) {
	return slices.DeleteFunc(slices.Clone(s.Live()), func(l Live) bool { return !a.sees(l.Base) }),
		slices.DeleteFunc(slices.Clone(s.areas()), func(one Area) bool { return !a.sees(one.Base) })
}
