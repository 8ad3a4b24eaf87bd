package report

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// anyMoment is one of six hours from noon on, often enough a whole minute.
func anyMoment(t *rapid.T, what string) int64 {
	if rapid.Bool().Draw(t, "whole minute") {
		return minute(rapid.IntRange(0, 360).Draw(t, what)).UnixMilli()
	}
	return noon.UnixMilli() + rapid.Int64Range(0, 6*3_600_000).Draw(t, what)
}

// anyFacts draws one spell at least, and whatever else may be observed: overlapping, touching or apart.
func anyFacts(t *rapid.T) utilisation.Facts {
	var f utilisation.Facts
	for range rapid.IntRange(1, 25).Draw(t, "spells") {
		from := anyMoment(t, "from")
		f.Spells = append(f.Spells, record.Spell{
			State:     record.State(rapid.IntRange(0, record.States-1).Draw(t, "state")),
			FromMS:    from,
			ToMS:      from + rapid.Int64Range(1, record.MaxSpellMS).Draw(t, "length"),
			Estimated: rapid.Bool().Draw(t, "estimated"),
		})
	}
	slices.SortStableFunc(f.Spells, func(a, b record.Spell) int { return int(a.FromMS - b.FromMS) })
	f.Presences = anyStays(t, 4)
	for range rapid.IntRange(0, 3).Draw(t, "sessions") {
		from, length := anyMoment(t, "chosen"), rapid.Int64Range(1, 3*3_600_000).Draw(t, "length")
		f.Sessions = append(f.Sessions, record.Session{Purpose: rapid.SampledFrom([]string{"pilot_test", utilisation.Maintenance}).Draw(t, "purpose"),
			By: "card", Group: "g2", FromMS: from, KnownMS: from + rapid.Int64Range(0, length).Draw(t, "known"), ToMS: from + length})
	}
	for range rapid.IntRange(0, 5).Draw(t, "draws") {
		from := anyMoment(t, "drawn")
		f.Draws = append(f.Draws, utilisation.Draw{FromMS: from, ToMS: from + rapid.Int64Range(1, 3_600_000).Draw(t, "length"), MilliWh: rapid.Int64Range(0, 1e12).Draw(t, "energy")})
	}
	return f
}

func anyStays(t *rapid.T, most int) (stays []record.Presence) {
	for range rapid.IntRange(0, most).Draw(t, "stays") {
		from, length := anyMoment(t, "in"), rapid.Int64Range(1, 3*3_600_000).Draw(t, "length")
		stays = append(stays, record.Presence{
			Place: rapid.SampledFrom([]string{"a", "hall", "mill"}).Draw(t, "place"), Reader: "door",
			Card: rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "card"), Group: rapid.SampledFrom([]string{"", "g1", "g2"}).Draw(t, "group"),
			FromMS: from, KnownMS: from + rapid.Int64Range(0, length).Draw(t, "known"), ToMS: from + length, Continues: rapid.Bool().Draw(t, "continues"),
		})
	}
	return stays
}

var members = map[string]utilisation.Member{
	"g1": {UserGroup: "college_student", Affiliation: utilisation.Host},
	"g2": {UserGroup: "employee", Affiliation: utilisation.Outside},
}

// dayPlan is open from one to five, with a lesson at two and maintenance at three.
func dayPlan() utilisation.Plan {
	p := utilisation.Plan{Area: "hall", Members: members}
	for hour := 1; hour < 5; hour++ {
		p.Slots = append(p.Slots, utilisation.Slot{FromMS: minute(60 * hour).UnixMilli(), ToMS: minute(60*hour + 60).UnixMilli(), Open: true, Maintenance: hour == 3})
	}
	p.Slots[1].Use = &utilisation.Use{Layer: utilisation.Timetable, Purpose: "student_training", Affiliation: utilisation.Host}
	return p
}

