// Package record is the contract between a gateway and the centre: the facts a gateway observed, the messages that
// carry them, and the topics they travel on. It does not know how they were observed, nor what they will mean.
//
// All times are UTC, in whole milliseconds since 1970; all spans are half-open.
package record

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Schema is the version of the contract. It is in every topic and every batch.
const Schema = 1

// Bounds of the contract. What is beyond them is rejected by the centre, never cut to fit.
const (
	MaxBatchBytes = 1 << 20           // a facts message, as JSON
	MaxSpellMS    = 3_600_000         // one hour: the grid divides an hour, and no spell crosses a grid line
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

	Spells  []Spell
	Samples []Sample
	Badges  []Badge
}

// Empty tells whether there is no fact at all.
func (f *Facts) Empty() bool { return len(f.Spells)+len(f.Samples)+len(f.Badges) == 0 }

// A Batch is what one facts message carries. Sequence numbers start at 1 and are never used twice in a stream.
type Batch struct {
	Base     string
	Gateway  string
	Stream   string // a random id born with the gateway's spool
	Sequence uint64
	Facts
}

// CheckID tells why id cannot name a base, a gateway, an asset or a reader: it is part of topics and tags.
func CheckID(id string) error {
	if !spelled(id, 64, func(c byte, first bool) bool { return lower(c) || digit(c) || !first && (c == '-' || c == '_') }) {
		return fmt.Errorf("%q is not an id: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit", id)
	}
	return nil
}

// CheckName tells why name cannot name a point: it becomes a field in the database, beside those of its change and flag.
func CheckName(name string) error {
	if !spelled(name, 64, func(c byte, first bool) bool { return lower(c) || !first && (digit(c) || c == '_') }) {
		return fmt.Errorf("%q is not a point's name: 1 to 64 of a-z, 0-9 and _, the first a letter", name)
	}
	if strings.HasSuffix(name, ChangeSuffix) || strings.HasSuffix(name, FlagSuffix) {
		return fmt.Errorf("%q is not a point's name: it ends as a counter's change or flag does", name)
	}
	return nil
}

// checkHex holds a random or keyed id to 16 to 64 hexadecimal digits.
func checkHex(id string) error {
	if len(id) < 16 || !spelled(id, 64, func(c byte, _ bool) bool { return digit(c) || 'a' <= c && c <= 'f' }) {
		return fmt.Errorf("%q is not 16 to 64 hexadecimal digits", id)
	}
	return nil
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func digit(c byte) bool { return '0' <= c && c <= '9' }

// spelled is a regular expression's work at a tenth of its price: it runs for each value of each sample.
func spelled(s string, limit int, allowed func(c byte, first bool) bool) bool {
	for i := range len(s) {
		if !allowed(s[i], i == 0) {
			return false
		}
	}
	return 0 < len(s) && len(s) <= limit
}

// Check tells the first thing that makes the batch unacceptable, by its path: "spells[3].to_ms: …".
func (b *Batch) Check() error {
	for _, id := range []struct{ key, id string }{{"base", b.Base}, {"gateway", b.Gateway}} {
		if err := CheckID(id.id); err != nil {
			return fmt.Errorf("%s: %w", id.key, err)
		}
	}
	if err := checkHex(b.Stream); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	switch {
	case b.Sequence == 0 || b.Sequence > math.MaxInt64:
		return fmt.Errorf("sequence: %d is not between 1 and 2^63-1", b.Sequence)
	case b.Epoch > MaxEpoch:
		return fmt.Errorf("epoch: %d is greater than %d", b.Epoch, MaxEpoch)
	case b.Boot != "":
		return fmt.Errorf("boot: facts that count from a boot have no date yet")
	}
	return b.Facts.check()
}

// MaxEpoch keeps an epoch within the part of a nanosecond timestamp below its millisecond.
const MaxEpoch = 999_999

func (f *Facts) check() error {
	for i := range f.Spells {
		if err := f.Spells[i].check(); err != nil {
			return fmt.Errorf("spells[%d].%w", i, err)
		}
	}
	for i := range f.Samples {
		if err := f.Samples[i].check(); err != nil {
			return fmt.Errorf("samples[%d].%w", i, err)
		}
	}
	for i := range f.Badges {
		if err := f.Badges[i].check(); err != nil {
			return fmt.Errorf("badges[%d].%w", i, err)
		}
	}
	return nil
}

func (s *Spell) check() error {
	if err := CheckID(s.Asset); err != nil {
		return fmt.Errorf("asset: %w", err)
	}
	switch {
	case s.State >= States:
		return fmt.Errorf("state: %v is none of %v", s.State, stateNames)
	case !dated(s.FromMS):
		return fmt.Errorf("from_ms: %d is not between 2020 and 2100", s.FromMS)
	case s.ToMS <= s.FromMS:
		return fmt.Errorf("to_ms: %d is not after from_ms %d", s.ToMS, s.FromMS)
	case s.ToMS-s.FromMS > MaxSpellMS:
		return fmt.Errorf("to_ms: a spell of %d ms is longer than an hour", s.ToMS-s.FromMS)
	case len(s.Why) > MaxWhyBytes:
		return fmt.Errorf("why: %d bytes, at most %d", len(s.Why), MaxWhyBytes)
	}
	return nil
}

func (s *Sample) check() error {
	if err := CheckID(s.Asset); err != nil {
		return fmt.Errorf("asset: %w", err)
	}
	switch {
	case !dated(s.AtMS):
		return fmt.Errorf("at_ms: %d is not between 2020 and 2100", s.AtMS)
	case len(s.Values) == 0 || len(s.Values) > MaxValues:
		return fmt.Errorf("values: %d of them, expected 1 to %d", len(s.Values), MaxValues)
	}
	for _, v := range s.Values {
		if err := CheckName(strings.TrimSuffix(v.Name, ChangeSuffix)); err != nil {
			return fmt.Errorf("values: %w", err)
		}
		if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
			return fmt.Errorf("values.%s: %v is not a finite number", v.Name, v.Number)
		}
	}
	return s.checkFlags()
}

// checkFlags wants each flag on a value of the sample that is no change, and a kind that there is.
func (s *Sample) checkFlags() error {
	for _, f := range s.Flags {
		if err := CheckName(f.Name); err != nil {
			return fmt.Errorf("flags: %w", err)
		}
		if !slices.ContainsFunc(s.Values, func(v Value) bool { return v.Name == f.Name }) {
			return fmt.Errorf("flags: no value is called %q", f.Name)
		}
		if !slices.Contains(FlagKinds, f.Kind) {
			return fmt.Errorf("flags.%s: %q is none of %v", f.Name, f.Kind, FlagKinds)
		}
	}
	return nil
}

func (b *Badge) check() error {
	if err := CheckID(b.Reader); err != nil {
		return fmt.Errorf("reader: %w", err)
	}
	if err := checkHex(b.Card); err != nil {
		return fmt.Errorf("card: %w", err)
	}
	if !dated(b.AtMS) {
		return fmt.Errorf("at_ms: %d is not between 2020 and 2100", b.AtMS)
	}
	return nil
}

func dated(ms int64) bool { return ms >= EarliestMS && ms < LatestMS }
