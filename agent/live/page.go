package live

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// Handler serves the page, in Chinese or with ?lang=en in English, and the floor as JSON at /v1/live.
func Handler(look func() Floor) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/live", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(look())
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
		pageTemplate.Execute(w, see(look(), language(r)))
	})
	return mux
}

// language is the one asked for, or else the first of the two that the browser would rather read.
func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); words[lang] != nil {
		return lang
	}
	for _, tag := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		lang := strings.FieldsFunc(tag+" ", func(r rune) bool { return r == ' ' || r == '-' || r == ';' })
		if len(lang) > 0 && words[lang[0]] != nil {
			return lang[0]
		}
	}
	return "zh"
}
