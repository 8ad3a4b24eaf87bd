// Package state turns an asset's readings into spells. It is arithmetic on values: it never asks for the time, and it
// does not know where readings come from nor where spells go.
//
// Time between two readings of a point belongs to what the first of them said if they are at most StaleAfter apart;
// otherwise it is unknown, from the first of them on. So silence is never counted as off, nor as the last value, and
// the spells of a machine follow each other without a gap from the moment it was made.
package state

import (
	"basemeter/agent/record"
	"basemeter/drivers"
)

// A Machine follows one asset. It counts in milliseconds since the boot, on the clock that does not step; zero turns
// them into dates.
type Machine struct {
	rule   Rule
	points []string // of the rule
	inputs map[string]*input
	level  record.State // of the thresholds
	zero   int64        // when the boot was, in milliseconds since 1970, by the present setting of the wall clock

	latest   int64    // nothing earlier is looked at any more
	from     int64    // where the first spell that is not finished begins
	changes  []change // what was decided from there on; the first is the state at from
	leaving  bool     // the inputs contradict the last decision since leftAt,
	leftAt   int64    // but not yet for as long as Dwell
	finished []record.Spell
}

type input struct {
	value float64
	seen  bool
	at    int64
}

// A change is a decision: from at on, the asset is in state.
type change struct {
	at    int64
	state record.State
	why   string
}

// New makes a machine whose asset is unknown from now on.
func New(rule Rule, now drivers.Instant) *Machine {
	m := &Machine{rule: rule, points: rule.Points(), inputs: map[string]*input{}, zero: zero(now), latest: at(now), from: at(now)}
	for _, p := range m.points {
		m.inputs[p] = &input{}
	}
	m.changes = []change{{m.from, record.Unknown, "no reading yet"}}
	return m
}

func at(i drivers.Instant) int64   { return i.Mono.Milliseconds() }
func zero(i drivers.Instant) int64 { return i.Wall.Add(-i.Mono).UnixMilli() }

// Observe takes a reading; one of a point that the rule does not name is ignored.
func (m *Machine) Observe(r drivers.Reading) {
	in := m.inputs[r.Point]
	if in == nil {
		return
	}
	now := m.advance(r.At)
	m.expire(now)
	in.value, in.seen, in.at = r.Value, true, now
	if m.silent(now) == "" {
		m.weigh(now)
	}
	m.finish(m.settled())
}

// Tick tells the machine that it is now, which is how it learns of silence.
func (m *Machine) Tick(now drivers.Instant) {
	m.expire(m.advance(now))
	m.finish(m.settled())
}

// Step tells the machine that the wall clock was set: now is by the new setting. The spell under way is cut at the last
// settled moment; what follows is dated anew. So a step neither stretches nor shrinks anything.
func (m *Machine) Step(now drivers.Instant) {
	m.advance(now)
	until := m.settled()
	m.finish(until)
	m.emit(until)
	m.zero = zero(now)
}

// Stop ends the machine: from the last settled moment until now nothing is known, and why says what ended it. Nothing
// more may be asked of it but Take.
func (m *Machine) Stop(now drivers.Instant, why string) {
	m.Tick(now)
	until := m.settled()
	m.emit(until)
	m.changes = []change{{until, record.Unknown, why}}
	m.leaving = false
	m.finish(m.latest)
	m.emit(m.latest)
}

// Next ends the machine, as Stop does, and is one that goes on from there by another rule: not a millisecond lies
// between them, nor is any counted twice, even if a reading was ahead of now.
func (m *Machine) Next(rule Rule, now drivers.Instant, why string) *Machine {
	m.Stop(now, why)
	next := New(rule, now)
	next.zero, next.latest, next.from = m.zero, m.latest, m.latest
	next.changes[0].at = m.latest
	return next
}

// Take returns the spells finished since it was last called.
func (m *Machine) Take() []record.Spell {
	spells := m.finished
	m.finished = nil
	return spells
}

