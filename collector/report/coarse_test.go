package report

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/collector/utilisation"
)

// grained are the rows of a grain: hours as they were booked, days and months as far as they were closed.
func (l *ledger) grained(of utilisation.Range) []utilisation.Row {
	if of.Grain == utilisation.Hour {
		return l.rows
	}
	var rows []utilisation.Row
	for i, r := range l.coarser {
		if l.grains[i] == of.Grain && (r.Asset == "") == of.Whole {
			rows = append(rows, r)
		}
	}
	return rows
}

func (c *crowd) grained(of utilisation.Range) []utilisation.CrowdRow {
	if of.Grain == utilisation.Hour {
		return c.rows
	}
	return c.coarser[of.Grain]
}

// close adds the row of a period: the sum of its hours, for each asset and for the base.
func (l *ledger) close(grain utilisation.Grain, start time.Time, zone *time.Location) {
	type key struct {
		unit
		utilisation.Key
	}
	sums := map[key]utilisation.Cell{}
	held := map[dated]int64{}
	end := grain.Next(start, zone)
	for _, r := range l.rows {
		if r.Start.Before(start) || !r.Start.Before(end) {
			continue
		}
		for _, u := range []unit{{r.Base, r.Asset}, {base: r.Base}} {
			sums[key{u, r.Key}] = sums[key{u, r.Key}].Plus(r.Cell)
		}
		held[dated{unit{r.Base, r.Asset}, r.Start.In(zone).Format(time.DateOnly)}] += r.Cell[utilisation.Held]
	}
	for k, cell := range sums {
		l.coarser = append(l.coarser, utilisation.Row{Base: k.base, Asset: k.asset, Start: start, Key: k.Key, Cell: cell})
		l.grains = append(l.grains, grain)
	}
	if grain == utilisation.Month {
		used := map[unit]map[string]bool{}
		for d, ms := range held {
			for _, u := range []unit{d.unit, {base: d.base}} {
				if used[u] == nil {
					used[u] = map[string]bool{}
				}
				if ms >= utilisation.LeastUse.Milliseconds() {
					used[u][d.date] = true
				}
			}
		}
		for u, dates := range used {
			l.useDays = append(l.useDays, dayRow{u, start, int64(len(dates))})
		}
	}
}

type dayRow struct {
	unit
	month time.Time
	days  int64
}

// A year of three machines in which each hour is used or not, an hour a row; days and months are closed, or not, or
// hold too little. However that is, the answer is the same as from hours alone.
func TestCoarseRowsAreOnlyAShortCut(t *testing.T) {
	zone := beijing
	first := time.Date(2025, 8, 20, 0, 0, 0, 0, zone)
	rapid.Check(t, func(rt *rapid.T) {
		var l ledger
		days := rapid.IntRange(1, 75).Draw(rt, "days")
		for _, name := range []string{"x", "y", "z"} {
			since := first.Add(time.Duration(rapid.IntRange(0, 40*60).Draw(rt, "since")) * time.Minute * 24)
			asset := utilisation.Asset{Base: "b", Name: name, Since: since}
			if rapid.IntRange(0, 3).Draw(rt, "retired") == 0 {
				asset.Until = asset.Since.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(rt, "after")) * time.Hour)
			}
			l.assets = append(l.assets, asset)
			seed := rapid.Uint64().Draw(rt, "seed")
			for start := since.UTC().Truncate(time.Hour); start.Before(first.AddDate(0, 0, days)) && (asset.Until.IsZero() || start.Before(asset.Until)); start = start.Add(time.Hour) {
				seed = seed*6364136223846793005 + 1442695040888963407
				r := utilisation.Row{Base: "b", Asset: name, Start: start, Key: []utilisation.Key{nobody, lesson, service, nobody}[seed>>62]}
				r.Cell[seed>>40%5] = 3_600_000
				if r.Key != nobody {
					r.Cell[utilisation.Held] = int64(seed >> 30 % 1_000_000)
				}
				l.rows = append(l.rows, r)
			}
		}
		plain := l
		for _, grain := range []utilisation.Grain{utilisation.Day, utilisation.Month} {
			for start := grain.Floor(first, zone); start.Before(first.AddDate(0, 0, days)); start = grain.Next(start, zone) {
				if rapid.IntRange(0, 4).Draw(rt, "closed") > 0 {
					l.close(grain, start, zone)
				}
			}
		}
		if len(l.coarser) > 0 && rapid.Bool().Draw(rt, "spoilt") { // a sum that does not add up is not believed
			spoilt := &l.coarser[rapid.IntRange(0, len(l.coarser)-1).Draw(rt, "which")]
			spoilt.Cell[utilisation.Measure(1)] += 1000
			spoilt.Cell[utilisation.Effective] += 5000
		}
		q := Query{Catalogue: &Catalogue{Bases: []Base{{ID: "b", Clock: zone, Terms: []Term{{"t1", first.AddDate(0, 0, 5), first.AddDate(0, 0, 47)}}}}}}
		q.From = first.Add(time.Duration(rapid.IntRange(-100, days*24).Draw(rt, "from")) * time.Hour)
		q.To = first.Add(time.Duration(rapid.IntRange(0, days*24).Draw(rt, "to")) * time.Hour)
		q.Now = first.AddDate(0, 0, days)
		q.Metrics = []string{"effective_hours", "running_hours", "coverage", "allocation"}
		if rapid.Bool().Draw(rt, "dates") {
			q.Metrics = append(q.Metrics, "days_used")
		}
		for _, d := range []Dimension{ByBase, ByAsset, ByPurpose, ByDay, ByWeek, ByMonth, ByTerm, ByYear, ByAcademicYear} {
			if rapid.IntRange(0, 3).Draw(rt, string(d)) == 0 {
				q.By = append(q.By, d)
			}
		}
		want, err := Build(t.Context(), &plain, q)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := Build(t.Context(), &l, q)
		if err != nil {
			rt.Fatal(err)
		}
		same := func(a, b Line) bool {
			return a.Group == b.Group && a.Assets == b.Assets && slices.Equal(a.Figures, b.Figures) && stated(a) == stated(b)
		}
		if len(got.Lines) != len(want.Lines) || !same(got.Total, want.Total) {
			rt.Fatalf("by %v: %d lines, want %d\ngot  %+v\nwant %+v", q.By, len(got.Lines), len(want.Lines), got.Total, want.Total)
		}
		for i := range got.Lines {
			if !same(got.Lines[i], want.Lines[i]) {
				rt.Fatalf("by %v\ngot  %+v\nwant %+v", q.By, got.Lines[i], want.Lines[i])
			}
		}
	})
}
