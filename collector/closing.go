package collector

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// closeEvery is how often is looked whether a day is over somewhere.
const closeEvery = 10 * time.Minute

// A closing is what this collector knows of a base's books, to leave the database alone meanwhile.
type closing struct {
	again  time.Time // no day can be closed before
	proved string    // on which date, and by which plan, sums were proved
}

// keepClosing closes the books of all bases, day by day, until ctx ends. What fails is done the next time.
func (c *Collector) keepClosing(ctx context.Context, s *store.Store) error {
	tick := time.NewTicker(closeEvery)
	defer tick.Stop()
	for known := map[string]closing{}; ; {
		bases, err := c.allBases(ctx, s)
		if err != nil && ctx.Err() == nil {
			c.log.Warn("books not closed", "reason", err)
		}
		for _, base := range bases {
			next, err := c.closeBooks(ctx, s, base, known[base])
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				c.log.Warn("books not closed", "base", base, "reason", err)
				continue
			}
			known[base] = next
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// allBases are those that were ever heard of, and those that the plan knows.
func (c *Collector) allBases(ctx context.Context, s *store.Store) ([]string, error) {
	heard, err := s.Bases(ctx)
	all := map[string]bool{}
	for _, base := range heard {
		all[base] = true
	}
	for _, base := range c.plans.catalogue().Bases {
		all[base.ID] = true
	}
	return slices.Sorted(maps.Keys(all)), err
}

// closeBooks closes what is over of a base and, once a date and once a plan, proves what is closed.
func (c *Collector) closeBooks(ctx context.Context, s *store.Store, base string, was closing) (closing, error) {
	books, now, zone := c.books(s), time.Now(), c.plans.of(base).zone()
	is := closing{
		again:  utilisation.Day.Next(now.Add(-report.Grace), zone).Add(report.Grace),
		proved: now.In(zone).Format(time.DateOnly) + " " + c.plans.version(),
	}
	if !now.Before(was.again) {
		if err := books.closeBase(ctx, base, now, c.atEase(ctx, base, now)); err != nil {
			return was, err
		}
	}
	if was.proved != is.proved {
		if err := books.prove(ctx, base); err != nil {
			return was, err
		}
	}
	return is, nil
}

// atEase hears of each day that is closed. Behind an upgrade there are many: it says how far it is, and after each day leaves
// the database alone for as long as the day took.
func (c *Collector) atEase(ctx context.Context, base string, now time.Time) func(day time.Time) error {
	const ordinary = 3 * 24 * time.Hour
	began, said := time.Now(), ""
	return func(day time.Time) error {
		took := time.Since(began)
		if now.Sub(day) < ordinary {
			return ctx.Err()
		}
		if month := day.Format("2006-01"); month != said {
			said = month
			c.log.Info("closing the books", "base", base, "month", month, "days behind", int(now.Sub(day)/(24*time.Hour)))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("closing the books of %s: %w", base, ctx.Err())
		case <-time.After(took):
		}
		began = time.Now()
		return nil
	}
}
