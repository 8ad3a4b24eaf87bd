package collector

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// shelves are the part of the store that a bookkeeper needs.
type shelves interface {
	Observed(ctx context.Context, base, asset string, from, to time.Time) (utilisation.Observed, error)
	Corrections(ctx context.Context, base string) (map[string][]utilisation.Correction, error)
	EachRow(ctx context.Context, span store.Span, each func(utilisation.Row) error) error
	EachCrowdRow(ctx context.Context, span store.Span, each func(utilisation.CrowdRow) error) error
	WriteRows(ctx context.Context, rows []utilisation.Row) error
	WriteCrowd(ctx context.Context, rows []utilisation.CrowdRow) error
}

// A bookkeeper keeps the ledger: it judges facts by the plan. It holds nothing that a restart would miss.
type bookkeeper struct {
	shelves shelves
	plans   *plans
}

// A stretch is what is judged at once: all of a base in some whole hours, UTC. What people do concerns every machine
// around.
type stretch struct {
	base     string
	from, to time.Time
}

func (s stretch) String() string { return s.base + " " + s.from.Format("2006-01-02T15Z") }

// hours calls each of its hours, with its end.
func (s stretch) hours(each func(start time.Time, fromMS, toMS int64)) {
	for start := s.from; start.Before(s.to); start = start.Add(time.Hour) {
		each(start, start.UnixMilli(), start.Add(time.Hour).UnixMilli())
	}
}

// A page is a stretch of the ledger.
type page struct {
	rows  map[rowKey]utilisation.Row
	crowd map[crowdKey]utilisation.CrowdRow
}

type rowKey struct {
	asset string
	start int64 // ms
	utilisation.Key
}

type crowdKey struct {
	start int64 // ms
	utilisation.CrowdKey
}

func newPage() page { return page{map[rowKey]utilisation.Row{}, map[crowdKey]utilisation.CrowdRow{}} }

func (p page) put(r utilisation.Row) { p.rows[rowKey{r.Asset, r.Start.UnixMilli(), r.Key}] = r }

func (p page) putCrowd(r utilisation.CrowdRow) {
	p.crowd[crowdKey{r.Start.UnixMilli(), r.CrowdKey}] = r
}

// judged is the page as it should be.
func (b *bookkeeper) judged(ctx context.Context, s stretch) (page, error) {
	p := newPage()
	observed, err := b.shelves.Observed(ctx, s.base, "", s.from, s.to)
	if err != nil {
		return p, fmt.Errorf("read facts: %w", err)
	}
	corrections, err := b.shelves.Corrections(ctx, s.base)
	if err != nil {
		return p, fmt.Errorf("read corrections: %w", err)
	}
	schedule := b.plans.of(s.base)
	by := utilisation.Judged{Formula: utilisation.Formula, Plan: schedule.version}
	for _, asset := range assets(&observed, corrections) {
		facts, plan := observed.Of(asset), schedule.asset(asset, s.from, s.to)
		plan.Corrections = corrections[asset]
		for _, r := range b.hourly(s.base, asset, facts, plan, s.from, s.to) {
			if start := r.Start.UnixMilli(); concerned(&facts, &plan, start, start+time.Hour.Milliseconds()) {
				p.put(r)
			}
		}
	}
	places := schedule.places(&observed, s.from, s.to)
	s.hours(func(start time.Time, from, to int64) {
		for key, cell := range utilisation.Count(utilisation.Attend(observed.Presences, places, schedule.members, from, to)) {
			p.putCrowd(utilisation.CrowdRow{Base: s.base, Start: start, CrowdKey: key, CrowdCell: cell, Judged: by})
		}
	})
	return p, nil
}