// Open is what is known of the spell under way, up to the last moment that nothing can change any more. It is what a
// power cut must not lose; false if there is nothing yet.
func (m *Machine) Open() (record.Spell, bool) {
	spell := m.spell(m.settled())
	return spell, spell.ToMS > spell.FromMS
}

// Now is the state as it looks at this moment, and why.
func (m *Machine) Now() (state record.State, sinceMS int64, why string) {
	last := m.changes[len(m.changes)-1]
	return last.state, m.zero + last.at, last.why
}

// advance keeps moments in order: readings of two lines may overtake each other by a few milliseconds.
func (m *Machine) advance(now drivers.Instant) int64 {
	m.latest = max(m.latest, at(now))
	return m.latest
}

// weigh compares what the inputs say with what was decided last.
func (m *Machine) weigh(now int64) {
	says, why := m.decide()
	last := &m.changes[len(m.changes)-1]
	switch {
	case says == last.state:
		m.leaving, last.why = false, why
		return
	case !m.leaving:
		m.leaving, m.leftAt = true, now
	}
	if last.state == record.Unknown || now-m.leftAt >= m.rule.Dwell.Milliseconds() {
		m.change(m.leftAt, says, why)
	}
}

func (m *Machine) change(at int64, to record.State, why string) {
	m.changes = append(m.changes, change{at, to, why})
	m.leaving = false
}

// expire finds silence: what was decided since the silent point was last heard is taken back.
func (m *Machine) expire(now int64) {
	if m.unknown() {
		return
	}
	why := m.silent(now)
	if why == "" {
		return
	}
	since := max(m.heard(), m.from)
	for len(m.changes) > 1 && m.changes[len(m.changes)-1].at >= since {
		m.changes = m.changes[:len(m.changes)-1]
	}
	m.leaving = false
	if !m.unknown() { // else what is taken back had begun in an earlier silence
		m.change(since, record.Unknown, why)
	}
}

func (m *Machine) unknown() bool { return m.changes[len(m.changes)-1].state == record.Unknown }

// silent names a point that was not heard for too long, or is empty.
func (m *Machine) silent(now int64) string {
	for _, point := range m.points {
		switch in := m.inputs[point]; {
		case !in.seen:
			return point + ": no reading yet"
		case now-in.at > m.rule.StaleAfter.Milliseconds():
			return point + ": silent"
		}
	}
	return ""
}

// heard is the last moment at which every point had spoken.
func (m *Machine) heard() int64 {
	until := m.latest
	for _, in := range m.inputs {
		until = min(until, in.at)
	}
	return until
}

// settled is the moment up to which no later reading can change anything.
func (m *Machine) settled() int64 {
	until := m.latest
	if !m.unknown() {
		until = m.heard()
	}
	if m.leaving {
		until = min(until, m.leftAt)
	}
	return max(until, m.from)
}

// finish emits the spells that end by until: at a change, or at a line of the grid.
func (m *Machine) finish(until int64) {
	grid := m.rule.Grid.Milliseconds()
	for {
		end, changes := until, len(m.changes) > 1 && m.changes[1].at <= until
		if changes {
			end = m.changes[1].at
		}
		if line := ((m.zero+m.from)/grid+1)*grid - m.zero; line <= end {
			m.emit(line)
			continue
		}
		if !changes {
			return
		}
		m.emit(end)
		m.changes = m.changes[1:]
	}
}

// emit ends the spell under way and begins the next. One without length is none.
func (m *Machine) emit(end int64) {
	if spell := m.spell(end); spell.ToMS > spell.FromMS {
		m.finished = append(m.finished, spell)
	}
	m.from = end
}

func (m *Machine) spell(end int64) record.Spell {
	current := m.changes[0]
	spell := record.Spell{Asset: m.rule.Asset, State: current.state, FromMS: m.zero + m.from, ToMS: m.zero + end}
	if current.state == record.Unknown {
		spell.Why = current.why
	}
	return spell
}
