// Package sim is the far end of the wires: machines that nobody has to buy, behind Modbus slaves, badge readers and
// pins that cannot be told from real ones. The demo, the integration tests and the benches run on it. It encodes by
// itself and shares nothing with the drivers that read it, so that a mistake in one of them shows.
//
// What a machine does is a function of its seed and the time: whoever has both knows the truth that a report must come
// to. Every function here blocks until it is done, and its caller decides what runs beside what; only ServeTCP starts
// goroutines, one a connection, and waits for them.
package sim

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A State is what a simulated machine is really doing.
type State int

// The states.
const (
	Off State = iota
	Standby
	Running
	Fault
)

func (s State) String() string { return [...]string{"off", "standby", "running", "fault"}[s] }

// A Spell is a half-open span in which a machine is in one state.
type Spell struct {
	State    State
	From, To time.Time
}

// A Machine changes its state by itself, each time after 3 to 20 seconds times its scale. It is safe for concurrent use.
type Machine struct {
	seed  uint64
	born  time.Time
	scale float64

	mu     sync.Mutex
	joules []float64 // used up before each cycle: the sum of those that were asked for
}

// New is the machine of a seed. Before born it is off and has used no energy.
func New(seed uint64, born time.Time, scale float64) *Machine {
	return &Machine{seed: seed, born: born, scale: scale, joules: []float64{0}}
}

// cycleLen is the length of a cycle, unscaled. Cycles make a spell a thousand days ahead as cheap as the next.
const cycleLen = 60_000 // ms

const shortest, longest = 3_000, 20_000 // ms

// A turn is a spell as a cycle has it: when it begins and ends, counted from the machine's birth, and the phases of
// its noise.
type turn struct {
	state    State
	from, to time.Duration
	phase    [2]float64
}

// cycle is the number-th cycle. It begins in standby and never ends there, so neighbours always differ.
func (m *Machine) cycle(number int64) []turn {
	rng := rand.New(rand.NewPCG(m.seed, uint64(number)))
	var turns []turn
	state := Standby
	for at := int64(0); at < cycleLen; {
		left := cycleLen - at
		long := left
		if left > longest {
			long = shortest + rng.Int64N(min(longest, left-shortest)-shortest+1)
		}
		turns = append(turns, turn{
			state: state,
			from:  m.scaled(number*cycleLen + at),
			to:    m.scaled(number*cycleLen + at + long),
			phase: [2]float64{rng.Float64(), rng.Float64()},
		})
		at += long
		state = next(state, cycleLen-at <= longest, rng.IntN(10))
	}
	return turns
}

// next is the state after one: mostly standby and running take turns. The last of a cycle is not standby.
func next(from State, last bool, dice int) State {
	switch {
	case from == Standby && dice < 7, from == Off && last:
		return Running
	case from == Standby && dice < 9, from == Fault && last:
		return Off
	case from == Standby, from == Running && (last || dice < 2):
		return Fault
	default:
		return Standby
	}
}

func (m *Machine) scaled(ms int64) time.Duration {
	return time.Duration(float64(ms)*m.scale) * time.Millisecond // whole ones, as the wire has them
}

// find is the turn at a time since birth, and the turns of its cycle before it.
func (m *Machine) find(age time.Duration) (number int64, before []turn, now turn) {
	number = int64(float64(age/time.Millisecond) / m.scale / cycleLen)
	for m.scaled(number*cycleLen) > age { // rounding
		number--
	}
	for m.scaled((number+1)*cycleLen) <= age {
		number++
	}
	turns := m.cycle(number)
	for i, t := range turns {
		if age < t.to {
			return number, turns[:i], t
		}
	}
	panic("sim: a cycle does not reach its end")
}

// SpellAt is the whole spell that t lies in.
func (m *Machine) SpellAt(t time.Time) Spell {
	age := t.Sub(m.born)
	if age < 0 {
		return Spell{State: Off, To: m.born}
	}
	_, _, now := m.find(age)
	return Spell{State: now.state, From: m.born.Add(now.from), To: m.born.Add(now.to)}
}

// StateAt is what the machine is doing at t.
func (m *Machine) StateAt(t time.Time) State { return m.SpellAt(t).State }

// Spells are what [from, to) consists of, in order, without gaps.
func (m *Machine) Spells(from, to time.Time) []Spell {
	var spells []Spell
	for at := from; at.Before(to); {
		s := m.SpellAt(at)
		s.From = at
		if s.To.After(to) {
			s.To = to
		}
		spells = append(spells, s)
		at = s.To
	}
	return spells
}

// Truth is how long the machine really was in each state during [from, to).
func (m *Machine) Truth(from, to time.Time) map[State]time.Duration {
	sums := map[State]time.Duration{}
	for _, s := range m.Spells(from, to) {
		sums[s.State] += s.To.Sub(s.From)
	}
	return sums
}
