package store

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

// Each grain stands for itself, and so do the rows of whole bases.
func TestRowsOfEachGrain(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	for i, g := range []utilisation.Grain{utilisation.Hour, utilisation.Day, utilisation.Month} {
		rows := []utilisation.Row{rowOfHour("base", "a", 0, lesson, int64(100*i)), rowOfHour(odd, odd, 0, lesson, int64(100*i+50)), rowOfHour("c", "a", 0, nobody, 7)}
		whole := []utilisation.Row{rowOfHour("base", "", 0, lesson, int64(1000*i)), rowOfHour(odd, "", 3, nobody, int64(2000*i))}
		crowd := []utilisation.CrowdRow{crowdOfHour("base", "hall", 0, lesson, "teacher", int64(10*i)), {Base: "base", Start: monday, CrowdKey: utilisation.CrowdKey{Key: nobody}}}
		if err := s.WriteCrowd(t.Context(), g, crowd); err != nil {
			t.Fatal(err)
		}
		if g == utilisation.Hour {
			whole = nil // they stand nowhere
		}
		if err := s.WriteRows(t.Context(), g, slices.Concat(rows, whole)); err != nil {
			t.Fatal(err)
		}
		of := ever
		of.Grain = g
		same(t, g.String(), ledgerOf(t, s, of), rows)
		same(t, g.String()+" of people", crowdOfAll(t, s, of), crowd)
		of.Bases = []string{odd, "c"}
		same(t, g.String()+" of two bases", ledgerOf(t, s, of), rows[1:])
		if of.Bases, of.Whole = nil, true; whole != nil {
			same(t, g.String()+" of whole bases", ledgerOf(t, s, of), whole)
		}
	}
}

// The database adds up what Go would, to the last digit.
func TestSums(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	var rows []utilisation.Row
	for hour := range 30 {
		for n, asset := range []string{"a", "b", odd} {
			first := int64(1)<<52 + int64(hour*1000+n) // where a fraction would lose its last digits
			rows = append(rows, rowOfHour("base", asset, hour, lesson, first), rowOfHour("base", asset, hour, nobody, 3*first), rowOfHour("other", asset, hour, lesson, 1))
		}
	}
	writeRows(t, s, rows...)
	of := hours("base", 0, 24)
	byHour := map[string]utilisation.Cell{}
	for _, r := range rows {
		if r.Base == "base" && r.Start.Before(of.To) {
			byHour[r.Start.String()] = byHour[r.Start.String()].Plus(r.Cell)
		}
	}
	cells := map[string]utilisation.Cell{}
	note := func(start time.Time, c utilisation.Cell) error {
		cells[start.String()] = c
		return nil
	}
	sameMap(t, "by hour", cells, byHour, s.SumByHour(t.Context(), "base", "", of.From, of.To, everyMeasure, note), func() { clear(cells) })
	sameMap(t, "by hour, one asset", cells, map[string]utilisation.Cell{of.From.String(): rows[6].Cell.Plus(rows[7].Cell)},
		s.SumByHour(t.Context(), "base", odd, of.From, of.From.Add(time.Hour), everyMeasure, note))
}

// sameMap holds what was got to what was wanted, and then does what comes behind it.
func sameMap[V comparable](t *testing.T, what string, got, want map[string]V, err error, then ...func()) {
	t.Helper()
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: %s: got %v, want %v", what, key, got[key], want[key])
		}
	}
	if err != nil || len(got) != len(want) {
		t.Errorf("%s: %d, want %d (%v)", what, len(got), len(want), err)
	}
	for _, do := range then {
		do()
	}
}

