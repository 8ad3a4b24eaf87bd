package record

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

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
	return f.checkPeople()
}

func (s *Spell) check() error {
	if err := CheckID(s.Asset); err != nil {
		return fmt.Errorf("asset: %w", err)
	}
	switch {
	case s.State >= States:
		return fmt.Errorf("state: %v is none of %v", s.State, stateNames)
	case len(s.Why) > MaxWhyBytes:
		return fmt.Errorf("why: %d bytes, at most %d", len(s.Why), MaxWhyBytes)
	}
	return checkSpan(s.FromMS, s.ToMS, MaxSpellMS, "a spell")
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

func (f *Facts) checkPeople() error {
	for i := range f.Presences {
		if err := f.Presences[i].check(); err != nil {
			return fmt.Errorf("presences[%d].%w", i, err)
		}
	}
	for i := range f.Sessions {
		if err := f.Sessions[i].check(); err != nil {
			return fmt.Errorf("sessions[%d].%w", i, err)
		}
	}
	for i := range f.Counts {
		if err := f.Counts[i].check(); err != nil {
			return fmt.Errorf("counts[%d].%w", i, err)
		}
	}
	return nil
}

func (p *Presence) check() error {
	if err := checkIDs("place", p.Place, "reader", p.Reader); err != nil {
		return err
	}
	if err := checkHex(p.Card); err != nil {
		return fmt.Errorf("card: %w", err)
	}
	if err := checkGroup(p.Group); err != nil {
		return err
	}
	if !slices.Contains(Endings, p.Ended) {
		return fmt.Errorf("ended: %q is none of %v", p.Ended, Endings)
	}
	return checkStay(p.FromMS, p.KnownMS, p.ToMS)
}

func (s *Session) check() error {
	if err := checkIDs("asset", s.Asset, "purpose", s.Purpose); err != nil {
		return err
	}
	if err := checkGroup(s.Group); err != nil {
		return err
	}
	switch {
	case !slices.Contains(Choosers, s.By):
		return fmt.Errorf("by: %q is none of %v", s.By, Choosers)
	case s.Ended != "" && !slices.Contains(Endings, s.Ended):
		return fmt.Errorf("ended: %q is none of %v", s.Ended, Endings)
	}
	return checkStay(s.FromMS, s.KnownMS, s.ToMS)
}

func (c *Count) check() error {
	if err := checkIDs("place", c.Place, "counter", c.Counter); err != nil {
		return err
	}
	if c.Passages < 1 || c.Passages > MaxPassages {
		return fmt.Errorf("passages: %d is not between 1 and %d", c.Passages, MaxPassages)
	}
	return checkSpan(c.FromMS, c.ToMS, MaxSpellMS, "a count")
}

func checkIDs(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := CheckID(pairs[i+1]); err != nil {
			return fmt.Errorf("%s: %w", pairs[i], err)
		}
	}
	return nil
}

func checkGroup(group string) error {
	if group == "" {
		return nil
	}
	return checkIDs("group", group)
}

func checkStay(from, known, to int64) error {
	if err := checkSpan(from, to, MaxStayMS, "a stay"); err != nil {
		return err
	}
	if known < from || known > to {
		return fmt.Errorf("known_ms: %d is not between from_ms %d and to_ms %d", known, from, to)
	}
	return nil
}

func checkSpan(from, to, most int64, what string) error {
	switch {
	case !dated(from):
		return fmt.Errorf("from_ms: %d is not between 2020 and 2100", from)
	case to <= from:
		return fmt.Errorf("to_ms: %d is not after from_ms %d", to, from)
	case to-from > most:
		return fmt.Errorf("to_ms: %s of %d ms is longer than %v", what, to-from, time.Duration(most)*time.Millisecond)
	}
	return nil
}
