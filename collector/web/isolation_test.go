package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"basemeter/collector/report"
)

// everything are questions to every endpoint, in every format. BASE and ASSET are put in.
var everything = []string{
	"/v1/utilisation?" + march, "/v1/utilisation?" + march + "&by=base,asset&format=csv", "/v1/utilisation?" + march + "&by=city,county,kind,base&format=xlsx", "/v1/utilisation?" + march + "&by=month&version=2025-2026.1",
	"/v1/utilisation?" + march + "&by=asset&limit=1", "/v1/utilisation?" + march + "&by=purpose&base=BASE", "/v1/utilisation?from=2026-03-02&to=2026-03-03&base=BASE",
	"/v1/attendance?" + march, "/v1/attendance?" + march + "&by=place,user_group&format=csv", "/v1/attendance?" + march + "&base=BASE&format=xlsx",
	"/v1/coverage?" + march, "/v1/coverage?" + march + "&format=csv", "/v1/coverage?" + march + "&format=xlsx&base=BASE",
	"/v1/sessions?base=BASE&" + march, "/v1/sessions?base=BASE&format=csv&" + march, "/v1/sessions?base=BASE&asset=ASSET&format=xlsx&" + march,
	"/v1/explain?base=BASE&asset=ASSET&from=2026-03-01&to=2026-03-02",
	"/v1/assets", "/v1/assets?format=csv", "/v1/assets?format=xlsx", "/v1/assets?base=BASE", "/v1/assets?limit=1", "/v1/bases", "/v1/bases?base=BASE", "/v1/bases?limit=1",
	"/v1/metrics", "/v1/dimensions", "/v1/periods", "/v1/periods?base=BASE", "/v1/corrections", "/v1/corrections?base=BASE",
	"/v1/exchange", "/v1/exchange?limit=1", "/v1/exchange?since=1", "/v1/now", "/v1/now?base=BASE",
	"/v1/forms", "/v1/forms/sj3?" + march, "/v1/forms/sj3?format=csv&" + march, "/v1/forms/sj3?format=json&" + march, "/v1/forms/sj3?base=BASE&" + march,
	"/", "/?period=week&lang=en", "/health", "/metrics", "/docs", "/openapi.json", "/openapi.yaml", "/elsewhere",
}

// seenIn is all that an answer tells, in readable form.
func seenIn(t *testing.T, d *desk, path string) (status int, text string) {
	t.Helper()
	w := d.ask(path)
	var head strings.Builder
	if err := w.Header().Write(&head); err != nil {
		t.Fatal(err)
	}
	status = w.Code
	if strings.Contains(w.Header().Get("Content-Type"), "spreadsheetml") {
		return status, head.String() + unpacked(t, w)
	}
	return status, head.String() + w.Body.String()
}

// Whatever others there are, who may not see them cannot tell: every answer is, to the byte, what it would be without them.
func TestWhatMayNotBeSeenIsAsIfItWereNotThere(t *testing.T) {
	for _, scope := range []report.Scope{{City: "nanchang"}, {City: "ganzhou"}, {Base: "nc-alpha"}, {Base: "nc-beta"}, {Base: "gz-gamma"}, {City: "jian"}, {Base: "no-such"}} {
		all, alone := newDesk(), newDesk()
		all.scope, alone.scope = scope, scope
		alone.world = slices.DeleteFunc(alone.world, func(b one) bool { return !scope.Has(b.id, &report.Base{City: b.city}) })
		seen := map[string]bool{}
		for _, b := range alone.world {
			seen[b.id] = true
		}
		for _, b := range threeBases() {
			for _, path := range everything {
				if strings.Contains(path, "BASE") || b.id == "gz-gamma" { // the others once
					path = strings.NewReplacer("BASE", b.id, "ASSET", "asset-"+b.mark).Replace(path)
					status, text := seenIn(t, all, path)
					if want, other := seenIn(t, alone, path); status != want || text != other {
						t.Errorf("%s: %s: %d\n%s\nwithout the others %d\n%s", scope, path, status, text, want, other)
					}
					if strings.Contains(path, "base="+b.id) && !seen[b.id] && status != http.StatusNotFound {
						t.Errorf("%s: %s: %d", scope, path, status)
					}
					for _, other := range threeBases() {
						for _, mark := range other.marks() {
							told := strings.NewReplacer("base="+b.id, "", b.id, "", "asset-"+b.mark, "").Replace(text) // what was asked may be repeated
							if !seen[other.id] && strings.Contains(told, mark) {
								t.Errorf("%s: %s tells of %s: %s", scope, path, other.id, text)
							}
						}
					}
					if status == http.StatusInternalServerError {
						t.Errorf("%s: %s: %s", scope, path, text)
					}
				}
			}
		}
	}
}

// The province sees them all: else nothing would have been proved.
func TestTheProvinceSeesEveryMark(t *testing.T) {
	d := newDesk()
	told := map[string]bool{}
	for _, b := range d.world {
		for _, path := range everything {
			path = strings.NewReplacer("BASE", b.id, "ASSET", "asset-"+b.mark).Replace(path)
			status, text := seenIn(t, d, path)
			if want := map[bool]int{true: http.StatusNotFound, false: http.StatusOK}[path == "/elsewhere"]; status != want {
				t.Errorf("%s: %d %s", path, status, text)
			}
			for _, mark := range b.marks() {
				told[path] = told[path] || strings.Contains(text, mark)
			}
		}
	}
	for path, so := range told {
		quiet := []string{"/v1/metrics", "/v1/forms", "/docs", "/openapi.json", "/openapi.yaml", "/elsewhere"}
		if !so && !slices.Contains(quiet, path) && !strings.Contains(path, "by=purpose") && !strings.Contains(path, "by=month") {
			t.Errorf("%s tells of no base", path)
		}
	}
}

// One that may not be seen is answered like one that is not there, but for its name.
func TestABaseOutOfScopeIsNone(t *testing.T) {
	d := newDesk()
	d.scope = report.Scope{City: "nanchang"}
	n := 0
	for _, path := range everything {
		if !strings.Contains(path, "BASE") {
			continue
		}
		path = strings.ReplaceAll(path, "ASSET", "asset-gamma")
		status, hidden := seenIn(t, d, strings.ReplaceAll(path, "BASE", "gz-gamma"))
		other, absent := seenIn(t, d, strings.ReplaceAll(path, "BASE", "gz-gammy"))
		if status != http.StatusNotFound || other != status || strings.ReplaceAll(hidden, "gz-gamma", "gz-gammy") != absent {
			t.Errorf("%s: %d %s\n%d %s", path, status, hidden, other, absent)
		}
		p := refused(t, d.ask(strings.ReplaceAll(path, "BASE", "gz-gamma")), http.StatusNotFound)
		if p.Parameter != "base" {
			t.Errorf("%s: %+v", path, p)
		}
		n++
	}
	if n < 10 || len(d.asked) != 0 {
		t.Errorf("%d questions, and the ledger was asked %d times", n, len(d.asked))
	}
}

func TestWithoutAGrantNothingIsTold(t *testing.T) {
	d := newDesk()
	d.nobody = true
	for _, path := range everything {
		path = strings.NewReplacer("BASE", "nc-alpha", "ASSET", "asset-alpha").Replace(path)
		if path == "/health" {
			continue
		}
		refused(t, d.ask(path), http.StatusUnauthorized)
	}
	if w := d.ask("/health"); w.Code != http.StatusOK || w.Body.String() != `{"well":true}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(d.asked) != 0 {
		t.Error("the ledger was asked")
	}
}
