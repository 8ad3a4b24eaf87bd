package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"basemeter/collector/report"
)

// A published document is the one that is served, and its schemas.
type published struct {
	paths    map[string]operation
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

type operation struct {
	Parameters []parameter
	Responses  map[string]struct {
		Content map[string]struct{ Schema map[string]any }
	}
}

type parameter struct {
	Name, In string
	Required bool
	Example  string
	Schema   struct {
		Type             string
		Enum             []string
		Minimum, Maximum *float64
	}
}

func publish(t *testing.T, d *desk) *published {
	t.Helper()
	body := d.ask("/openapi.json").Body.Bytes()
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	if err := json.Unmarshal(body, &document); err != nil || !strings.HasPrefix(document.OpenAPI, "3.1") {
		t.Fatal(document.OpenAPI, err)
	}
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	p := &published{map[string]operation{}, jsonschema.NewCompiler(), map[string]*jsonschema.Schema{}}
	p.compiler.AssertFormat()
	if err := p.compiler.AddResource("file:///openapi.json", raw); err != nil {
		t.Fatal(err)
	}
	for path, methods := range document.Paths {
		if len(methods) != 1 {
			t.Errorf("%s: %d methods, want GET alone", path, len(methods))
		}
		p.paths[path] = methods["get"]
	}
	return p
}

type failing interface {
	Fatalf(string, ...any)
	Helper()
}

// holds an answer to the document.
func (p *published) holds(t failing, path, question string, w *httptest.ResponseRecorder) {
	t.Helper()
	answer, documented := p.paths[path].Responses[fmt.Sprint(w.Code)]
	kind, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	_, known := answer.Content[kind]
	if !documented || !known && !(w.Code == 304 && w.Body.Len() == 0) || w.Code >= 500 {
		t.Fatalf("%s: %d %q is not in the document: %s", question, w.Code, kind, w.Body)
	}
	lines := [][]byte{w.Body.Bytes()}
	switch kind {
	case "application/x-ndjson":
		lines = bytes.Split(bytes.TrimSpace(w.Body.Bytes()), []byte("\n"))
	case "application/json", "application/problem+json":
	default:
		return
	}
	for _, line := range lines {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err == nil {
			err = p.schema(t, path, fmt.Sprint(w.Code), kind).Validate(value)
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", question, line, err)
		}
	}
}

func (p *published) schema(t failing, path, status, kind string) *jsonschema.Schema {
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	at := "file:///openapi.json#/paths/" + url.PathEscape(escape(path)) + "/get/responses/" + status + "/content/" + url.PathEscape(escape(kind)) + "/schema"
	if p.compiled[at] == nil {
		s, err := p.compiler.Compile(at)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		p.compiled[at] = s
	}
	return p.compiled[at]
}

// known are values that mean something on the desk.
var known = map[string][]string{
	"base": {"nc-alpha", "nc-beta", "gz-gamma", "nc-alpha,nc-beta", "far"}, "asset": {"asset-alpha", "mill-beta", "asset-gamma"}, "city": {"nanchang", "ganzhou,nanchang"},
	"from": {"2026-02-01", "2026-03-01", "2026-02-27T08:00:00+08:00", "2025-03-01"}, "to": {"2026-03-02", "2026-02-28T00:00:00Z", "2027-01-01", "2026-03-03"},
	"by":      {"base", "city,month", "asset", "day,purpose", "place,user_group", "base,city,county,zone,kind,month,year"},
	"metrics": {"effective_hours", "visits", "person_hours,visits", "allocation,coverage"}, "metric": {"effective_hours", "allocation", "energy_kwh"},
	"version": {"2025-2026.1", "nothing"}, "since": {"0", "3", "x"}, "sheet": {"figures", "none"}, "floor": {"0.9", "1", "-1"}, "limit": {"1", "2", "10000", "0"}, "id": {"sj3", "all", "all", "none"}, "weight": {"35", "40.5"}, "purpose": {"student_training", "odd"}, "affiliation": {"host"}, "user_group": {"college_student"}, "kind": {"kind-alpha"}, "county": {"county-beta"},
	"zone": {"zone-alpha"}, "cluster": {"cluster-beta"}, "consortium": {"consortium-alpha"},
}

// drawn is a value of a parameter: mostly one that it may have.
func (p *parameter) drawn(t *rapid.T) string {
	label := p.Name
	switch rapid.IntRange(0, 9).Draw(t, "kind of "+label) {
	case 0:
		return rapid.String().Draw(t, label)
	case 1:
		if p.Example != "" {
			return p.Example
		}
	case 2:
		if p.Schema.Minimum != nil {
			return fmt.Sprint(rapid.IntRange(int(*p.Schema.Minimum)-1, int(*p.Schema.Maximum)+1).Draw(t, label))
		}
	}
	if len(p.Schema.Enum) > 0 {
		return rapid.SampledFrom(p.Schema.Enum).Draw(t, label)
	}
	if values := known[p.Name]; values != nil {
		return rapid.SampledFrom(values).Draw(t, label)
	}
	return rapid.StringMatching(`[a-z0-9_,-]{1,12}`).Draw(t, label)
}

// question is one to an endpoint, made of what the document says it takes.
func question(t *rapid.T, path string, op *operation) string {
	var query []string
	add := func(name, value string) { query = append(query, url.QueryEscape(name)+"="+url.QueryEscape(value)) }
	for _, p := range op.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape("x" + p.drawn(t))[1:])
			continue
		}
		often := 3
		if p.Required {
			often = 9
		}
		if rapid.IntRange(0, 9).Draw(t, "whether "+p.Name) < often {
			add(p.Name, p.drawn(t))
			if rapid.IntRange(0, 40).Draw(t, "twice "+p.Name) == 0 {
				add(p.Name, p.drawn(t))
			}
		}
	}
	switch rapid.IntRange(0, 40).Draw(t, "something else") {
	case 0:
		add(rapid.String().Draw(t, "unknown name"), "x")
	case 1:
		query = append(query, rapid.StringMatching(`[%;&=a-z0-9]{0,8}`).Draw(t, "raw"))
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return path
}

