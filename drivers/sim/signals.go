package sim

import (
	"math"
	"time"
)

// Signals are what a meter in front of the machine would show.
type Signals struct {
	Volts, Amps, Watts float64
	PowerFactor        float64
	Hertz              float64
	KWh                float64 // since birth; never falls
}

const powerFactor = 0.9

// draw is a state's mean power and how far noise takes it up or down, in watts.
var draw = [...]struct{ mean, noise float64 }{
	Off:     {2, 2},
	Standby: {150, 15},
	Running: {1200, 150},
	Fault:   {150, 10},
}

// tones make the noise: sines that do not fit together, of which the integral is known exactly.
var tones = [...]struct{ share, radians float64 }{ // radians a second
	{0.6, 2 * math.Pi / 1.7},
	{0.4, 2 * math.Pi / 0.61},
}

// At is what a meter shows at t.
func (m *Machine) At(t time.Time) Signals {
	s := Signals{PowerFactor: powerFactor}
	age := t.Sub(m.born)
	wave := math.Sin(math.Mod(age.Seconds(), 37) / 37 * 2 * math.Pi) // the mains breathe
	s.Volts, s.Hertz = 230+3*wave, 50+0.02*wave
	if age < 0 {
		return s
	}
	number, before, now := m.find(age)
	s.Watts = now.watts(age)
	s.Amps = s.Watts / s.Volts / powerFactor
	joules := m.before(number) + now.joules(age)
	for _, t := range before {
		joules += t.joules(t.to)
	}
	s.KWh = joules / 3.6e6
	return s
}

// before is the energy used up before a cycle, in joules.
func (m *Machine) before(number int64) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n := int64(len(m.joules)) - 1; n < number; n++ {
		sum := m.joules[n]
		for _, t := range m.cycle(n) {
			sum += t.joules(t.to)
		}
		m.joules = append(m.joules, sum)
	}
	return m.joules[number]
}

// watts is the power at an age within the turn.
func (t turn) watts(age time.Duration) float64 {
	x := (age - t.from).Seconds()
	p := draw[t.state].mean
	for i, tone := range tones {
		p += draw[t.state].noise * tone.share * math.Sin(tone.radians*x+2*math.Pi*t.phase[i])
	}
	return max(p, 0) // but for rounding it is never less
}

// joules is the integral of watts from the turn's begin to an age within it.
func (t turn) joules(age time.Duration) float64 {
	x := (age - t.from).Seconds()
	e := draw[t.state].mean * x
	for i, tone := range tones {
		phase := 2 * math.Pi * t.phase[i]
		e += draw[t.state].noise * tone.share / tone.radians * (math.Cos(phase) - math.Cos(tone.radians*x+phase))
	}
	return e
}
