package utilisation

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"basemeter/agent/record"
)

// A Place is an area or an asset of a base: what was meant to happen there, and what was chosen on the spot.
type Place struct {
	Slots    []Slot // in order, without overlap
	Sessions []record.Session
}

// An Attendance is a part of one card's time in a base: it is in one place at a time.
type Attendance struct {
	FromMS, ToMS int64
	Place        string
	Card         string
	Key          // what the place was used for, and whose the person is
	UserGroup    string
	Visit        bool // it begins a visit: the card came into the base
	Estimated    bool // behind the last proof that the card was there

	Stay *record.Presence
	Use  *Use
}

// Attend says where each card was in [fromMS, toMS), card by card in order. A card that several stays claim is where it
// was proved to be, and of these where it came last: a person at a machine is not in the hall as well, nor counted twice
// where two gateways see one area.
func Attend(presences []record.Presence, places map[string]Place, members map[string]Member, fromMS, toMS int64) iter.Seq[Attendance] {
	return func(yield func(Attendance) bool) {
		cards := map[string][]record.Presence{}
		for _, p := range presences {
			cards[p.Card] = append(cards[p.Card], p)
		}
		for _, card := range slices.Sorted(maps.Keys(cards)) {
			if !follow(cards[card], places, members, fromMS, toMS, yield) {
				return
			}
		}
	}
}

// follow goes along one card's stays; false: nobody wants to hear more.
func follow(stays []record.Presence, places map[string]Place, members map[string]Member, from, to int64, yield func(Attendance) bool) bool {
	l := newLane(stays, staySpan, firstThere)
	for at := from; at < to; {
		until := min(l.advance(at), to)
		stay, proved := whereabouts(l.current, at)
		if stay != nil {
			a := Attendance{FromMS: at, ToMS: until, Place: stay.Place, Card: stay.Card, Estimated: !proved, Stay: stay}
			a.Visit = at == stay.FromMS && !stay.Continues && came(stays, at)
			if !purposes(a, places[stay.Place], members, yield) {
				return false
			}
		}
		at = until
	}
	return true
}

// whereabouts is the stay that counts: the last begun of those that are proved, or else of all.
func whereabouts(current []*record.Presence, at int64) (stay *record.Presence, proved bool) {
	for _, p := range slices.Backward(current) {
		if at < p.KnownMS {
			return p, true
		}
	}
	if len(current) == 0 {
		return nil, false
	}
	return current[len(current)-1], false
}

// came tells whether the card was nowhere in the base just before: from one hall to the next it is one visit.
func came(stays []record.Presence, at int64) bool {
	return !slices.ContainsFunc(stays, func(p record.Presence) bool { return p.FromMS < at && p.ToMS >= at })
}

// purposes divides a stay by what its place was used for.
func purposes(a Attendance, p Place, members map[string]Member, yield func(Attendance) bool) bool {
	slots, chosen := newLane(p.Slots, slotSpan, nil), newLane(p.Sessions, sessionSpan, firstChosen)
	visit := a.Visit
	for at, to := a.FromMS, a.ToMS; at < to; at = a.ToMS {
		until := min(slots.advance(at), chosen.advance(at), to)
		a.FromMS, a.ToMS, a.Use, a.Visit = at, until, nil, visit
		visit = false
		a.Purpose = Unattributed
		if slot := first(slots); slot != nil && slot.Use != nil {
			a.Use, a.Purpose = slot.Use, slot.Use.Purpose
		}
		if c := last(chosen); c != nil {
			a.Purpose = c.Purpose
		}
		a.who(members)
		if !yield(a) {
			return false
		}
	}
	return true
}

// who is the person: by the card's group, or else by whom the place was meant for.
func (a *Attendance) who(members map[string]Member) {
	if m, ok := members[a.Stay.Group]; ok {
		a.Affiliation, a.UserGroup = m.Affiliation, m.UserGroup
		return
	}
	a.Affiliation, a.UserGroup = Unnamed, Unattributed
	if a.Use != nil {
		a.Affiliation = cmp.Or(a.Use.Affiliation, Unnamed)
	}
}

// A CrowdKey is what the ledger of people is divided by.
type CrowdKey struct {
	Place string
	Key
	UserGroup string
}

// A CrowdCell is the sums of one key.
type CrowdCell struct {
	PersonMS    int64 // four people for an hour are four hours
	EstimatedMS int64 // the part of it behind a forgotten badge-out
	Visits      int64 // 人次
	People      int64 // at least so many different people are in it: most that were in one of the cells it was added of
}

// Plus is both together.
func (c CrowdCell) Plus(d CrowdCell) CrowdCell {
	return CrowdCell{c.PersonMS + d.PersonMS, c.EstimatedMS + d.EstimatedMS, c.Visits + d.Visits, max(c.People, d.People)}
}

// A Crowd is where people's time went.
type Crowd map[CrowdKey]CrowdCell

// Count books attendances.
func Count(all iter.Seq[Attendance]) Crowd {
	type one struct {
		CrowdKey
		card string
	}
	crowd, met := Crowd{}, map[one]bool{}
	for a := range all {
		key := CrowdKey{a.Place, a.Key, a.UserGroup}
		cell := crowd[key]
		cell.PersonMS += a.ToMS - a.FromMS
		if a.Estimated {
			cell.EstimatedMS += a.ToMS - a.FromMS
		}
		if a.Visit {
			cell.Visits++
		}
		if who := (one{key, a.Card}); !met[who] {
			met[who] = true
			cell.People++
		}
		crowd[key] = cell
	}
	return crowd
}

// Add books all of d as well.
func (c Crowd) Add(d Crowd) { add(c, d) }

// Of is those cells together whose keys are chosen.
func (c Crowd) Of(chosen func(CrowdKey) bool) CrowdCell { return total(c, chosen) }
