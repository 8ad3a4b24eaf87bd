package learn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/drivers/sim"
)

const period = 10 * time.Second

// A part is a stretch of time in which the power is around a mean, as noisy as some part of it.
type part struct {
	state       State
	watts, part float64
	long        time.Duration
}

// play repeats some parts for so long, and says what the machine was really doing.
func play(seed uint64, long time.Duration, parts ...part) (samples []Sample, truth []State) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for gone := time.Duration(0); gone < long; {
		for _, p := range parts {
			stretch := time.Duration((0.5 + rng.Float64()) * float64(p.long))
			for at := time.Duration(0); at < stretch; at += period {
				samples = append(samples, Sample{max(0, p.watts*(1+p.part*rng.NormFloat64())), period})
				truth = append(truth, p.state)
			}
			gone += stretch
		}
	}
	return samples, truth
}

// right is the share of the time that the thresholds get right.
func right(p Proposal, samples []Sample, truth []State) float64 {
	state, n := Off, 0
	for i, s := range samples {
		if state = p.State(state, s.Value); state == truth[i] {
			n++
		}
	}
	return float64(n) / float64(len(samples))
}

// A week of a machine that is off for most of it: thresholds that are right for 99 % of the time.
func TestSimulatedWeek(t *testing.T) {
	born := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	m := sim.New(7, born, 60) // spells of 3 to 20 minutes
	var samples []Sample
	var truth []State
	for at := time.Duration(0); at < 7*24*time.Hour; at += period {
		now := born.Add(at)
		state := map[sim.State]State{sim.Off: Off, sim.Standby: Standby, sim.Running: Running, sim.Fault: Standby}[m.StateAt(now)]
		samples = append(samples, Sample{m.At(now).Watts, period}) // a fault draws as much as standby: that takes a lamp
		truth = append(truth, state)
	}
	p := Learn(samples)
	if got := right(p, samples, truth); got < 0.99 || !p.Tells() || len(p.Doubts) > 0 || p.Confidence < 0.9 {
		t.Errorf("%.4f right: %+v", got, p.Levels)
	}
	t.Logf("%.4f right, %+v", right(p, samples, truth), p.Valleys)
	t.Log("\n" + p.Histogram(72) + p.YAML("meter/power"))
}

const hour = time.Hour

func TestMachines(t *testing.T) {
	for name, c := range map[string]struct {
		parts  []part
		doubts []Doubt
		right  float64 // 0: it cannot tell
	}{
		"lathe with a drive": {[]part{{Off, 0.6, 0.3, 14 * hour}, {Standby, 60, 0.05, hour}, {Running, 900, 0.3, 2 * hour}, {Standby, 62, 0.05, hour}, {Running, 2500, 0.4, hour}}, nil, 0.99},
		"standby is rare":    {[]part{{Off, 2, 0.5, 20 * hour}, {Standby, 150, 0.1, 6 * time.Minute}, {Running, 1200, 0.12, 3 * hour}}, nil, 0.99},
		"running is rare":    {[]part{{Off, 1, 0.5, 20 * hour}, {Standby, 300, 0.1, 4 * hour}, {Running, 1500, 0.1, 10 * time.Minute}}, nil, 0.99},
		"off is exactly 0":   {[]part{{Off, 0, 0, 14 * hour}, {Standby, 80, 0.02, 2 * hour}, {Running, 400, 0.1, 4 * hour}}, nil, 0.99},
		"idle and work overlap": {[]part{{Off, 2, 0.4, 14 * hour}, {Standby, 500, 0.25, 2 * hour}, {Running, 700, 0.35, 4 * hour}},
			[]Doubt{broad}, 0},
		"drill press":   {[]part{{Off, 0, 0, 2 * hour}, {Running, 550, 0.1, hour}}, []Doubt{oneOnLevel}, 0.99},
		"never off":     {[]part{{Standby, 150, 0.05, 2 * hour}, {Running, 1200, 0.1, 4 * hour}}, []Doubt{neverOff}, 0.99},
		"always off":    {[]part{{Off, 1, 0.5, 8 * hour}}, []Doubt{neverOn}, 0},
		"always on":     {[]part{{Running, 600, 0.1, 8 * hour}}, []Doubt{oneLevel}, 0},
		"several tools": {[]part{{Off, 1, 0.5, 14 * hour}, {Standby, 40, 0.05, hour}, {Running, 400, 0.05, hour}, {Running, 3000, 0.05, hour}}, []Doubt{manyLevels}, 0.99},
	} {
		t.Run(name, func(t *testing.T) {
			samples, truth := play(1, 7*24*hour, c.parts...)
			p := Learn(samples)
			if fmt.Sprint(p.Doubts) != fmt.Sprint(append([]Doubt{}, c.doubts...)) {
				t.Errorf("doubts %+v", p.Doubts)
			}
			if p.Tells() != (c.right > 0) || c.right > 0 && right(p, samples, truth) < c.right {
				t.Errorf("%.4f right: %+v", right(p, samples, truth), p.Levels)
			}
			if p.Tells() {
				check(t, p)
			}
			t.Logf("%.4f right, %.2f sure: %v %v %v, %v", right(p, samples, truth), p.Confidence, p.StandbyAbove, p.RunningAbove, p.Hysteresis, p.Dwell)
			if testing.Verbose() {
				t.Log("\n" + p.Histogram(72))
			}
		})
	}
}

