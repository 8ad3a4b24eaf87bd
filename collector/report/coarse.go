package report

import (
	"context"
	"maps"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A unit is what has rows of its own: an asset, or a base as a whole.
type unit struct{ base, asset string }

// A filed row is one of a unit in a period that begins at start.
type filed struct {
	unit
	start int64 // ms
}

// open is what is still to be told, unit by unit.
type open map[unit][]span

// bases are those of open, in order.
func (o open) bases() []string {
	seen := map[string]bool{}
	for u := range o {
		seen[u.base] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// reach is from the first moment that is open to the last.
func (o open) reach() (all span) {
	for _, spans := range o {
		for _, s := range spans {
			if all.empty() {
				all = s
			}
			all = span{earlier(all.from, s.from), later(all.to, s.to)}
		}
	}
	return all
}

// mayHold tells whether a period of a grain may lie in what is open.
func (o open) mayHold(grain utilisation.Grain) bool {
	shortest := 22 * time.Hour // a day on which a clock is put forward
	if grain == utilisation.Month {
		shortest *= 28
	}
	for _, spans := range o {
		if slices.ContainsFunc(spans, func(s span) bool { return s.to.Sub(s.from) >= shortest }) {
			return true
		}
	}
	return false
}

// A tray is coarse rows on their way to the reader, who must see all of a period before any of it counts.
type tray[R any] struct {
	rows map[filed][]R
	has  func(u unit, period span, rows []R) bool // whether the rows are all of it
}

// settle hands over the periods of a grain that lie in the query and are all there, and returns what stays open. A unit
// may have begun, or ended, within a period.
func (t *tray[R]) settle(o open, grain utilisation.Grain, q *Query, each func(u unit, start time.Time, rows []R)) open {
	left := open{}
	for u, spans := range o {
		var told time.Time
		for _, s := range spans {
			s.from = later(s.from, told) // a period that two spans lie in is told once
			cursor := s.from
			for start := grain.Floor(s.from, q.clock(u.base)); start.Before(s.to); {
				next := grain.Next(start, q.clock(u.base))
				rows := t.rows[filed{u, start.UnixMilli()}]
				if !start.Before(q.From) && !next.After(q.end()) && t.has(u, span{start, next}, rows) {
					left[u] = push(left[u], span{cursor, start})
					cursor, told = next, next
					each(u, start, rows)
				}
				start = next
			}
			left[u] = push(left[u], span{cursor, s.to})
		}
		if len(left[u]) == 0 {
			delete(left, u)
		}
	}
	return left
}

// manyBases is how many bases a question names at most; beyond it asks for all.
const manyBases = 32

func named(bases []string) []string {
	if len(bases) > manyBases {
		return nil
	}
	return bases
}

// coarse tells what it can of what is open from rows of a grain.
func (r *machineReader) coarse(ctx context.Context, o open, grain utilisation.Grain) (open, error) {
	if !o.mayHold(grain) {
		return o, nil
	}
	t := tray[utilisation.Row]{rows: map[filed][]utilisation.Row{}}
	t.has = func(u unit, period span, rows []utilisation.Row) bool {
		return r.whole(u, period, rows) && (!r.together || r.neighbours(u, period, t.rows))
	}
	reach := o.reach()
	of := utilisation.Range{Bases: named(o.bases()), From: r.query.From, To: reach.to, Grain: grain, Whole: !r.byAsset, Measures: r.measures}
	err := r.ledger.EachRow(ctx, of, func(row utilisation.Row) error {
		if u := (unit{row.Base, row.Asset}); o[u] != nil {
			key := filed{u, row.Start.UnixMilli()}
			t.rows[key] = append(t.rows[key], row)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t.settle(o, grain, r.query, func(u unit, start time.Time, rows []utilisation.Row) {
		for _, row := range rows {
			r.each(row, grain)
		}
		if grain == utilisation.Month {
			r.months[u] = append(r.months[u], start)
		}
	}), nil
}

// whole tells whether rows hold all the time that a unit has in a period: what they hold adds up to it.
func (r *machineReader) whole(u unit, period span, rows []utilisation.Row) bool {
	var want, have int64
	for _, s := range r.units[u] {
		want += s.and(period).ms()
	}
	for _, row := range rows {
		have += row.Cell.Elapsed()
	}
	return want == have
}

// neighbours tells whether the rows of all assets of a base are there.
func (r *machineReader) neighbours(u unit, period span, rows map[filed][]utilisation.Row) bool {
	for _, other := range r.inBase[u.base] {
		if !r.whole(other, period, rows[filed{other, period.from.UnixMilli()}]) {
			return false
		}
	}
	return true
}
