package utilisation

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
)

// anyFacts are of an asset, its hall and other places, overlapping, touching, beyond the span, in no order.
func anyFacts(t *rapid.T) Facts {
	var f Facts
	at := rapid.Int64Range(minute(0)-7_200_000, minute(0)+7_200_000)
	for range rapid.IntRange(0, 20).Draw(t, "spells") {
		from := at.Draw(t, "from")
		f.Spells = append(f.Spells, record.Spell{
			State:  record.State(rapid.IntRange(0, record.States-1).Draw(t, "state")),
			FromMS: from, ToMS: from + rapid.Int64Range(1, 3_600_000).Draw(t, "length"), Estimated: rapid.Bool().Draw(t, "estimated"),
		})
	}
	for range rapid.IntRange(0, 8).Draw(t, "stays") {
		from := at.Draw(t, "from")
		to := from + rapid.Int64Range(1, 7_200_000).Draw(t, "length")
		f.Presences = append(f.Presences, record.Presence{
			Place: rapid.SampledFrom([]string{"lathe", "hall", "mill"}).Draw(t, "place"), Card: rapid.SampledFrom([]string{"ca", "cb", "cc"}).Draw(t, "card"),
			Group: rapid.SampledFrom([]string{"g1", "g2", "", "stranger"}).Draw(t, "group"), FromMS: from, ToMS: to,
			KnownMS: rapid.Int64Range(from, to).Draw(t, "known"), Continues: rapid.Bool().Draw(t, "continues"), Ended: "out",
		})
	}
	for range rapid.IntRange(0, 4).Draw(t, "sessions") {
		from := at.Draw(t, "from")
		to := from + rapid.Int64Range(1, 7_200_000).Draw(t, "length")
		f.Sessions = append(f.Sessions, record.Session{
			Purpose: rapid.SampledFrom([]string{"employee_training", Maintenance}).Draw(t, "purpose"), By: rapid.SampledFrom(record.Choosers).Draw(t, "by"),
			Group: rapid.SampledFrom([]string{"g2", ""}).Draw(t, "group"), FromMS: from, ToMS: to, KnownMS: rapid.Int64Range(from, to).Draw(t, "known"),
		})
	}
	for end := at.Draw(t, "metered"); end < minute(0)+7_200_000 && len(f.Draws) < 10; {
		from := end
		end += rapid.Int64Range(1, 1_000_000).Draw(t, "between")
		f.Draws = append(f.Draws, Draw{from, end, rapid.Int64Range(0, math.MaxInt32).Draw(t, "mWh")})
	}
	return f
}

func anyPlan(t *rapid.T) Plan {
	p := Plan{Asset: "lathe", Area: "hall", Members: members}
	end := minute(0) - 7_200_000
	for range rapid.IntRange(0, 12).Draw(t, "slots") {
		from := end + rapid.Int64Range(0, 600_000).Draw(t, "gap")
		end = from + rapid.Int64Range(1, 3_600_000).Draw(t, "length")
		slot := Slot{FromMS: from, ToMS: end, Open: rapid.Bool().Draw(t, "open"), Maintenance: rapid.IntRange(0, 4).Draw(t, "maintenance") == 0}
		if letter, ok := map[int]rune{1: 'l', 2: 'b'}[rapid.IntRange(0, 2).Draw(t, "use")]; ok {
			use := uses[letter]
			slot.Use = &use
		}
		p.Slots = append(p.Slots, slot)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "corrections") {
		from := minute(0) + rapid.Int64Range(-7_200_000, 7_200_000).Draw(t, "from")
		c := Correction{ID: string(rune('a' + i)), FromMS: from, ToMS: from + rapid.Int64Range(1, 3_600_000).Draw(t, "length"), MadeMS: rapid.Int64Range(0, 3).Draw(t, "made"),
			Purpose:     rapid.SampledFrom([]string{"", None, Maintenance, "tech_rd"}).Draw(t, "purpose"),
			Affiliation: Affiliation(rapid.IntRange(0, int(Outside)).Draw(t, "affiliation"))}
		if rapid.Bool().Draw(t, "restated") {
			state := record.State(rapid.IntRange(0, record.States-1).Draw(t, "state"))
			c.State = &state
		}
		p.Corrections = append(p.Corrections, c)
	}
	return p
}

