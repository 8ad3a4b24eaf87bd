package sim

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

var born = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// draw is a machine's first minutes, one letter a second.
func drawn(m *Machine, seconds int) string {
	var b strings.Builder
	for i := range seconds {
		b.WriteByte("_SRF"[m.StateAt(born.Add(time.Duration(i)*time.Second))])
	}
	return b.String()
}

// Tests elsewhere rely on what a seed means.
func TestSeedsStayWhatTheyAre(t *testing.T) {
	want := "SSSSSSSSSSSSSSRRRRRRRRRRRRRRRSSSSSSSSRRRRRRRRRRRRRRRRRRRFFFF"
	if got := drawn(New(1, born, 1), 60); got != want {
		t.Errorf("seed 1:\n%s, want\n%s", got, want)
	}
	if drawn(New(2, born, 1), 60) == want {
		t.Error("seeds 1 and 2 are alike")
	}
}

func TestSpells(t *testing.T) {
	for _, scale := range []float64{0.01, 0.37, 1, 60} {
		t.Run(fmt.Sprint(scale), func(t *testing.T) {
			m := New(7, born, scale)
			seconds := func(s float64) time.Duration { return time.Duration(s * scale * float64(time.Second)) }
			to := born.Add(seconds(3600))
			spells := m.Spells(born, to)
			met := map[State]bool{}
			for i, s := range spells {
				met[s.State] = true
				long := s.To.Sub(s.From)
				if i < len(spells)-1 && (long < seconds(3)-time.Millisecond || long > seconds(20)+time.Millisecond) {
					t.Errorf("%v for %v", s.State, long)
				}
				if i > 0 && (s.State == spells[i-1].State || !s.From.Equal(spells[i-1].To)) {
					t.Errorf("%v follows %v", s, spells[i-1])
				}
				if m.SpellAt(s.From) != m.SpellAt(s.To.Add(-1)) || m.StateAt(s.From) != s.State {
					t.Errorf("%v is not one spell", s)
				}
			}
			if !spells[0].From.Equal(born) || !spells[len(spells)-1].To.Equal(to) || len(met) != 4 {
				t.Errorf("%d spells, states %v", len(spells), met)
			}
		})
	}
}

func TestTruthAddsUp(t *testing.T) {
	m := New(3, born, 0.2)
	from, to := born.Add(-time.Minute), born.Add(17*time.Minute+123*time.Microsecond)
	sum := time.Duration(0)
	for _, d := range m.Truth(from, to) {
		sum += d
	}
	if sum != to.Sub(from) {
		t.Errorf("%v, want %v", sum, to.Sub(from))
	}
	if off := m.Truth(from, born)[Off]; off != time.Minute {
		t.Errorf("off for %v before birth", off)
	}
}

func TestSignals(t *testing.T) {
	m := New(5, born, 1)
	bands := map[State][2]float64{Off: {0, 4}, Standby: {135, 165}, Running: {1050, 1350}, Fault: {140, 160}}
	const step = 5 * time.Millisecond
	sum := m.At(born).KWh
	for at := born; at.Before(born.Add(2 * time.Minute)); at = at.Add(step) {
		s, state := m.At(at), m.StateAt(at)
		if band := bands[state]; s.Watts < band[0] || s.Watts > band[1] {
			t.Fatalf("%v at %v: %v W", state, at, s.Watts)
		}
		if math.Abs(s.Volts*s.Amps*s.PowerFactor-s.Watts) > 1e-9 || math.Abs(s.Volts-230) > 4 {
			t.Fatalf("%+v", s)
		}
		next := m.At(at.Add(step)).KWh
		if next < s.KWh {
			t.Fatalf("energy falls at %v", at)
		}
		sum += m.At(at.Add(step/2)).Watts * step.Hours() / 1000
		if math.Abs(sum-next) > 1e-6 {
			t.Fatalf("energy at %v is %v, the sum of power %v", at, next, sum)
		}
	}
}

// The first question sums up what lies before it; the sum is kept.
func TestFarAhead(t *testing.T) {
	m := New(5, born, 1)
	at := born.AddDate(0, 0, 10)
	if s := m.At(at); s.KWh < 10*24*0.1 || s.KWh > 10*24*1.2 {
		t.Errorf("%v kWh in 10 days", s.KWh)
	}
	if (m.At(born) != New(5, born, 1).At(born)) || m.At(at) != New(5, born, 1).At(at) {
		t.Error("what was asked before changes the answer")
	}
}
