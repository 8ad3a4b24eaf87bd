package collector

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// A bookkeeper keeps the ledger: it judges facts by the plan. It holds nothing that a restart would miss.
type bookkeeper struct {
	shelves shelves
	plans   *plans
	keep    time.Duration // of facts; 0: for ever
	journal *journal
	now     func() time.Time
}

func newBookkeeper(s shelves, p *plans, keep time.Duration, j *journal) *bookkeeper {
	return &bookkeeper{s, p, keep, j, time.Now}
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
	told  map[assetHour]bool // of which there is a row that is not nothing
	// Recut tells that days which another clock cut lie where it was added up, from before the registry said another time
	// zone. They are not on it.
	recut bool
}

// An assetHour is an asset in an hour, or in a day, by when it begins.
type assetHour struct {
	asset string
	start int64 // ms
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

func newPage() page {
	return page{rows: map[rowKey]utilisation.Row{}, crowd: map[crowdKey]utilisation.CrowdRow{}, told: map[assetHour]bool{}}
}

func (p page) put(r utilisation.Row) {
	p.rows[rowKey{r.Asset, r.Start.UnixMilli(), r.Key}] = r
	if r.Cell != (utilisation.Cell{}) {
		p.told[assetHour{r.Asset, r.Start.UnixMilli()}] = true
	}
}

func (p page) putCrowd(r utilisation.CrowdRow) {
	p.crowd[crowdKey{r.Start.UnixMilli(), r.CrowdKey}] = r
}

// heard is what is said of a stretch.
type heard struct {
	utilisation.Observed
	corrections map[string][]utilisation.Correction
}

func (b *bookkeeper) heard(ctx context.Context, s stretch) (h heard, err error) {
	if h.Observed, err = b.shelves.Observed(ctx, s.base, "", s.from, s.to); err != nil {
		return h, fmt.Errorf("read facts: %w", err)
	}
	if h.corrections, err = b.shelves.Corrections(ctx, s.base); err != nil {
		return h, fmt.Errorf("read corrections: %w", err)
	}
	return h, nil
}

// judged is the page as it should be: of each asset the hours of which anything is said, and those that are expected.
func (b *bookkeeper) judged(s stretch, h *heard, expected map[assetHour]bool) page {
	p := newPage()
	schedule := b.plans.of(s.base)
	by := utilisation.Judged{Formula: utilisation.Formula, Plan: schedule.version}
	for _, asset := range assets(h, expected) {
		facts, plan := h.Of(asset), schedule.asset(asset, s.from, s.to)
		plan.Corrections = h.corrections[asset]
		for _, r := range b.hourly(s.base, asset, facts, plan, s.from, s.to) {
			start := r.Start.UnixMilli()
			if expected[assetHour{asset, start}] || concerned(&facts, &plan, start, start+time.Hour.Milliseconds()) {
				p.put(r)
			}
		}
	}
	places := schedule.places(&h.Observed, s.from, s.to)
	s.hours(func(start time.Time, from, to int64) {
		for key, cell := range utilisation.Count(utilisation.Attend(h.Presences, places, schedule.members, from, to)) {
			p.putCrowd(utilisation.CrowdRow{Base: s.base, Start: start, CrowdKey: key, CrowdCell: cell, Judged: by})
		}
	})
	return p
}

// assets are those of which facts or corrections say anything, and those that are expected, in order.
func assets(h *heard, expected map[assetHour]bool) []string {
	seen := map[string]bool{}
	for asset := range h.Spells {
		seen[asset] = true
	}
	for asset := range h.Sessions {
		seen[asset] = true
	}
	for asset := range h.corrections {
		seen[asset] = true
	}
	for e := range expected {
		seen[e.asset] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// concerned tells whether anything is said of an asset in an hour. An hour of which nothing is said has no row, whatever
// is judged along with it, until its day is closed.
func concerned(f *utilisation.Facts, p *utilisation.Plan, from, to int64) bool {
	overlaps := func(begin, end int64) bool { return begin < to && end > from }
	return slices.ContainsFunc(f.Spells, func(s record.Spell) bool { return overlaps(s.FromMS, s.ToMS) }) ||
		slices.ContainsFunc(f.Sessions, func(s record.Session) bool { return overlaps(s.FromMS, s.ToMS) }) ||
		slices.ContainsFunc(p.Corrections, func(c utilisation.Correction) bool { return overlaps(c.FromMS, c.ToMS) })
}

// written is the page as it is.
func (b *bookkeeper) written(ctx context.Context, s stretch) (page, error) {
	p := newPage()
	span := utilisation.Range{Bases: []string{s.base}, From: s.from, To: s.to, Grain: utilisation.Hour}
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
		differing(is.crowd, should.crowd, emptied),
	}
}

// emptied is a row of people with nothing in it. If it says that a period was added up, it says so no more.
func emptied(r utilisation.CrowdRow) utilisation.CrowdRow {
	if r.CrowdCell = (utilisation.CrowdCell{}); r.Place == "" {
		r.Judged = utilisation.Judged{Formula: utilisation.Withdrawn}
	}
	return r
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

func (b *bookkeeper) write(ctx context.Context, grain utilisation.Grain, c change) error {
	rows, hours := c.rows, []utilisation.Row(nil)
	if grain == utilisation.Day { // a day's page has the hours of its base as well
		rows, hours = nil, nil
		for _, r := range c.rows {
			if r.Key == (utilisation.Key{}) {
				hours = append(hours, r)
			} else {
				rows = append(rows, r)
			}
		}
	}
	if len(hours) > 0 {
		if err := b.shelves.WriteRows(ctx, utilisation.Hour, hours); err != nil {
			return err
		}
	}
	if err := b.shelves.WriteRows(ctx, grain, rows); err != nil {
		return err
	}
	return b.shelves.WriteCrowd(ctx, grain, c.crowd)
}

// difference is what is wrong with a page. An hour of an asset that has a row keeps one, and is judged, though nothing is
// said of it; and those that are expected get one.
func (b *bookkeeper) difference(ctx context.Context, s stretch, expected map[assetHour]bool) (is page, c change, err error) {
	h, err := b.heard(ctx, s) // before what is written is read: see settle
	if err != nil {
		return is, c, fmt.Errorf("%v: %w", s, err)
	}
	if is, err = b.written(ctx, s); err != nil {
		return is, c, fmt.Errorf("%v: read the ledger: %w", s, err)
	}
	hours := maps.Clone(is.told)
	maps.Copy(hours, expected)
	return is, changes(is, b.judged(s, &h, hours)), nil
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
