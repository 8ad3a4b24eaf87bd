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
// Time is conserved, so a sum is its own checksum. It also rolls what was never added up by the base's clock as it is now.
func (b *bookkeeper) prove(ctx context.Context, base string) error {
	mark, err := b.shelves.Closed(ctx, base)
	if err != nil || mark.To.IsZero() {
		return err
	}
	v, err := b.service(ctx, base)
	if err != nil {
		return err
	}
	zone := b.plans.of(base).zone()
	mark.From, mark.To = utilisation.Day.Floor(mark.From, zone), utilisation.Day.Floor(mark.To, zone) // another clock may have cut them
	told, err := b.told(ctx, base, mark)
	if err != nil {
		return fmt.Errorf("prove: %w", err)
	}
	rolled, err := b.counted(ctx, base, mark)
	if err != nil {
		return fmt.Errorf("prove: %w", err)
	}
	for month := utilisation.Month.Floor(mark.From, zone); month.Before(mark.To); month = utilisation.Month.Next(month, zone) {
		to := earlier(utilisation.Month.Next(month, zone), mark.To)
		if rolled(month) && maps.Equal(told[month.UnixMilli()], v.elapsed(month, to)) {
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
		if !utilisation.Day.Begins(r.Start, zone) {
			return nil
		}
		r.Start = present
		return note(r)
	})
}

// counted tells of each closed month whether it was added up, and of the present one whether its closed days were.
func (b *bookkeeper) counted(ctx context.Context, base string, mark store.Closed) (func(month time.Time) bool, error) {
	zone, rolled := b.plans.of(base).zone(), map[int64]bool{}
	note := func(r utilisation.CrowdRow) error {
		if r.Rolled() {
			rolled[r.Start.UnixMilli()] = true
		}
		return nil
	}
	present := utilisation.Month.Floor(mark.To, zone)
	months := utilisation.Range{Bases: []string{base}, From: utilisation.Month.Floor(mark.From, zone), To: present, Grain: utilisation.Month}
	if err := b.shelves.EachCrowdRow(ctx, months, note); err != nil {
		return nil, err
	}
	days := utilisation.Range{Bases: []string{base}, From: later(present, mark.From), To: mark.To, Grain: utilisation.Day}
	err := b.shelves.EachCrowdRow(ctx, days, note)
	return func(month time.Time) bool {
		if month.Before(present) {
			return rolled[month.UnixMilli()]
		}
		for day := days.From; day.Before(days.To); day = utilisation.Day.Next(day, zone) {
			if !rolled[day.UnixMilli()] {
				return false
			}
		}
		return true
	}, err
}