func TestTooLittle(t *testing.T) {
	if p := Learn(nil); p.Tells() || !p.has(noData) || strings.Contains(p.YAML("m/power"), "thresholds") {
		t.Errorf("%+v", p)
	}
	samples, _ := play(1, time.Hour, part{Off, 1, 0.5, hour / 4}, part{Standby, 100, 0.05, hour / 4}, part{Running, 1000, 0.05, hour / 4})
	if p := Learn(samples); !p.has(tooShort) || !p.has(seldom) || !p.Tells() {
		t.Errorf("%+v", p.Doubts)
	}
	for i := range samples {
		samples[i].Value *= -1
	}
	if p := Learn(samples); !p.has(reversed) || p.Tells() {
		t.Errorf("%+v", p.Doubts)
	}
	if p := Learn([]Sample{{math.NaN(), hour}, {math.Inf(1), hour}, {5, 0}, {5, -hour}}); !p.has(noData) {
		t.Errorf("%+v", p.Doubts)
	}
}

// check is what the loader of agent.yaml asks of thresholds.
func check(t interface{ Errorf(string, ...any) }, p Proposal) {
	if !(p.StandbyAbove > 0) || !(p.RunningAbove > p.StandbyAbove) || !(p.Hysteresis >= 0) ||
		!(p.Hysteresis < p.RunningAbove-p.StandbyAbove) || !(p.Hysteresis < p.StandbyAbove) {
		t.Errorf("standby_above %v, running_above %v, hysteresis %v", p.StandbyAbove, p.RunningAbove, p.Hysteresis)
	}
	if !(p.Confidence >= 0 && p.Confidence <= 1) || p.Dwell <= 0 || p.Dwell > time.Minute {
		t.Errorf("confidence %v, dwell %v", p.Confidence, p.Dwell)
	}
}

func TestAnySamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var samples []Sample
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			middle := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(-10, 10), rapid.Float64Range(-1e5, 1e5), rapid.Float64()).Draw(t, "watts")
			spread := rapid.Float64Range(0, 0.5).Draw(t, "spread")
			for i := range rapid.IntRange(1, 60).Draw(t, "samples") {
				samples = append(samples, Sample{middle * (1 + spread*math.Sin(float64(i))), time.Duration(rapid.IntRange(1, 1e6).Draw(t, "ms")) * time.Millisecond})
			}
		}
		p := Learn(samples)
		if p.Tells() {
			check(t, p)
		} else if p.StandbyAbove != 0 || p.RunningAbove != 0 {
			t.Errorf("%+v", p)
		}
		share := 0.0
		for _, l := range p.Levels {
			if share += l.Share; !(l.Low <= l.Middle && l.Middle <= l.High) {
				t.Errorf("%+v", l)
			}
		}
		if len(p.Levels) > 0 && math.Abs(share-1) > 1e-6 {
			t.Errorf("levels add up to %v", share)
		}
		p.Histogram(40)
		p.YAML("m/power")
	})
}

// Meters report at their own pace: a value that stands for long weighs as much as it lasts.
func TestTimeCountsNotSamples(t *testing.T) {
	samples, _ := play(3, 7*24*hour, part{Off, 2, 0.4, 14 * hour}, part{Standby, 150, 0.05, 2 * hour}, part{Running, 1200, 0.1, 4 * hour})
	var joined []Sample
	for i := 0; i < len(samples); i += 6 {
		joined = append(joined, Sample{samples[i].Value, 6 * period})
	}
	a, b := Learn(samples), Learn(joined)
	if math.Abs(a.StandbyAbove-b.StandbyAbove) > 0.15*a.StandbyAbove || math.Abs(a.RunningAbove-b.RunningAbove) > 0.15*a.RunningAbove {
		t.Errorf("%v %v, and %v %v of every sixth sample", a.StandbyAbove, a.RunningAbove, b.StandbyAbove, b.RunningAbove)
	}
}

func TestDwellPassesOverFlicker(t *testing.T) {
	var spells []spell
	for range 40 {
		spells = append(spells, spell{Running, 8 * time.Second}, spell{Standby, 5 * time.Minute})
	}
	if d := dwell(spells); d != 10*time.Second {
		t.Errorf("%v", d)
	}
	if d := dwell(spells[:10]); d != 3*time.Second {
		t.Errorf("%v of little flicker", d)
	}
	for i := range spells {
		spells[i].long = 29 * time.Second
	}
	if d := dwell(spells); d != 30*time.Second {
		t.Errorf("%v", d)
	}
}

func TestYAML(t *testing.T) {
	p := Proposal{StandbyAbove: 23, RunningAbove: 420, Hysteresis: 9.5, Dwell: 3 * time.Second, Confidence: 0.97, Time: 168 * hour}
	const want = `    # learned from 168h0m0s of meter-1/power, 97 % sure
    thresholds:
      point: meter-1/power
      standby_above: 23
      running_above: 420
      hysteresis: 9.5
    dwell: 3s
`
	if got := p.YAML("meter-1/power"); got != want {
		t.Errorf("%s", got)
	}
	p.doubt(broad)
	if got := p.YAML("meter-1/power"); strings.Contains(got, "thresholds:") || !strings.Contains(got, "绿灯") {
		t.Errorf("%s", got)
	}
}