func TestUsedDays(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	all := []utilisation.UsedDays{{Base: "b", Asset: "a", Month: monday, Days: 3}, {Base: "b", Month: monday, Days: 9}, {Base: odd, Asset: odd, Month: monday.AddDate(0, 1, 0), Days: 1}}
	if err := s.WriteDays(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	whole, one := ever, ever
	whole.Whole, one.Bases = true, []string{"b"}
	for _, c := range []struct {
		of   utilisation.Range
		want []utilisation.UsedDays
	}{{ever, []utilisation.UsedDays{all[0], all[2]}}, {whole, all[1:2]}, {one, all[:1]}} {
		var got []utilisation.UsedDays
		err := s.EachDays(t.Context(), c.of, func(base, asset string, month time.Time, days int64) error {
			got = append(got, utilisation.UsedDays{Base: base, Asset: asset, Month: month, Days: days})
			return nil
		})
		slices.SortFunc(got, func(a, b utilisation.UsedDays) int { return cmp.Compare(a.Base, b.Base) })
		if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("got %v, want %v (%v)", got, c.want, err)
		}
	}
}

// Of two who close a base the slower moves nothing back.
func TestClosed(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	day := func(n int) time.Time { return monday.AddDate(0, 0, n) }
	is := func(want Closed) {
		t.Helper()
		if got, err := s.Closed(t.Context(), "b"); err != nil || got != want {
			t.Errorf("%+v, want %+v (%v)", got, want, err)
		}
	}
	mark := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	is(Closed{})
	mark(s.MarkClosing(t.Context(), "b", day(2)))
	is(Closed{Closing: day(2)})
	mark(s.MarkClosed(t.Context(), "b", day(1), day(2)))
	mark(s.MarkClosing(t.Context(), "b", day(3)))
	mark(s.MarkClosing(t.Context(), "other", day(9)))
	is(Closed{day(1), day(2), day(3)})
	mark(s.MarkClosed(t.Context(), "b", day(2), day(3)))
	mark(s.MarkClosing(t.Context(), "b", day(2)))
	mark(s.MarkClosed(t.Context(), "b", day(1), day(2)))
	is(Closed{day(1), day(3), day(3)})
	mark(s.MarkClosed(t.Context(), "b", day(0), day(1)))
	is(Closed{day(0), day(3), day(3)})
}

func TestJournal(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	at := func(n int) time.Time { return monday.Add(time.Duration(n)) }
	all := []Change{{"one", at(1), "b", monday}, {odd, at(2), odd, monday}, {"one", at(3), "a", monday.AddDate(0, 0, 1)}, {"one", at(4), "b", monday}}
	for _, c := range all {
		if err := s.WriteChange(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := s.Writers(t.Context(), nil)
	if err != nil || len(newest) != 2 || !newest["one"].Equal(at(4)) || !newest[odd].Equal(at(2)) {
		t.Errorf("%v, %v", newest, err)
	}
	if newest, err = s.Writers(t.Context(), []string{"a", odd}); err != nil || len(newest) != 2 || !newest["one"].Equal(at(3)) {
		t.Errorf("of two bases: %v, %v", newest, err)
	}
	for _, c := range []struct {
		by        string
		bases     []string
		after, to time.Time
		most      int
		want      []Change
	}{
		{"one", nil, time.Time{}, at(9), 9, []Change{all[0], all[2], all[3]}},
		{"one", nil, at(1), at(3), 9, []Change{all[2]}},
		{"one", nil, at(0), at(9), 2, []Change{all[0], all[2]}},
		{"one", []string{"b"}, at(0), at(9), 9, []Change{all[0], all[3]}},
		{"one", []string{"b"}, at(0), at(9), 1, []Change{all[0]}},
		{"one", []string{odd, "a"}, at(0), at(9), 9, []Change{all[2]}},
		{"one", []string{"a", "b"}, at(1), at(9), 9, []Change{all[2], all[3]}},
		{odd, nil, at(0), at(9), 9, []Change{all[1]}},
		{"nobody", nil, at(0), at(9), 9, nil},
	} {
		if got, err := s.Changes(t.Context(), c.by, c.bases, c.after, c.to, c.most); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s of %v behind %v: %v, want %v (%v)", c.by, c.bases, c.after, got, c.want, err)
		}
	}
}
