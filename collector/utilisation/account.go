// Package utilisation is the core: where an asset's time went. It is arithmetic on values. It never asks for the time,
// reads, writes or logs, and it knows neither gateways nor databases.
//
// Spans are half-open, in UTC. Whatever the spells say, the parts of a ledger add up to its span: time is conserved.
package utilisation

import (
	"time"

	"basemeter/agent/record"
)

// Formula is the version of Account. A row of the ledger carries it, so that a figure can be told from one that an
// earlier rule made.
const Formula = 1

// A Ledger is where a span of one asset's time went, in milliseconds. Ledgers of spans that do not overlap, and of
// different assets, may be added; ratios are formed afterwards, once.
type Ledger struct {
	MS          [record.States]int64 // by state
	EstimatedMS int64                // the part of the known time whose dates are estimates: no clock was set when it was seen
}

// Account divides [from, to) among the states of spells, which come in order of their beginning. What no spell covers, or
// only one that knows nothing, is Unknown. Where spells that know something overlap, as after a clock was set back, the
// one that claims to have begun first counts, so that no moment counts twice.
func Account(spells []record.Spell, from, to time.Time) Ledger {
	var l Ledger
	cursor, end := from.UnixMilli(), to.UnixMilli()
	if end <= cursor {
		return l
	}
	for _, s := range spells {
		begin, until := max(s.FromMS, cursor), min(s.ToMS, end)
		if until <= begin || s.State == record.Unknown {
			continue
		}
		l.MS[record.Unknown] += begin - cursor
		l.MS[s.State] += until - begin
		if s.Estimated {
			l.EstimatedMS += until - begin
		}
		cursor = until
	}
	l.MS[record.Unknown] += end - cursor
	return l
}

// Add is both ledgers together.
func (l Ledger) Add(m Ledger) Ledger {
	for s := range l.MS {
		l.MS[s] += m.MS[s]
	}
	l.EstimatedMS += m.EstimatedMS
	return l
}

// ElapsedMS is the whole span: the sum of all states.
func (l Ledger) ElapsedMS() int64 {
	var sum int64
	for _, ms := range l.MS {
		sum += ms
	}
	return sum
}

// Coverage is the known share of the span, 0 to 1; 0 for an empty span, of which nothing is known.
func (l Ledger) Coverage() float64 {
	elapsed := l.ElapsedMS()
	if elapsed == 0 {
		return 0
	}
	return float64(elapsed-l.MS[record.Unknown]) / float64(elapsed)
}
