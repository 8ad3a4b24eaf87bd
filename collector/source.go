package collector

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A source is where reports find the ledger.
type source struct {
	*bookkeeper
	store *store.Store
	keep  time.Duration // of facts; 0: for ever
	// Near is what is known of single hours, for one answer: the present hour of a base is asked for once, and not once a
	// machine.
	near map[stretch]nearby
}

type nearby struct {
	observed    utilisation.Observed
	corrections map[string][]utilisation.Correction
}

func newSource(b *bookkeeper, s *store.Store, keep time.Duration) source {
	return source{b, s, keep, map[stretch]nearby{}}
}

// Assets are all that were ever heard of, and those that the plan has in service from a date on, heard of or not: an asset
// that the registry knows and nobody has wired is unknown, not absent.
func (s source) Assets(ctx context.Context) ([]utilisation.Asset, error) {
	heard, err := s.store.Assets(ctx)
	if err != nil {
		return nil, err
	}
	all := map[[2]string]utilisation.Asset{}
	for _, a := range heard {
		all[[2]string{a.Base, a.Name}] = a
	}
	for a := range s.plans.assets() {
		key := [2]string{a.Base, a.Name}
		known, ok := all[key]
		if !ok && a.Since.IsZero() {
			continue
		}
		if a.Told = known.Told; a.Since.IsZero() {
			a.Since = known.Since
		}
		all[key] = a
	}
	return slices.SortedFunc(maps.Values(all), func(a, b utilisation.Asset) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Name, b.Name))
	}), nil
}

// knows tells whether anything was ever heard of an asset, or is registered.
func (s source) knows(ctx context.Context, base, asset string) (bool, error) {
	all, err := s.Assets(ctx)
	return slices.ContainsFunc(all, func(a utilisation.Asset) bool { return a.Base == base && a.Name == asset }), err
}

func (s source) EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	if of.Grain != utilisation.Hour {
		return nil
	}
	return s.store.EachRow(ctx, store.Span{Base: of.Bases[0], From: of.From, To: of.To}, each)
}

func (s source) EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error {
	return nil
}

func (s source) Account(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error) {
	hour := stretch{base, from.UTC().Truncate(time.Hour), from.UTC().Truncate(time.Hour).Add(time.Hour)}
	if to.After(hour.to) {
		return s.account(ctx, base, asset, from, to)
	}
	n, err := s.nearby(ctx, hour)
	if err != nil {
		return nil, err
	}
	plan := s.plans.of(base).asset(asset, from, to)
	plan.Corrections = n.corrections[asset]
	return s.hourly(base, asset, n.observed.Of(asset), plan, from, to), nil
}

func (s source) nearby(ctx context.Context, hour stretch) (n nearby, err error) {
	n, known := s.near[hour]
	if known {
		return n, nil
	}
	if n.observed, err = s.shelves.Observed(ctx, hour.base, "", hour.from, hour.to); err != nil {
		return n, err
	}
	if n.corrections, err = s.shelves.Corrections(ctx, hour.base); err != nil {
		return n, err
	}
	s.near[hour] = n
	return n, nil
}

func (s source) EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	if of.Grain != utilisation.Hour {
		return nil
	}
	return s.store.EachCrowdRow(ctx, store.Span{Base: of.Bases[0], From: of.From, To: of.To}, each)
}

func (s source) Attendance(ctx context.Context, base string, from, to time.Time) (utilisation.Crowd, error) {
	return s.attendance(ctx, base, from, to)
}

func (s source) Bases(ctx context.Context) ([]string, error) { return s.store.Bases(ctx) }

// Cards cannot be told where the database has begun to forget who was there.
func (s source) Cards(ctx context.Context, base string, from, to time.Time) (int64, error) {
	if s.keep > 0 && from.Before(time.Now().Add(-s.keep)) {
		return -1, nil
	}
	return s.store.Cards(ctx, base, from, to)
}

// Registered is what the plan's registry says of a base in a span.
func (s source) Registered(base string, from, to time.Time) (report.Registered, bool) {
	return s.plans.of(base).registered(from, to), true
}

var _ report.Ledger = source{}