func anySpan(t *rapid.T) (from, to int64) {
	from = minute(0) + rapid.Int64Range(-3_600_000, 3_600_000).Draw(t, "begin")
	return from, from + rapid.Int64Range(0, 7_200_000).Draw(t, "span")
}

// Whatever the facts and the plan: the parts follow each other and are the whole, and every sum is of them.
func TestTimeIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := anyFacts(t), anyPlan(t)
		from, to := anySpan(t)
		at := from
		for _, s := range Account(f, p, from, to) {
			if s.FromMS != at || s.ToMS <= s.FromMS {
				t.Fatalf("a span from %d to %d, where %d was reached", s.FromMS, s.ToMS, at)
			}
			at = s.ToMS
		}
		if at != max(from, to) {
			t.Fatalf("ends at %d, want %d", at, to)
		}
		total := Sum(f, p, from, to).Total()
		if total.Elapsed() != to-from {
			t.Fatalf("%d ms of %d", total.Elapsed(), to-from)
		}
		if total[PBT] != total[AUBT]+total[ADOT]+total[PBTUnknown] || total[AUBT] != total[AUPT]+total[ADET] || total[AUPT] != total[AUST]+total[APT] || total[PBT] > total[POT] {
			t.Fatalf("the elements do not add up: %v", total)
		}
	})
}

// A day is the sum of its hours, wherever it is cut, and the same as accounted at once.
func TestAWholeIsTheSumOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := anyFacts(t), anyPlan(t)
		from, to := anySpan(t)
		whole, parts := Sum(f, p, from, to), Ledger{}
		for at := from; at < to; {
			cut := min(at+rapid.Int64Range(1, 3_600_000).Draw(t, "cut"), to)
			parts.Add(Sum(f, p, at, cut))
			at = cut
		}
		if !maps.Equal(whole, parts) {
			t.Fatalf("whole %v\nparts %v", whole, parts)
		}
	})
}

// The order in which facts arrive does not matter, nor whether they arrive twice.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, p := anyFacts(t), anyPlan(t)
		from, to := anySpan(t)
		want := Sum(f, p, from, to)
		g := Facts{Spells: slices.Concat(f.Spells, f.Spells), Sessions: slices.Concat(f.Sessions, f.Sessions), Presences: slices.Concat(f.Presences, f.Presences), Draws: slices.Clone(f.Draws)}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(g.Spells), func(i, j int) { g.Spells[i], g.Spells[j] = g.Spells[j], g.Spells[i] })
		random.Shuffle(len(g.Sessions), func(i, j int) { g.Sessions[i], g.Sessions[j] = g.Sessions[j], g.Sessions[i] })
		random.Shuffle(len(g.Presences), func(i, j int) { g.Presences[i], g.Presences[j] = g.Presences[j], g.Presences[i] })
		random.Shuffle(len(g.Draws), func(i, j int) { g.Draws[i], g.Draws[j] = g.Draws[j], g.Draws[i] })
		if got := Sum(g, p, from, to); !maps.Equal(got, want) {
			t.Fatalf("in another order %v\nwant %v", got, want)
		}
	})
}

