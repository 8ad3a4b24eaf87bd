package web

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"basemeter/collector/table"
)

// An endpoint is what is said of one in the document.
type endpoint struct {
	path    string
	summary table.Text
	detail  table.Text
	example string   // a query that can be asked as it stands
	formats []string // the first is what is answered if nothing is said; none: JSON
	costly  bool     // it waits for its turn, and may be refused
	may     []int    // the statuses of problems that it may have besides those that all may
	public  bool     // answered without a grant
}

// In is what every endpoint takes. What is embedded has a capital, or huma would pass it over.
type In struct {
	Lang string `query:"lang" enum:"zh,en"`
}

// output hands the writing of an answer to us.
type output struct{ Body func(huma.Context) }

// get makes an endpoint that takes I and answers T. It is documented by both types, and its parameters are held to the
// document.
func get[I, T any](s *server, e endpoint, serve func(a *asked, in *I) (*reply[T], error)) {
	if len(e.formats) == 0 {
		e.formats = []string{asJSON}
	}
	op := s.operation(e)
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	for _, format := range e.formats {
		media := &huma.MediaType{Schema: schema}
		if format != asJSON {
			media.Schema = &huma.Schema{Type: huma.TypeString}
		}
		op.Responses["200"].Content[contentTypes[format]] = media
	}
	huma.Register(s.api, op, func(_ context.Context, in *I) (*output, error) {
		return &output{func(h huma.Context) {
			r, w := humago.Unwrap(h)
			a, err := s.hear(r, h.Operation(), e.formats)
			if err == nil {
				err = s.inTurn(a, e.costly, func() error {
					got, err := serve(a, in)
					if err != nil {
						return err
					}
					return answer(s, w, a, got)
				})
			}
			if err != nil {
				s.writeProblem(w, s.problem(a, err))
			}
		}}, nil
	})
}

// inTurn does what takes long when there is room for it.
func (s *server) inTurn(a *asked, costly bool, do func() error) error {
	if !costly || s.Turn == nil {
		return do()
	}
	release, err := s.Turn(a.ctx)
	if err != nil {
		s.Log.Debug("no turn", "path", a.path, "reason", err)
		p := problemOf(http.StatusServiceUnavailable, table.Text{EN: "too many questions that take long are being answered; ask again in some seconds",
			ZH: "正在计算的查询太多，请几秒后再试"})
		p.header = http.Header{"Retry-After": {"5"}}
		return p
	}
	defer release()
	return do()
}

// operation is an endpoint in the words of the document, with every answer it can give.
func (s *server) operation(e endpoint) huma.Operation {
	op := huma.Operation{
		Method: http.MethodGet, Path: e.path, OperationID: operationID(e.path), Summary: e.summary.EN, Description: e.detail.EN,
		SkipValidateParams: true, // we do it ourselves, in both languages: see parameters
		Extensions:         map[string]any{"x-summary-zh": e.summary.ZH, "x-description-zh": e.detail.ZH},
		Responses:          map[string]*huma.Response{"200": {Description: "what was asked for", Extensions: map[string]any{"x-description-zh": "所查内容"}, Content: map[string]*huma.MediaType{}}},
	}
	if e.example != "" {
		op.Extensions["x-example"] = e.example
	}
	if e.public {
		op.Security = []map[string][]string{{}}
	}
	op.Responses["304"] = &huma.Response{Description: "it is still what If-None-Match names", Extensions: map[string]any{"x-description-zh": "与 If-None-Match 所指的相同，没有变化"}}
	may := append([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusTooManyRequests}, e.may...)
	if e.costly {
		may = append(may, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusBadGateway, http.StatusServiceUnavailable)
	}
	for _, status := range may {
		s.mayFail(&op, status)
	}
	s.order = append(s.order, e.path)
	return op
}

func (s *server) mayFail(op *huma.Operation, status int) {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	op.Responses[strconv.Itoa(status)] = &huma.Response{Description: kinds[status].title.EN, Extensions: map[string]any{"x-description-zh": kinds[status].title.ZH},
		Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}
