package collector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

const (
	closeEvery = 10 * time.Minute   // is looked whether a day is over somewhere
	ordinary   = 3 * 24 * time.Hour // may pass before a day is closed: a backlog is what is older
	mostAtOnce = 7                  // days are closed of a base before the others have their turn
)

// errBehind says that a base has had its turn, and may have more days to close.
var errBehind = errors.New("there are more days to close")

// A closing is what this collector knows of a base's books, to leave the database alone meanwhile.
type closing struct {
	again  time.Time // no day can be closed before
	proved string    // on which date, and by which plan, sums were proved
	said   string    // at which month of a backlog it was last said to be
}

// keepClosing closes the books of all bases, day by day, until ctx ends. What fails is done the next time. Bases that are
// behind take turns, and nobody else's day waits for more than one turn of each.
func (c *Collector) keepClosing(ctx context.Context, s *store.Store) error {
	tick := time.NewTicker(closeEvery)
	defer tick.Stop()
	atOnce := make(chan struct{})
	close(atOnce)
	known := map[string]closing{}
	for bases := c.basesToClose(ctx, s); ; {
		behind := c.closeRound(ctx, s, bases, known)
		goOn := atOnce
		if len(behind) == 0 {
			goOn = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			bases = c.basesToClose(ctx, s)
		case <-goOn:
			bases = behind
		}
	}
}

// closeRound gives each base a turn, and tells which have not come to the end of their days.
func (c *Collector) closeRound(ctx context.Context, s *store.Store, bases []string, known map[string]closing) (behind []string) {
	for _, base := range bases {
		next, err := c.closeBooks(ctx, s, base, known[base])
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errBehind):
			behind = append(behind, base)
		case err != nil:
			c.log.Warn("books not closed", "base", base, "reason", err)
		}
		known[base] = next
	}
	return behind
}

// basesToClose are all, as far as they can be told.
func (c *Collector) basesToClose(ctx context.Context, s *store.Store) []string {
	bases, err := c.allBases(ctx, s)
	if err != nil && ctx.Err() == nil {
		c.log.Warn("books not closed", "reason", err)
	}
	return bases
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

// closeBooks closes what is over of a base, some days of it if it is behind, and, once a date and once a plan, proves what is closed.
func (c *Collector) closeBooks(ctx context.Context, s *store.Store, base string, was closing) (closing, error) {
	books, now, zone := c.books(s), time.Now(), c.plans.of(base).zone()
	is := closing{
		again:  utilisation.Day.Next(now.Add(-report.Grace), zone).Add(report.Grace),
		proved: now.In(zone).Format(time.DateOnly) + " " + c.plans.version(),
	}
	if !now.Before(was.again) {
		if err := books.closeBase(ctx, base, now, c.atEase(ctx, base, now, &was.said)); err != nil {
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

// atEase hears of each day that is closed. Behind an upgrade there are many: it says how far it is, after each day leaves
// the database alone for as long as the day took, and after some gives way to other bases.
func (c *Collector) atEase(ctx context.Context, base string, now time.Time, said *string) func(day time.Time) error {
	began, days := time.Now(), 0
	return func(day time.Time) error {
		took := time.Since(began)
		if now.Sub(day) < ordinary {
			return ctx.Err()
		}
		if month := day.Format("2006-01"); month != *said {
			*said = month
			c.log.Info("closing the books", "base", base, "month", month, "days behind", int(now.Sub(day)/(24*time.Hour)))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("closing the books of %s: %w", base, ctx.Err())
		case <-time.After(took):
		}
		if days++; days == mostAtOnce {
			return errBehind
		}
		began = time.Now()
		return nil
	}
}
