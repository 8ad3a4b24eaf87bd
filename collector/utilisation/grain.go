package utilisation

import "time"

// A Grain is how long a row of the ledger is. Days and months are the base's own: they begin at its midnight.
type Grain uint8

// The grains that there are.
const (
	Hour Grain = iota // of UTC
	Day
	Month
)

func (g Grain) String() string { return [...]string{"hour", "day", "month"}[g] }

// Floor is when the hour, the day or the month in which t lies begins, in UTC. A zone that is nil is UTC.
func (g Grain) Floor(t time.Time, zone *time.Location) time.Time {
	switch g {
	case Day:
		return midnight(t, zone, 0, 0)
	case Month:
		t = in(t, zone)
		return midnight(t, zone, 0, 1-t.Day())
	}
	return t.UTC().Truncate(time.Hour)
}

// Next is when the one behind it begins.
func (g Grain) Next(t time.Time, zone *time.Location) time.Time {
	switch g {
	case Day:
		return midnight(t, zone, 0, 1)
	case Month:
		t = in(t, zone)
		return midnight(t, zone, 1, 1-t.Day())
	}
	return t.UTC().Truncate(time.Hour).Add(time.Hour)
}

// Ceil is t if one begins there, and otherwise when the next one begins.
func (g Grain) Ceil(t time.Time, zone *time.Location) time.Time {
	if g.Begins(t, zone) {
		return t.UTC()
	}
	return g.Next(t, zone)
}

// Begins tells whether an hour, a day or a month begins at t.
func (g Grain) Begins(t time.Time, zone *time.Location) bool { return g.Floor(t, zone).Equal(t) }

// midnight is the one that begins the date of t, some months and days on.
func midnight(t time.Time, zone *time.Location, months, days int) time.Time {
	t = in(t, zone)
	return time.Date(t.Year(), t.Month()+time.Month(months), t.Day()+days, 0, 0, 0, 0, t.Location()).UTC()
}

func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return t.UTC()
	}
	return t.In(zone)
}

// A Range is which rows of the ledger are asked for: those that begin in [From, To).
type Range struct {
	Bases    []string // empty: all
	From, To time.Time
	Grain    Grain
	Whole    bool // rows of each base as a whole, whose asset is empty; otherwise by asset. People are by place either way
	// Measures are the sums of machines that are wanted; nil: all, and by which rules they were judged. A database reads
	// each by itself.
	Measures []Measure
}

// LeastUse is how long an asset must have been in sessions on a date for the date to count as used: our own rule.
const LeastUse = 10 * time.Minute

// A UsedDays is on how many dates of a month an asset, or any asset of a base, was in sessions for LeastUse.
type UsedDays struct {
	Base, Asset string    // no asset: any
	Month       time.Time // when it begins
	Days        int64
}
