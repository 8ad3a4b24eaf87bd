package gpio

import (
	"time"

	"basemeter/drivers"
)

// A debounce turns a level that bounces into one that stands: a level counts once nothing has moved for settle.
type debounce struct {
	settle time.Duration

	seen   bool
	closed bool            // as last seen
	since  drivers.Instant // of the last edge; where a level that stands began

	known bool // a level has stood
	stood bool // which
}

// see takes the level at an instant, and whether an edge was met on the way there. It tells whether a new level now
// stands; it began at since.
func (d *debounce) see(closed, edge bool, at drivers.Instant) bool {
	if !d.seen || closed != d.closed || edge { // also from a level to itself: it was away in between
		d.seen, d.closed, d.since = true, closed, at
	}
	if !d.still(at) || d.known && d.stood == closed {
		return false
	}
	d.known, d.stood = true, closed
	return true
}

func (d *debounce) still(at drivers.Instant) bool { return d.seen && at.Mono-d.since.Mono >= d.settle }

// due is how long after at the present level will have stood, and whether that lies ahead.
func (d *debounce) due(at drivers.Instant) (time.Duration, bool) {
	left := d.since.Mono + d.settle - at.Mono
	return left, d.seen && left > 0
}
