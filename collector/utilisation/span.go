package utilisation

import "basemeter/agent/record"

// A Context is what a moment was for, whatever the asset did meanwhile.
type Context uint8

// In order of rising precedence among what is planned.
const (
	Closed     Context = iota
	Free               // open, and nobody had it
	InSession          // somebody used it, or was meant to
	Maintained         // planned maintenance, or maintenance chosen on the spot
)

func (c Context) String() string { return [...]string{"closed", "free", "session", "maintenance"}[c] }

// A Key is what the ledger of an hour is divided by.
type Key struct {
	Purpose     string // an id of the taxonomy, Unattributed, or None
	Affiliation Affiliation
}

// A Span is a part of an asset's time in which nothing changes, and how it was judged.
type Span struct {
	FromMS, ToMS int64
	State        record.State
	Context      Context
	Key

	Open      bool // within opening hours
	Planned   bool // open, and not in planned maintenance: the time that ISO 22400-2 calls planned busy time
	Held      bool // in a session that there is evidence of
	Self      bool // run by its users themselves
	Attended  bool // somebody was at the asset or in its area
	Occupied  bool // somebody was at the asset itself
	Estimated bool // rests on a clock that was never set, or on a stay or session that its card did not end
	Corrected bool

	Because Evidence
}

// LengthMS is how long it is.
func (s *Span) LengthMS() int64 { return s.ToMS - s.FromMS }

// On tells whether the asset is switched on and able to work: necessary preparation and clean-down count as use.
func (s *Span) On() bool { return s.State == record.Running || s.State == record.Standby }

// Evidence is what a span was judged by: the very facts and entries, nil where there were none.
type Evidence struct {
	Spell      *record.Spell
	Chosen     *record.Session
	Slot       *Slot
	Stay       *record.Presence // the one at the asset, otherwise the one in its area, that began first
	Correction *Correction
}
