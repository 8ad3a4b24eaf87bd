package report

import (
	"context"
	"time"

	"basemeter/collector/utilisation"
)

// A Ledger is where a report finds what it adds up. It has many methods, since each is a question of its own, and what
// keeps the ledger answers them all.
type Ledger interface {
	Machines
	People
	// Registered is what the registry says of a base in a span; false: it cannot be told.
	Registered(base string, from, to time.Time) (r Registered, known bool)
}

// Machines is the ledger of machines.
type Machines interface {
	// Bases are those that were ever heard of.
	Bases(ctx context.Context) ([]string, error)
	// Dated are the assets of bases whose registry says of each since when it is in service.
	Dated() []utilisation.Asset
	// Assets are all that were ever heard of in some bases or, if none is named, in any, or are registered; told as Told does.
	Assets(ctx context.Context, bases []string, since time.Time) ([]utilisation.Asset, error)
	// Told fills in up to when gateways have told of assets of some bases, or of any, as far as that is after since.
	Told(ctx context.Context, all []utilisation.Asset, bases []string, since time.Time) error
	// EachRow hands over every row of a range. Coarse rows may be missing, or not hold all their time: the states of a
	// whole one add up to it.
	EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error
	// EachDays hands over on how many dates of each month of a range an asset was used; asset is empty for a base.
	EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error
	// Account judges any span of one asset from its facts, hour by hour; a row holds the part of its hour that is in it.
	Account(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error)
}

// People is the ledger of people.
type People interface {
	// EachCrowdRow hands over every row of a range. A coarse period of a base is whole if it has a row without a place.
	EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error
	// Attendance says where people of a base were in any span, from the facts at once.
	Attendance(ctx context.Context, base string, from, to time.Time) (utilisation.Crowd, error)
	// Cards is how many different cards were seen in a base; negative: it cannot be told.
	Cards(ctx context.Context, base string, from, to time.Time) (int64, error)
	// Bases are those that were ever heard of.
	Bases(ctx context.Context) ([]string, error)
}

// Registered is what the registry says of a base in a span.
type Registered struct {
	QuotaMS   map[string]int64 // quota of hours by asset, for the part of the span in which it was in service
	StationMS map[string]int64 // workstations × open time by area
	Hosted    map[string]bool  // assets and areas that an enterprise hosts
}
