package web

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// document is what is said of the whole API. Its own pages are ours: huma's load scripts from elsewhere.
func document(version string) huma.Config {
	c := huma.DefaultConfig("basemeter", version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil // no $schema in answers
	c.Info.Description = "How training bases and pilot lines are really used. Everything is read with GET; errors are problems as RFC 9457 writes them, in both languages."
	c.Info.Extensions = map[string]any{"x-description-zh": "实训基地与中试平台的真实使用情况。全部接口用 GET 读取；错误按 RFC 9457 给出，中英文都有。"}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}, "password": {Type: "http", Scheme: "basic"}}
	c.Security = []map[string][]string{{"token": {}}, {"password": {}}}
	return c
}

func operationID(path string) string {
	return strings.NewReplacer("/{id}", "-one", "/", "-").Replace(strings.TrimPrefix(path, "/"))
}

// describe says in both languages what parameters mean.
func (s *server) describe() {
	for path, item := range s.api.OpenAPI().Paths {
		for _, p := range item.Get.Parameters {
			w, known := wordsOf(path, p.Name)
			if !known {
				panic("web: nothing is said of the parameter " + p.Name)
			}
			p.Description, p.Extensions = w.EN, map[string]any{"x-description-zh": w.ZH}
			p.Schema.Description = ""
			if p.Example == nil && w.example != "" {
				p.Example = w.example
			}
			if p.Schema.MaxLength == nil && len(p.Schema.Enum) == 0 && p.Schema.Type == huma.TypeString {
				p.Schema.MaxLength = new(2000)
			}
		}
	}
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} { // huma's own problems, which are never answered
		delete(s.api.OpenAPI().Components.Schemas.Map(), unused)
	}
	for name, about := range fieldWords {
		schema, field, _ := strings.Cut(name, ".")
		s.api.OpenAPI().Components.Schemas.Map()[schema].Properties[field].Description = about
	}
}
