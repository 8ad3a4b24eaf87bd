package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

func correct(t *testing.T, s *Store, base, asset string, c utilisation.Correction) {
	t.Helper()
	if err := s.Correct(t.Context(), base, asset, c); err != nil {
		t.Fatal(err)
	}
}

func corrections(t *testing.T, s *Store, base string) map[string][]utilisation.Correction {
	t.Helper()
	all, err := s.Corrections(t.Context(), base)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCorrectionsAreAppendedAndNeverReplaced(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	if got := corrections(t, s, "base"); len(got) != 0 {
		t.Fatalf("of an empty database: %v", got)
	}
	unknown, running := record.Unknown, record.Running
	made := func(id string, ms int64) utilisation.Correction {
		return utilisation.Correction{ID: id, FromMS: minute(0), ToMS: minute(30), MadeMS: minute(1000) + ms, Reason: "电表接反了 'x' \\", Author: `wang "甲"`}
	}
	first, second, third, fourth := made("c-1", 0), made("c-2", 5), made("c-3", 5), made("c-4", 9)
	first.State, first.Purpose, first.Affiliation = &unknown, "pilot_test", utilisation.Outside
	second.State = &running
	third.Purpose = utilisation.None // and the state as it was; the fourth takes all of it back
	for _, c := range []utilisation.Correction{fourth, third, first, second, third} {
		correct(t, s, "base", "a", c)
	}
	correct(t, s, "base", odd, first)
	correct(t, s, odd, "a", second)
	got := corrections(t, s, "base")
	if len(got) != 2 || len(got["a"]) != 4 || !reflect.DeepEqual(got["a"][0], first) || !reflect.DeepEqual(got["a"][3], fourth) {
		t.Fatalf("in the order of their making: %+v", got)
	}
	if a, b := got["a"][1], got["a"][2]; !(reflect.DeepEqual(a, second) && reflect.DeepEqual(b, third)) && !(reflect.DeepEqual(a, third) && reflect.DeepEqual(b, second)) {
		t.Errorf("of one millisecond: %+v, %+v", a, b)
	}
	if want := []utilisation.Correction{first}; !reflect.DeepEqual(got[odd], want) {
		t.Errorf("of an asset with quotes: %+v", got[odd])
	}
	if got := corrections(t, s, odd); !reflect.DeepEqual(got, map[string][]utilisation.Correction{"a": {second}}) {
		t.Errorf("of a base with quotes: %+v", got)
	}
	again := first
	again.MadeMS, again.Reason = first.MadeMS+1, "a line\nand another"
	correct(t, s, "base", "a", again)
	if got := corrections(t, s, "base")["a"]; len(got) != 5 || !reflect.DeepEqual(got[0], first) || got[1].Reason != "a line and another" {
		t.Errorf("after one more of the same name: %+v", got)
	}
}

func freezeOf(base, period string, number int64) Freeze {
	return Freeze{Base: base, Period: period, Number: number, From: monday, To: monday.Add(2 * time.Hour), Rows: 3, Digest: "0123",
		Judged: formula, Reason: "年报 'x'", Author: `wang "甲"`, Made: monday.Add(time.Duration(1000+number) * time.Hour)}
}

func writeFreeze(t *testing.T, s *Store, f Freeze, rows []utilisation.Row, crowd []utilisation.CrowdRow) {
	t.Helper()
	if err := errors.Join(s.WriteFrozenRows(t.Context(), f, rows, crowd), s.WriteFreeze(t.Context(), f)); err != nil {
		t.Fatal(err)
	}
}

func frozenRows(t *testing.T, s *Store, version string, span utilisation.Range) []utilisation.Row {
	t.Helper()
	return gather(t, func(each func(utilisation.Row) error) error { return s.EachFrozenRow(t.Context(), version, span, each) })
}

func frozenCrowd(t *testing.T, s *Store, version string, span utilisation.Range) []utilisation.CrowdRow {
	t.Helper()
	return gather(t, func(each func(utilisation.CrowdRow) error) error {
		return s.EachFrozenCrowdRow(t.Context(), version, span, each)
	})
}

// What was frozen stays as it was, whatever becomes of the ledger and of later versions.
func TestFrozenVersionsStandSideBySide(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	rows := []utilisation.Row{rowOfHour("base", "a", 0, lesson, 1), rowOfHour("base", "a", 1, nobody, 100), rowOfHour("base", "b", 0, lesson, 200)}
	crowd := []utilisation.CrowdRow{crowdOfHour("base", "hall", 0, lesson, "teacher", 1), crowdOfHour("base", "hall", 1, lesson, "teacher", 2)}
	writeRows(t, s, rows...)
	writeFreeze(t, s, freezeOf("base", "2025-2026", 1), rows, crowd)
	later := []utilisation.Row{rowOfHour("base", "a", 0, lesson, 5), rowOfHour("base", "c", 1, service, 6)}
	writeRows(t, s, rowOfHour("base", "a", 0, lesson, 999), utilisation.Row{Base: "base", Asset: "b", Start: monday, Key: lesson, Judged: formula})
	writeFreeze(t, s, freezeOf("base", "2025-2026", 2), later, nil)
	writeFreeze(t, s, freezeOf("base", "2025-2026", 1), rows, crowd) // again
	writeFreeze(t, s, freezeOf("base", "2025-09", 1), nil, crowd[:1])
	writeFreeze(t, s, freezeOf(odd, "2025-2026", 1), []utilisation.Row{rowOfHour(odd, odd, 0, lesson, 7)}, nil)

	same(t, "the first", frozenRows(t, s, "2025-2026.1", hours("base", 0, 2)), rows)
	same(t, "its people", frozenCrowd(t, s, "2025-2026.1", hours("base", 0, 2)), crowd)
	same(t, "an hour of it", frozenRows(t, s, "2025-2026.1", hours("base", 1, 2)), rows[1:2])
	same(t, "the second", frozenRows(t, s, "2025-2026.2", hours("", 0, 2)), later)
	same(t, "its people", frozenCrowd(t, s, "2025-2026.2", hours("", 0, 2)), nil)
	same(t, "people alone", frozenCrowd(t, s, "2025-09.1", hours("", 0, 2)), crowd[:1])
	same(t, "of a base with quotes", frozenRows(t, s, "2025-2026.1", hours(odd, 0, 2)), []utilisation.Row{rowOfHour(odd, odd, 0, lesson, 7)})
	same(t, "of no version", frozenRows(t, s, "2025-2026.3", ever), nil)

	got, err := s.Freezes(t.Context())
	want := []Freeze{freezeOf("base", "2025-09", 1), freezeOf("base", "2025-2026", 1), freezeOf("base", "2025-2026", 2), freezeOf(odd, "2025-2026", 1)}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("versions:\ngot  %+v\nwant %+v, %v", got, want, err)
	}
	for version, want := range map[string][]utilisation.Asset{
		"2025-2026.1": {{Base: "base", Name: "a"}, {Base: "base", Name: "b"}, {Base: odd, Name: odd}},
		"2025-2026.2": {{Base: "base", Name: "a"}, {Base: "base", Name: "c"}},
		"2025-09.1":   nil, "2025-2026.3": nil, `'`: nil,
	} {
		if got, err := s.FrozenAssets(t.Context(), version); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("assets of %s: %v, want %v, %v", version, got, want, err)
		}
	}
}

func TestNoVersionsOfAnEmptyDatabase(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	if got, err := s.Freezes(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

// It said that all was well, and there was no version.
func TestAFreezeThatTheDatabaseCannotKeepIsAnError(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	if err := s.WriteFreeze(t.Context(), freezeOf("base", "", 1)); err == nil { // no tag is empty
		all, err := s.Freezes(t.Context())
		t.Errorf("no error, and versions %v, %v", all, err)
	}
}
