package schoolyear

import "basemeter/agent/record"

// where is a span in which a card was at the place of one stay; proved, or by a rule.
type where struct {
	span
	stay   *record.Presence
	proved bool
}

// people finds where each card was, and counts its time and its visits.
func (j *judgement) people(f *facts) {
	stays := map[string][]*record.Presence{}
	for i := range f.stays {
		s := &f.stays[i].fact
		stays[s.Card] = append(stays[s.Card], s)
	}
	for _, own := range stays {
		for _, w := range whereabouts(own) {
			j.count(w)
		}
		for _, s := range own {
			stay := span{s.FromMS, s.ToMS}
			j.here[s.Place].put(stay, where{span: stay, stay: s})
			if isVisit(s, own) {
				at := int((s.FromMS - FromMS) / hour)
				j.truth.addPeople(s.FromMS, j.attributed(s, at, s.FromMS), People{Visits: 1})
			}
		}
	}
}

// whereabouts parts one card's year wherever a stay of its begins, is known no longer, or ends.
func whereabouts(stays []*record.Presence) (all []where) {
	var byDay perDay
	for _, s := range stays {
		byDay.put(s)
	}
	for d, touching := range byDay {
		e := edgesOf(span{date(d).midnight(), date(d + 1).midnight()})
		for _, s := range touching {
			e.see(span{s.FromMS, s.KnownMS}, span{s.KnownMS, s.ToMS})
		}
		if len(touching) == 0 {
			continue
		}
		for _, cell := range e.cells() {
			if stay, proved := stayAt(cell.from, touching); stay != nil {
				all = append(all, where{cell, stay, proved})
			}
		}
	}
	return all
}

// perDay holds the stays that touch each day.
type perDay [days][]*record.Presence

func (p *perDay) put(s *record.Presence) {
	for d := (s.FromMS - FromMS) / day; FromMS+d*day < s.ToMS; d++ {
		p[d] = append(p[d], s)
	}
}

// stayAt is the stay that says where a card is: the last begun of those that prove it, or else the last begun.
func stayAt(at int64, stays []*record.Presence) (counts *record.Presence, proved bool) {
	for _, s := range stays {
		if at < s.FromMS || at >= s.ToMS {
			continue
		}
		proves := at < s.KnownMS
		if counts == nil || proves && !proved || proves == proved && s.FromMS > counts.FromMS {
			counts, proved = s, proves
		}
	}
	return counts, proved
}

// isVisit tells whether none of the card's other stays was under way just before this one began.
func isVisit(s *record.Presence, own []*record.Presence) bool {
	for _, other := range own {
		if other != s && other.FromMS < s.FromMS && other.ToMS >= s.FromMS {
			return false
		}
	}
	return true
}

// count adds up a card's time at a place, cell by cell.
func (j *judgement) count(w where) {
	for h := int((w.from - FromMS) / hour); hourSpan(h).from < w.to; h++ {
		e := edgesOf(w.span.within(hourSpan(h)))
		for _, p := range j.planned[w.stay.Place].at(h) {
			e.see(p.span)
		}
		for _, s := range j.sessions[w.stay.Place].at(h) {
			e.see(span{s.FromMS, s.ToMS})
		}
		for _, cell := range e.cells() {
			p := People{Person: cell.to - cell.from}
			if !w.proved {
				p.Estimated = p.Person
			}
			j.truth.addPeople(cell.from, j.attributed(w.stay, h, cell.from), p)
		}
	}
}

// attributed says what a card was at its place for, at a moment of an hour.
func (j *judgement) attributed(s *record.Presence, h int, at int64) PeopleKey {
	key := PeopleKey{Place: s.Place, Purpose: unattributed, Affiliation: unattributed, UserGroup: unattributed}
	counts := counting(at, j.planned[s.Place].at(h))
	if chosen := chosenAt(at, j.sessions[s.Place].at(h)); chosen != nil {
		key.Purpose = chosen.Purpose
	} else if counts != nil {
		key.Purpose = counts.purpose
	}
	if e := enrolmentOf(s.Group); e != nil {
		key.Affiliation, key.UserGroup = affiliations[e.organisation], e.userGroup
	} else if counts != nil {
		key.Affiliation = counts.affiliation()
	}
	return key
}
