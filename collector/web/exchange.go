package web

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

const (
	lines         = "application/x-ndjson"
	exchangeMost  = 1000            // base-days, if nothing is said
	exchangeChunk = 50              // that are asked for at a time
	slowest       = 5 * time.Minute // that a reader may take for what was asked for at a time
)

type sinceInput struct {
	In
	Since string `query:"since"`
	Limit count  `query:"limit"`
}

// An ExchangeLine is one line of the exchange: a day that has changed, a row of it, or the end. A day may have lost all
// its rows, and whoever follows must hear of that, too.
type ExchangeLine struct {
	Kind string `json:"kind" enum:"day,machine,people,end"`

	Base        string           `json:"base,omitempty"`
	Day         string           `json:"day,omitempty" format:"date" doc:"The local day that has changed. The rows behind its line replace all that were read of it before."`
	Start       time.Time        `json:"start,omitzero" required:"false" doc:"When the day begins: midnight in the base, told in UTC. Each row is of the whole day."`
	Asset       string           `json:"asset,omitempty"`
	Place       string           `json:"place,omitempty"`
	Purpose     string           `json:"purpose,omitempty"`
	Affiliation string           `json:"affiliation,omitempty"`
	UserGroup   string           `json:"user_group,omitempty"`
	Sums        map[string]int64 `json:"sums,omitempty" doc:"Milliseconds, thousandths of a watt-hour, and visits; what is not there is 0."`
	Missing     string           `json:"missing,omitempty" enum:"withheld" doc:"Of people: fewer than five, or such a group could be worked out. There are no sums then."`
	Formula     int64            `json:"formula,omitempty"`
	Plan        string           `json:"plan,omitempty"`

	Next     *string `json:"next,omitempty" doc:"Of the end: the since to ask with the next time."`
	More     bool    `json:"more,omitempty" doc:"Of the end: there is more to be had at once."`
	Detail   string  `json:"detail,omitempty" doc:"Of the end, if it came too early: why."`
	DetailZH string  `json:"detail_zh,omitempty"`
}

func (s *server) exchangeEndpoint() {
	op := s.operation(endpoint{path: "/v1/exchange", costly: true, example: "limit=100",
		summary: table.Text{ZH: "增量交换", EN: "What has changed"},
		detail: table.Text{ZH: "自上次以来有变化的各基地各日：先是 kind 为 day 的一行，接着是这一天的全部台账行，替换以前读到的；每行一个 JSON，limit 为基地日数。最后一行 kind 为 end，其中 next 用于下次的 since；没有 end 行说明传输中断。",
			EN: "Those days of bases that have changed since, one JSON object a line: first one of the kind day, then every row that the day has now, in place of what was read of it before; limit counts such days. The last line is of the kind end, and its next is the since of the next time. Without such a line the answer was cut off."}})
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ExchangeLine](), true, "")
	op.Responses["200"].Content[lines] = &huma.MediaType{Schema: schema}
	delete(op.Responses, "304")
	huma.Register(s.api, op, func(context.Context, *sinceInput) (*output, error) {
		return &output{func(h huma.Context) {
			r, w := humago.Unwrap(h)
			a, err := s.hear(r, h.Operation(), []string{asJSON})
			if err == nil {
				err = s.inTurn(a, true, func() error { return s.exchange(a, w) })
			}
			if err != nil {
				s.writeProblem(w, s.problem(a, err))
			}
		}}, nil
	})
}

// exchange writes as it reads. Once it has begun an error is the end's, with how far it came.
func (s *server) exchange(a *asked, w http.ResponseWriter) error {
	left := exchangeMost
	if a.values.Get("limit") != "" {
		left = a.limit()
	}
	out, flush := json.NewEncoder(w), http.NewResponseController(w)
	next := a.values.Get("since")
	end := ExchangeLine{Kind: "end", Next: &next, More: true}
	for begun := false; left > 0 && end.More; begun = true {
		changes, further, err := s.Exchange(a.ctx, a.grant.Scope, next, min(left, exchangeChunk))
		if err != nil && !begun {
			return err
		}
		if err != nil {
			p := s.problem(a, err)
			end.Detail, end.DetailZH = p.Detail, p.DetailZH
			break
		}
		if !begun {
			w.Header().Set("Content-Type", lines+"; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
		}
		for i := range changes {
			if a.sees(changes[i].Base) {
				writeChange(out, &changes[i])
			}
		}
		// Fewer than were asked for are not the end: entries may be others', or of one day.
		next, end.More, left = further, further != next, left-len(changes)
		_ = flush.SetWriteDeadline(time.Now().Add(slowest)) // a recorder of a test has none
		if err := flush.Flush(); err != nil {
			s.Log.Debug("answer is not streamed", "reason", err)
		}
	}
	if err := out.Encode(end); err != nil {
		s.Log.Debug("answer not taken", "reason", err) // without an end it is known to be cut off
	}
	return nil
}

func writeChange(out *json.Encoder, c *report.Change) {
	_ = out.Encode(ExchangeLine{Kind: "day", Base: c.Base, Day: c.Day})
	for _, r := range c.Rows {
		_ = out.Encode(ExchangeLine{Kind: "machine", Base: c.Base, Day: c.Day, Start: r.Start.UTC(), Asset: r.Asset, Purpose: r.Purpose,
			Affiliation: r.Affiliation.String(), Sums: sums(&r.Cell), Formula: r.Formula, Plan: r.Plan}) // whoever hung up misses the end
	}
	for _, r := range c.Crowd {
		_ = out.Encode(ExchangeLine{Kind: "people", Base: c.Base, Day: c.Day, Start: r.Start.UTC(), Place: r.Place, Purpose: r.Purpose, Affiliation: r.Affiliation.String(),
			UserGroup: r.UserGroup, Sums: map[string]int64{"person_ms": r.PersonMS, "estimated_ms": r.EstimatedMS, "visits": r.Visits}, Formula: r.Formula, Plan: r.Plan})
	}
	for _, key := range c.Withheld {
		_ = out.Encode(ExchangeLine{Kind: "people", Base: c.Base, Day: c.Day, Place: key.Place, Purpose: key.Purpose, Affiliation: key.Affiliation.String(),
			UserGroup: key.UserGroup, Missing: string(report.Withheld)})
	}
}

func sums(c *utilisation.Cell) map[string]int64 {
	all := map[string]int64{}
	for m, n := range c {
		if n != 0 {
			all[utilisation.Measure(m).String()] = n
		}
	}
	return all
}
