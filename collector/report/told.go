package report

import "time"

// Told is which whole hours of an asset the ledger has told of.
type told struct {
	span
	wholeFrom time.Time // the first whole hour, and behind the last; equal or in reverse if there is none
	wholeTo   time.Time
	hours     []uint64 // a bit for each whole hour
}

func newTold(from, to time.Time) *told {
	t := &told{span: span{from, to}, wholeFrom: ceilHour(from), wholeTo: floorHour(to)}
	if n := t.wholeTo.Sub(t.wholeFrom) / time.Hour; n > 0 {
		t.hours = make([]uint64, (n+63)/64)
	}
	return t
}

// note takes an hour down; false if it is not one of those.
func (t *told) note(start time.Time) bool {
	if start.Before(t.wholeFrom) || !start.Before(t.wholeTo) {
		return false
	}
	n := int(start.Sub(t.wholeFrom) / time.Hour)
	t.hours[n/64] |= 1 << (n % 64)
	return true
}

func (t *told) has(start time.Time) bool {
	n := int(start.Sub(t.wholeFrom) / time.Hour)
	return t.hours[n/64]&(1<<(n%64)) != 0
}

// untold are the spans that the ledger has no rows for.
func (t *told) untold() (spans []span) {
	if !t.wholeFrom.Before(t.wholeTo) {
		return push(nil, t.span)
	}
	spans = push(spans, span{t.from, t.wholeFrom})
	for start := t.wholeFrom; start.Before(t.wholeTo); start = start.Add(time.Hour) {
		if !t.has(start) {
			spans = push(spans, span{start, start.Add(time.Hour)})
		}
	}
	return push(spans, span{t.wholeTo, t.to})
}
