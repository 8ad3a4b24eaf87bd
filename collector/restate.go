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
	// People are the same for people's time.
	People map[RestatedPeople]RestatedCrowd
}

// A RestatedPeople is a place of a base, what it was used for, and by whom.
type RestatedPeople struct {
	Base string
	utilisation.CrowdKey
}

// A RestatedCrowd is a sum before and after.
type RestatedCrowd struct{ Was, Is utilisation.CrowdCell }

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
	r := Restatement{By: map[RestatedKey]Restated{}, People: map[RestatedPeople]RestatedCrowd{}}
	var hours []baseHour
	for _, base := range bases {
		for start := from.UTC().Truncate(time.Hour); start.Before(to); start = start.Add(time.Hour) {
			hours = append(hours, baseHour{base, start})
		}
	}
	var unrolled []baseHour
	for _, s := range stretches(hours) {
		is, c, err := b.difference(ctx, s, nil)
		if err != nil {
			return r, err
		}
		r.note(is, c)
		if !dry && !c.empty() {
			if err := b.write(ctx, utilisation.Hour, c); err != nil {
				return r, fmt.Errorf("%v: write the ledger: %w", s, err)
			}
			if err := b.settleHours(ctx, s, nil); err != nil { // somebody else may have written as well
				return r, err
			}
		}
		unrolled = append(unrolled, s.all()...)
		if r.Hours += len(s.all()); len(unrolled) >= rollAtOnce || r.Hours == len(hours) {
			if err := b.rollUnless(ctx, dry, unrolled); err != nil {
				return r, err
			}
			unrolled = nil
		}
		tell(r.Hours, len(hours))
	}
	return r, nil
}

// rollAtOnce is how many hours are judged before their days and months are added up: about a month's.
const rollAtOnce = 31 * 24

func (b *bookkeeper) rollUnless(ctx context.Context, dry bool, hours []baseHour) error {
	if dry {
		return nil
	}
	return b.roll(ctx, hours)
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
		was := is.crowd[crowdKey{row.Start.UnixMilli(), row.CrowdKey}].CrowdCell
		if was == row.CrowdCell {
			continue
		}
		changed[row.Start.UnixMilli()] = true
		key := RestatedPeople{row.Base, row.CrowdKey}
		sum := r.People[key]
		r.People[key] = RestatedCrowd{sum.Was.Plus(was), sum.Is.Plus(row.CrowdCell)}
	}
	r.Changed += len(changed)
}
