package utilisation

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestWhatMetricsRead(t *testing.T) {
	for id, want := range map[string][]Measure{
		"running_hours":        {Estimated},
		"effective_hours":      {Effective, Estimated},
		"external_share":       {Effective},
		"allocation":           {PBT, PBTUnknown, AUBT},
		"energy_kwh":           {Energy},
		"technical_efficiency": {PBT, PBTUnknown, APT, ADET},
		"person_hours":         nil,
	} {
		m, _ := MetricOf(id)
		if got := Reads([]Metric{m}); !reflect.DeepEqual(got, append([]Measure{unknown, off, standby, running, fault}, want...)) {
			t.Errorf("%s reads %v, want the states and %v", id, got, want)
		}
	}
}

// Whatever a ledger holds, no figure changes if what its metric does not read is left out.
func TestWhatIsNotReadMakesNoDifference(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, m := range Metrics {
		read := map[Measure]bool{}
		for _, what := range Reads([]Metric{m}) {
			read[what] = true
		}
		for range 100 {
			whole, part := &Totals{Ledger: Ledger{}, QuotaMS: random.Int64N(1e9), Cards: 7}, &Totals{Ledger: Ledger{}, Cards: 7}
			part.QuotaMS = whole.QuotaMS
			for _, key := range specimens {
				var all, some Cell
				for what := range all {
					if all[what] = random.Int64N(1e9); read[Measure(what)] {
						some[what] = all[what]
					}
				}
				whole.Ledger[key], part.Ledger[key] = all, some
			}
			if a, b := m.Of(whole), m.Of(part); a != b {
				t.Fatalf("%s: %+v of all, %+v of what it reads", m.ID, a, b)
			}
		}
	}
}
