package collector

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"basemeter/configs"
)

// asker asks a collector without a database, which lets in those that access says, as who has an answer with that tag.
func asker(t *testing.T, access string) func(method, path, tag string) *httptest.ResponseRecorder {
	c, err := New(configs.Collector{HTTP: configs.CollectorHTTP{Listen: "127.0.0.1:0", Access: access}, InfluxDB: configs.InfluxDB{URL: "http://127.0.0.1:1", Database: "d"}},
		Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.listener.Close() })
	return func(method, path, tag string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(method, path, nil), httptest.NewRecorder()
		r.Header.Set("If-None-Match", tag)
		c.handler.ServeHTTP(w, r)
		return w
	}
}

// Every address that is served, and what may not be: whatever the answer, a browser shows it in nobody's frame, guesses
// no type, tells no other site, and no proxy keeps it for others. There is no database, so figures are refused.
func TestWhatABrowserMayDoWithEveryAnswer(t *testing.T) {
	open, closed := asker(t, configs.AccessOpen), asker(t, configs.AccessTokens)
	const march = "?from=2026-03-01&to=2026-03-08"
	const nothing, style = "default-src 'none'; form-action", "style-src 'unsafe-inline'"
	routes := []struct {
		path   string
		status int
		policy string // a part of it
		cache  string
	}{
		{"/", 502, "script-src 'sha256-", "no-store"}, {"/docs", 200, style, "private, no-cache"}, {"/nowhere", 404, nothing, "no-store"},
		{"/figures", 307, nothing, "no-store"}, {"/figures/", 502, "style-src 'sha256-", "private, no-store"}, {"/figures/explain", 502, "style-src 'sha256-", "private, no-store"},
		{"/figures/base", 200, "style-src 'sha256-", "private, no-store"}, {"/figures/improve", 200, "style-src 'sha256-", "private, no-store"}, {"/figures/certificate", 200, "style-src 'sha256-", "private, no-store"},
		{"/figures/metrics", 200, "style-src 'sha256-", "private, no-store"}, {"/figures/nowhere", 404, "style-src 'sha256-", "private, no-store"},
		{"/openapi.json", 200, style, "private, no-cache"}, {"/openapi.yaml", 200, style, "private, no-cache"}, {"/metrics", 200, nothing, "no-store"}, {"/health", 503, nothing, "no-store"},
		{"/v1/now", 200, nothing, "private, no-cache"}, {"/v1/bases", 200, nothing, "private, no-cache"}, {"/v1/assets", 200, nothing, "private, no-cache"}, {"/v1/assets?format=csv", 200, nothing, "private, no-cache"},
		{"/v1/metrics", 200, nothing, "private, no-cache"}, {"/v1/dimensions", 200, nothing, "private, no-cache"}, {"/v1/forms", 200, nothing, "private, no-cache"},
		{"/v1/utilisation" + march, 502, nothing, "no-store"}, {"/v1/attendance" + march, 502, nothing, "no-store"}, {"/v1/coverage" + march, 502, nothing, "no-store"}, {"/v1/utilisation", 400, nothing, "no-store"},
		{"/v1/sessions" + march + "&base=b", 502, nothing, "no-store"}, {"/v1/explain" + march + "&base=b&asset=a", 502, nothing, "no-store"}, {"/v1/forms/{id}" + march, 404, nothing, "no-store"},
		{"/v1/periods", 502, nothing, "no-store"}, {"/v1/corrections", 502, nothing, "no-store"}, {"/v1/exchange", 502, nothing, "no-store"}, {"/v1/nowhere", 404, nothing, "no-store"},
	}
	listed := map[string]bool{}
	for _, route := range routes {
		path, _, _ := strings.Cut(route.path, "?")
		listed[path] = true
		for name, w := range map[string]*httptest.ResponseRecorder{"shown": open(http.MethodGet, route.path, ""), "posted": open(http.MethodPost, route.path, ""), "refused": closed(http.MethodGet, route.path, "")} {
			h := w.Header()
			policy := h.Get("Content-Security-Policy")
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "base-uri 'none'") {
				t.Errorf("%s %s: %v", route.path, name, h)
			}
			if cache := h.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
				t.Errorf("%s %s may be kept: %q", route.path, name, cache)
			}
			if name == "shown" && (w.Code != route.status || h.Get("Cache-Control") != route.cache || !strings.Contains(policy, route.policy)) {
				t.Errorf("%s: %d %v", route.path, w.Code, h)
			}
		}
		tag := open(http.MethodGet, route.path, "").Header().Get("ETag")
		if (tag != "") != (route.cache == "private, no-cache") {
			t.Errorf("%s has the tag %q", route.path, tag)
		} else if again := open(http.MethodGet, route.path, tag); tag != "" && (again.Code != http.StatusNotModified || again.Header().Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s again: %d %v", route.path, again.Code, again.Header())
		}
	}
	var document struct{ Paths map[string]any }
	if err := json.Unmarshal(open(http.MethodGet, "/openapi.json", "").Body.Bytes(), &document); err != nil || len(document.Paths) < 10 {
		t.Fatal(err, document)
	}
	for path := range document.Paths {
		if !listed[path] {
			t.Errorf("%s is not in the table", path)
		}
	}
}
