package plan

import (
	"cmp"
	"slices"
	"time"
)

// An Entry is a lesson, a booking or a maintenance as its file has it.
type Entry struct {
	Layer Layer // ByTimetable, ByBooking, ByMaintenance
	ID    string
	Text  string
	Use
	Affiliation string // of the organisation: host, partner, outside
	People      int    // how many are expected; 0: not known
	Where       Where
}

// An Occurrence is an entry at one time.
type Occurrence struct {
	*Entry
	From, To time.Time
}

// precedence of uses: who books displaces the timetable.
var precedence = []Layer{ByBooking, ByTimetable}

// outranks puts bookings before lessons, then what begins first, then by id.
func outranks(a, b *Occurrence) int {
	return cmp.Or(cmp.Compare(slices.Index(precedence, a.Layer), slices.Index(precedence, b.Layer)),
		a.From.Compare(b.From), cmp.Compare(a.ID, b.ID), a.To.Compare(b.To))
}

// inOrder is the order of beginning.
func inOrder(a, b *Occurrence) int { return cmp.Or(a.From.Compare(b.From), outranks(a, b)) }

// An agenda is what occurs at a place, in order of beginning.
type agenda struct {
	list  []*Occurrence
	reach []time.Time // the latest end of all up to this one; it never falls, so that it can be searched
}

func newAgenda(inOrder []*Occurrence) *agenda {
	a := &agenda{inOrder, make([]time.Time, len(inOrder))}
	var latest time.Time
	for i, o := range inOrder {
		latest = later(latest, o.To)
		a.reach[i] = latest
	}
	return a
}

// between is a part of the list that holds all that touches [from, to), and little else.
func (a *agenda) between(from, to time.Time) []*Occurrence {
	first, _ := slices.BinarySearchFunc(a.reach, from, endsBy)
	last, _ := slices.BinarySearchFunc(a.list[first:], to, beginsBefore)
	return a.list[first : first+last]
}

// endsBy and beginsBefore are orders for a search: what has ended by t, or begins before it, comes before t.
func endsBy(end, t time.Time) int {
	if end.After(t) {
		return 1
	}
	return -1
}

func beginsBefore(o *Occurrence, t time.Time) int {
	if o.From.Before(t) {
		return -1
	}
	return 1
}
