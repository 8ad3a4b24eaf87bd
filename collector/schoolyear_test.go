package collector

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"basemeter/collector/collectortest"
	"basemeter/collector/collectortest/schoolyear"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A year of a base with twenty machines and three hundred cards goes the whole way: its plan through the loader, its
// facts through a real InfluxDB into the ledger, and out as a report, which says of each month, machine, purpose and user
// what the year's maker knows to be true, to the millisecond.
func TestASchoolYear(t *testing.T) {
	year := schoolyear.Generate(1)
	books := openYear(t, year)
	if err := books.source.store.WriteFacts(t.Context(), year.Batches); err != nil {
		t.Fatal(err)
	}
	from, to := time.UnixMilli(schoolyear.FromMS), time.UnixMilli(schoolyear.ToMS)
	silent := func(int, int) {}
	restated, err := books.Restate(t.Context(), schoolyear.Base, from, to, false, silent)
	if err != nil || restated.Hours != 365*24 {
		t.Fatalf("%+v, %v", restated, err)
	}
	compareMachines(t, books, year)
	comparePeople(t, books, year)
	again, err := books.Restate(t.Context(), schoolyear.Base, from, to, true, silent)
	if err != nil || again.Changed != 0 {
		t.Errorf("restated once more, %d hours differ (%v)", again.Changed, err)
	}
}

func openYear(t *testing.T, year schoolyear.Year) *Books {
	t.Helper()
	dir := t.TempDir()
	for name, text := range year.Plan {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	loaded, faults := plan.Load(dir)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{URL: collectortest.Influx(t).URL, Database: "basemeter", Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := &plans{}
	p.put(loaded)
	return &Books{source: newSource(newBookkeeper(s, p, 0, byHand()), s)}
}

// wholeYear is a question about all of it, put when it is over.
func wholeYear() report.Query {
	from, to := time.UnixMilli(schoolyear.FromMS), time.UnixMilli(schoolyear.ToMS)
	return report.Query{From: from, To: to, Now: to, Where: map[report.Dimension][]string{report.ByBase: {schoolyear.Base}}}
}

func compareMachines(t *testing.T, books *Books, year schoolyear.Year) {
	t.Helper()
	told := map[schoolyear.AssetKey]utilisation.Cell{}
	err := report.EachHour(t.Context(), books.source, wholeYear(), func(r utilisation.Row) {
		for _, month := range []string{r.Start.In(beijing).Format("2006-01"), ""} {
			key := schoolyear.AssetKey{Month: month, Asset: r.Asset, Purpose: r.Purpose, Affiliation: r.Affiliation.String()}
			told[key] = told[key].Plus(r.Cell)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, told, year.Truth.Assets, func(c utilisation.Cell) map[string]int64 {
		all := map[string]int64{}
		for m, ms := range c {
			all[utilisation.Measure(m).String()] = ms
		}
		return all
	})
}

func comparePeople(t *testing.T, books *Books, year schoolyear.Year) {
	t.Helper()
	told := map[schoolyear.PeopleKey]utilisation.CrowdCell{}
	err := report.EachCrowdHour(t.Context(), books.source, wholeYear(), func(r utilisation.CrowdRow) {
		for _, month := range []string{r.Start.In(beijing).Format("2006-01"), ""} {
			key := schoolyear.PeopleKey{Month: month, Place: r.Place, Purpose: r.Purpose, Affiliation: r.Affiliation.String(), UserGroup: r.UserGroup}
			told[key] = told[key].Plus(r.CrowdCell)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, told, year.Truth.People, func(c utilisation.CrowdCell) map[string]int64 {
		return map[string]int64{"person_ms": c.PersonMS, "person_estimated_ms": c.EstimatedMS, "visits": c.Visits}
	})
}

// compare holds what was told to the truth, key by key and name by name. What is not in one of them is zero in it.
func compare[K comparable, T, V any](t *testing.T, told map[K]T, truth map[K]V, named func(T) map[string]int64) {
	t.Helper()
	wrong := 0
	for key := range union(told, truth) {
		got, want := named(told[key]), map[string]int64{}
		text, err := json.Marshal(truth[key])
		if err == nil {
			err = json.Unmarshal(text, &want)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, ms := range want {
			if got[name] != ms {
				if wrong++; wrong <= 20 {
					t.Errorf("%+v %s: %d, the truth is %d", key, name, got[name], ms)
				}
			}
		}
	}
	if wrong > 20 {
		t.Errorf("and %d more", wrong-20)
	}
	if len(truth) < 1000 {
		t.Errorf("only %d keys were compared", len(truth))
	}
}

func union[K comparable, A, B any](a map[K]A, b map[K]B) map[K]bool {
	all := map[K]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return all
}
