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
	closeYear(t, books, from, to)
	compareMachines(t, books, year)
	comparePeople(t, books, year)
	compareMonths(t, books, year)
	compareDays(t, books)
	restated, err := books.Restate(t.Context(), schoolyear.Base, from, to, true, func(int, int) {})
	if err != nil || restated.Hours != 365*24 || restated.Changed != 0 {
		t.Errorf("restated, %d of %d hours differ (%v)", restated.Changed, restated.Hours, err)
	}
}

// closeYear closes the days of the year alone: the registry's machines are older.
func closeYear(t *testing.T, books *Books, from, to time.Time) {
	t.Helper()
	v, err := books.source.service(t.Context(), schoolyear.Base)
	if err != nil {
		t.Fatal(err)
	}
	if err := books.source.closeFrom(t.Context(), schoolyear.Base, from, to.Add(report.Grace), v, silent); err != nil {
		t.Fatal(err)
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
	compare(t, told, year.Truth.Assets, measures)
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
	compare(t, told, year.Truth.People, attendances)
}

// Each row of a month is what the year's maker knows of it, of machines and of people.
func compareMonths(t *testing.T, books *Books, year schoolyear.Year) {
	t.Helper()
	of := utilisation.Range{From: time.UnixMilli(schoolyear.FromMS), To: time.UnixMilli(schoolyear.ToMS), Grain: utilisation.Month}
	told := map[schoolyear.AssetKey]utilisation.Cell{}
	err := books.source.EachRow(t.Context(), of, func(r utilisation.Row) error {
		for _, month := range []string{r.Start.In(beijing).Format("2006-01"), ""} {
			key := schoolyear.AssetKey{Month: month, Asset: r.Asset, Purpose: r.Purpose, Affiliation: r.Affiliation.String()}
			told[key] = told[key].Plus(r.Cell)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, told, year.Truth.Assets, measures)
	crowd := map[schoolyear.PeopleKey]utilisation.CrowdCell{}
	err = books.source.EachCrowdRow(t.Context(), of, func(r utilisation.CrowdRow) error {
		for _, month := range []string{r.Start.In(beijing).Format("2006-01"), ""} {
			key := schoolyear.PeopleKey{Month: month, Place: r.Place, Purpose: r.Purpose, Affiliation: r.Affiliation.String(), UserGroup: r.UserGroup}
			crowd[key] = crowd[key].Plus(r.CrowdCell)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, crowd, year.Truth.People, attendances)
}

// Each row of a day, of a machine and of the whole base, is the sum of its hours; and each month's dates of use are those on
// which hours add up to enough.
func compareDays(t *testing.T, books *Books) {
	t.Helper()
	type key struct {
		asset string
		start time.Time
		utilisation.Key
	}
	want, held := map[key]utilisation.Cell{}, map[time.Time]heldDays{}
	of := utilisation.Range{From: time.UnixMilli(schoolyear.FromMS), To: time.UnixMilli(schoolyear.ToMS)}
	hours := func(r utilisation.Row) error {
		day := utilisation.Day.Floor(r.Start, beijing)
		for _, asset := range []string{r.Asset, ""} {
			want[key{asset, day, r.Key}] = want[key{asset, day, r.Key}].Plus(r.Cell)
		}
		month := utilisation.Month.Floor(day, beijing)
		if held[month] == nil {
			held[month] = heldDays{}
		}
		held[month][assetHour{r.Asset, day.UnixMilli()}] += r.Cell[utilisation.Held]
		return nil
	}
	if err := books.source.EachRow(t.Context(), of, hours); err != nil {
		t.Fatal(err)
	}
	wrong, days := 0, 0
	for _, of.Whole = range []bool{false, true} {
		of.Grain = utilisation.Day
		err := books.source.EachRow(t.Context(), of, func(r utilisation.Row) error {
			if r.Cell != want[key{r.Asset, r.Start, r.Key}] {
				wrong++
			}
			delete(want, key{r.Asset, r.Start, r.Key})
			days++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		of.Grain = utilisation.Month
		err = books.source.EachDays(t.Context(), of, func(_, asset string, month time.Time, n int64) error {
			if used := held[month].used()[asset]; used != n {
				t.Errorf("%q was used on %d days of %v, its hours say %d", asset, n, month, used)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if wrong > 0 || len(want) > 0 || days < 365*21 {
		t.Errorf("of %d rows of days %d are wrong, and %d are missing", days, wrong, len(want))
	}
}

func measures(c utilisation.Cell) map[string]int64 {
	all := map[string]int64{}
	for m, ms := range c {
		all[utilisation.Measure(m).String()] = ms
	}
	return all
}

func attendances(c utilisation.CrowdCell) map[string]int64 {
	return map[string]int64{"person_ms": c.PersonMS, "person_estimated_ms": c.EstimatedMS, "visits": c.Visits}
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
