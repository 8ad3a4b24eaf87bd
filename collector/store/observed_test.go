package store

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

func at(n int) time.Time { return time.UnixMilli(minute(n)) }

func observed(t *testing.T, s *Store, asset string, from, to int) utilisation.Observed {
	t.Helper()
	o, err := s.Observed(t.Context(), "base", asset, at(from), at(to))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// facts are a batch of their own.
func facts(gateway string, sequence uint64, f record.Facts) record.Batch {
	return record.Batch{Base: "base", Gateway: gateway, Stream: stream, Sequence: sequence, Facts: f}
}

func stay(card, reader string, from, to int) record.Presence {
	return record.Presence{Place: "hall", Reader: reader, Card: card, Group: "g1", FromMS: minute(from), KnownMS: minute(to), ToMS: minute(to), Ended: "out"}
}

func choice(asset string, from, to int) record.Session {
	return record.Session{Asset: asset, Purpose: "pilot_test", By: "card", Group: "g1", FromMS: minute(from), KnownMS: minute(to), ToMS: minute(to), Ended: "out"}
}

func TestStaysRoundTrip(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	long, forgotten, parted := stay("aa", "door", -20*60, 30), stay("bb", "door", 10, 50), stay("cc", "gate", 20, 21)
	forgotten.KnownMS, forgotten.Ended = minute(15), "closing"
	parted.Group, parted.Continues, parted.Place = "", true, "a"
	second := stay("dd", "door", 10, 50) // through the same door, a moment later
	second.FromMS++
	touching := stay("33", "door", -24*60, 0)
	unset, epoch := stay("ee", "gate", 25, 200), stay("ff", "yard", -23*60, 1)
	first := facts("gw", 1, record.Facts{Presences: []record.Presence{long, forgotten, second, parted,
		stay("11", "door", -5, -1), stay("22", "door", 60, 70), touching}}) // ended before, began after, ends as the hour begins
	estimated := facts("gw2", 1, record.Facts{Estimated: true, Presences: []record.Presence{unset}})
	stepped := facts("gw2", 2, record.Facts{Epoch: record.MaxEpoch, Presences: []record.Presence{epoch}})
	elsewhere := facts("gw", 3, record.Facts{Presences: []record.Presence{stay("99", "door", 5, 10)}})
	elsewhere.Base = "elsewhere"
	write(t, s, first, estimated, stepped, elsewhere, first)
	unset.KnownMS = unset.FromMS
	want := sorted([]record.Presence{long, forgotten, second, parted, unset, epoch, touching})
	same(t, "the hour", sorted(observed(t, s, "", 0, 60).Presences), want)
	same(t, "one asset's hour", sorted(observed(t, s, "a", 0, 60).Presences), want)
	same(t, "a minute", sorted(observed(t, s, "", 52, 53).Presences), []record.Presence{unset})
	same(t, "up to where one begins", sorted(observed(t, s, "", 0, 10).Presences), sorted([]record.Presence{long, epoch, touching}))
	same(t, "from where two end", sorted(observed(t, s, "", 50, 60).Presences), sorted([]record.Presence{forgotten, second, unset}))
}

func TestSessionsRoundTrip(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	card, turned, unset, other := choice("a", -20*60, 30), choice("a", 30, 40), choice("a", 35, 45), choice("b", 0, 60)
	turned.By, turned.Group, turned.Ended = "switch", "", ""
	unset.Ended = "longest"
	write(t, s, facts("gw", 1, record.Facts{Sessions: []record.Session{card, turned, other, choice("a", -10, 0), choice("a", 60, 61)}}),
		facts("gw2", 1, record.Facts{Estimated: true, Epoch: 3, Sessions: []record.Session{unset}}))
	unset.KnownMS = unset.FromMS
	for asset, want := range map[string]map[string][]record.Session{
		"": {"a": {card, turned, unset}, "b": {other}}, "a": {"a": {card, turned, unset}}, "b": {"b": {other}}, "c": {},
	} {
		if got := observed(t, s, asset, 0, 60).Sessions; !reflect.DeepEqual(got, want) {
			t.Errorf("of %q: got %v, want %v", asset, got, want)
		}
	}
}

func TestCountsRoundTrip(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	b := facts("gw", 1, record.Facts{Epoch: 7, Counts: []record.Count{{Place: "hall", Counter: "beam", FromMS: minute(0), ToMS: minute(5), Passages: 12}}})
	write(t, s, b, b)
	ask := `SELECT to_ms, passages FROM facts."count" WHERE base='base' AND gateway='gw' AND place='hall' AND counter='beam'`
	if got, want := db.Query("base meter", ask), fmt.Sprintf(`[[%d,%d,12]]`, minute(0)*1e6+7, minute(5)); !strings.Contains(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

// What two gateways say of one asset is all there: it is not the store's to choose.
func TestSpellsOfTwoGateways(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	other, mill := batch(1, "s"), batch(1, "ff")
	other.Gateway, other.Epoch, other.Estimated = "gw2", 5, true
	mill.Spells[0].Asset, mill.Spells[1].Asset = "mill", "mill"
	mill.Gateway = "gw3"
	far := batch(1, "o")
	far.Base = "elsewhere"
	write(t, s, batch(1, "rrr"), other, mill, far, batch(2, "o"))
	spell := func(asset string, state record.State, from int, estimated bool) record.Spell {
		return record.Spell{Asset: asset, State: state, FromMS: minute(from), ToMS: minute(from + 5), Estimated: estimated}
	}
	lathe := []record.Spell{spell("a", record.Running, 0, false), spell("a", record.Standby, 0, true), spell("a", record.Running, 5, false), spell("a", record.Running, 10, false)}
	mills := []record.Spell{spell("mill", record.Fault, 0, false), spell("mill", record.Fault, 5, false)}
	for asset, want := range map[string]map[string][]record.Spell{"": {"a": lathe, "mill": mills}, "a": {"a": lathe}, "mill": {"mill": mills}, "b": {}} {
		if got := observed(t, s, asset, 0, 60).Spells; !reflect.DeepEqual(got, want) {
			t.Errorf("of %q: got %v\nwant %v", asset, got, want)
		}
	}
	if got := observed(t, s, "", 5, 11).Spells; !reflect.DeepEqual(got, map[string][]record.Spell{"a": lathe[2:], "mill": mills[1:]}) {
		t.Errorf("what ended at from: %v", got)
	}
}

// A sample of a meter says how many kWh it has counted since the one before.
type sampled struct {
	gateway string
	minute  int
	kwh     float64
	epoch   uint64
}

func (s sampled) batch(sequence uint64) record.Batch {
	return facts(s.gateway, sequence, record.Facts{Epoch: s.epoch, Samples: []record.Sample{{Asset: "a", AtMS: minute(s.minute), Values: []record.Value{
		{Name: EnergyPoint, Number: 1000}, {Name: EnergyPoint + record.ChangeSuffix, Number: s.kwh}}}}})
}

// Draws are written from-to:mWh, in minutes.
func TestDraws(t *testing.T) {
	db := collectortest.Influx(t)
	for _, c := range []struct {
		name     string
		samples  []sampled
		from, to int
		want     string
	}{
		{"none", nil, 0, 60, ""},
		{"since the one before", []sampled{{"gw", 10, 0.001, 0}, {"gw", 20, 0.002, 0}}, 0, 60, "0-10:1000 10-20:2000"},
		{"an hour's first is booked to it alone", []sampled{{"gw", 50, 1, 0}, {"gw", 70, 2, 0}}, 0, 120, "0-50:1000000 60-70:2000000"},
		{"as when its hour alone is asked", []sampled{{"gw", 50, 1, 0}, {"gw", 70, 2, 0}}, 60, 120, "60-70:2000000"},
		{"part of an hour", []sampled{{"gw", 10, 1, 0}, {"gw", 20, 1, 0}, {"gw", 50, 1, 0}, {"gw", 70, 1, 0}}, 15, 45, "0-10:1000000 10-20:1000000 20-50:1000000"},
		{"on the hour, of the hour before", []sampled{{"gw", 50, 1, 0}, {"gw", 60, 2, 0}, {"gw", 70, 3, 0}}, 0, 60, "0-50:1000000 50-60:2000000"},
		{"on the hour, not of the hour after", []sampled{{"gw", 50, 1, 0}, {"gw", 60, 2, 0}, {"gw", 70, 3, 0}}, 60, 120, "60-70:3000000"},
		{"a day that ends on a sample", []sampled{{"gw", 0, 1, 0}, {"gw", 24 * 60, 2, 0}}, 0, 24 * 60, "1380-1440:2000000"},
		{"two gateways", []sampled{{"gw1", 10, 1, 0}, {"gw2", 20, 2, 0}, {"gw1", 30, 3, 0}}, 0, 60, "0-10:1000000 10-30:3000000 0-20:2000000"},
		{"of gateways that saw it in different hours", []sampled{{"gw1", 110, 1, 0}, {"gw2", 20, 2, 0}}, 0, 120, "60-110:1000000 0-20:2000000"},
		{"to a thousandth of a watt-hour", []sampled{{"gw", 10, 0.0000014, 0}, {"gw", 20, 0.0000016, 0}, {"gw", 30, 0.1 + 0.2, 0}, {"gw", 40, 0, 0}}, 0, 60,
			"0-10:1 10-20:2 20-30:300000 30-40:0"},
		{"after the clock was set", []sampled{{"gw", 10, 1, 1}, {"gw", 20, 2, 1}}, 0, 60, "0-10:1000000 10-20:2000000"},
		{"after the clock was set, on the hour", []sampled{{"gw", 50, 1, 1}, {"gw", 60, 2, 1}, {"gw", 70, 3, 1}}, 0, 60, "0-50:1000000 50-60:2000000"},
		{"after the clock was set, not of the hour after", []sampled{{"gw", 50, 1, 1}, {"gw", 60, 2, 1}, {"gw", 70, 3, 1}}, 60, 120, "60-70:3000000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, db, func(o *Options) { o.Database = c.name })
			for i, sample := range c.samples {
				write(t, s, sample.batch(uint64(i+1)))
			}
			var got []string
			for _, d := range observed(t, s, "a", c.from, c.to).Draws["a"] {
				got = append(got, fmt.Sprintf("%v-%v:%d", (d.FromMS-minute(0))/60_000, (d.ToMS-minute(0))/60_000, d.MilliWh))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Whatever a meter claims, the hours of its base can be judged, and nothing that was drawn is less than nothing.
func TestAMeterThatCannotBe(t *testing.T) {
	db := collectortest.Influx(t)
	for _, kwh := range []float64{-1, 1e13, 1e300} {
		s := open(t, db, func(o *Options) { o.Database = fmt.Sprint(kwh) })
		b := sampled{"gw", 10, kwh, 0}.batch(1)
		if err := b.Check(); err != nil {
			continue // such a batch is not let in
		}
		write(t, s, b, sampled{"gw", 20, 1, 0}.batch(2))
		o, err := s.Observed(t.Context(), "base", "", at(0), at(60))
		if err != nil {
			t.Errorf("%v kWh: %v", kwh, err)
		}
		for _, d := range o.Draws["a"] {
			if d.MilliWh < 0 {
				t.Errorf("%v kWh: drew %d", kwh, d.MilliWh)
			}
		}
	}
}

// A base of many assets is one question, whatever things are called.
func TestObservedOfManyAssets(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	b := facts("gw", 1, record.Facts{})
	b.Base = odd
	for i := range 300 {
		asset := fmt.Sprintf("%s %d", odd, i)
		b.Spells = append(b.Spells, record.Spell{Asset: asset, State: record.Running, FromMS: minute(i % 50), ToMS: minute(i%50 + 1), Why: odd})
		b.Sessions = append(b.Sessions, choice(asset, 0, i%50+1))
	}
	b.Presences = []record.Presence{{Place: odd, Reader: odd, Card: "aa", Group: odd, FromMS: minute(0), KnownMS: minute(1), ToMS: minute(1), Ended: "out"}}
	write(t, s, b)
	o, err := s.Observed(t.Context(), odd, "", at(0), at(60))
	if err != nil || len(o.Spells) != 300 || len(o.Sessions) != 300 || !reflect.DeepEqual(o.Presences, b.Presences) {
		t.Fatalf("%d assets with spells, %d with sessions, stays %v, %v", len(o.Spells), len(o.Sessions), o.Presences, err)
	}
	one, err := s.Observed(t.Context(), odd, odd+" 7", at(0), at(60))
	if want := b.Spells[7:8]; err != nil || len(one.Spells) != 1 || !reflect.DeepEqual(one.Spells[odd+" 7"], want) || !reflect.DeepEqual(one.Presences, b.Presences) {
		t.Errorf("of one: %v, %v", one, err)
	}
	if got := observed(t, s, "", 0, 60); len(got.Spells)+len(got.Sessions)+len(got.Presences)+len(got.Draws) != 0 {
		t.Errorf("of another base: %v", got)
	}
}

func TestWhatIsObservedOfAFailingDatabaseIsNamed(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	db.Kill()
	if _, err := s.Observed(t.Context(), "base", "", at(0), at(60)); err == nil || !strings.HasPrefix(err.Error(), "what was observed in base: ") {
		t.Error(err)
	}
}
