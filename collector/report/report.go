// Package report turns the ledger into the figures that people ask for. Sums are formed first, ratios once, at the end,
// each with its coverage beside it. It does not know where the ledger is kept, nor who asks.
package report

import (
	"context"
	"fmt"
	"time"

	"basemeter/collector/utilisation"
)

// A Source is where the ledger of machines is.
type Source interface {
	// Assets are all that were ever heard of.
	Assets(ctx context.Context) ([]utilisation.Asset, error)
	// EachRow hands over every row of a range.
	EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error
	// Account judges any span of one asset from its facts, hour by hour; a row holds the part of its hour that is in it.
	Account(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error)
	// EachDays hands over on how many dates of each month in a range an asset was used or, of whole bases, any asset.
	EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error
}

// Build answers a query: a row for each base, asset, purpose or affiliation that has any time in the span, in order.
func Build(ctx context.Context, source Source, q Query) ([]Row, error) {
	sums := map[group]*sum{}
	err := Each(ctx, source, q, func(r utilisation.Row) { q.add(sums, r) })
	if err != nil {
		return nil, err
	}
	planned := map[group]int64{} // busy time, whatever for
	for g, s := range sums {
		planned[group{base: g.base, asset: g.asset}] += s.Cell[utilisation.PBT]
	}
	rows := make([]Row, 0, len(sums))
	for g, s := range sums {
		rows = append(rows, row(g, s, planned[group{base: g.base, asset: g.asset}], &q))
	}
	sortRows(rows)
	return rows, nil
}

// Each hands over all rows that a query is about, those of the ledger and those that it lacks: the edges that are no
// whole hours, among them the present one and the one in which an asset was first heard of, and hours in which nothing
// was heard.
func Each(ctx context.Context, source Source, q Query, each func(utilisation.Row)) error {
	all, err := source.Assets(ctx)
	if err != nil {
		return fmt.Errorf("assets: %w", err)
	}
	assets := map[[2]string]*told{}
	for _, a := range all {
		if from, to := q.span(a); q.wants(a) && from.Before(to) {
			assets[[2]string{a.Base, a.Name}] = newTold(from, to)
		}
	}
	if from, to := ceilHour(q.From), floorHour(q.end()); from.Before(to) {
		err := source.EachRow(ctx, q.hours(from, to), func(r utilisation.Row) error {
			if t := assets[[2]string{r.Base, r.Asset}]; t != nil && t.note(r.Start) {
				each(r)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	for asset, t := range assets {
		for _, span := range t.untold() {
			rows, err := source.Account(ctx, asset[0], asset[1], span[0], span[1])
			if err != nil {
				return fmt.Errorf("%s/%s: %w", asset[0], asset[1], err)
			}
			for _, r := range rows {
				each(r)
			}
		}
	}
	return nil
}

// Told is which whole hours of an asset the ledger has told of.
type told struct {
	from, to  time.Time // all that is asked
	wholeFrom time.Time // the first whole hour, and behind the last; equal or in reverse if there is none
	wholeTo   time.Time
	hours     []uint64 // a bit for each whole hour
}

func newTold(from, to time.Time) *told {
	t := &told{from: from, to: to, wholeFrom: ceilHour(from), wholeTo: floorHour(to)}
	if n := t.wholeTo.Sub(t.wholeFrom) / time.Hour; n > 0 {
		t.hours = make([]uint64, (n+63)/64)
	}
	return t
}

// note takes an hour down; false if it is not one of those.
func (t *told) note(start time.Time) bool {
	if start.Before(t.wholeFrom) || !start.Before(t.wholeTo) {
		return false
	}
	n := int(start.Sub(t.wholeFrom) / time.Hour)
	t.hours[n/64] |= 1 << (n % 64)
	return true
}

func (t *told) has(start time.Time) bool {
	n := int(start.Sub(t.wholeFrom) / time.Hour)
	return t.hours[n/64]&(1<<(n%64)) != 0
}

// untold are the spans that the ledger has no rows for.
func (t *told) untold() (spans [][2]time.Time) {
	add := func(from, to time.Time) {
		if n := len(spans) - 1; n >= 0 && spans[n][1].Equal(from) {
			spans[n][1] = to
		} else if from.Before(to) {
			spans = append(spans, [2]time.Time{from, to})
		}
	}
	if !t.wholeFrom.Before(t.wholeTo) {
		add(t.from, t.to)
		return spans
	}
	add(t.from, t.wholeFrom)
	for start := t.wholeFrom; start.Before(t.wholeTo); start = start.Add(time.Hour) {
		if !t.has(start) {
			add(start, start.Add(time.Hour))
		}
	}
	add(t.wholeTo, t.to)
	return spans
}

func (q *Query) add(sums map[group]*sum, r utilisation.Row) {
	if r.Cell == (utilisation.Cell{}) {
		return // a combination that has vanished
	}
	g := group{Key: r.Key}
	if q.by(ByBase) {
		g.base = r.Base
	}
	if q.by(ByAsset) {
		g.asset = r.Asset
	}
	if !q.by(ByPurpose) {
		g.Purpose = ""
	}
	if !q.by(ByAffiliation) {
		g.Affiliation = 0
	}
	s := sums[g]
	if s == nil {
		s = &sum{assets: map[[2]string]bool{}, days: map[day]int64{}}
		sums[g] = s
	}
	s.Cell = s.Cell.Plus(r.Cell)
	s.assets[[2]string{r.Base, r.Asset}] = true
	if held := r.Cell[utilisation.Held]; held > 0 {
		s.days[day{r.Base, r.Asset, r.Start.In(q.zone()).Format(time.DateOnly)}] += held
	}
}

func (q *Query) zone() *time.Location {
	if q.Zone == nil {
		return time.UTC
	}
	return q.Zone
}
