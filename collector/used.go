package collector

import (
	"context"
	"time"

	"basemeter/collector/utilisation"
)

// used is on how many dates of a month each asset of a base was used, and, under no name, any of them.
func (b *bookkeeper) used(ctx context.Context, base string, from, to time.Time) (map[string]int64, error) {
	held, zone := heldDays{}, b.plans.of(base).zone()
	err := b.shelves.EachHeld(ctx, base, from, to, func(asset string, day time.Time, ms int64) error {
		if utilisation.Day.Begins(day, zone) {
			held[assetHour{asset, day.UnixMilli()}] += ms
		}
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

// differingDays are the counts that do not stand there yet. What vanished becomes zero, and so does what is of a month that
// another clock cut.
func (b *bookkeeper) differingDays(ctx context.Context, base string, month, to time.Time, should map[string]int64) ([]utilisation.UsedDays, error) {
	is := map[assetHour]int64{}
	for _, whole := range []bool{false, true} {
		span := utilisation.Range{Bases: []string{base}, From: month.Add(-cutApart), To: to, Grain: utilisation.Month, Whole: whole}
		err := b.shelves.EachDays(ctx, span, func(_, asset string, start time.Time, days int64) error {
			is[assetHour{asset, start.UnixMilli()}] = days
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var all []utilisation.UsedDays
	for asset := range should {
		is[assetHour{asset, month.UnixMilli()}] += 0 // so that each name is looked at
	}
	for at, days := range is {
		want := int64(0)
		if at.start == month.UnixMilli() {
			want = should[at.asset]
		}
		if want != days {
			all = append(all, utilisation.UsedDays{Base: base, Asset: at.asset, Month: time.UnixMilli(at.start).UTC(), Days: want})
		}
	}
	return all, nil
}
