package pages_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/collector/pages"
	"basemeter/collector/pages/pagestest"
	"basemeter/collector/report"

	"pgregory.net/rapid"
)

var cityAlone, baseAlone = report.Scope{City: "nanchang"}, report.Scope{Base: pagestest.Dim}

func TestWithoutAGrantNothingIsShown(t *testing.T) {
	p := fresh()
	for _, path := range every {
		w := httptest.NewRecorder()
		pages.Handler(options(p)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "南昌") {
			t.Errorf("%s: %d %s", path, w.Code, text(w.Body.String()))
		}
	}
	if len(p.Asked) > 0 {
		t.Error("the database was asked")
	}
}

// A base that may not be seen is like one that does not exist, on every page.
func TestABaseOutsideIsLikeNone(t *testing.T) {
	for _, scope := range []report.Scope{cityAlone, baseAlone} {
		p := fresh()
		for _, path := range []string{"/?base=BASE", "/?place=base:BASE", "/explain?base=BASE", "/explain?base=BASE&asset=m-01&period=2026-03-18", "/base?base=BASE", "/improve?base=BASE", "/certificate?base=BASE", "/certificate?base=BASE&period=frozen:2025-2026-1.1"} {
			outside := get(t, options(p), scope, strings.Replace(path, "BASE", pagestest.Few, 1))
			none := get(t, options(p), scope, strings.Replace(path, "BASE", "zz-none", 1))
			if outside.Code != http.StatusNotFound || strings.ReplaceAll(outside.Body.String(), pagestest.Few, "zz-none") != none.Body.String() {
				t.Errorf("%v %s: %d and %d", scope, path, outside.Code, none.Code)
			}
		}
		if len(p.Asked) > 0 {
			t.Errorf("%v: the database was asked of what is outside", scope)
		}
	}
}

// guarded hands on only what a scope has, and fails the test otherwise.
func guarded(t testing.TB, p *pagestest.Province, scope report.Scope) pages.Options {
	o := options(p)
	see := func(base string) {
		if !scope.Has(base, p.List.Base(base)) {
			t.Errorf("%v asked of %s", scope, base)
		}
	}
	o.Answer = func(ctx context.Context, q report.Query) (report.Answer, error) {
		if q.Within != scope {
			t.Errorf("%v asks within %v", scope, q.Within)
		}
		return p.Answer(ctx, q)
	}
	heat, explain, evidence, corrections := o.Heat, o.Explain, o.Evidence, o.Corrections
	o.Heat = func(ctx context.Context, base, asset string, from, to time.Time) (report.Heat, error) {
		see(base)
		return heat(ctx, base, asset, from, to)
	}
	o.Explain, o.Evidence = func(ctx context.Context, base, asset string, from, to time.Time) (s spans, err error) {
		see(base)
		return explain(ctx, base, asset, from, to)
	}, func(ctx context.Context, base, asset string, from, to time.Time) ([]report.Evidence, error) {
		see(base)
		return evidence(ctx, base, asset, from, to)
	}
	o.Corrections = func(ctx context.Context, base string) ([]report.Correction, error) {
		see(base)
		return corrections(ctx, base)
	}
	return o
}

func TestNothingOfOutsideIsOnAnyPage(t *testing.T) {
	for scope, hidden := range map[report.Scope][]string{
		cityAlone: {"九江", "赣州", "jj-robot", "gz-metal", "jiujiang", "ganzhou", "炼化", "钨和稀土"},
		baseAlone: {"南昌", "赣州", "nc-cnc", "gz-metal", "nanchang", "ganzhou", "电子信息", "2025-2026-1.1"},
	} {
		o := guarded(t, fresh(), scope)
		for _, path := range every {
			if strings.Contains(path, "base=") || strings.Contains(path, "place=") || strings.Contains(path, "frozen") {
				continue
			}
			body := text(page(t, o, scope, path)) + strings.Join(addresses(page(t, o, scope, path)), " ")
			for _, h := range hidden {
				if strings.Contains(body, h) {
					t.Errorf("%v %s shows %s", scope, path, h)
				}
			}
		}
	}
}