// The identities of the dictionary: availability = allocation × utilisation efficiency; inside + outside = all.
func TestIdentities(t *testing.T) {
	figure := func(totals *Totals, id string) Figure {
		m, ok := MetricOf(id)
		if !ok {
			t.Fatalf("no metric %s", id)
		}
		return m.Of(totals)
	}
	rapid.Check(t, func(t *rapid.T) {
		f, p := anyFacts(t), anyPlan(t)
		from, to := anySpan(t)
		totals := &Totals{Ledger: Sum(f, p, from, to), Crowd: Count(Attend(f.Presences, map[string]Place{"lathe": {Slots: p.Slots}}, members, from, to))}
		a, b, c := figure(totals, "availability_iso"), figure(totals, "allocation"), figure(totals, "utilization_efficiency")
		if a.Numerator != c.Numerator || a.Denominator != b.Denominator || b.Numerator != c.Denominator || math.Abs(a.Value-b.Value*c.Value) > 1e-12 {
			t.Fatalf("availability %v, allocation %v, efficiency %v", a, b, c)
		}
		if figure(totals, "external_hours").Numerator+figure(totals, "internal_hours").Numerator != figure(totals, "effective_hours").Numerator {
			t.Fatal("machine-hours: external + internal is not all")
		}
		if figure(totals, "person_hours_inside").Numerator+figure(totals, "person_hours_society").Numerator != figure(totals, "person_hours").Numerator {
			t.Fatal("person-hours: inside + society is not all")
		}
		for _, m := range Metrics {
			if v := m.Of(totals); math.IsNaN(v.Value) || v.Value < 0 || v.Coverage < 0 || v.Coverage > 1 {
				t.Fatalf("%s: %+v", m.ID, v)
			}
		}
	})
}

func TestTheDictionaryIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Metrics {
		if m.ID == "" || m.ZH == "" || m.EN == "" || m.Unit == "" || m.Formula == "" || m.Source == "" || m.Of == nil || seen[m.ID] {
			t.Errorf("%+v", m)
		}
		seen[m.ID] = true
		if f := m.Of(&Totals{}); f.Value != 0 || math.IsNaN(f.Coverage) {
			t.Errorf("%s of nothing: %+v", m.ID, f)
		}
	}
	for m, name := range measures {
		if name == "" || slices.Index(measures[:], name) != m {
			t.Errorf("measure %d is called %q", m, name)
		}
	}
}

func FuzzAccount(f *testing.F) {
	f.Add("rrr...sss", "llloobbb.", "1..2", 0, 10)
	f.Add("rrr??? ..ssoo", "mmooLB", "..A", 2, 5)
	f.Fuzz(func(t *testing.T, spells, plan, here string, from, to int) {
		from, to = from%10000, to%10000
		d := drawing{spells: spells, here: here}
		p := drawing{plan: firstLine(plan)}.Plan()
		if got, want := Sum(d.Facts(), p, minute(from), minute(to)).Total().Elapsed(), max(0, int64(to-from)*60000); got != want {
			t.Errorf("%d ms, want %d", got, want)
		}
	})
}

func firstLine(s string) string {
	for line := range strings.FieldsSeq(s) {
		return line
	}
	return ""
}

// An asset-year at the five-minute grid, with lessons six times a day and people in the hall.
func BenchmarkAccountYear(b *testing.B) {
	f, p := assetYear()
	b.ReportAllocs()
	for b.Loop() {
		Sum(f, p, minute(0), noon.AddDate(1, 0, 0).UnixMilli())
	}
}

func assetYear() (Facts, Plan) {
	var f Facts
	p := Plan{Asset: "lathe", Area: "hall", Members: members}
	lesson := uses['l']
	for day := range 365 {
		begin := noon.AddDate(0, 0, day)
		for n := range 288 {
			from := begin.Add(time.Duration(n) * 5 * time.Minute).UnixMilli()
			f.Spells = append(f.Spells, record.Spell{State: record.State(n % record.States), FromMS: from, ToMS: from + 300_000})
			f.Draws = append(f.Draws, Draw{from, from + 300_000, 12_345})
		}
		for n := range 6 {
			from := begin.Add(time.Duration(n) * time.Hour).UnixMilli()
			p.Slots = append(p.Slots, Slot{FromMS: from, ToMS: from + 45*60_000, Open: true, Use: &lesson}, Slot{FromMS: from + 45*60_000, ToMS: from + 3_600_000, Open: true})
			f.Presences = append(f.Presences, record.Presence{Place: "hall", Card: "ca", Group: "g1", FromMS: from, ToMS: from + 2_700_000, KnownMS: from + 2_700_000})
		}
	}
	return f, p
}
