package web

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
)

// A form that is asked for without a span is about its own last year, by the base's clock; /v1/forms says which that is.
func TestAFormHasItsOwnYear(t *testing.T) {
	d := newDesk()
	want := Forms{[]OneForm{
		{"sj3", "仪器设备", "Instruments", "academic", "2025-02-03", "2025-11-12", []string{"all_assets"}},
		{"all", "全部", "Everything", "calendar", "2025-02-03", "2025-11-12", []string{"all_assets", "use_in", "weight"}},
	}}
	if all := got[Forms](t, d.ask("/v1/forms")); !reflect.DeepEqual(all, want) {
		t.Errorf("%+v", all)
	}
	if w := d.ask("/v1/forms/sj3"); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	q := d.asked[0]
	if from, to := q.From.Format(time.RFC3339), q.To.Format(time.RFC3339); from != "2025-02-03T00:00:00+08:00" || to != "2025-11-12T00:00:00+08:00" {
		t.Error(from, to)
	}
	for question, parameter := range map[string]string{"from=2026-02-01": "to", "to=2026-02-01": "from"} {
		if p := refused(t, d.ask("/v1/forms/sj3?"+question), http.StatusBadRequest); p.Parameter != parameter || !strings.Contains(p.Detail, "own last year") {
			t.Errorf("%s: %+v", question, p)
		}
	}
}

func TestAFormIsChosen(t *testing.T) {
	for question, want := range map[string]Choice{
		"sj3?":                        {Floor: report.CoverageFloor},
		"sj3?floor=0&all_assets=true": {AllAssets: true},
		"all?floor=0.5&all_assets=false&use_in=days":              {Floor: 0.5},
		"all?all_assets=true&use_in=hours&weight=40.5&floor=0.25": {0.25, true, true, 40.5},
	} {
		d := newDesk()
		if w := d.ask("/v1/forms/" + question); w.Code != http.StatusOK || d.choice != want {
			t.Errorf("%s: %d %+v", question, w.Code, d.choice)
		}
	}
	for question, parameter := range map[string]string{
		"sj3?weight=40": "weight", "sj3?use_in=days": "use_in", "all?weight=0": "weight", "all?weight=101": "weight", "all?weight=x": "weight",
		"all?floor=80": "floor", "all?all_assets=yes": "all_assets", "all?use_in=weeks": "use_in", "all?all_assets=": "all_assets"} {
		d := newDesk()
		if p := refused(t, d.ask("/v1/forms/"+question), http.StatusBadRequest); p.Parameter != parameter || len(d.asked) != 0 {
			t.Errorf("%s: %+v", question, p)
		}
	}
}

// A name that means nothing is none, in every scope: zeros would look like figures. What was heard of is answered.
func TestANameThatMeansNothing(t *testing.T) {
	for _, path := range []string{"/v1/utilisation", "/v1/coverage", "/v1/attendance", "/v1/forms/sj3"} {
		for _, name := range []string{"base", "city", "county", "kind", "cluster", "consortium", "purpose", "affiliation", "user_group"} {
			of := path + "?" + march + "&" + name + "="
			if name == "user_group" && path != "/v1/attendance" || strings.Contains(path, "forms") && (name == "purpose" || name == "affiliation") {
				continue
			}
			for _, scope := range []report.Scope{{}, {City: "nanchang"}, {Base: "nc-alpha"}} {
				d := newDesk()
				d.scope = scope
				if p := refused(t, d.ask(of+"typo"), http.StatusNotFound); p.Parameter != name || len(d.asked) != 0 {
					t.Errorf("%s: %s: %+v", scope, of, p)
				}
			}
		}
	}
	d := newDesk()
	for _, question := range []string{"base=heard", "base=far", "base=nc-alpha,heard", "city=jian", "kind=kind-gamma", "purpose=odd"} {
		if w := d.ask("/v1/utilisation?" + march + "&" + question); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", question, w.Code, w.Body)
		}
	}
	d.scope = report.Scope{City: "nanchang"} // what a base has that may not be seen
	for _, question := range []string{"base=heard", "kind=kind-gamma", "county=county-gamma"} {
		refused(t, d.ask("/v1/utilisation?"+march+"&"+question), http.StatusNotFound)
	}
}
