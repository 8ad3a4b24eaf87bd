package pages_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/pages"
	"basemeter/collector/pages/pagestest"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// options hand the pages a province.
func options(p *pagestest.Province) pages.Options {
	return pages.Options{Answer: p.Answer, Catalogue: p.Catalogue, Heat: p.Heat, Explain: p.Explain, Evidence: p.Evidence, Frozen: p.Frozen, Corrections: p.Corrections,
		Words: pagestest.Words, Prefix: "/figures/", FloorHref: "../", Public: "https://figures.example.cn",
		Now: func() time.Time { return p.Now }, Log: slog.New(slog.DiscardHandler)}
}

// get asks for a page as somebody with a scope.
func get(t testing.TB, o pages.Options, scope report.Scope, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r = r.WithContext(granted(scope))
	w := httptest.NewRecorder()
	pages.Handler(o).ServeHTTP(w, r)
	return w
}

// granted is a request's context of somebody who may see a scope.
func granted(scope report.Scope) context.Context {
	return access.With(context.Background(), access.Grant{Scope: scope})
}

// spans are what an explanation is made of.
type spans = []utilisation.Span
