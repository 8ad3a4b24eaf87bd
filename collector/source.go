package collector

import (
	"context"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A source is where reports find the ledger.
type source struct {
	*bookkeeper
	store *store.Store
	// Near is what is known of single hours, for one answer: the present hour of a base is asked for once, and not once a
	// machine.
	near map[stretch]nearby
}

type nearby struct {
	observed    utilisation.Observed
	corrections map[string][]utilisation.Correction
}

func newSource(b *bookkeeper, s *store.Store) source { return source{b, s, map[stretch]nearby{}} }

// Dated are the assets of bases whose registry says of each since when it is in service.
func (s source) Dated() []utilisation.Asset { return s.plans.dated() }

// Assets are all that were ever heard of in some bases, or in any, and those that the plan has in service.
func (s source) Assets(ctx context.Context, bases []string, since time.Time) ([]utilisation.Asset, error) {
	heard, err := s.store.AssetsOf(ctx, bases)
	if err != nil {
		return nil, err
	}
	all := s.plans.join(heard, func(base string) bool { return len(bases) == 0 || slices.Contains(bases, base) })
	return all, s.Told(ctx, all, bases, since)
}

// Told fills in up to when gateways have told of assets, as far as that is after since; which nothing yet to come is.
func (s source) Told(ctx context.Context, all []utilisation.Asset, bases []string, since time.Time) error {
	if since.After(time.Now()) {
		return nil
	}
	told := map[[2]string]time.Time{}
	err := s.store.EachTold(ctx, bases, since, func(base, asset string, at time.Time) { told[[2]string{base, asset}] = at })
	for i := range all {
		all[i].Told = told[[2]string{all[i].Base, all[i].Name}]
	}
	return err
}

// knows tells whether anything was ever heard of an asset, or is registered.
func (s source) knows(ctx context.Context, base, asset string) (bool, error) {
	all, err := s.assets(ctx, base)
	return slices.ContainsFunc(all, func(a utilisation.Asset) bool { return a.Base == base && a.Name == asset }), err
}

func (s source) EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	return s.store.EachRow(ctx, of, each)
}

func (s source) EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error {
	return s.store.EachDays(ctx, of, each)
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

// EachCrowdRow hands over, of days and months, one row more of each that was rolled, without a place and with nothing in it:
// where it is not, nobody knows yet who was there.
func (s source) EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	return s.store.EachCrowdRow(ctx, of, each)
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
