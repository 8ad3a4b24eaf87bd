// Package record is the contract between a gateway and the centre: the facts a gateway observed, the messages that
// carry them, and the topics they travel on. It does not know how they were observed, nor what they will mean.
//
// All times are UTC, in whole milliseconds since 1970; all spans are half-open.
package record

import "fmt"

// Schema is the version of the contract. It is in every topic and every batch.
const Schema = 1

// Bounds of the contract. What is beyond them is rejected by the centre, never cut to fit.
const (
	MaxBatchBytes = 1 << 20           // a facts message, as JSON
	MaxSpellMS    = 3_600_000         // one hour: the grid divides an hour, and no spell crosses a grid line
	MaxStayMS     = 24 * MaxSpellMS   // a day: no stay is longer, nor a session that a card has opened
	MaxPassages   = 1_000_000         // in one count
	MaxValues     = 256               // values in one sample
	MaxWhyBytes   = 200               // text of a spell's Why
	EarliestMS    = 1_577_836_800_000 // 2020-01-01: a date before it is a clock that was never set
	LatestMS      = 4_102_444_800_000 // 2100-01-01
)

// A State is what an asset physically did. Unknown is the zero value, so that silence never counts as anything else.
type State uint8

const (
	Unknown State = iota // nothing is known: silence, a broken wire, a dead gateway
	Off                  // no power, or too little to be switched on
	Standby              // switched on, not working
	Running              // working
	Fault                // signals a fault
	States  = 5          // how many there are
)

var stateNames = [States]string{"unknown", "off", "standby", "running", "fault"}

func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// ParseState is the inverse of String.
func ParseState(name string) (State, error) {
	for i, n := range stateNames {
		if n == name {
			return State(i), nil
		}
	}
	return Unknown, fmt.Errorf("state %q is none of %v", name, stateNames)
}

// A Spell is a span in which nothing about an asset changed. It ends at the latest at the next line of the grid.
type Spell struct {
	Asset  string
	State  State
	FromMS int64
	ToMS   int64
	Why    string // what made it so, in short, for the one who asks why it is grey; may be empty

	// Estimated is what Facts.Estimated says of the batch the spell came in. It is not written a second time.
	Estimated bool
}

// A Sample is what some points of one asset showed at one moment.
type Sample struct {
	Asset  string
	AtMS   int64
	Values []Value // at least one, each name once
	Flags  []Flag  // on some of them; rarely any
}

// A Flag says what is remarkable about a counter's value: "first" (nothing came before it), "rollover", "reset", or
// "glitch" (some of what was read since the last sample cannot be). The value is what the register showed, whatever that
// was; what it has counted since the last sample is a value of its own, called as the counter is and ChangeSuffix.
type Flag struct {
	Name string // of the value
	Kind string
}

// What ends the names of the fields that stand beside a counter's: no point's name may.
const (
	ChangeSuffix = "_change" // a number, in the counter's unit
	FlagSuffix   = "_flag"   // a text, in the database alone
)

// FlagKinds are those that there are.
var FlagKinds = []string{"first", "rollover", "reset", "glitch"}

// A Value is one point of a sample, in the unit that the point's configuration declares. It is finite.
type Value struct {
	Name   string
	Number float64
}

// A Badge is one card seen by one reader. Card is a keyed pseudonym; the number itself never leaves the driver.
type Badge struct {
	Reader string
	Card   string // 16 to 64 hexadecimal digits
	AtMS   int64
}

// A Presence is one card's stay in a place: an area, or an asset. It is told when it has ended, as a whole, and is not cut
// on the grid: only its end says how much of it is measured.
type Presence struct {
	Place  string
	Reader string // the one that let the card in
	Card   string // as in Badge
	Group  string // the card's, by the gateway's table; empty: it is not enrolled
	FromMS int64
	ToMS   int64
	// KnownMS is the last moment at which the card was proved to be there, FromMS to ToMS: it is ToMS if the stay was
	// ended by its card, and otherwise what follows, up to ToMS, is an estimate by the rule that Ended names.
	KnownMS int64
	Ended   string // one of Endings
	// Continues says that a power cut parts it from the stay before: it is the same visit.
	Continues bool
}