// keep adds an asset with rows of the ledger for most hours that one of its spells touches, as the collector does.
func (l *ledger) keep(t *rapid.T, base, asset string, f utilisation.Facts) {
	if l.facts == nil {
		l.facts = map[name]utilisation.Facts{}
	}
	l.facts[name{base, asset}] = f
	l.plan = dayPlan()
	l.assets = append(l.assets, utilisation.Asset{Base: base, Name: asset, Since: time.UnixMilli(f.Spells[0].FromMS).UTC()})
	for hour := range 8 {
		start, end := minute(60*hour), minute(60*hour+60)
		touches := slices.ContainsFunc(f.Spells, func(s record.Spell) bool { return s.FromMS < end.UnixMilli() && s.ToMS > start.UnixMilli() })
		if touches && rapid.IntRange(0, 3).Draw(t, "written") > 0 {
			l.rows = append(l.rows, l.judge(base, asset, start, end)...)
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

func stated(l Line) utilisation.Cell { return l.Totals.Ledger.Total() }

// The ledger is only a short cut: a report is what the core makes of the facts themselves, wherever it is cut and
// whichever hours the ledger lacks.
func TestAReportIsTheAccountOfItsFacts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		facts, q := anyFacts(rt), anyQuery(rt)
		var l ledger
		l.keep(rt, "b", "a", facts)
		from, to := later(q.From, l.assets[0].Since), earlier(q.To, q.Now)
		rows := build(t, &l, q)
		if !from.Before(to) {
			if len(rows) > 0 {
				rt.Fatalf("%+v for no time at all", rows[0])
			}
			return
		}
		plan := dayPlan()
		plan.Asset = "a"
		want, got := utilisation.Sum(facts, plan, from.UnixMilli(), to.UnixMilli()), rows[0].Totals.Ledger
		for key := range got {
			if got[key] != want[key] {
				rt.Fatalf("%v\ngot  %v\nwant %v", key, got[key], want[key])
			}
		}
		if total := want.Total(); got.Total() != total || rows[0].Figure("effective_hours").Coverage != total.Coverage() {
			rt.Fatalf("got  %v\nwant %v", got.Total(), total)
		}
		if all := got.Total(); time.Duration(all.Elapsed())*time.Millisecond != to.Sub(from) {
			rt.Fatalf("elapsed %v of %v", all.Elapsed(), to.Sub(from))
		}
	})
}

func TestABaseIsTheSumOfItsAssets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l ledger
		l.keep(rt, "b", "x", anyFacts(rt))
		l.keep(rt, "b", "y", anyFacts(rt))
		q := anyQuery(rt)
		q.Grace = time.Duration(rapid.IntRange(0, 120).Draw(rt, "grace")) * time.Minute
		for i, a := range l.assets {
			spells := l.facts[name{"b", a.Name}].Spells
			l.assets[i].Told = time.UnixMilli(spells[len(spells)-1].ToMS)
		}
		var sum utilisation.Cell
		assets := build(t, &l, q)
		for _, r := range assets {
			sum = sum.Plus(stated(r))
		}
		q.By, q.Metrics = []Dimension{ByBase}, append(machineMetrics(), "days_used")
		bases := build(t, &l, q)
		if len(assets) == 0 && len(bases) == 0 {
			return
		}
		if len(bases) != 1 || bases[0].Assets != len(assets) || stated(bases[0]) != sum {
			rt.Fatalf("base %+v\nassets %+v", bases, assets)
		}
	})
}

// However rows are grouped nothing is lost or counted twice, and who is not from outside is from inside.
func TestAnyGroupingAddsUpToTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var l ledger
		for _, asset := range []string{"x", "y", "z"} {
			l.draw("b", asset, "r", "rr")
		}
		want := utilisation.Ledger{nobody: {}}
		for range rapid.IntRange(1, 20).Draw(rt, "rows") {
			r := utilisation.Row{Base: "b", Asset: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(rt, "asset"), Start: minute(rapid.IntRange(0, 1).Draw(rt, "hour") * 60)}
			r.Purpose = rapid.SampledFrom([]string{"pilot_test", "student_training", utilisation.Unattributed, utilisation.None, utilisation.Maintenance}).Draw(rt, "purpose")
			r.Affiliation = utilisation.Affiliation(rapid.IntRange(0, int(utilisation.Outside)).Draw(rt, "affiliation"))
			for m := range r.Cell {
				r.Cell[m] = rapid.Int64Range(0, 1e9).Draw(rt, "sum")
			}
			l.rows = append(l.rows, r)
		}
		for _, r := range l.rows {
			want.Add(utilisation.Ledger{r.Key: r.Cell})
		}
		q := Query{From: minute(0), To: minute(120), Now: minute(someday)}
		for _, k := range MachineDimensions {
			if k != ByDay && rapid.Bool().Draw(rt, string(k)) {
				q.By = append(q.By, k)
			}
		}
		var got, outside, inside utilisation.Cell
		for _, r := range build(t, &l, q) {
			c := stated(r)
			got = got.Plus(c)
			outside = outside.Plus(r.Totals.Ledger.Of(func(k utilisation.Key) bool { return k.Affiliation == utilisation.Outside }))
			inside = inside.Plus(r.Totals.Ledger.Of(func(k utilisation.Key) bool { return k.Affiliation != utilisation.Outside }))
		}
		if got != want.Total() || outside.Plus(inside) != got {
			rt.Fatalf("by %v\ngot  %v\nwant %v", q.By, got, want.Total())
		}
		figure := func(id string) int64 {
			m, _ := utilisation.MetricOf(id)
			return m.Of(&utilisation.Totals{Ledger: want}).Numerator
		}
		if figure("external_hours")+figure("internal_hours") != figure("effective_hours") {
			rt.Fatalf("outside %d and inside %d of %d", figure("external_hours"), figure("internal_hours"), figure("effective_hours"))
		}
	})
}
