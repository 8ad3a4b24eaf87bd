package collector

import (
	"context"
	"fmt"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// closeBase closes the books of a base: each local day that is over, oldest first. Any collector may do it, all of them at
// once, and again: what is closed twice is the same. Tell hears of each day, and may wait.
//
// A day is over report.Grace after its end: most gateways have told of it by then, and what comes later is late. A day is
// closed when all its assets have rows in all its hours, and its own rows are their sums. A month is closed with its
// last day.
func (b *bookkeeper) closeBase(ctx context.Context, base string, now time.Time, tell func(day time.Time) error) error {
	mark, err := b.shelves.Closed(ctx, base)
	if err != nil {
		return fmt.Errorf("how far the books are: %w", err)
	}
	v, err := b.service(ctx, base)
	if err != nil {
		return err
	}
	first, err := b.firstDay(ctx, base, v, now)
	if err != nil || first.IsZero() {
		return err
	}
	if mark.To.IsZero() {
		mark.From, mark.To = first, first
	}
	if err := b.closeFrom(ctx, base, mark.To, now, v, tell); err != nil {
		return err
	}
	return b.extend(ctx, base, first, mark.From, v, tell)
}

// closeFrom closes the days from one on that are over.
func (b *bookkeeper) closeFrom(ctx context.Context, base string, day, now time.Time, v service, tell func(day time.Time) error) error {
	zone := b.plans.of(base).zone()
	for day = utilisation.Day.Floor(day, zone); ; day = utilisation.Day.Next(day, zone) {
		if end := utilisation.Day.Next(day, zone); now.Before(end.Add(report.Grace)) {
			return nil
		}
		if err := b.closeDay(ctx, base, day, v); err != nil {
			return err
		}
		if err := tell(day); err != nil {
			return err
		}
	}
}

// extend closes days before those that are closed, the newest first, so that the closed ones have no gap: something of an
// earlier time was heard, or registered.
func (b *bookkeeper) extend(ctx context.Context, base string, first, closed time.Time, v service, tell func(day time.Time) error) error {
	zone := b.plans.of(base).zone()
	for day := closed; first.Before(day); {
		day = utilisation.Day.Floor(day.Add(-time.Hour), zone)
		if err := b.closeDay(ctx, base, day, v); err != nil {
			return err
		}
		if month := utilisation.Month.Floor(day, zone); month.Equal(day) || !first.Before(day) {
			if err := b.rollBase(ctx, base, []time.Time{day}); err != nil {
				return err
			}
		}
		if err := tell(day); err != nil {
			return err
		}
	}
	return nil
}

// closeDay says that the day is about to be closed, closes it, and says so. If it is the last of its month, the month is
// closed with it.
func (b *bookkeeper) closeDay(ctx context.Context, base string, day time.Time, v service) error {
	zone := b.plans.of(base).zone()
	to, month := utilisation.Day.Next(day, zone), utilisation.Month.Floor(day, zone)
	if err := b.shelves.MarkClosing(ctx, base, to); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	if err := b.fill(ctx, base, day, to, v); err != nil {
		return err
	}
	if err := b.rollDay(ctx, base, day, v); err != nil {
		return err
	}
	if utilisation.Month.Next(day, zone).Equal(to) {
		if err := b.rollMonth(ctx, base, month, v); err != nil {
			return err
		}
	}
	if err := b.shelves.MarkClosed(ctx, base, day, to); err != nil {
		return fmt.Errorf("mark as closed: %w", err)
	}
	return nil
}

// firstDay is the first that is to be closed: the first of which anything was heard, or of which the registry has an asset in
// service; but of a registry that goes back further, no more than the last years. Zero: there is none.
func (b *bookkeeper) firstDay(ctx context.Context, base string, v service, now time.Time) (time.Time, error) {
	zone := b.plans.of(base).zone()
	first, err := b.shelves.FirstHour(ctx, base)
	if err != nil {
		return first, fmt.Errorf("first hour: %w", err)
	}
	if served := v.first(); !served.IsZero() {
		if oldest := utilisation.Month.Floor(now.AddDate(-mostYears, 0, 0), zone); served.Before(oldest) {
			served = oldest
		}
		if first.IsZero() || served.Before(first) {
			first = served
		}
	}
	if first.IsZero() {
		return first, nil
	}
	return utilisation.Day.Floor(first, zone), nil
}
