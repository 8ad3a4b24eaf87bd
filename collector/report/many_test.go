package report

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"basemeter/collector/utilisation"
)

// Forty bases that the registry dates. In one an asset stands that it does not know, one is not closed, one it does not know:
// of these three alone is asked who was heard of, and the answer is the same as if of all had been.
func TestOnlyDoubtfulBasesAreAskedFor(t *testing.T) {
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, beijing)
	end := first.AddDate(0, 1, 0)
	var l ledger
	book := func(base, asset string, since time.Time) {
		l.assets = append(l.assets, utilisation.Asset{Base: base, Name: asset, Since: since})
		for start := since.UTC(); start.Before(end); start = start.Add(time.Hour) {
			r := utilisation.Row{Base: base, Asset: asset, Start: start, Key: lesson}
			r.Cell[start.Hour()%5], r.Cell[utilisation.Effective] = 3_600_000, 1000
			l.rows = append(l.rows, r)
		}
	}
	catalogue := &Catalogue{}
	for i := range 40 {
		id := fmt.Sprintf("b%02d", i)
		book(id, "x", first.AddDate(0, 0, i/4))
		if i != 9 {
			catalogue.Bases = append(catalogue.Bases, Base{ID: id, City: fmt.Sprint(i % 3), Clock: beijing})
			l.dated = append(l.dated, l.assets[len(l.assets)-1])
		}
	}
	book("b07", "stranger", first.AddDate(0, 0, 10))
	l.close(utilisation.Month, first, beijing)
	plain := ledger{assets: l.assets, rows: l.rows}
	for i := len(l.coarser) - 1; i >= 0; i-- {
		if l.coarser[i].Base == "b08" {
			l.coarser, l.grains = slices.Delete(l.coarser, i, i+1), slices.Delete(l.grains, i, i+1)
		}
	}
	for _, by := range [][]Dimension{{ByCity}, {ByBase, ByMonth}, nil} {
		q := Query{From: first, To: end, Now: end.AddDate(0, 0, 1), Catalogue: catalogue, By: by, Metrics: []string{"effective_hours", "running_hours", "coverage"}}
		want, err := Build(t.Context(), &plain, q)
		if err != nil {
			t.Fatal(err)
		}
		l.wanted = nil
		got, err := Build(t.Context(), &l, q)
		if err != nil {
			t.Fatal(err)
		}
		if asked := [][]string{{"b07", "b08", "b09"}}; !reflect.DeepEqual(l.wanted, asked) {
			t.Errorf("by %v: asked for %v, want %v", by, l.wanted, asked)
		}
		if len(got.Lines) != len(want.Lines) || stated(got.Total) != stated(want.Total) {
			t.Fatalf("by %v: %d lines, want %d\ngot  %v\nwant %v", by, len(got.Lines), len(want.Lines), stated(got.Total), stated(want.Total))
		}
		for i := range got.Lines {
			if got.Lines[i].Group != want.Lines[i].Group || got.Lines[i].Assets != want.Lines[i].Assets || stated(got.Lines[i]) != stated(want.Lines[i]) {
				t.Errorf("by %v\ngot  %+v %v\nwant %+v %v", by, got.Lines[i], stated(got.Lines[i]), want.Lines[i], stated(want.Lines[i]))
			}
		}
	}
}

func TestSpansLessOthers(t *testing.T) {
	day := func(n int) time.Time { return minute(n) }
	spans := func(edges ...int) (all []span) {
		for i := 0; i < len(edges); i += 2 {
			all = append(all, span{day(edges[i]), day(edges[i+1])})
		}
		return all
	}
	for _, x := range []struct{ of, others, want []span }{
		{spans(0, 10), nil, spans(0, 10)},
		{spans(0, 10), spans(3, 5), spans(0, 3, 5, 10)},
		{spans(0, 10, 20, 30), spans(5, 25), spans(0, 5, 25, 30)},
		{spans(0, 10), spans(0, 4, 6, 10), spans(4, 6)},
		{spans(5, 10), spans(0, 20), nil},
		{spans(5, 10), spans(0, 2, 12, 20), spans(5, 10)},
	} {
		if got := less(x.of, x.others); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%v less %v is %v, want %v", x.of, x.others, got, x.want)
		}
	}
}
