package schoolyear

import (
	"basemeter/agent/record"
)

// attend lets the cards of a group come to a lesson or to a booking.
func (g *generator) attend(p *planned) {
	cards := g.cards[p.group]
	first := g.random.IntN(len(cards))
	for i := range p.size {
		card := cards[(first+i)%len(cards)]
		if i >= len(cards) || !g.chance(85) {
			continue
		}
		if p.booking && g.chance(8) {
			card = pick(g, g.strays)
		}
		g.come(p, card, i)
	}
}

// come is one card's attendance: through the door of the area, to the reader of an asset, or both.
func (g *generator) come(p *planned, card string, nth int) {
	inside := g.around(p.span)
	if inside.to-inside.from < 5*minute {
		return
	}
	assets := p.assets()
	room := roomOf(p.places[0])
	byDoor := p.places[0] == room.id || g.chance(50)
	if byDoor {
		g.stay(room.id, card, inside)
	}
	switch {
	case nth >= len(assets), byDoor && !g.chance(35):
	case g.chance(25): // at one machine, and then at another: the second ends the first
		moved := g.between(inside.from+2*minute, inside.to-minute)
		g.put(assets[nth], card, span{inside.from + minute, moved}, inside.from+minute, "elsewhere")
		g.put(pick(g, assets), card, span{moved, inside.to}, inside.to, "out")
	default:
		g.stay(assets[nth], card, span{inside.from + g.between(second, 2*minute), inside.to - g.between(0, minute)})
	}
}

// linger is teachers who look in on an area, students who stay the night, and a card that the year's end finds inside.
func (g *generator) linger() {
	for d := date(0); d < days-1; d++ {
		for _, card := range g.cards["staff"] {
			if g.chance(30) && len(d.open()) > 0 || g.chance(1) {
				from := d.midnight() + g.between(7*hour, 20*hour)
				g.stay(pick(g, rooms).id, card, span{from, from + g.between(10*minute, 7*hour)})
			}
		}
		if g.chance(10) {
			from := d.midnight() + g.between(19*hour, 23*hour)
			g.stay(pick(g, rooms).id, pick(g, g.cards["mech-2301"]), span{from, from + g.between(4*hour, 12*hour)})
		}
	}
	last := span{ToMS - 5*hour + 371, ToMS}
	g.put("hall-a", g.cards["staff"][0], last, last.from, "year")
}

// stay is a card's from its coming to its going. One in eight forgets to badge out, and rules say when it went.
func (g *generator) stay(place, card string, s span) {
	room := roomOf(place)
	known, ended := s.to, "out"
	if g.chance(12) {
		s.to, known, ended = g.forgotten(s)
	}
	g.put(place, card, s, known, ended)
	if place == "hall-b" && g.chance(40) { // the hall's second door
		again := span{s.from + g.between(second, 90*second), s.to - g.between(-30*second, 45*second)}
		if g.chance(10) {
			g.hand(gatewayB2, room.id, card, again, again.from, "longest")
		} else {
			g.hand(gatewayB2, room.id, card, again, again.to, "out")
		}
	}
}

// forgotten is how a stay ends whose card was never seen to go.
func (g *generator) forgotten(s span) (to, known int64, ended string) {
	known = s.from
	if g.chance(50) {
		known = g.between(s.from, s.to)
	}
	closing := s.from - (s.from-FromMS)%day + 22*hour
	switch {
	case g.chance(10):
		return s.from + day, known, "longest"
	case g.chance(10):
		return known + hour, known, "idle"
	case closing > known:
		return closing, known, "closing"
	}
	return known + 3*hour, known, "closing"
}

// put tells a stay by the gateway of its place.
func (g *generator) put(place, card string, s span, known int64, ended string) {
	g.hand(roomOf(place).gateway, place, card, s, known, ended)
}

// hand tells a stay by a gateway, if it lies in the year and the gateway was alive when it began.
func (g *generator) hand(gateway, place, card string, s span, known int64, ended string) {
	s.to = min(s.to, ToMS, s.from+day)
	if s.from < FromMS || dead(gateway, s.from) {
		return
	}
	s.from = g.fresh(s.from, card, place)
	if s.from >= s.to {
		return
	}
	known = min(max(known, s.from), s.to)
	if ended == "out" {
		known = s.to
	}
	reader := "door-" + place
	if roomOf(place).id != place {
		reader = "reader-" + place
	}
	g.facts.stays = append(g.facts.stays, told[record.Presence]{gateway, record.Presence{Place: place, Reader: reader,
		Card: card, Group: g.group[card], FromMS: s.from, ToMS: s.to, KnownMS: known, Ended: ended}})
}
