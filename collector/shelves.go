package collector

import (
	"context"
	"time"

	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// shelves are the part of the store that a bookkeeper needs. Each of them is for one thing that it does.
type shelves interface {
	factShelf
	rowShelf
	dayShelf
	markShelf
	journalShelf
}

// A factShelf is what there is to judge.
type factShelf interface {
	Observed(ctx context.Context, base, asset string, from, to time.Time) (utilisation.Observed, error)
	Corrections(ctx context.Context, base string) (map[string][]utilisation.Correction, error)
	Assets(ctx context.Context, base string) ([]utilisation.Asset, error)
}

// A rowShelf is the ledger.
type rowShelf interface {
	EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error
	EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error
	WriteRows(ctx context.Context, grain utilisation.Grain, rows []utilisation.Row) error
	WriteCrowd(ctx context.Context, grain utilisation.Grain, rows []utilisation.CrowdRow) error
}

// A dayShelf is on how many days assets were used.
type dayShelf interface {
	EachHeld(ctx context.Context, base string, from, to time.Time, each func(asset string, day time.Time, heldMS int64) error) error
	EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error
	WriteDays(ctx context.Context, all []utilisation.UsedDays) error
}

// A markShelf is how far the books are.
type markShelf interface {
	FirstHour(ctx context.Context, base string) (time.Time, error)
	Closed(ctx context.Context, base string) (store.Closed, error)
	MarkClosing(ctx context.Context, base string, to time.Time) error
	MarkClosed(ctx context.Context, base string, from, to time.Time) error
}

// A journalShelf is which days were written.
type journalShelf interface {
	WriteChange(ctx context.Context, c store.Change) error
	Writers(ctx context.Context, bases []string) (map[string]time.Time, error)
}
