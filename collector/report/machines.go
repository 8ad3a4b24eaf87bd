package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// EachHour hands over all rows of a query hour by hour, those that the ledger lacks among them.
func EachHour(ctx context.Context, ledger Machines, q Query, each func(utilisation.Row)) error {
	r := machineReader{query: &q, ledger: ledger, byAsset: true, each: func(row utilisation.Row, _ utilisation.Grain) { each(row) }}
	return r.read(ctx)
}

// A machineReader reads what a query needs of the ledger of machines: months where they are whole, days where a month is
// not, hours where a day is not, and the facts for what the ledger has no row of. Time is conserved, so a sum is its own
// checksum: rows that do not add up to their time are passed over.
type machineReader struct {
	query    *Query
	ledger   Machines
	grain    utilisation.Grain     // the coarsest that will do
	byAsset  bool                  // rows of single assets, rather than of bases
	together bool                  // a month counts for all assets of a base, or for none
	measures []utilisation.Measure // nil: all
	each     func(utilisation.Row, utilisation.Grain)

	assets map[unit]span        // each with the part of the query that it can answer for
	units  map[unit][]span      // the spans of a unit's assets
	inBase map[string][]unit    // the units of each base
	months map[unit][]time.Time // told by whole months
}

// read hands over all rows that the query is about.
func (r *machineReader) read(ctx context.Context) error {
	bases, err := r.find(ctx)
	if err != nil {
		return err
	}
	if !r.byAsset {
		return r.wholes(ctx, bases)
	}
	for _, base := range slices.Sorted(maps.Keys(r.inBase)) { // one after the other: what is held at once stays small
		if err := r.bases(ctx, r.open(r.inBase[base])); err != nil {
			return err
		}
	}
	return nil
}

// find finds the bases that the query is about and, if it is about single ones, their assets.
func (r *machineReader) find(ctx context.Context) (bases []string, err error) {
	r.assets, r.units, r.inBase, r.months = map[unit]span{}, map[unit][]span{}, map[string][]unit{}, map[unit][]time.Time{}
	if bases, err = r.query.wanted(ctx, r.ledger); err == nil && r.byAsset {
		err = r.ask(ctx, bases)
	}
	return bases, err
}

// ask finds the assets of some bases that the query is about.
func (r *machineReader) ask(ctx context.Context, bases []string) error {
	if len(bases) == 0 {
		return nil
	}
	all, err := r.ledger.Assets(ctx, named(bases), r.query.since())
	if err != nil {
		return fmt.Errorf("assets: %w", err)
	}
	r.take(all, bases)
	return nil
}

// take adds those assets of some bases that the query is about, in place of what was known of these bases.
func (r *machineReader) take(all []utilisation.Asset, bases []string) {
	within := map[string]bool{}
	for _, base := range bases {
		within[base] = true
		delete(r.units, unit{base: base})
		delete(r.inBase, base)
	}
	for _, a := range all {
		if s := r.query.span(a); within[a.Base] && r.query.wants(a) && !s.empty() {
			r.add(unit{a.Base, a.Name}, s)
		}
	}
}

// wholes reads rows of whole bases. To ask when each asset was first heard of would take longer than to read a year of its
// base; and where the registry dates all assets of a base, and its rows hold exactly their time, nobody else was there:
// time is conserved. Only of the bases that this leaves open is asked.
func (r *machineReader) wholes(ctx context.Context, bases []string) error {
	dated := slices.Clone(r.ledger.Dated())
	if err := r.ledger.Told(ctx, dated, named(bases), r.query.since()); err != nil {
		return fmt.Errorf("assets: %w", err)
	}
	r.take(dated, bases)
	all := r.open(slices.Collect(maps.Keys(r.units)))
	left, err := r.coarser(ctx, maps.Clone(all))
	if err != nil {
		return err
	}
	doubtful := slices.DeleteFunc(bases, func(base string) bool { return all[unit{base: base}] != nil && left[unit{base: base}] == nil })
	if err := r.ask(ctx, doubtful); err != nil {
		return err
	}
	rest := open{}
	for _, base := range doubtful {
		u := unit{base: base}
		if told := less(all[u], left[u]); len(r.units[u]) > 0 {
			rest[u] = less(union(slices.Clone(r.units[u])), told)
		}
	}
	return r.bases(ctx, rest)
}

func (r *machineReader) add(asset unit, s span) {
	u := asset
	if !r.byAsset {
		u.asset = ""
	}
	if r.units[u] == nil {
		r.inBase[u.base] = append(r.inBase[u.base], u)
	}
	r.assets[asset], r.units[u] = s, append(r.units[u], s)
}

// open is all that there is to tell of some units.
func (r *machineReader) open(units []unit) open {
	o := open{}
	for _, u := range units {
		o[u] = union(slices.Clone(r.units[u]))
	}
	return o
}

// bases tells what is open, from coarse to fine.
func (r *machineReader) bases(ctx context.Context, o open) error {
	left, err := r.coarser(ctx, o)
	if err != nil {
		return err
	}
	return r.hours(ctx, r.single(left))
}

// coarser tells what it can from months and days.
func (r *machineReader) coarser(ctx context.Context, o open) (_ open, err error) {
	for _, grain := range []utilisation.Grain{utilisation.Month, utilisation.Day} {
		if grain > r.grain {
			continue
		}
		if o, err = r.coarse(ctx, o, grain); err != nil {
			return nil, fmt.Errorf("ledger by %vs: %w", grain, err)
		}
	}
	return o, nil
}

// single is what is open of single assets.
func (r *machineReader) single(o open) open {
	if r.byAsset {
		return o
	}
	assets := open{}
	for asset, s := range r.assets {
		for _, left := range o[unit{base: asset.base}] {
			assets[asset] = push(assets[asset], s.and(left))
		}
		if len(assets[asset]) == 0 {
			delete(assets, asset)
		}
	}
	return assets
}

// hours tells the rest, hour by hour and, where the ledger has no hour, from the facts.
func (r *machineReader) hours(ctx context.Context, o open) error {
	asks := map[string][]span{}
	tolds := map[unit][]*told{}
	for u, spans := range o {
		for _, s := range spans {
			t := newTold(s.from, s.to)
			tolds[u] = append(tolds[u], t)
			asks[u.base] = append(asks[u.base], span{t.wholeFrom, t.wholeTo})
		}
	}
	for _, base := range o.bases() {
		for _, s := range union(slices.DeleteFunc(asks[base], span.empty)) {
			of := utilisation.Range{Bases: []string{base}, From: s.from, To: s.to, Grain: utilisation.Hour, Measures: r.measures}
			err := r.ledger.EachRow(ctx, of, func(row utilisation.Row) error {
				if slices.ContainsFunc(tolds[unit{base, row.Asset}], func(t *told) bool { return t.note(row.Start) }) {
					r.each(row, utilisation.Hour)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("ledger of %s: %w", base, err)
			}
		}
	}
	for u, all := range tolds {
		for _, t := range all {
			if err := r.facts(ctx, u, t.untold()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *machineReader) facts(ctx context.Context, u unit, spans []span) error {
	for _, s := range spans {
		rows, err := r.ledger.Account(ctx, u.base, u.asset, s.from, s.to)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", u.base, u.asset, err)
		}
		for _, row := range rows {
			r.each(row, utilisation.Hour)
		}
	}
	return nil
}