func addresses(body string) (all []string) {
	for _, l := range links(body) {
		all = append(all, l[1])
	}
	return all
}

func TestOneWhoSeesOneBaseBeginsThere(t *testing.T) {
	contains(t, page(t, options(fresh()), baseAlone, "/?lang=zh"), "九江工业机器人实训基地", "按设备统计")
	contains(t, page(t, options(fresh()), baseAlone, "/certificate?lang=zh"), "九江工业机器人实训基地", "草稿", "还没有冻结版本")
}

// Whatever stands in an address, a page answers it or says what is wrong with it, and asks within the scope.
func TestNoQuestionBreaksAPage(t *testing.T) {
	values := map[string][]string{
		"lang": {"zh", "en", "xx", ""}, "period": {"term", "term-1", "academic", "year-1", "month", "2026-03", "2026-03-18", "custom", "frozen:2025-2026-1.1", "frozen:2025-2026-1.1:2025-10", "frozen:", "2025-2026-1", "x", "-1", ":"},
		"from": {"2026-03-01", "", "x"}, "last": {"2026-03-05", "2026-02-01", "2000-01-01"}, "place": {"all", "city:nanchang", "county:nanchang-1", "base:nc-cnc", "base:", "x:y", ":"},
		"base": {"nc-cnc", "jj-robot", "gz-metal", "none"}, "asset": {"m-01", "m-03", "m-99"}, "line": {"line-1", "x"}, "purpose": {"student_training", "x"}, "affiliation": {"host", "x"}, "user_group": {"employee", "x"},
		"by": {"city", "base", "line", "asset", "purpose", "affiliation", "user_group", "month", "x"}, "metric": {"effective_hours", "external_share", "person_hours", "visits", "people", "coverage", "energy_kwh", "quota_ratio", "x"},
		"floor": {"0", "0.5", "1", "1.1", "NaN", "-0"}, "other": {"1"},
	}
	names := []string{"lang", "period", "from", "last", "place", "base", "asset", "line", "purpose", "affiliation", "user_group", "by", "metric", "floor", "other"}
	small := pagestest.New(2)
	rapid.Check(t, func(r *rapid.T) {
		scope := rapid.SampledFrom([]report.Scope{{}, cityAlone, baseAlone}).Draw(r, "scope")
		path := rapid.SampledFrom([]string{"/", "/explain", "/base", "/improve", "/certificate", "/metrics", "/x"}).Draw(r, "page")
		sign := "?"
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 6, rapid.ID[string]).Draw(r, "fields") {
			path += sign + name + "=" + rapid.SampledFrom(values[name]).Draw(r, name)
			sign = "&"
		}
		w := get(t, guarded(t, small, scope), scope, path)
		if !slices.Contains([]int{200, 400, 404}, w.Code) {
			r.Fatalf("%s: %d", path, w.Code)
		}
		checked(t, path, w.Header(), w.Body.String())
	})
}

func FuzzQuestions(f *testing.F) {
	for _, path := range every {
		f.Add(path)
	}
	small := pagestest.New(2)
	f.Fuzz(func(t *testing.T, path string) {
		_, raw, _ := strings.Cut(path, "?")
		for _, page := range []string{"/", "/explain", "/base", "/improve", "/certificate", "/metrics"} {
			r := httptest.NewRequest(http.MethodGet, page, nil)
			r.URL.RawQuery = raw
			w := httptest.NewRecorder()
			pages.Handler(guarded(t, small, cityAlone)).ServeHTTP(w, r.WithContext(granted(cityAlone)))
			if w.Code >= 500 {
				t.Errorf("%s?%s: %d", page, raw, w.Code)
			}
		}
	})
}
