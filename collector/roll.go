package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// roll adds up anew the closed days, and then the closed months, in which hours lie.
//
// It holds by the argument of settle: the sums are read, then what stands there, and if they differ it is written and all
// is read again; so the last to write a day has seen all its hours. And it holds beside a closer that does not know of an
// hour: whoever closes says so before it adds up, and here that is read after the hour was written. So either the closer
// sees the hour, or we see the closer.
func (b *bookkeeper) roll(ctx context.Context, hours []baseHour) error {
	days := map[string][]time.Time{}
	for _, h := range hours {
		day := utilisation.Day.Floor(h.start, b.plans.of(h.base).zone())
		if !slices.ContainsFunc(days[h.base], day.Equal) {
			days[h.base] = append(days[h.base], day)
		}
	}
	for _, base := range slices.Sorted(maps.Keys(days)) {
		if err := b.rollBase(ctx, base, days[base]); err != nil {
			return fmt.Errorf("roll %s: %w", base, err)
		}
	}
	return nil
}

func (b *bookkeeper) rollBase(ctx context.Context, base string, days []time.Time) error {
	days, err := b.closed(ctx, base, utilisation.Day, days)
	if err != nil || len(days) == 0 {
		return err
	}
	v, err := b.service(ctx, base)
	if err != nil {
		return err
	}
	var months []time.Time
	for _, day := range days {
		if err := b.rollDay(ctx, base, day, v); err != nil {
			return err
		}
		if month := utilisation.Month.Floor(day, b.plans.of(base).zone()); !slices.ContainsFunc(months, month.Equal) {
			months = append(months, month)
		}
	}
	months, err = b.closed(ctx, base, utilisation.Month, months) // asked again: the days are written now
	if err != nil {
		return err
	}
	for _, month := range months {
		if err := b.rollMonth(ctx, base, month, v); err != nil {
			return err
		}
	}
	return nil
}

// closed are those days or months that are closed, or about to be.
func (b *bookkeeper) closed(ctx context.Context, base string, grain utilisation.Grain, all []time.Time) ([]time.Time, error) {
	mark, err := b.shelves.Closed(ctx, base)
	if err != nil {
		return nil, fmt.Errorf("how far the books are: %w", err)
	}
	zone := b.plans.of(base).zone()
	return slices.DeleteFunc(slices.Clone(all), func(t time.Time) bool {
		return grain.Next(t, zone).After(mark.Closing) && grain.Next(t, zone).After(mark.To)
	}), nil
}

// rollDay makes the rows of a local day the sums of its hours. Time is its own checksum: if less of it is in the hours than
// the assets in service have, some have no rows yet, and get them first.
func (b *bookkeeper) rollDay(ctx context.Context, base string, day time.Time, v service) error {
	to := utilisation.Day.Next(day, b.plans.of(base).zone())
	for filled := false; ; {
		should, err := b.summed(ctx, base, utilisation.Hour, day, to)
		if err != nil {
			return fmt.Errorf("%s: add up hours: %w", day.Format(time.RFC3339), err)
		}
		if !filled && should.lacks(v.elapsed(day, to)) {
			if filled, err = true, b.fill(ctx, base, day, to, v); err != nil {
				return err
			}
			continue
		}
		is, err := b.rolled(ctx, base, utilisation.Day, day, to)
		if err != nil {
			return fmt.Errorf("%s: read the day: %w", day.Format(time.RFC3339), err)
		}
		c := changes(is, should)
		if c.empty() {
			return nil
		}
		if err := b.writeDay(ctx, base, day, c); err != nil {
			return fmt.Errorf("%s: write the day: %w", day.Format(time.RFC3339), err)
		}
	}
}

// writeDay tells the journal before and after: see journal.
func (b *bookkeeper) writeDay(ctx context.Context, base string, day time.Time, c change) error {
	if err := b.note(ctx, base, day); err != nil {
		return err
	}
	soon, cancel := context.WithTimeoutCause(ctx, announced/2, errSlow)
	defer cancel()
	if err := b.write(soon, utilisation.Day, c); err != nil {
		return cmp.Or(late(soon), err)
	}
	return b.note(ctx, base, day)
}

// rollMonth makes the rows of a local month the sums of its days, and counts the days on which assets were used. If more or
// less time is in them than the assets in service have, or another clock cut them, its days are rolled first.
func (b *bookkeeper) rollMonth(ctx context.Context, base string, month time.Time, v service) error {
	zone := b.plans.of(base).zone()
	to := utilisation.Month.Next(month, zone)
	for rolled := false; ; {
		should, err := b.summed(ctx, base, utilisation.Day, month, to)
		if err != nil {
			return fmt.Errorf("%s: add up days: %w", month.Format(time.RFC3339), err)
		}
		if !rolled && (should.recut || !maps.Equal(should.elapsed(), v.elapsed(month, to))) {
			rolled = true
			for day := month; day.Before(to); day = utilisation.Day.Next(day, zone) {
				if err := b.rollDay(ctx, base, day, v); err != nil {
					return err
				}
			}
			continue
		}
		written, err := b.rewriteMonth(ctx, base, month, to, should)
		if err != nil {
			return fmt.Errorf("%s: the month: %w", month.Format(time.RFC3339), err)
		}
		if !written {
			return nil
		}
	}
}

// cutApart is how long before a month begins it may have begun by another clock.
const cutApart = 26 * time.Hour

