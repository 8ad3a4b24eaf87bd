package collector

import (
	"context"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A frozen is where reports find a version of the ledger.
type frozen struct {
	store   *store.Store
	plans   *plans // where days are cut
	version string
	freezes []store.Freeze // of the bases that have it
}

// version is where reports find the ledger as it is or, if it is named, a frozen version of it.
func (s source) version(ctx context.Context, name string) (report.Ledger, error) {
	if name == "" {
		return s, nil
	}
	return s.frozen(ctx, name)
}

// frozen is the version that is called so.
func (s source) frozen(ctx context.Context, version string) (frozen, error) {
	all, err := s.store.Freezes(ctx)
	if err != nil {
		return frozen{}, err
	}
	of := frozen{store: s.store, plans: s.plans, version: version}
	for _, f := range all {
		if f.Version() == version {
			of.freezes = append(of.freezes, f)
		}
	}
	if len(of.freezes) == 0 {
		return of, &report.UnknownError{Parameter: "version", Value: version}
	}
	return of, nil
}

// Dated are none: a registry says nothing of a version.
func (f frozen) Dated() []utilisation.Asset { return nil }

// Told has nothing to add: a version is of what is over.
func (f frozen) Told(context.Context, []utilisation.Asset, []string, time.Time) error { return nil }

// Assets are those that the version has rows of; all that is known of their time is in these.
func (f frozen) Assets(ctx context.Context, _ []string, _ time.Time) ([]utilisation.Asset, error) {
	return f.store.FrozenAssets(ctx, f.version)
}

// EachRow adds up hours where days or months are asked for, or whole bases: a version keeps nothing else.
func (f frozen) EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	if of.Grain == utilisation.Hour && !of.Whole {
		return f.store.EachFrozenRow(ctx, f.version, of, each)
	}
	return f.eachSpan(of, func(hours utilisation.Range, zone *time.Location) error {
		sums := newPage()
		err := f.store.EachFrozenRow(ctx, f.version, hours, func(r utilisation.Row) error {
			if r.Start = of.Grain.Floor(r.Start, zone); of.Whole {
				r.Asset = ""
			}
			sums.add(r)
			return nil
		})
		if err != nil {
			return err
		}
		return handOver(sums.rows, each)
	})
}

// Account has nothing to add to what is frozen.
func (f frozen) Account(context.Context, string, string, time.Time, time.Time) ([]utilisation.Row, error) {
	return nil, nil
}

// EachCrowdRow adds up hours, as EachRow does.
func (f frozen) EachCrowdRow(ctx context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	if of.Grain == utilisation.Hour {
		return f.store.EachFrozenCrowdRow(ctx, f.version, of, each)
	}
	return f.eachSpan(of, func(hours utilisation.Range, zone *time.Location) error {
		sums := newPage()
		for day := hours.From; day.Before(hours.To); day = of.Grain.Next(day, zone) { // a version knows of all its days
			sums.putCrowd(nobody(hours.Bases[0], day))
		}
		err := f.store.EachFrozenCrowdRow(ctx, f.version, hours, func(r utilisation.CrowdRow) error {
			r.Start = of.Grain.Floor(r.Start, zone)
			sums.addCrowd(r)
			return nil
		})
		if err != nil {
			return err
		}
		return handOver(sums.crowd, each)
	})
}

// EachDays counts the dates on which hours add up to enough use.
func (f frozen) EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error {
	of.Grain = utilisation.Month
	return f.eachSpan(of, func(hours utilisation.Range, zone *time.Location) error {
		held := heldDays{}
		err := f.store.EachFrozenRow(ctx, f.version, hours, func(r utilisation.Row) error {
			held[assetHour{r.Asset, utilisation.Day.Floor(r.Start, zone).UnixMilli()}] += r.Cell[utilisation.Held]
			return nil
		})
		if err != nil {
			return err
		}
		for asset, days := range held.used() {
			if (asset == "") == of.Whole {
				if err := each(hours.Bases[0], asset, hours.From, days); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// eachSpan calls the hours of each base and month that belong to the days or months which begin in a range: no more is held
// in memory.
func (f frozen) eachSpan(of utilisation.Range, each func(hours utilisation.Range, zone *time.Location) error) error {
	for _, one := range f.freezes {
		if len(of.Bases) > 0 && !slices.Contains(of.Bases, one.Base) {
			continue
		}
		zone := f.plans.of(one.Base).zone()
		from, to := of.Grain.Floor(later(of.From, one.From), zone), earlier(of.To, one.To)
		if from.Before(of.From) {
			from = of.Grain.Next(from, zone)
		}
		for from.Before(to) {
			end := of.Grain.Next(from, zone)
			for month := utilisation.Month.Next(from, zone); end.Before(earlier(to, month)); {
				end = of.Grain.Next(end, zone)
			}
			if err := each(utilisation.Range{Bases: []string{one.Base}, From: from, To: end}, zone); err != nil {
				return err
			}
			from = end
		}
	}
	return nil
}

func handOver[K comparable, R any](rows map[K]R, each func(R) error) error {
	for _, r := range rows {
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// Attendance has nothing to add, either.
func (f frozen) Attendance(context.Context, string, time.Time, time.Time) (utilisation.Crowd, error) {
	return nil, nil
}

func (f frozen) Bases(context.Context) (bases []string, err error) {
	for _, one := range f.freezes {
		bases = append(bases, one.Base)
	}
	return bases, nil
}

// Cards are not in it.
func (f frozen) Cards(context.Context, string, time.Time, time.Time) (int64, error) { return -1, nil }

// Registered is not known any more as it was: what needs the registry is left out.
func (f frozen) Registered(string, time.Time, time.Time) (report.Registered, bool) {
	return report.Registered{}, false
}
