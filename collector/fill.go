package collector

import (
	"context"
	"fmt"
	"time"

	"basemeter/collector/utilisation"
)

// fill gives each asset in service rows in each hour that begins in [from, to), those of which nobody says anything
// included: they are unknown. Where the database has begun to forget facts, only what has no row at all gets one.
func (b *bookkeeper) fill(ctx context.Context, base string, from, to time.Time, v service) error {
	s := stretch{base, utilisation.Hour.Ceil(from, nil), utilisation.Hour.Ceil(to, nil)}
	if oldest := judgeable(b.keep, b.now()); s.from.Before(oldest) {
		forgotten := stretch{base, s.from, earlier(s.to, oldest)}
		if err := b.fillForgotten(ctx, forgotten, v); err != nil {
			return err
		}
		s.from = forgotten.to
	}
	if !s.from.Before(s.to) {
		return nil
	}
	return b.settleHours(ctx, s, v.expected(s.from, s.to))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (b *bookkeeper) fillForgotten(ctx context.Context, s stretch, v service) error {
	is, err := b.written(ctx, s)
	if err != nil {
		return fmt.Errorf("%v: read the ledger: %w", s, err)
	}
	untold := v.expected(s.from, s.to)
	for hour := range is.told {
		delete(untold, hour)
	}
	c := change{}
	for _, r := range b.judged(s, &heard{}, untold).rows {
		c.rows = append(c.rows, r)
	}
	if err := b.write(ctx, utilisation.Hour, c); err != nil {
		return fmt.Errorf("%v: write the ledger: %w", s, err)
	}
	return nil
}