// A Session is a span in which somebody on the spot said what an asset was used for.
type Session struct {
	Asset   string
	Purpose string // an id of the taxonomy
	By      string // one of Choosers
	Group   string // of the card that opened it; empty: a switch, or a card that is not enrolled
	FromMS  int64
	ToMS    int64
	KnownMS int64  // as in Presence
	Ended   string // one of Endings; empty: the switch still stood as it did, and the next one follows
}

// A Count is how often a beam was broken or a door opened in a span. It counts passages, never people.
type Count struct {
	Place    string
	Counter  string // what counted: a name that is unique in the gateway
	FromMS   int64
	ToMS     int64
	Passages int64
}

// Choosers are what says a purpose on the spot: a card that stands for one, or a selector switch.
var Choosers = []string{"card", "switch"}

// Endings are what ends a stay or a session. What "out" and "switch" end is measured to its end; all others are rules, and
// what follows the last proof is an estimate.
//
//	out        a reader at the way out, or the second showing at a reader that is both
//	elsewhere  the card, or another purpose, was next seen elsewhere
//	closing    the hour at which everybody has left
//	longest    nobody stays longer
//	idle       a reader that wants to see the card now and then did not
//	power      the gateway was without power
//	year       the key of the pseudonyms changed with the academic year
//	removed    the configuration knows the reader no longer
//	switch     the selector switch was turned
//	silent     the selector switch says nothing any more
var Endings = []string{"out", "elsewhere", "closing", "longest", "idle", "power", "year", "removed", "switch", "silent"}

// Facts are what a gateway observed, all of it dated by one setting of its clock.
type Facts struct {
	// Epoch counts the steps of the gateway's wall clock. Two spells that claim the same moment because the clock was
	// set back differ in it, so neither overwrites the other.
	Epoch uint64
	// Estimated says that the gateway's clock was never set while these facts were seen, so that their dates are
	// within the gap where they must lie, but no better.
	Estimated bool
	// Boot, if not empty, says that the times count from that boot and not from 1970: the clock was not yet set.
	// Such facts stay on the gateway until they can be dated.
	Boot string

	Spells    []Spell
	Samples   []Sample
	Badges    []Badge
	Presences []Presence
	Sessions  []Session
	Counts    []Count
}

// Len is how many facts there are.
func (f *Facts) Len() int {
	return len(f.Spells) + len(f.Samples) + len(f.Badges) + len(f.Presences) + len(f.Sessions) + len(f.Counts)
}

// Empty tells whether there is no fact at all.
func (f *Facts) Empty() bool { return f.Len() == 0 }

// A Batch is what one facts message carries. Sequence numbers start at 1 and are never used twice in a stream.
type Batch struct {
	Base     string
	Gateway  string
	Stream   string // a random id born with the gateway's spool
	Sequence uint64
	Facts
}

// Span is when the oldest fact begins and the newest ends; oldest is after newest if there is no fact.
func (f *Facts) Span() (oldestMS, newestMS int64) {
	oldestMS, newestMS = LatestMS, EarliestMS
	see := func(from, to int64) { oldestMS, newestMS = min(oldestMS, from), max(newestMS, to) }
	for i := range f.Spells {
		see(f.Spells[i].FromMS, f.Spells[i].ToMS)
	}
	for i := range f.Samples {
		see(f.Samples[i].AtMS, f.Samples[i].AtMS)
	}
	for i := range f.Badges {
		see(f.Badges[i].AtMS, f.Badges[i].AtMS)
	}
	for i := range f.Presences {
		see(f.Presences[i].FromMS, f.Presences[i].ToMS)
	}
	for i := range f.Sessions {
		see(f.Sessions[i].FromMS, f.Sessions[i].ToMS)
	}
	for i := range f.Counts {
		see(f.Counts[i].FromMS, f.Counts[i].ToMS)
	}
	return oldestMS, newestMS
}
