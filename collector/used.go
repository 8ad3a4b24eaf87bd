package collector

import (
	"context"
	"time"

	"basemeter/collector/utilisation"
)

// used is on how many dates of a month each asset of a base was used, and, under no name, any of them.
func (b *bookkeeper) used(ctx context.Context, base string, from, to time.Time) (map[string]int64, error) {
	held := heldDays{}
	err := b.shelves.EachHeld(ctx, base, from, to, func(asset string, day time.Time, ms int64) error {
		held[assetHour{asset, day.UnixMilli()}] += ms
		return nil
	})
	return held.used(), err
}

// heldDays are for how long each asset was held on each day, in ms; by when the day begins.
type heldDays map[assetHour]int64

// used counts the days on which each asset was used and, under no name, any of them.
func (h heldDays) used() map[string]int64 {
	days, any := map[string]int64{}, map[int64]bool{}
	for at, ms := range h {
		if ms >= utilisation.LeastUse.Milliseconds() {
			days[at.asset]++
			any[at.start] = true
		}
	}
	if len(any) > 0 {
		days[""] = int64(len(any))
	}
	return days
}

// differingDays are the counts that do not stand there yet; what vanished becomes zero.
func (b *bookkeeper) differingDays(ctx context.Context, base string, month, to time.Time, should map[string]int64) ([]utilisation.UsedDays, error) {
	is := map[string]int64{}
	for _, whole := range []bool{false, true} {
		span := utilisation.Range{Bases: []string{base}, From: month, To: to, Grain: utilisation.Month, Whole: whole}
		err := b.shelves.EachDays(ctx, span, func(_, asset string, _ time.Time, days int64) error {
			is[asset] = days
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var all []utilisation.UsedDays
	for asset := range should {
		is[asset] += 0 // so that each name is looked at
	}
	for asset, days := range is {
		if should[asset] != days {
			all = append(all, utilisation.UsedDays{Base: base, Asset: asset, Month: month, Days: should[asset]})
		}
	}
	return all, nil
}