// Whatever is asked, the answer is one that the document says there can be.
func TestEveryAnswerIsInTheDocument(t *testing.T) {
	d := newDesk()
	d.spans = morning()
	p := publish(t, d)
	statuses := map[string]map[int]bool{}
	for path, op := range p.paths {
		statuses[path] = map[int]bool{}
		rapid.Check(t, func(t *rapid.T) {
			d.scope = rapid.SampledFrom([]report.Scope{{}, {}, {City: "nanchang"}, {Base: "nc-alpha"}}).Draw(t, "scope")
			d.nobody = rapid.IntRange(0, 30).Draw(t, "nobody") == 0
			header := []string{"Accept", rapid.SampledFrom([]string{"", "*/*", "text/csv", "application/json;q=0.5, text/csv", "image/png", ";;q=,"}).Draw(t, "accept"),
				"Accept-Language", rapid.SampledFrom([]string{"", "en", "zh-CN", ",;q=x"}).Draw(t, "language")}
			for range 5 {
				q := question(t, path, &op)
				w := ask(d, q, header...)
				if w == nil || w.Code == 301 || w.Code == 307 {
					continue // the router tidies a path before any endpoint hears of it
				}
				name, _, _ := strings.Cut(q, "?")
				if strings.Count(name, "/") == strings.Count(path, "/") && !strings.HasSuffix(name, "/") { // else it is another
					statuses[path][w.Code] = true
					p.holds(t, path, q, w)
				}
			}
		})
	}
	for path := range p.paths {
		if path != "/health" && (!statuses[path][200] || !statuses[path][400] || !statuses[path][401]) {
			t.Errorf("%s: not all kinds of answers were seen: %v", path, statuses[path])
		}
	}
}

// ask is desk.ask, for addresses that may be none.
func ask(d *desk, question string, header ...string) *httptest.ResponseRecorder {
	if u, err := url.ParseRequestURI(question); err != nil || strings.ContainsAny(question, " \x00") || u.Host != "" {
		return nil
	}
	return d.ask(question, header...)
}

// The same of a database that does not answer.
func TestWhatFailsIsInTheDocument(t *testing.T) {
	d := newDesk()
	p := publish(t, d)
	d.fails = fmt.Errorf("connection to %s refused", "gz-gamma")
	for _, path := range everything {
		path = strings.NewReplacer("BASE", "nc-alpha", "ASSET", "asset-alpha").Replace(path)
		name, _, _ := strings.Cut(path, "?")
		if strings.HasPrefix(name, "/v1/forms/") {
			name = "/v1/forms/{id}"
		}
		op, documented := p.paths[name]
		needs := []string{"utilisation", "attendance", "coverage", "sessions", "explain", "periods", "corrections", "exchange", "forms/{id}"}
		if !documented || !slices.Contains(needs, strings.TrimPrefix(name, "/v1/")) {
			continue
		}
		for scope, tells := range map[report.Scope]bool{{}: true, {City: "nanchang"}: false} {
			d.scope = scope
			w := d.ask(path)
			if refused(t, w, 502); strings.Contains(w.Body.String(), "gz-gamma") != tells {
				t.Errorf("%s: %s: %s", path, scope, w.Body)
			}
			if _, there := op.Responses["502"]; !there {
				t.Errorf("%s: 502 is not in the document", path)
			}
		}
	}
}

// Both languages everywhere, and nothing that is not described.
func TestTheDocumentSaysWhatEverythingMeans(t *testing.T) {
	var document struct {
		Paths map[string]map[string]map[string]any
	}
	if err := json.Unmarshal(newDesk().ask("/openapi.json").Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for path, methods := range document.Paths {
		op := methods["get"]
		for _, key := range []string{"summary", "description", "x-summary-zh", "x-description-zh", "operationId"} {
			if text, _ := op[key].(string); text == "" {
				t.Errorf("%s: no %s", path, key)
			}
		}
		list, _ := op["parameters"].([]any)
		for _, one := range list {
			p := one.(map[string]any)
			used[p["name"].(string)], used[path+" "+p["name"].(string)] = true, true
			if p["description"] == "" || p["x-description-zh"] == nil || p["x-description-zh"] == "" {
				t.Errorf("%s: %s: %v", path, p["name"], p)
			}
		}
	}
	for name := range parameterWords {
		if !used[name] {
			t.Errorf("nothing takes %s, which has words", name)
		}
	}
	if len(document.Paths) < 17 {
		t.Errorf("%d endpoints", len(document.Paths))
	}
}
