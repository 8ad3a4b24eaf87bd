package collector

import (
	"context"
	"fmt"
	"maps"
	"time"

	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// prove holds the closed months of a base, and the closed days of the present one, to the time that its assets in service
// have, and rolls what does not add up: an asset became known that was in service before, or another date was registered.
// Time is conserved, so a sum is its own checksum.
func (b *bookkeeper) prove(ctx context.Context, base string) error {
	mark, err := b.shelves.Closed(ctx, base)
	if err != nil || mark.To.IsZero() {
		return err
	}
	v, err := b.service(ctx, base)
	if err != nil {
		return err
	}
	told, err := b.told(ctx, base, mark)
	if err != nil {
		return fmt.Errorf("prove: %w", err)
	}
	zone := b.plans.of(base).zone()
	for month := utilisation.Month.Floor(mark.From, zone); month.Before(mark.To); month = utilisation.Month.Next(month, zone) {
		to := earlier(utilisation.Month.Next(month, zone), mark.To)
		if maps.Equal(told[month.UnixMilli()], v.elapsed(month, to)) {
			continue
		}
		if err := b.mend(ctx, base, month, to, v); err != nil {
			return err
		}
	}
	return nil
}

// mend rolls the days of a month up to a midnight, and the month if that is its end.
func (b *bookkeeper) mend(ctx context.Context, base string, month, to time.Time, v service) error {
	zone := b.plans.of(base).zone()
	for day := month; day.Before(to); day = utilisation.Day.Next(day, zone) {
		if err := b.rollDay(ctx, base, day, v); err != nil {
			return err
		}
	}
	if utilisation.Month.Next(month, zone).Equal(to) {
		return b.rollMonth(ctx, base, month, v)
	}
	return nil
}

// told is how much time of each asset is in the rows of each closed month, and of the closed days of the present one; in ms.
func (b *bookkeeper) told(ctx context.Context, base string, mark store.Closed) (map[int64]map[string]int64, error) {
	zone := b.plans.of(base).zone()
	all := map[int64]map[string]int64{}
	note := func(r utilisation.Row) error {
		if ms := r.Start.UnixMilli(); r.Elapsed() > 0 {
			if all[ms] == nil {
				all[ms] = map[string]int64{}
			}
			all[ms][r.Asset] += r.Elapsed()
		}
		return nil
	}
	present := utilisation.Month.Floor(mark.To, zone)
	months := utilisation.Range{Bases: []string{base}, From: utilisation.Month.Floor(mark.From, zone), To: present, Grain: utilisation.Month}
	if err := b.shelves.EachRow(ctx, months, note); err != nil {
		return nil, err
	}
	return all, b.shelves.EachRow(ctx, utilisation.Range{Bases: []string{base}, From: present, To: mark.To, Grain: utilisation.Day}, func(r utilisation.Row) error {
		r.Start = present
		return note(r)
	})
}
