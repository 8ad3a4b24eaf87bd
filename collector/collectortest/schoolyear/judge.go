package schoolyear

import "basemeter/agent/record"

// moments are what holds of an asset throughout a cell.
type moments struct {
	state     record.State
	chosen    *record.Session // on the spot; nil: nothing
	closure   bool            // planned maintenance
	planned   *planned        // the booking or lesson that counts; nil: none
	here      bool            // a card is at the asset's own reader
	first     string          // group of the enrolled card that is there longest; empty: none
	near      bool            // a card is at the asset or in its area
	open      bool
	inSession bool
	held      bool
}

// asset judges each cell of an asset's year.
func (j *judgement) asset(asset string) {
	for h := range hours {
		for _, cell := range j.assetEdges(asset, h).cells() {
			m := j.look(asset, h, cell.from)
			purpose, affiliation := m.judge()
			j.truth.addAsset(cell, AssetKey{Asset: asset, Purpose: purpose, Affiliation: affiliation}, m)
		}
	}
}

func (j *judgement) assetEdges(asset string, h int) *edges {
	e := edgesOf(hourSpan(h))
	e.see(j.open.at(h)...)
	e.see(j.closed[asset].at(h)...)
	for _, s := range j.spells[asset].at(h) {
		e.see(span{s.FromMS, s.ToMS})
	}
	for _, s := range j.sessions[asset].at(h) {
		e.see(span{s.FromMS, s.ToMS})
	}
	for _, p := range j.planned[asset].at(h) {
		e.see(p.span)
	}
	for _, place := range []string{asset, roomOf(asset).id} {
		for _, w := range j.here[place].at(h) {
			e.see(w.span)
		}
	}
	return e
}

// look finds what holds at a moment of an hour.
func (j *judgement) look(asset string, h int, at int64) (m moments) {
	m.state = stateAt(at, j.spells[asset].at(h))
	m.chosen = chosenAt(at, j.sessions[asset].at(h))
	m.closure = anyCovers(at, j.closed[asset].at(h))
	m.planned = counting(at, j.planned[asset].at(h))
	m.open = anyCovers(at, j.open.at(h))
	var longest *record.Presence
	for _, w := range j.here[asset].at(h) {
		if w.covers(at) {
			m.here = true
			if enrolmentOf(w.stay.Group) != nil && (longest == nil || w.stay.FromMS < longest.FromMS) {
				longest = w.stay
			}
		}
	}
	if longest != nil {
		m.first = longest.Group
	}
	m.near = m.here
	for _, w := range j.here[roomOf(asset).id].at(h) {
		if w.covers(at) {
			m.near = true
		}
	}
	return m
}

func anyCovers(at int64, spans []span) bool {
	for _, s := range spans {
		if s.covers(at) {
			return true
		}
	}
	return false
}

// stateAt is the state of the spell that counts: of those that know something, the first in order.
func stateAt(at int64, spells []*record.Spell) record.State {
	var counts *record.Spell
	for _, s := range spells {
		if s.State != record.Unknown && s.FromMS <= at && at < s.ToMS && (counts == nil || before(s, counts)) {
			counts = s
		}
	}
	if counts == nil {
		return record.Unknown
	}
	return counts.State
}

// before says which spell counts: the earlier, then the measured, then the longer, then the busier.
func before(a, b *record.Spell) bool {
	if a.FromMS != b.FromMS {
		return a.FromMS < b.FromMS
	}
	if a.Estimated != b.Estimated {
		return b.Estimated
	}
	if a.ToMS != b.ToMS {
		return a.ToMS > b.ToMS
	}
	return a.State > b.State // in the order off, standby, running, fault
}

// chosenAt is the session that counts: the one that began last.
func chosenAt(at int64, sessions []*record.Session) (counts *record.Session) {
	for _, s := range sessions {
		if s.FromMS <= at && at < s.ToMS && (counts == nil || s.FromMS > counts.FromMS) {
			counts = s
		}
	}
	return counts
}

// judge says what the asset's time was for, and whose; and whether it was in session, and held.
func (m *moments) judge() (purpose, affiliation string) {
	on := m.state == record.Standby || m.state == record.Running || m.state == record.Fault
	switch {
	case m.chosen != nil && m.chosen.Purpose == "maintenance":
		return "maintenance", none
	case m.chosen != nil:
		m.inSession, m.held = true, true
		return m.chosen.Purpose, m.chooser()
	case m.closure:
		return "maintenance", none
	case m.planned != nil:
		m.inSession, m.held = true, on || m.near
		return m.planned.purpose, m.planned.affiliation()
	case m.state == record.Running || m.here:
		m.inSession, m.held = true, true
		return unattributed, m.longestThere()
	}
	return none, none // open and free, or closed
}

// chooser is whose a purpose is that was chosen on the spot.
func (m *moments) chooser() string {
	if e := enrolmentOf(m.chosen.Group); e != nil {
		return affiliations[e.organisation]
	}
	if m.planned != nil {
		return m.planned.affiliation()
	}
	return m.longestThere()
}

func (m *moments) longestThere() string {
	if e := enrolmentOf(m.first); e != nil {
		return affiliations[e.organisation]
	}
	return unattributed
}
