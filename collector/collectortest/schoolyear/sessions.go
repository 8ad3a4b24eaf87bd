package schoolyear

import (
	"slices"

	"basemeter/agent/record"
)

// What says a purpose on the spot at an asset.
var (
	withSwitch = []string{"lathe-01", "lathe-02", "mill-03", "mill-05", "robot-01"}
	withCard   = []string{"lathe-01", "lathe-03", "mill-04", "mill-05", "robot-02"}
	chosen     = []string{"student_training", "production", "tech_rd", "process_improve", "pilot_test", "maintenance"}
	choosers   = []string{"staff", "cnc-2401", "firm-a-emp", "firm-b-emp", "farmers-2025", "", visitors}
)

// choose makes up the purposes chosen on the spot in some of an asset's uses.
func (g *generator) choose(asset string, uses []span) {
	if asset == "lathe-01" || asset == "robot-01" { // also while it is planned to be maintained
		uses = append(slices.Clone(uses), between("2025-12-01T09:10", "2025-12-01T10:50"), between("2026-04-13T12:20", "2026-04-13T15:40"))
	}
	for _, use := range uses {
		if slices.Contains(withSwitch, asset) && g.chance(45) {
			g.turn(asset, g.inside(use))
		}
		if slices.Contains(withCard, asset) && g.chance(40) {
			g.open(asset, g.inside(use))
			if g.chance(25) { // and another before the first is over
				g.open(asset, g.inside(use))
			}
		}
	}
}

// inside begins a little after a use and ends about when it does.
func (g *generator) inside(use span) span {
	return span{use.from + g.between(-2*minute, 6*minute), use.to + g.between(-6*minute, 6*minute)}
}

// turn is a selector switch that stood on a purpose: pieces of an hour at most, cut at the hours.
func (g *generator) turn(asset string, s span) {
	purpose := pick(g, chosen)
	for from := s.from; from < s.to; {
		to := min(s.to, from-(from-FromMS)%hour+hour)
		piece := record.Session{Asset: asset, Purpose: purpose, By: "switch", FromMS: from, ToMS: to, KnownMS: to}
		if to == s.to {
			piece.Ended = "switch"
			if g.chance(10) {
				piece.Ended, piece.KnownMS = "silent", g.between(from, to)
			}
		}
		g.say(piece)
		from = to
	}
}

// open is a purpose card's session.
func (g *generator) open(asset string, s span) {
	session := record.Session{Asset: asset, Purpose: pick(g, chosen), By: "card", Group: pick(g, choosers),
		FromMS: s.from, ToMS: s.to, KnownMS: s.to, Ended: "out"}
	if g.chance(15) && s.from < s.to {
		session.KnownMS, session.Ended = g.between(s.from, s.to), "closing"
		session.ToMS += g.between(minute, 2*hour)
	}
	g.say(session)
}

// say tells a session by the gateway of its asset, if it lies in the year and the gateway was alive when it began.
func (g *generator) say(s record.Session) {
	gateway := roomOf(s.Asset).gateway
	if s.ToMS = min(s.ToMS, ToMS); s.FromMS < FromMS || dead(gateway, s.FromMS) {
		return
	}
	if s.FromMS = g.fresh(s.FromMS, "session "+s.Asset); s.FromMS >= s.ToMS {
		return
	}
	s.KnownMS = min(max(s.KnownMS, s.FromMS), s.ToMS)
	g.facts.sessions = append(g.facts.sessions, told[record.Session]{gateway, s})
}
