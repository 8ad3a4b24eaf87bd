package state

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// noon is a line of every grid.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// after is the instant d after noon, on a machine that was booted an hour before.
func after(d time.Duration) drivers.Instant {
	return drivers.Instant{Boot: "b", Mono: time.Hour + d, Wall: noon.Add(d), Synced: true}
}

var power = map[rune]float64{'o': 2, 's': 150, 'r': 1200, 'f': 150}

var letters = map[record.State]string{record.Unknown: "?", record.Off: "o", record.Standby: "s", record.Running: "r", record.Fault: "f"}

func lathe(dwell, stale, grid int) Rule {
	return Rule{
		Asset:      "lathe-1",
		Contacts:   []Contact{{"lamp/contact", record.Fault}},
		Thresholds: &Thresholds{"meter/power", 20, 800, 10},
		Dwell:      time.Duration(dwell) * time.Second,
		StaleAfter: time.Duration(stale) * time.Second,
		Grid:       time.Duration(grid) * time.Second,
	}
}

// draw runs a machine over a line of letters, one a second: what the readings say, "." for none, "|" for a restart of
// nothing but the drawing. It answers with the spells, as drawn: "r3 ?2" is three seconds running, two unknown.
func draw(rule Rule, line string) string {
	m := New(rule, after(0))
	var spells []record.Spell
	for second, letter := range line {
		now := after(time.Duration(second) * time.Second)
		if letter != '.' {
			fault := 0.0
			if letter == 'f' {
				fault = 1
			}
			m.Observe(drivers.Reading{Point: "meter/power", Value: power[letter], At: now})
			m.Observe(drivers.Reading{Point: "lamp/contact", Value: fault, At: now})
		}
		m.Tick(now)
		spells = append(spells, m.Take()...)
	}
	if open, ok := m.Open(); ok {
		spells = append(spells, open)
	}
	return drawn(spells)
}

func drawn(spells []record.Spell) string {
	var parts []string
	for i, s := range spells {
		if i > 0 && s.FromMS != spells[i-1].ToMS {
			parts = append(parts, fmt.Sprintf("gap%+d", s.FromMS-spells[i-1].ToMS))
		}
		parts = append(parts, fmt.Sprintf("%s%v", letters[s.State], float64(s.ToMS-s.FromMS)/1000))
	}
	return strings.Join(parts, " ")
}

func TestSpells(t *testing.T) {
	for _, c := range []struct {
		name               string
		dwell, stale, grid int
		line, want         string
	}{
		{"steady", 0, 2, 60, "rrrrrrrrr", "r8"},
		{"a change counts from its reading on", 0, 2, 60, "rrrsssooo", "r3 s3 o2"},
		{"a fault contact goes before the power", 0, 2, 60, "rrfffrr", "r2 f3 r1"},
		{"cut on the grid", 0, 2, 5, "rrrrrrrrrrrr", "r5 r5 r1"},
		{"nothing yet is unknown", 0, 2, 60, "...rrr", "?3 r2"},
		{"silence is unknown from the last reading on", 0, 2, 60, "rrr.....ss", "r2 ?6 s1"},
		{"a pause no longer than allowed is known", 0, 2, 60, "rrr.rr.rr", "r8"},
		{"silence at the end", 0, 2, 60, "rrr......", "r2 ?6"},
		{"unknown is cut on the grid too", 0, 2, 4, "rr..........", "r1 ?3 ?4 ?3"},
		{"a short dip does not count", 3, 2, 60, "rrrrssrrrrr", "r10"},
		{"a change that stands counts from its beginning", 3, 2, 60, "rrrrsssssss", "r4 s6"},
		{"nothing is said of a change that may not stand", 3, 2, 60, "rrrrss", "r4"},
		{"a grid line waits for a change to be decided", 3, 2, 5, "rrrrsssss", "r4 s1 s3"},
		{"silence does not wait for the dwell", 3, 2, 60, "rrrrr.....rrr", "r4 ?6 r2"},
		{"a change undecided when silence came is no change", 5, 2, 60, "rrrrss.....", "r5 ?5"},
		{"going through one state to another", 3, 2, 60, "rrrrsooooo", "r4 o5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := draw(lathe(c.dwell, c.stale, c.grid), c.line); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
			}
		})
	}
}

