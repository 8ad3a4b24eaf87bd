package learn

import "time"

// A State is what the thresholds make of a power.
type State int

// The states.
const (
	Off State = iota
	Standby
	Running
)

func (s State) String() string { return [...]string{"off", "standby", "running"}[s] }

// State follows a value: a state is left downwards only when the value has fallen below its threshold by the hysteresis.
func (p *Proposal) State(before State, value float64) State {
	running, standby := p.RunningAbove, p.StandbyAbove
	if before == Running {
		running -= p.Hysteresis
	}
	if before >= Standby {
		standby -= p.Hysteresis
	}
	switch {
	case value > running:
		return Running
	case value > standby:
		return Standby
	}
	return Off
}

// A spell is a stretch in one state.
type spell struct {
	state State
	long  time.Duration
}

func (p *Proposal) spells(samples []Sample) (all []spell) {
	state := Off
	for i, s := range samples {
		before := state
		if state = p.State(state, s.Value); i == 0 || state != before {
			all = append(all, spell{state: state})
		}
		all[len(all)-1].long += s.For
	}
	return all
}

// dwell is the shortest of some lengths that passes over most of the flicker, the spells shorter than half a minute;
// three seconds if there is hardly any.
func dwell(spells []spell) time.Duration {
	const flicker = 30 * time.Second
	short := func(than time.Duration) (n int) {
		for _, s := range spells {
			if s.long < than {
				n++
			}
		}
		return n
	}
	all := short(flicker)
	for _, d := range []time.Duration{3, 5, 10, 15, 20} {
		if d *= time.Second; all < 10 || 10*short(d) >= 9*all {
			return d
		}
	}
	return flicker
}
