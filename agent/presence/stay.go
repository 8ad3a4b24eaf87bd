package presence

import (
	"slices"

	"basemeter/agent/record"
)

// A Stay is a card in a place. With a purpose it is a session that the card has opened on an asset, and nobody's stay.
// Its moments are milliseconds since the boot.
type Stay struct {
	Place     string `json:"place"`
	Reader    string `json:"reader"` // the one that let the card in
	Card      string `json:"card"`
	Group     string `json:"group,omitempty"`
	Purpose   string `json:"purpose,omitempty"`
	FromMS    int64  `json:"from_ms"`
	KnownMS   int64  `json:"known_ms"` // the last moment at which the card was proved to be there
	Continues bool   `json:"continues,omitempty"`
}

type stay struct {
	Stay
	due  int64 // when a rule ends it,
	rule string
}

// begin opens a stay.
func (t *Tracker) begin(s Stay) {
	open := &stay{Stay: s}
	t.rate(open)
	t.open = append(t.open, open)
}

// prove notes that the card of a stay is there.
func (t *Tracker) prove(s *stay, now int64) {
	s.KnownMS = now
	t.rate(s)
}

// rate finds what ends a stay if no card does, and when: whatever comes first.
func (t *Tracker) rate(s *stay) {
	s.due, s.rule = s.FromMS+t.rule.Longest.Milliseconds(), "longest"
	or := func(at int64, rule string) {
		if at < s.due {
			s.due, s.rule = at, rule
		}
	}
	if r := t.rule.reader(s.Reader); r != nil && r.Way == Tap && s.Purpose == "" {
		or(s.KnownMS+r.Hold.Milliseconds(), "idle")
	}
	if t.book.synced { // else nobody knows the hour of the day
		known := t.book.zero + s.KnownMS
		if closing, ok := t.rule.closing(known); ok {
			or(closing-t.book.zero, "closing")
		}
		or(t.rule.turn(known)-t.book.zero, "year")
	}
	s.due = max(s.due, s.KnownMS) // the longest stay may have been longer
}

// expire ends the stays that a rule has ended by now.
func (t *Tracker) expire(now int64) {
	for i := 0; i < len(t.open); {
		s := t.open[i]
		if s.due > now {
			i++
			continue
		}
		t.end(s, s.due, s.rule)
	}
}

// end tells a stay that has ended.
func (t *Tracker) end(s *stay, to int64, ended string) {
	t.open = slices.DeleteFunc(t.open, func(x *stay) bool { return x == s })
	t.latest = max(t.latest, to) // nothing that is still to come begins before
	s.into(&t.book.told, t.book.zero, to, ended)
}

// into writes a stay down as ended, zero being when the boot was. One without length is none.
func (s Stay) into(f *record.Facts, zero, to int64, ended string) {
	if ended == "out" {
		s.KnownMS = to
	}
	switch {
	case to <= s.FromMS:
	case s.Purpose != "":
		f.Sessions = append(f.Sessions, record.Session{Asset: s.Place, Purpose: s.Purpose, By: "card", Group: s.Group,
			FromMS: zero + s.FromMS, ToMS: zero + to, KnownMS: zero + s.KnownMS, Ended: ended})
	default:
		f.Presences = append(f.Presences, record.Presence{Place: s.Place, Reader: s.Reader, Card: s.Card, Group: s.Group,
			FromMS: zero + s.FromMS, ToMS: zero + to, KnownMS: zero + s.KnownMS, Ended: ended, Continues: s.Continues})
	}
}
