package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// Dates of use cannot be added up like time: a base was used on a date once, however many of its assets were. Of whole
// months the ledger knows them for each asset and for each base; of anything else they are counted date by date.

// byAsset tells whether rows of single assets are needed. Whether a base was used on a date depends on each of them.
func (b *builder) byAsset() bool {
	return b.query.about(ByAsset, ByLine) || b.needs&utilisation.OfDays != 0
}

// together tells whether a month counts for all assets of a base or for none.
func (b *builder) together() bool { return b.needs&utilisation.OfDays != 0 && !b.query.by(ByAsset) }

// grain is the coarsest that can answer the query.
func (b *builder) grain() utilisation.Grain {
	q := b.query
	parts := q.about(ByPurpose, ByAffiliation) || !q.by(ByAsset) && q.about(ByAsset, ByLine)
	if b.needs&utilisation.OfDays != 0 && parts {
		return utilisation.Day
	}
	return q.grain()
}

// addDays books the dates of use of whole months.
func (b *builder) addDays(ctx context.Context, months map[unit][]time.Time) error {
	told := map[unit]map[int64]bool{}
	var bases []string
	var reach span
	for u, starts := range months {
		if !b.query.by(ByAsset) {
			u.asset = ""
		}
		if told[u] == nil {
			told[u] = map[int64]bool{}
		}
		for _, start := range starts {
			told[u][start.UnixMilli()] = true
			if reach.empty() {
				reach = span{start, start.Add(1)}
			}
			reach = span{earlier(reach.from, start), later(reach.to, start.Add(1))}
		}
		if !slices.Contains(bases, u.base) {
			bases = append(bases, u.base)
		}
	}
	if len(bases) == 0 {
		return nil
	}
	of := utilisation.Range{Bases: named(bases), From: reach.from, To: reach.to, Grain: utilisation.Month, Whole: !b.query.by(ByAsset)}
	err := b.ledger.EachDays(ctx, of, func(base, asset string, month time.Time, days int64) error {
		if told[unit{base, asset}][month.UnixMilli()] {
			var g Group
			g.place(base, b.query.base(base))
			g.Asset, g.Line = asset, b.query.base(base).line(asset)
			g = b.query.only(g)
			b.query.date(&g, base, month)
			b.both(g, func(l *line) { l.days += days })
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("days of use: %w", err)
	}
	return nil
}

// used is on how many dates the line's base, or its asset, was used for long enough.
func (l *line) used() int64 {
	dates := map[string]bool{}
	for d, ms := range l.held {
		if ms >= utilisation.LeastUse.Milliseconds() {
			dates[d.date] = true
		}
	}
	return l.days + int64(len(dates))
}
