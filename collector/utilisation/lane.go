package utilisation

import (
	"cmp"
	"math"
	"slices"

	"basemeter/agent/record"
)

// A lane walks along items of one kind, and knows which hold at the moment. They may overlap.
type lane[T any] struct {
	items   []T
	span    func(*T) (from, mid, to int64) // mid: a moment between, at which something about the item changes; or its end
	next    int                            // the first that has not begun
	current []*T                           // those that have begun and not ended, in their order
}

// newLane puts the items in an order that does not depend on how they came; nil: they are in order.
func newLane[T any](items []T, span func(*T) (from, mid, to int64), order func(a, b T) int) lane[T] {
	if order != nil {
		items = ordered(items, order)
	}
	return lane[T]{items: items, span: span}
}

// ordered are the items in an order; the same slice if they were.
func ordered[T any](items []T, order func(a, b T) int) []T {
	if slices.IsSortedFunc(items, order) {
		return items
	}
	items = slices.Clone(items)
	slices.SortFunc(items, order)
	return items
}

// advance moves to a moment, which is not before the last, and tells until when nothing about the lane changes.
func (l *lane[T]) advance(at int64) (until int64) {
	until = math.MaxInt64
	kept := l.current[:0]
	for _, item := range l.current {
		if _, mid, to := l.span(item); to > at {
			kept, until = append(kept, item), min(until, after(at, mid, to))
		}
	}
	l.current = kept
	for ; l.next < len(l.items); l.next++ {
		item := &l.items[l.next]
		from, mid, to := l.span(item)
		if from > at {
			return min(until, from)
		}
		if to > at {
			l.current, until = append(l.current, item), min(until, after(at, mid, to))
		}
	}
	return until
}

// after is the next of an item's edges.
func after(at, mid, to int64) int64 {
	if mid > at {
		return mid
	}
	return to
}

func first[T any](l lane[T]) *T {
	if len(l.current) == 0 {
		return nil
	}
	return l.current[0]
}

func last[T any](l lane[T]) *T {
	if len(l.current) == 0 {
		return nil
	}
	return l.current[len(l.current)-1]
}

func spellSpan(s *record.Spell) (from, mid, to int64)     { return s.FromMS, s.ToMS, s.ToMS }
func sessionSpan(s *record.Session) (from, mid, to int64) { return s.FromMS, s.KnownMS, s.ToMS }
func staySpan(p *record.Presence) (from, mid, to int64)   { return p.FromMS, p.KnownMS, p.ToMS }
func slotSpan(s *Slot) (from, mid, to int64)              { return s.FromMS, s.ToMS, s.ToMS }
func correctionSpan(c *Correction) (from, mid, to int64)  { return c.FromMS, c.ToMS, c.ToMS }

// The orders are total but for items that say the same, so that it does not matter which of these is taken.

// firstTold: the earlier; of the same moment, the one that is measured, the longer, the busier.
func firstTold(a, b record.Spell) int {
	return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), boolean(a.Estimated, b.Estimated), cmp.Compare(b.ToMS, a.ToMS),
		cmp.Compare(b.State, a.State), cmp.Compare(a.Why, b.Why))
}

// firstChosen: the last counts, so that a new choice takes the place of an old one; of one moment, the card's.
func firstChosen(a, b record.Session) int {
	return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), cmp.Compare(b.By, a.By), cmp.Compare(a.Purpose, b.Purpose),
		cmp.Compare(a.Group, b.Group), cmp.Compare(a.ToMS, b.ToMS), cmp.Compare(a.KnownMS, b.KnownMS))
}

// firstThere: the earlier; of the same moment, the one proved longer.
func firstThere(a, b record.Presence) int {
	return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), cmp.Compare(b.KnownMS, a.KnownMS), cmp.Compare(b.ToMS, a.ToMS),
		cmp.Compare(a.Card, b.Card), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Reader, b.Reader))
}

// firstHeld: the earlier.
func firstHeld(a, b Correction) int {
	return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), cmp.Compare(a.ID, b.ID))
}

func boolean(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
