package collector

import (
	"context"
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

// Assets are all that were ever heard of, as long as the plan has them in service.
func (s source) Assets(ctx context.Context) ([]utilisation.Asset, error) {
	assets, err := s.store.Assets(ctx)
	for i := range assets {
		assets[i].Until = s.plans.of(assets[i].Base).until(assets[i].Name)
	}
	return assets, err
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