func TestHysteresis(t *testing.T) {
	th := Thresholds{"meter/power", 20, 800, 10}
	level := record.Off
	for _, step := range []struct {
		watts float64
		want  record.State
	}{
		{19.9, record.Off}, {20, record.Standby}, {10, record.Standby}, {9.9, record.Off}, {15, record.Off},
		{800, record.Running}, {790, record.Running}, {789, record.Standby}, {795, record.Standby}, {800, record.Running}, {5, record.Off},
	} {
		if level, _ = th.level(level, step.watts); level != step.want {
			t.Fatalf("at %v W: %v, want %v", step.watts, level, step.want)
		}
	}
}

func TestAStateSaysWhatDecided(t *testing.T) {
	m := New(Rule{Asset: "lathe", Thresholds: &Thresholds{"meter/power", 20, 800, 10}, StaleAfter: time.Hour, Grid: time.Hour}, after(0))
	for i, step := range []struct {
		watts float64
		want  string
	}{
		{1240.4, "meter/power = 1240 ≥ 800"}, {791.5, "meter/power = 791.5 ≥ 790"}, {12345.6, "meter/power = 12346 ≥ 790"},
		{25, "meter/power = 25 ≥ 10"}, {0.25, "meter/power = 0.25 < 10"}, {15, "meter/power = 15 < 20"},
	} {
		m.Observe(drivers.Reading{Point: "meter/power", Value: step.watts, At: after(time.Duration(i) * time.Second)})
		if _, _, why := m.Now(); why != step.want {
			t.Errorf("at %v W: %q, want %q", step.watts, why, step.want)
		}
	}
}

func TestOneSilentPointMakesTheAssetUnknown(t *testing.T) {
	m := New(lathe(0, 2, 60), after(0))
	for s := range 10 {
		now := after(time.Duration(s) * time.Second)
		m.Observe(drivers.Reading{Point: "meter/power", Value: 1200, At: now})
		if s < 5 {
			m.Observe(drivers.Reading{Point: "lamp/contact", At: now})
		}
		m.Tick(now)
	}
	open, _ := m.Open()
	if got := drawn(append(m.Take(), open)); got != "r4 ?5" {
		t.Errorf("got %s", got)
	}
	if state, _, why := m.Now(); state != record.Unknown || why != "lamp/contact: silent" {
		t.Errorf("now %v, because %q", state, why)
	}
}

func TestAStepOfTheClockNeitherStretchesNorShrinks(t *testing.T) {
	for _, shift := range []time.Duration{-time.Hour, -1500 * time.Millisecond, 700 * time.Millisecond, 30 * time.Hour} {
		m := New(lathe(0, 2, 3600), after(0))
		for s := range 20 {
			now := after(time.Duration(s) * time.Second)
			if s >= 10 {
				now.Wall = now.Wall.Add(shift)
			}
			if s == 10 {
				m.Step(now)
			}
			m.Observe(drivers.Reading{Point: "meter/power", Value: 1200, At: now})
			m.Observe(drivers.Reading{Point: "lamp/contact", At: now})
		}
		open, _ := m.Open()
		sum := int64(0)
		for _, s := range append(m.Take(), open) {
			sum += s.ToMS - s.FromMS
		}
		if sum != 19000 {
			t.Errorf("step of %v: %d ms in all, want 19000", shift, sum)
		}
	}
}

