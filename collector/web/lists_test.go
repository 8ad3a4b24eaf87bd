package web

import (
	"slices"
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

func TestTheDictionaryTellsWhatCanBeDividedByWhat(t *testing.T) {
	d := newDesk()
	all := got[Metrics](t, d.ask("/v1/metrics")).Metrics
	if len(all) != len(utilisation.Metrics) {
		t.Fatalf("%d of %d metrics", len(all), len(utilisation.Metrics))
	}
	for _, m := range all {
		if m.ZH == "" || m.EN == "" || m.Unit == "" || m.Formula == "" || m.Source == "" || len(m.By) == 0 {
			t.Errorf("%+v", m)
		}
		// What it says can be asked, it can be.
		path, others := "/v1/utilisation?", "/v1/attendance?"
		if m.Of == "people" {
			path, others = others, path
		}
		for _, by := range m.By {
			if w := d.ask(path + march + "&city=nanchang&metrics=" + m.ID + "&by=" + by); w.Code != 200 {
				t.Errorf("%s by %s: %d %s", m.ID, by, w.Code, w.Body)
			}
		}
		if w := d.ask(others + march + "&metrics=" + m.ID); w.Code != 400 {
			t.Errorf("%s: %d of the others", m.ID, w.Code)
		}
		if m.ID == "people" && !slices.Equal(m.By, []string{"base"}) || m.ID == "effective_hours" && !m.Explained || m.ID == "energy_kwh" && m.Explained {
			t.Errorf("%+v", m)
		}
	}
}

// The values of a dimension are those that bases within the scope have.
func TestTheDimensionsHaveTheValuesThatMayBeSeen(t *testing.T) {
	d := newDesk()
	d.scope = report.Scope{City: "nanchang"}
	for _, one := range got[Dimensions](t, d.ask("/v1/dimensions")).Dimensions {
		switch one.ID {
		case "city":
			if len(one.Values) != 1 || one.Values[0] != (Value{"nanchang", "zh:nanchang", "en:nanchang"}) {
				t.Errorf("%+v", one)
			}
		case "base":
			if len(one.Values) != 2 || one.Values[0] != (Value{"nc-alpha", "标alpha", "Mark alpha"}) {
				t.Errorf("%+v", one)
			}
		case "asset":
			if !one.Machines || one.People || one.Values != nil {
				t.Errorf("%+v", one)
			}
		case "place":
			if one.Machines || !one.People {
				t.Errorf("%+v", one)
			}
		}
		if one.ZH == "" || one.EN == "" {
			t.Errorf("%+v", one)
		}
	}
}