// assets are those of which facts or corrections say anything, in order.
func assets(o *utilisation.Observed, corrections map[string][]utilisation.Correction) []string {
	seen := map[string]bool{}
	for asset := range o.Spells {
		seen[asset] = true
	}
	for asset := range o.Sessions {
		seen[asset] = true
	}
	for asset := range corrections {
		seen[asset] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// concerned tells whether anything is said of an asset in an hour. An hour of which nothing is said has no row, whatever
// is judged along with it.
func concerned(f *utilisation.Facts, p *utilisation.Plan, from, to int64) bool {
	overlaps := func(begin, end int64) bool { return begin < to && end > from }
	return slices.ContainsFunc(f.Spells, func(s record.Spell) bool { return overlaps(s.FromMS, s.ToMS) }) ||
		slices.ContainsFunc(f.Sessions, func(s record.Session) bool { return overlaps(s.FromMS, s.ToMS) }) ||
		slices.ContainsFunc(p.Corrections, func(c utilisation.Correction) bool { return overlaps(c.FromMS, c.ToMS) })
}

// written is the page as it is.
func (b *bookkeeper) written(ctx context.Context, s stretch) (page, error) {
	p := newPage()
	span := store.Span{Base: s.base, From: s.from, To: s.to}
	err := b.shelves.EachRow(ctx, span, func(r utilisation.Row) error {
		p.put(r)
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, b.shelves.EachCrowdRow(ctx, span, func(r utilisation.CrowdRow) error {
		p.putCrowd(r)
		return nil
	})
}

// A change is what must be written to make a page what it should be. What vanished becomes zero; nothing is deleted.
type change struct {
	rows  []utilisation.Row
	crowd []utilisation.CrowdRow
}

func (c *change) empty() bool { return len(c.rows)+len(c.crowd) == 0 }

// changes are from the page as it is to the page as it should be.
func changes(is, should page) change {
	return change{
		differing(is.rows, should.rows, func(r utilisation.Row) utilisation.Row { r.Cell = utilisation.Cell{}; return r }),
		differing(is.crowd, should.crowd, func(r utilisation.CrowdRow) utilisation.CrowdRow { r.CrowdCell = utilisation.CrowdCell{}; return r }),
	}
}

// differing are the rows as they should be that are not, and as nothing those that should not be at all and are something.
func differing[K, R comparable](is, should map[K]R, nothing func(R) R) (list []R) {
	for key, row := range should {
		if is[key] != row {
			list = append(list, row)
		}
	}
	for key, row := range is {
		if _, stays := should[key]; !stays && nothing(row) != row {
			list = append(list, nothing(row))
		}
	}
	return list
}

func (b *bookkeeper) write(ctx context.Context, c change) error {
	if err := b.shelves.WriteRows(ctx, c.rows); err != nil {
		return err
	}
	return b.shelves.WriteCrowd(ctx, c.crowd)
}

// difference is what is wrong with a page.
func (b *bookkeeper) difference(ctx context.Context, s stretch) (is page, c change, err error) {
	should, err := b.judged(ctx, s) // before what is written is read: see settle
	if err != nil {
		return is, c, fmt.Errorf("%v: %w", s, err)
	}
	if is, err = b.written(ctx, s); err != nil {
		return is, c, fmt.Errorf("%v: read the ledger: %w", s, err)
	}
	return is, changes(is, should), nil
}

// account judges any span of one asset from its facts, past the ledger, hour by hour.
func (b *bookkeeper) account(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Row, error) {
	facts, plan, err := b.evidence(ctx, base, asset, from, to)
	if err != nil {
		return nil, err
	}
	return b.hourly(base, asset, facts, plan, from, to), nil
}

// hourly judges each hour of a span, or the part of it that lies in the span.
func (b *bookkeeper) hourly(base, asset string, facts utilisation.Facts, plan utilisation.Plan, from, to time.Time) []utilisation.Row {
	by := utilisation.Judged{Formula: utilisation.Formula, Plan: b.plans.of(base).version}
	var rows []utilisation.Row
	for start, ledger := range utilisation.Hourly(facts, plan, from.UnixMilli(), to.UnixMilli()) {
		for key, cell := range ledger {
			rows = append(rows, utilisation.Row{Base: base, Asset: asset, Start: time.UnixMilli(start).UTC(), Key: key, Cell: cell, Judged: by})
		}
	}
	return rows
}

// spans are the parts that account adds up, each of which can say why it was judged so.
func (b *bookkeeper) spans(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error) {
	facts, plan, err := b.evidence(ctx, base, asset, from, to)
	if err != nil {
		return nil, err
	}
	return utilisation.Account(facts, plan, from.UnixMilli(), to.UnixMilli()), nil
}

func (b *bookkeeper) evidence(ctx context.Context, base, asset string, from, to time.Time) (utilisation.Facts, utilisation.Plan, error) {
	observed, err := b.shelves.Observed(ctx, base, asset, from, to)
	if err != nil {
		return utilisation.Facts{}, utilisation.Plan{}, err
	}
	corrections, err := b.shelves.Corrections(ctx, base)
	plan := b.plans.of(base).asset(asset, from, to)
	plan.Corrections = corrections[asset]
	return observed.Of(asset), plan, err
}

// attendance is where people were in any span, past the ledger.
func (b *bookkeeper) attendance(ctx context.Context, base string, from, to time.Time) (utilisation.Crowd, error) {
	observed, err := b.shelves.Observed(ctx, base, "", from, to)
	if err != nil {
		return nil, err
	}
	s := b.plans.of(base)
	return utilisation.Count(utilisation.Attend(observed.Presences, s.places(&observed, from, to), s.members, from.UnixMilli(), to.UnixMilli())), nil
}