// Whatever is read, whenever, with whatever steps of the clock: the spells of a machine follow each other without a
// gap on the clock that does not step, none crosses a grid line, and known time lies between readings.
func TestTimeIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grid := rapid.SampledFrom([]int{1, 5, 60, 300, 3600}).Draw(t, "grid")
		m := New(lathe(rapid.IntRange(0, 10).Draw(t, "dwell"), rapid.IntRange(1, 20).Draw(t, "stale"), grid), after(0))
		now, shift := time.Duration(0), time.Duration(0)
		last := noon.UnixMilli()
		instant := func() drivers.Instant {
			i := after(now)
			i.Wall = i.Wall.Add(shift)
			return i
		}
		take := func() {
			for _, s := range m.Take() {
				if s.FromMS != last || s.ToMS <= s.FromMS {
					t.Fatalf("spell %+v does not follow %d", s, last)
				}
				if g := int64(grid) * 1000; s.FromMS/g != (s.ToMS-1)/g {
					t.Fatalf("spell %+v crosses a line of the grid", s)
				}
				last = s.ToMS
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			now += time.Duration(rapid.SampledFrom([]int{0, 1, 7, 500, 1000, 1003, 30_000, 4_000_000}).Draw(t, "ms")) * time.Millisecond
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0:
				step := time.Duration(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "step")) * time.Millisecond
				shift += step
				before := last
				m.Step(instant())
				take()
				if last < before {
					t.Fatalf("a step took back what was said")
				}
				last += step.Milliseconds()
			case 1, 2, 3:
				m.Tick(instant())
			default:
				point := rapid.SampledFrom([]string{"meter/power", "meter/power", "lamp/contact", "other/point"}).Draw(t, "point")
				value := rapid.SampledFrom([]float64{0, 1, 5, 15, 150, 795, 1200}).Draw(t, "value")
				m.Observe(drivers.Reading{Point: point, Value: value, At: instant()})
			}
			take()
		}
		if open, ok := m.Open(); ok {
			if open.FromMS != last {
				t.Fatalf("open spell %+v does not follow %d", open, last)
			}
		}
		now += time.Minute
		m.Stop(instant(), "the gateway ended")
		take()
		if last != noon.Add(now+shift).UnixMilli() {
			t.Fatalf("accounted up to %d, want %d", last, noon.Add(now+shift).UnixMilli())
		}
	})
}

func TestRedate(t *testing.T) {
	f := record.Facts{Boot: "b",
		Spells:  []record.Spell{{Asset: "a", State: record.Running, FromMS: 1000, ToMS: 9000}},
		Samples: []record.Sample{{Asset: "a", AtMS: 2000}}, Badges: []record.Badge{{Reader: "door", AtMS: 3000}}}
	Redate(&f, noon.Add(-4*time.Second), 5*time.Second)
	at := noon.UnixMilli()
	if got := drawn(f.Spells); got != "r3 r5" || f.Spells[0].FromMS != at-3000 || f.Samples[0].AtMS != at-2000 || f.Badges[0].AtMS != at-1000 || f.Boot != "" {
		t.Errorf("got %s, %+v", got, f)
	}
}

// What a switch said before the clock was set is cut on the grid too, when that is known; what a card said is not.
func TestRedateCutsWhatASwitchSaid(t *testing.T) {
	f := record.Facts{Boot: "b", Sessions: []record.Session{
		{Asset: "a", By: "switch", FromMS: 1000, ToMS: 9000, KnownMS: 9000, Ended: "silent"},
		{Asset: "a", By: "card", FromMS: 9000, ToMS: 19000, KnownMS: 12000, Ended: "closing"},
	}}
	Redate(&f, noon.Add(-4*time.Second), 5*time.Second)
	var got []string
	for _, s := range f.Sessions {
		got = append(got, fmt.Sprint(s.FromMS-noon.UnixMilli(), " ", s.KnownMS-noon.UnixMilli(), " ", s.ToMS-noon.UnixMilli(), " ", s.Ended))
	}
	if want := "[-3000 0 0  0 5000 5000 silent 5000 8000 15000 closing]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzSpells(f *testing.F) {
	f.Add("rrr...sssfff", uint8(2), uint8(3))
	f.Add("o.r.s.f", uint8(0), uint8(1))
	f.Fuzz(func(t *testing.T, line string, dwell, stale uint8) {
		if got := draw(lathe(int(dwell), int(stale), 5), line); strings.Contains(got, "gap") {
			t.Errorf("%q: %s", line, got)
		}
	})
}

func BenchmarkObserve(b *testing.B) {
	m := New(lathe(3, 5, 300), after(0))
	now := time.Duration(0)
	for b.Loop() {
		now += time.Second
		m.Observe(drivers.Reading{Point: "meter/power", Value: 1200, At: after(now)})
		m.Observe(drivers.Reading{Point: "lamp/contact", At: after(now)})
		m.Take()
	}
}
