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

func (s source) EachRow(ctx context.Context, base string, from, to time.Time, each func(utilisation.Row) error) error {
	return s.store.EachRow(ctx, store.Span{Base: base, From: from, To: to}, each)
}

func (s source) Account(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error) {
	return s.account(ctx, base, asset, from, to)
}

func (s source) EachCrowdRow(ctx context.Context, base string, from, to time.Time, each func(utilisation.CrowdRow) error) error {
	return s.store.EachCrowdRow(ctx, store.Span{Base: base, From: from, To: to}, each)
}

func (s source) Attendance(ctx context.Context, base string, from, to time.Time) (utilisation.Crowd, error) {
	return s.attendance(ctx, base, from, to)
}

func (s source) Bases(ctx context.Context) ([]string, error) { return s.store.Bases(ctx) }

var (
	_ report.Source       = source{}
	_ report.PeopleSource = source{}
)
