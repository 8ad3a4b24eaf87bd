package plan

import (
	"slices"
	"time"
)

// A Slot is a span of a place in which nothing changes.
type Slot struct {
	From, To time.Time

	Open   bool
	OpenBy Reason // why it is open, or closed

	Provisional bool          // no notice has settled the date yet, so that it may turn out to be a holiday
	Maintenance *Occurrence   // planned; nil: none
	Uses        []*Occurrence // bookings before lessons: the first counts, the others overlap it
}

// Slots divides [from, to) at a place, an area or an asset, wherever something changes: the slots follow each other
// without a gap, and no two neighbours say the same. An asset has its area's uses and maintenance besides its own; an
// area has the uses of its assets too. Out of service, an asset is neither open nor used. An unknown place has no slots.
func (b *Base) Slots(place string, from, to time.Time) []Slot {
	p := b.places[place]
	if p == nil || !from.Before(to) {
		return nil
	}
	s := sweep{place: p, almanac: &b.almanac, zone: b.Zone,
		// Enough for an ordinary day.
		open: make([]interval, 0, 4), list: make([]*Occurrence, 0, 8), cuts: make([]time.Time, 0, 16)}
	from, to = from.UTC(), to.UTC()
	var slots []Slot
	for d := b.Date(from); from.Before(to); d = d.Add(1) {
		end := earlier(to, d.Add(1).In(b.Zone).UTC())
		slots = s.day(slots, d, from, end)
		from = later(from, end)
	}
	return slots
}

// A sweep goes over the days of a span from left to right.
type sweep struct {
	*place
	*almanac
	zone  *time.Location
	today day
	open  []interval
	list  []*Occurrence // what may touch the day
	cuts  []time.Time
}

// An interval is half-open.
type interval struct{ from, to time.Time }

func (i interval) holds(t time.Time) bool { return !t.Before(i.from) && t.Before(i.to) }

// day appends the slots of what lies in [from, to) of the date.
func (s *sweep) day(slots []Slot, d Date, from, to time.Time) []Slot {
	if !from.Before(to) {
		return slots
	}
	s.today, s.open, s.cuts = s.almanac.day(d), s.open[:0], append(s.cuts[:0], from, s.from, s.until)
	for _, o := range s.today.open {
		open := interval{o.from.On(d, s.zone), o.to.On(d, s.zone)}
		s.open, s.cuts = append(s.open, open), append(s.cuts, open.from, open.to)
	}
	s.list = s.near(from, to, s.list[:0])
	for _, o := range s.list {
		s.cuts = append(s.cuts, o.From, o.To)
	}
	s.sort(from, to)
	for i, begin := range s.cuts[:len(s.cuts)-1] {
		slots = lengthened(slots, s.slot(begin.UTC(), s.cuts[i+1].UTC()))
	}
	return slots
}

// sort puts the cuts within [from, to) in order, and to behind them.
func (s *sweep) sort(from, to time.Time) {
	s.cuts = slices.DeleteFunc(s.cuts, func(t time.Time) bool { return t.Before(from) || !t.Before(to) })
	slices.SortFunc(s.cuts, time.Time.Compare)
	s.cuts = append(slices.CompactFunc(s.cuts, time.Time.Equal), to)
}

// lengthened are the slots with one more, or with the last one longer if it says the same.
func lengthened(slots []Slot, next Slot) []Slot {
	if n := len(slots) - 1; n >= 0 && slots[n].same(&next) {
		slots[n].To = next.To
		return slots
	}
	return append(slots, next)
}

// slot says what holds at from.
func (s *sweep) slot(from, to time.Time) Slot {
	if !s.serves(from) {
		return Slot{From: from, To: to, OpenBy: s.service}
	}
	slot := Slot{From: from, To: to, OpenBy: s.today.by, Provisional: s.today.provisional}
	slot.Open = slices.ContainsFunc(s.open, func(i interval) bool { return i.holds(from) })
	slot.Maintenance, slot.Uses = s.at(from)
	return slot
}

// at is what occurs at t.
func (s *sweep) at(t time.Time) (maintenance *Occurrence, uses []*Occurrence) {
	for _, o := range s.list {
		switch {
		case t.Before(o.From) || !t.Before(o.To):
		case o.Layer != ByMaintenance:
			uses = append(uses, o)
		case maintenance == nil:
			maintenance = o
		}
	}
	slices.SortFunc(uses, outranks)
	return maintenance, uses
}

// same tells whether nothing changes from one slot to the next.
func (s *Slot) same(next *Slot) bool {
	return s.Open == next.Open && s.OpenBy == next.OpenBy && s.Provisional == next.Provisional &&
		s.Maintenance == next.Maintenance && slices.Equal(s.Uses, next.Uses)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
