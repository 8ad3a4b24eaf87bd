package report

import (
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A Query is what is asked.
type Query struct {
	From, To time.Time // half-open; what lies after Now is left out
	Now      time.Time
	// Grace is how long a gateway may take to tell of a spell, which it does when the spell ends. Of an asset that was
	// heard of within Grace before Now, what lies behind the newest spell is not unknown: it is not there yet.
	Grace time.Duration
	By    []Dimension // what a row stands for; the rest is added up
	Base  string      // only this base, if not empty
	Asset string      // only this asset, if not empty
	// Where narrows to some values of a dimension; of time it cannot be one.
	Where map[Dimension][]string
	// Within is which bases may be seen at all.
	Within Scope
	// Metrics are the ids of what is asked, in the order of the answer.
	Metrics []string
	// Catalogue is by which bases are divided and called; nil: nothing is known of them.
	Catalogue *Catalogue
	// Zone is where days are cut; nil: UTC.
	Zone *time.Location
	// LeastUse is how long an asset must have been in sessions on a date for the date to count as used.
	LeastUse time.Duration
	// Version is a frozen version of the ledger; empty: as it is now.
	Version string
}

// An UnknownError is a parameter that names nothing.
type UnknownError struct{ Parameter, Value string }

func (e *UnknownError) Error() string { return fmt.Sprintf("%s: there is no %q", e.Parameter, e.Value) }

func (q *Query) by(k Dimension) bool { return slices.Contains(q.By, k) }

// wants tells whether the query is about an asset.
func (q *Query) wants(a utilisation.Asset) bool {
	return (q.Base == "" || a.Base == q.Base) && (q.Asset == "" || a.Name == q.Asset)
}

// hours is the range of the query's whole hours.
func (q *Query) hours(from, to time.Time) utilisation.Range {
	r := utilisation.Range{From: from, To: to, Grain: utilisation.Hour}
	if q.Base != "" {
		r.Bases = []string{q.Base}
	}
	return r
}

// end is where the answer ends: what has not happened yet is not unknown, it is not there.
func (q *Query) end() time.Time { return earlier(q.To, q.Now) }

// span is the part of the query that an asset can answer for: from when its time began, up to the end of its newest
// spell, if that is recent.
func (q *Query) span(a utilisation.Asset) (from, to time.Time) {
	from, to = later(q.From, a.Since), q.end()
	if a.Told.After(q.Now.Add(-q.Grace)) {
		to = earlier(to, a.Told)
	}
	if !a.Until.IsZero() {
		to = earlier(to, a.Until)
	}
	return from, to
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func floorHour(t time.Time) time.Time { return t.UTC().Truncate(time.Hour) }

func ceilHour(t time.Time) time.Time {
	if whole := floorHour(t); !whole.Equal(t) {
		return whole.Add(time.Hour)
	}
	return t.UTC()
}
