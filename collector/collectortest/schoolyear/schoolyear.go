// Package schoolyear makes up an academic year of a training base: the files of its plan, what its gateways would have
// told, and what a report must say of it, to the millisecond. It is written from the rules alone and shares nothing
// with what judges a real year; so where the two agree, neither has made up the other's figure.
//
// How the truth is found is naive on purpose. A year is parted wherever anything whatsoever changes, and what holds in
// such a cell is looked up for that cell alone, in every fact and every plan that touches its hour.
//
// Where a rule can be read in two ways, this is how it was read:
//
//   - A card's hours are spent in one place at a time. As evidence it is wherever it has a stay: at an asset's reader, and
//     still in the hall whose door it has not left.
//   - A lesson of several periods lasts from the first one's beginning to the last one's end, breaks included.
//   - A date that follows another has its weekday, and its week, but its own table of periods and its own kind of hours,
//     in term or in vacation. One that follows a weekday has its own week.
//   - On a date that an override closes, nothing is taught. What was booked stays booked.
//   - A card of a group that the registry does not know is not enrolled.
//   - Of the pieces of a switch, each has its own beginning.
package schoolyear

import (
	"math/rand/v2"
	"slices"

	"basemeter/agent/record"
)

// Base is the base's name, in the facts and in registry.yaml.
const Base = "nc-vtc-year"

// Bounds of the year: midnight of 1 September in 2025 and in 2026 at Shanghai, UTC+8.
const (
	FromMS = 1_756_656_000_000
	ToMS   = FromMS + days*day
)

const (
	second = 1000
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	days   = 365
	hours  = 24 * days
)

// A Year is all that there is to know of the base.
type Year struct {
	Plan    map[string]string // the text of each file of the plan, by its name
	Batches []record.Batch    // what the gateways told: of one gateway in the order of its sequence
	Truth   Truth
}

// Generate makes up a year: the same from the same seed.
func Generate(seed uint64) Year {
	g := &generator{random: rand.New(rand.NewPCG(seed, 2025)), begun: map[beginning]bool{}}
	g.enrol()
	g.book()
	g.planned = append(lessonsOfYear(), g.bookings...)
	g.live()
	return Year{Plan: g.files(), Batches: batches(&g.facts), Truth: judge(&g.facts, g.planned)}
}

// A generator makes up one year.
type generator struct {
	random   *rand.Rand
	cards    map[string][]string // of each group
	group    map[string]string   // of each card; empty: not enrolled
	strays   []string            // cards of no group of the registry
	bookings []planned
	planned  []planned
	begun    map[beginning]bool
	facts    facts
}

// facts are what was told, before it is cut into batches.
type facts struct {
	spells   []told[record.Spell]
	stays    []told[record.Presence]
	sessions []told[record.Session]
}

// told is one fact and who told it.
type told[T any] struct {
	gateway string
	fact    T
}

// A span is half-open, in UTC milliseconds.
type span struct{ from, to int64 }

func (s span) covers(at int64) bool { return s.from <= at && at < s.to }

func (s span) empty() bool { return s.from >= s.to }

// within is what s and other have in common; it may be empty.
func (s span) within(other span) span { return span{max(s.from, other.from), min(s.to, other.to)} }

// chance is true in so many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.random.IntN(100) < percent }

// between is a moment, or a length, from low up to high.
func (g *generator) between(low, high int64) int64 { return low + g.random.Int64N(high-low) }

// A beginning is when a card's stay began, or a place's stay or session. No two are the same, so that none is as old as
// another.
type beginning struct {
	whose string
	at    int64
}

// fresh is the first moment from at on at which nothing of theirs has begun yet.
func (g *generator) fresh(at int64, whose ...string) int64 {
	for slices.ContainsFunc(whose, func(w string) bool { return g.begun[beginning{w, at}] }) {
		at++
	}
	for _, w := range whose {
		g.begun[beginning{w, at}] = true
	}
	return at
}

func pick[T any](g *generator, from []T) T { return from[g.random.IntN(len(from))] }
