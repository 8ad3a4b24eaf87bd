package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"basemeter/collector/access"
)

//go:embed reference.html
var referenceText string

var referenceTemplate = template.Must(template.New("reference").Parse(referenceText))

// A reference is the page that describes the API, in one language. It is made of the document alone.
type reference struct {
	Lang, Other string
	Version     string
	About       string
	Word        map[string]string
	Endpoints   []referenceEndpoint
	Problems    []referenceProblem
}

type referenceEndpoint struct {
	ID, Path, Summary, Detail, Example string
	Public                             bool
	Parameters                         []referenceParameter
	Answers                            []referenceAnswer
	Outline                            string // of the JSON
}

type referenceParameter struct {
	Name, Type, Detail, Example string
	Required                    bool
}

type referenceAnswer struct{ Status, Detail, Kinds string }

type referenceProblem struct {
	Anchor, Title string
	Status        int
}

// referenceEndpoints serve the document and what is made of it, when somebody wants it for the first time.
func (s *server) referenceEndpoints(mux *http.ServeMux) {
	page := func(make func() []byte) func() []byte { return sync.OnceValue(make) }
	document := map[string]func() []byte{
		"application/openapi+json": page(func() []byte { return must(json.MarshalIndent(s.api.OpenAPI(), "", "  ")) }),
		"application/openapi+yaml": page(func() []byte { return must(s.api.OpenAPI().YAML()) }),
	}
	pages := map[string]func() []byte{"zh": page(func() []byte { return s.reference("zh") }), "en": page(func() []byte { return s.reference("en") })}
	for path, kind := range map[string]string{"/openapi.json": "application/openapi+json", "/openapi.yaml": "application/openapi+yaml"} {
		mux.HandleFunc("GET "+path, s.fixed(kind, func(string) []byte { return document[kind]() }))
	}
	mux.HandleFunc("GET /docs", s.fixed("text/html; charset=utf-8", func(lang string) []byte { return pages[lang]() }))
}

// must is for what is made of our own document alone.
func must(text []byte, err error) []byte {
	if err != nil {
		panic("web: the document: " + err.Error())
	}
	return text
}

// fixed serves what never changes while the program runs.
func (s *server) fixed(kind string, body func(lang string) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, granted := access.Of(r.Context()); !granted {
			s.writeProblem(w, ungranted())
			return
		}
		text := body(language(r))
		sum := sha256.Sum256(text)
		tag := base64.RawURLEncoding.EncodeToString(sum[:18])
		h := w.Header()
		h.Set("ETag", `"`+tag+`"`)
		h.Set("Cache-Control", "private, no-cache")
		h.Add("Vary", "Accept-Language, Authorization")
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
		if _, err := w.Write(text); err != nil {
			s.Log.Debug("page not taken", "reason", err)
		}
	}
}

func (s *server) reference(lang string) []byte {
	d := s.api.OpenAPI()
	page := reference{Lang: lang, Other: map[string]string{"zh": "en", "en": "zh"}[lang], Version: d.Info.Version, Word: referenceWords[lang],
		About: in2(lang, d.Info.Description, d.Info.Extensions)}
	for _, path := range s.order {
		one := referenceOf(lang, path, d.Paths[path].Get)
		for _, kind := range []string{contentTypes[asJSON], lines} {
			if media := d.Paths[path].Get.Responses["200"].Content[kind]; media != nil {
				one.Outline = outline(d.Components.Schemas, media.Schema, "")
			}
		}
		if len(s.Forms) > 0 {
			one.Example = strings.Replace(one.Example, "{id}", s.Forms[0].ID, 1)
		}
		page.Endpoints = append(page.Endpoints, one)
	}
	for _, status := range slices.Sorted(maps.Keys(kinds)) {
		page.Problems = append(page.Problems, referenceProblem{kinds[status].anchor, kinds[status].title.In(lang), status})
	}
	var text bytes.Buffer
	if err := referenceTemplate.Execute(&text, page); err != nil {
		panic("web: the reference: " + err.Error())
	}
	return text.Bytes()
}

// in2 is what the document says of something in a language: English where OpenAPI has a place for it, Chinese beside it.
func in2(lang, en string, more map[string]any) string {
	if zh, ok := more["x-description-zh"].(string); ok && lang == "zh" {
		return zh
	}
	return en
}

func referenceOf(lang, path string, op *huma.Operation) referenceEndpoint {
	e := referenceEndpoint{ID: op.OperationID, Path: path, Summary: op.Summary, Detail: in2(lang, op.Description, op.Extensions), Example: path, Public: len(op.Security) > 0}
	if lang == "zh" {
		e.Summary, _ = op.Extensions["x-summary-zh"].(string)
	}
	if query, ok := op.Extensions["x-example"].(string); ok {
		e.Example += "?" + query
	}
	for _, p := range op.Parameters {
		one := referenceParameter{Name: p.Name, Detail: in2(lang, p.Description, p.Extensions), Required: p.Required, Type: typeWords(p.Schema)}
		if text, ok := p.Example.(string); ok {
			one.Example = text
		}
		e.Parameters = append(e.Parameters, one)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		e.Answers = append(e.Answers, referenceAnswer{status, in2(lang, r.Description, r.Extensions), strings.Join(slices.Sorted(maps.Keys(r.Content)), ", ")})
	}
	return e
}

// typeWords is what a parameter may be.
func typeWords(s *huma.Schema) string {
	if len(s.Enum) > 0 {
		var list []string
		for _, one := range s.Enum {
			list = append(list, one.(string))
		}
		return strings.Join(list, " | ")
	}
	if s.Minimum != nil {
		return s.Type + " " + number(*s.Minimum) + "–" + number(*s.Maximum)
	}
	return s.Type
}
