package presence

import "basemeter/drivers"

// A Showing is a card held to a reader, and what the gateway's table says of the card.
type Showing struct {
	Reader  string
	Card    string
	Group   string // empty: it is not enrolled
	Purpose string // not empty: the card stands for a purpose, and for nobody
	At      drivers.Instant
}

// Show takes a showing. One at a reader that the rule does not name is ignored.
func (t *Tracker) Show(s Showing) {
	r := t.rule.reader(s.Reader)
	if r == nil {
		return
	}
	now := t.order(r.Name, at(s.At))
	t.decide()
	t.expire(now)
	if s.Purpose != "" && !r.Asset {
		t.strays++
		return
	}
	settled := t.settle(r, s, now)
	if here := t.seen(r, s, now); !settled {
		t.turn(r, s, here, now)
	}
}

// order keeps showings in order: those of two lines may overtake each other by a few milliseconds. The centre knows a
// stay by its reader and beginning, so the later of two at one reader is moved by a millisecond.
func (t *Tracker) order(reader string, now int64) int64 {
	now = max(now, t.latest)
	if last, ok := t.last[reader]; ok {
		now = max(now, last+1)
	}
	t.latest, t.last[reader] = now, now
	return now
}

// seen ends whatever the showing contradicts, and returns the stay, or session, that it may prolong or end.
func (t *Tracker) seen(r *Reader, s Showing, now int64) (here *stay) {
	for i := 0; i < len(t.open); i++ {
		switch x := t.open[i]; t.bears(r, s, &x.Stay) {
		case same:
			here = x
		case within:
			t.prove(x, now)
		case against:
			t.end(x, now, "elsewhere")
			i-- // the next one is here now
		}
	}
	return here
}

// A bearing is what a showing says of a stay.
type bearing int

const (
	nothing bearing = iota
	same            // the card is shown where it is
	within          // it is shown at an asset of the area it is in
	against         // it is shown elsewhere; or another card says what the asset is used for
)

func (t *Tracker) bears(r *Reader, s Showing, on *Stay) bearing {
	chosen := s.Purpose != ""
	switch {
	case chosen != (on.Purpose != ""):
		return nothing
	case chosen && on.Place != r.Place, chosen && on.Card != s.Card && r.Way == Out, !chosen && on.Card != s.Card:
		return nothing
	case on.Card == s.Card && on.Place == r.Place:
		return same
	case !chosen && t.rule.Inside[r.Place] == on.Place:
		return within
	}
	return against
}

// turn lets a card in or out.
func (t *Tracker) turn(r *Reader, s Showing, here *stay, now int64) {
	switch {
	case here == nil && r.Way == Out:
		t.strays++
	case here == nil:
		t.begin(Stay{Place: r.Place, Reader: r.Name, Card: s.Card, Group: s.Group, Purpose: s.Purpose, FromMS: now, KnownMS: now})
	case r.Way == Out || r.twice(s):
		t.end(here, now, "out")
	default:
		t.prove(here, now)
	}
}

// twice tells whether a second showing ends what the first began. A purpose lasts until it is ended.
func (r *Reader) twice(s Showing) bool { return r.Way == Toggle || r.Way == Tap && s.Purpose != "" }