// rewriteMonth writes what is not as it should be, and tells whether anything was not.
func (b *bookkeeper) rewriteMonth(ctx context.Context, base string, month, to time.Time, should page) (bool, error) {
	used, err := b.used(ctx, base, month, to)
	if err != nil {
		return false, err
	}
	is, err := b.rolled(ctx, base, utilisation.Month, month.Add(-cutApart), to)
	if err != nil {
		return false, err
	}
	days, err := b.differingDays(ctx, base, month, to, used)
	if err != nil {
		return false, err
	}
	c := changes(is, should)
	if c.empty() && len(days) == 0 {
		return false, nil
	}
	if err := b.write(ctx, utilisation.Month, c); err != nil {
		return false, err
	}
	return true, b.shelves.WriteDays(ctx, days)
}

// summed is a page of one day or month, of assets, of the whole base, of a day's hours of it, and of people: the sums of the
// finer rows in it. Hours of an asset that lie outside the dates of the registry are in no day. They are added up here: asked for 25 sums of each series,
// InfluxDB takes twice as long as it does to hand over the rows.
func (b *bookkeeper) summed(ctx context.Context, base string, of utilisation.Grain, from, to time.Time) (page, error) {
	from = from.UTC() // as the store says it: rows are compared
	p, schedule := newPage(), b.plans.of(base)
	span := utilisation.Range{Bases: []string{base}, From: from, To: to, Grain: of}
	counts := func(start time.Time) bool {
		whole := of == utilisation.Hour || of.Begins(start, schedule.zone())
		p.recut = p.recut || !whole
		return whole
	}
	err := b.shelves.EachRow(ctx, span, func(r utilisation.Row) error {
		if r.Cell != (utilisation.Cell{}) && (of != utilisation.Hour || schedule.serves(r.Asset, from, to)) && counts(r.Start) {
			if of == utilisation.Hour {
				p.putHour(r)
			}
			r.Start = from
			p.add(r)
			p.putWhole(r)
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	err = b.shelves.EachCrowdRow(ctx, span, func(r utilisation.CrowdRow) error {
		if r.CrowdCell != (utilisation.CrowdCell{}) && counts(r.Start) {
			r.Start = from
			p.addCrowd(r)
		}
		return nil
	})
	p.putCrowd(nobody(base, from)) // even if nobody was there it says that this is known
	return p, err
}

// nobody is the row of people that every day and month has that was rolled.
func nobody(base string, start time.Time) utilisation.CrowdRow {
	return utilisation.CrowdRow{Base: base, Start: start, CrowdKey: utilisation.CrowdKey{Key: utilisation.Key{Purpose: utilisation.None}}}
}

// putWhole adds a row to that of its base. What was judged by several plans is by none.
func (p page) putWhole(r utilisation.Row) {
	r.Asset = ""
	p.add(r)
}

// putHour adds a row to the hour of its base, which is of all uses together: by it a week is drawn.
func (p page) putHour(r utilisation.Row) {
	r.Key = utilisation.Key{}
	p.putWhole(r)
}

func (p page) add(r utilisation.Row) {
	if sum, has := p.rows[rowKey{r.Asset, r.Start.UnixMilli(), r.Key}]; has {
		r.Cell, r.Judged = r.Cell.Plus(sum.Cell), both(r.Judged, sum.Judged)
	}
	p.put(r)
}

func (p page) addCrowd(r utilisation.CrowdRow) {
	if sum, has := p.crowd[crowdKey{r.Start.UnixMilli(), r.CrowdKey}]; has {
		r.CrowdCell, r.Judged = r.CrowdCell.Plus(sum.CrowdCell), both(r.Judged, sum.Judged)
	}
	p.putCrowd(r)
}

func both(a, b utilisation.Judged) utilisation.Judged {
	if a.Formula = min(a.Formula, b.Formula); a.Plan != b.Plan {
		a.Plan = ""
	}
	return a
}

// elapsed is how much time of each asset is on a page, in ms.
func (p page) elapsed() map[string]int64 {
	all := map[string]int64{}
	for key, r := range p.rows {
		if ms := r.Elapsed(); key.asset != "" && ms > 0 {
			all[key.asset] += ms
		}
	}
	return all
}

// lacks tells whether any asset has less time on the page than it should have.
func (p page) lacks(expected map[string]int64) bool {
	is := p.elapsed()
	for asset, ms := range expected {
		if is[asset] < ms {
			return true
		}
	}
	return false
}

// rolled is the page as it is.
func (b *bookkeeper) rolled(ctx context.Context, base string, grain utilisation.Grain, from, to time.Time) (page, error) {
	p := newPage()
	span := utilisation.Range{Bases: []string{base}, From: from, To: to, Grain: grain}
	put := func(r utilisation.Row) error { p.put(r); return nil }
	whole := span
	whole.Whole = true
	if err := errors.Join(b.shelves.EachRow(ctx, span, put), b.shelves.EachRow(ctx, whole, put)); err != nil {
		return p, err
	}
	if whole.Grain = utilisation.Hour; grain == utilisation.Day {
		if err := b.shelves.EachRow(ctx, whole, put); err != nil {
			return p, err
		}
	}
	return p, b.shelves.EachCrowdRow(ctx, span, func(r utilisation.CrowdRow) error {
		p.putCrowd(r)
		return nil
	})
}
