package utilisation

import "testing"

func TestEveryMetricHasAChineseFormula(t *testing.T) {
	for _, m := range Metrics {
		if formulasZH[m.ID] == "" || m.FormulaZH() == m.Formula {
			t.Errorf("%s has none", m.ID)
		}
	}
	for id := range formulasZH {
		if _, ok := MetricOf(id); !ok {
			t.Errorf("%s is no metric", id)
		}
	}
	if m := (Metric{ID: "new", Formula: "a + b"}); m.FormulaZH() != "a + b" {
		t.Error("one without has no formula")
	}
}
