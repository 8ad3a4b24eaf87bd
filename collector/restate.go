package collector

import (
	"context"
	"fmt"
	"time"

	"basemeter/collector/utilisation"
)

// A Restatement is what came of judging a span anew.
type Restatement struct {
	Hours   int // looked at, base by base
	Changed int // of which a row is not what it was
	Kept    int // left alone, because the database has begun to forget their facts
	// By is what each asset had and has, by key; only those that differ.
	By map[RestatedKey]Restated
}

// A RestatedKey is an asset and what its time was for.
type RestatedKey struct {
	Base, Asset string
	utilisation.Key
}

// A Restated is a sum before and after.
type Restated struct{ Was, Is utilisation.Cell }

// restate judges every hour of some bases in [from, to) anew, a day at a time. Dry, it writes nothing. Tell hears how
// far it is.
func (b *bookkeeper) restate(ctx context.Context, bases []string, from, to time.Time, dry bool, tell func(done, of int)) (Restatement, error) {
	r := Restatement{By: map[RestatedKey]Restated{}}
	var hours []baseHour
	for _, base := range bases {
		for start := from.UTC().Truncate(time.Hour); start.Before(to); start = start.Add(time.Hour) {
			hours = append(hours, baseHour{base, start})
		}
	}
	for _, s := range stretches(hours) {
		is, c, err := b.difference(ctx, s)
		if err != nil {
			return r, err
		}
		r.note(is, c)
		if !dry && !c.empty() {
			if err := b.write(ctx, c); err != nil {
				return r, fmt.Errorf("%v: write the ledger: %w", s, err)
			}
			if err := b.settle(ctx, s.all()); err != nil { // somebody else may have written as well
				return r, err
			}
		}
		r.Hours += len(s.all())
		tell(r.Hours, len(hours))
	}
	return r, nil
}

// all are the hours of a stretch.
func (s stretch) all() (hours []baseHour) {
	s.hours(func(start time.Time, _, _ int64) { hours = append(hours, baseHour{s.base, start}) })
	return hours
}

// note takes down what changes on a page. A row that is only judged by another version of the plan, and says the same,
// has not changed.
func (r *Restatement) note(is page, c change) {
	changed := map[int64]bool{}
	for _, row := range c.rows {
		was := is.rows[rowKey{row.Asset, row.Start.UnixMilli(), row.Key}].Cell
		if was == row.Cell {
			continue
		}
		changed[row.Start.UnixMilli()] = true
		key := RestatedKey{row.Base, row.Asset, row.Key}
		sum := r.By[key]
		r.By[key] = Restated{sum.Was.Plus(was), sum.Is.Plus(row.Cell)}
	}
	for _, row := range c.crowd {
		if is.crowd[crowdKey{row.Start.UnixMilli(), row.CrowdKey}].CrowdCell != row.CrowdCell {
			changed[row.Start.UnixMilli()] = true
		}
	}
	r.Changed += len(changed)
}
