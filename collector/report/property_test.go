package report

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// anySpells draws spells in order: overlapping, touching or apart, none longer than the contract allows.
func anySpells(t *rapid.T) []record.Spell {
	var all []record.Spell
	for range rapid.IntRange(1, 25).Draw(t, "spells") {
		from := noon.UnixMilli() + rapid.Int64Range(0, 5*3_600_000).Draw(t, "from")
		all = append(all, record.Spell{
			State:     record.State(rapid.IntRange(0, record.States-1).Draw(t, "state")),
			FromMS:    from,
			ToMS:      from + rapid.Int64Range(1, record.MaxSpellMS).Draw(t, "length"),
			Estimated: rapid.Bool().Draw(t, "estimated"),
		})
	}
	slices.SortStableFunc(all, func(a, b record.Spell) int { return int(a.FromMS - b.FromMS) })
	return all
}

// keep adds an asset with a row of the ledger for each hour that one of its spells touches, as the collector does.
func (l *ledger) keep(base, asset string, spells []record.Spell) {
	if l.spells == nil {
		l.spells = map[name][]record.Spell{}
	}
	l.spells[name{base, asset}] = spells
	l.assets = append(l.assets, utilisation.Asset{Base: base, Name: asset, Since: time.UnixMilli(spells[0].FromMS).UTC()})
	for hour := range 8 {
		start := noon.Add(time.Duration(hour) * time.Hour)
		if touching, _ := l.Spells(context.Background(), base, asset, start, start.Add(time.Hour)); len(touching) > 0 {
			l.rows = append(l.rows, utilisation.Of(base, asset, start, touching))
		}
	}
}

func anyQuery(t *rapid.T) Query {
	moment := func(what string) time.Time {
		if rapid.Bool().Draw(t, "on the hour") {
			return noon.Add(time.Duration(rapid.IntRange(-2, 8).Draw(t, what)) * time.Hour)
		}
		return noon.Add(time.Duration(rapid.Int64Range(-7_200_000, 8*3_600_000).Draw(t, what)) * time.Millisecond)
	}
	return Query{From: moment("from"), To: moment("to"), Now: moment("now"), By: bothKeys}
}

func ledgerOf(r Row) utilisation.Ledger {
	l := utilisation.Ledger{EstimatedMS: int64(r.Estimate)}
	l.MS[record.Running], l.MS[record.Standby], l.MS[record.Off] = int64(r.Running), int64(r.Standby), int64(r.Off)
	l.MS[record.Fault], l.MS[record.Unknown] = int64(r.Fault), int64(r.Unknown)
	return l
}

// The ledger is only a short cut: a report is what the core makes of the spells themselves, wherever it is cut.
func TestAReportIsTheAccountOfItsSpells(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spells, q := anySpells(rt), anyQuery(rt)
		var l ledger
		l.keep("b", "a", spells)
		from, to := later(q.From, l.assets[0].Since), q.To
		if q.Now.Before(to) {
			to = q.Now
		}
		want := utilisation.Account(spells, from, to)
		rows := build(t, &l, q)
		if !from.Before(to) {
			if len(rows) > 0 {
				rt.Fatalf("%+v for no time at all", rows[0])
			}
			return
		}
		r := rows[0]
		if got := ledgerOf(r); got != want {
			rt.Fatalf("got  %+v\nwant %+v", got, want)
		}
		if time.Duration(r.Elapsed)*time.Millisecond != to.Sub(from) || r.Coverage != want.Coverage() {
			rt.Fatalf("elapsed %v of %v, coverage %v", r.Elapsed, to.Sub(from), r.Coverage)
		}
	})
}

func TestABaseIsTheSumOfItsAssets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l ledger
		l.keep("b", "x", anySpells(rt))
		l.keep("b", "y", anySpells(rt))
		q := anyQuery(rt)
		q.Grace = time.Duration(rapid.IntRange(0, 120).Draw(rt, "grace")) * time.Minute
		var sum utilisation.Ledger
		assets := build(t, &l, q)
		for _, r := range assets {
			sum = sum.Add(ledgerOf(r))
		}
		q.By = []Key{ByBase}
		bases := build(t, &l, q)
		if len(assets) == 0 && len(bases) == 0 {
			return
		}
		if len(bases) != 1 || bases[0].Assets != len(assets) || ledgerOf(bases[0]) != sum {
			rt.Fatalf("base %+v\nassets %+v", bases, assets)
		}
	})
}
