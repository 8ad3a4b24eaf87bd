package utilisation

import (
	"iter"
	"time"

	"basemeter/agent/record"
)

// A Ledger is where a span of time went, by purpose and affiliation. The states of all its cells together are the span.
type Ledger map[Key]Cell

// Sum books [from, to) of one asset.
func Sum(f Facts, p Plan, fromMS, toMS int64) Ledger {
	whole := Ledger{}
	for _, hour := range Hourly(f, p, fromMS, toMS) {
		whole.Add(hour)
	}
	return whole
}

// Hourly books [from, to) of one asset hour by hour, each under when its hour begins, going along the facts once. The
// first and the last may be parts of theirs.
func Hourly(f Facts, p Plan, fromMS, toMS int64) iter.Seq2[int64, Ledger] {
	return func(yield func(int64, Ledger) bool) {
		meter, ledger, hour := newMeter(f.Draws), Ledger{}, floor(fromMS)
		for s := range Spans(f, p, fromMS, toMS) {
			for end := s.ToMS; s.FromMS < end; s.FromMS = s.ToMS {
				if floor(s.FromMS) > hour {
					if !yield(hour, ledger) {
						return
					}
					ledger, hour = Ledger{}, floor(s.FromMS)
				}
				s.ToMS = min(end, hour+msPerHour)
				ledger.book(&s, meter)
			}
		}
		if len(ledger) > 0 {
			yield(hour, ledger)
		}
	}
}

// floor is when the hour of a moment begins. Moments lie after 1970.
func floor(ms int64) int64 { return ms - ms%msPerHour }

func (l Ledger) book(s *Span, m *meter) {
	cell := l[s.Key]
	cell.add(s)
	m.add(&cell, s)
	l[s.Key] = cell
}

// Add books all of m as well.
func (l Ledger) Add(m Ledger) { add(l, m) }

// Total is all cells together.
func (l Ledger) Total() Cell { return l.Of(anyKey) }

// Of is those cells together whose keys are chosen.
func (l Ledger) Of(chosen func(Key) bool) Cell { return total(l, chosen) }

// A summand can be added to another of its kind.
type summand[C any] interface{ Plus(C) C }

func add[K comparable, C summand[C]](to, more map[K]C) {
	for key, cell := range more {
		to[key] = to[key].Plus(cell)
	}
}

func total[K comparable, C summand[C]](of map[K]C, chosen func(K) bool) (sum C) {
	for key, cell := range of {
		if chosen(key) {
			sum = sum.Plus(cell)
		}
	}
	return sum
}

// A Row is the grain of the ledger of machines: one asset, one hour that begins at Start, UTC, one key.
type Row struct {
	Base, Asset string
	Start       time.Time
	Key
	Cell
	Judged
}

// A CrowdRow is the grain of the ledger of people.
type CrowdRow struct {
	Base  string
	Start time.Time
	CrowdKey
	CrowdCell
	Judged
}

// Withdrawn is the formula of a row that says that a period was added up, and no longer counts.
const Withdrawn = -1

// Rolled tells whether the row is the one without a place that says that its day, or its month, was added up.
func (r *CrowdRow) Rolled() bool { return r.Place == "" && r.Formula != Withdrawn }

// Judged is by which rules and which plan a row was made.
type Judged struct {
	Formula int64
	Plan    string // its version
}

// Observed is what was observed in a base.
type Observed struct {
	Spells    map[string][]record.Spell   // by asset
	Sessions  map[string][]record.Session // by asset
	Draws     map[string][]Draw           // by asset
	Presences []record.Presence
}

// Of is what concerns one asset; Account chooses among the stays.
func (o *Observed) Of(asset string) Facts {
	return Facts{Spells: o.Spells[asset], Sessions: o.Sessions[asset], Presences: o.Presences, Draws: o.Draws[asset]}
}

// An Asset is one machine, from the first fact about it on.
type Asset struct {
	Base  string
	Name  string
	Since time.Time // when its time began to be accounted for
	Told  time.Time // up to when its gateways have told of it; zero: not known
	Until time.Time // when it went out of service; zero: it is in service
}
