package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// EachCrowdHour is EachHour for people.
func EachCrowdHour(ctx context.Context, ledger People, q Query, each func(utilisation.CrowdRow)) error {
	r := crowdReader{query: &q, ledger: ledger, each: each}
	return r.read(ctx)
}

// A crowdReader reads what a query needs of the ledger of people, from coarse to fine as a machineReader does. Nobody is
// there most of the time, so no sum tells whether a period is whole: a row without a place says so.
type crowdReader struct {
	query  *Query
	ledger People
	grain  utilisation.Grain // the coarsest that will do
	beside bool              // read of the bases, too, that the query leaves out
	each   func(utilisation.CrowdRow)

	bases []string // that are asked about, whether anybody came or not
}

// read hands over all rows that the query is about.
func (r *crowdReader) read(ctx context.Context) error {
	bases, err := r.ledger.Bases(ctx)
	if err != nil {
		return fmt.Errorf("bases: %w", err)
	}
	o := open{}
	for _, base := range bases {
		all, asked := span{r.query.From, r.query.end()}, r.query.wantsBase(base)
		if asked {
			r.bases = append(r.bases, base)
		}
		if (asked || r.beside && r.query.Within.Has(base, r.query.base(base))) && !all.empty() {
			o[unit{base: base}] = []span{all}
		}
	}
	for _, grain := range []utilisation.Grain{utilisation.Month, utilisation.Day} {
		if grain > r.grain {
			continue
		}
		if o, err = r.coarse(ctx, o, grain); err != nil {
			return fmt.Errorf("ledger of people by %vs: %w", grain, err)
		}
	}
	for _, base := range o.bases() {
		for _, s := range o[unit{base: base}] {
			if err := r.hours(ctx, base, s); err != nil {
				return fmt.Errorf("%s: people: %w", base, err)
			}
		}
	}
	return nil
}

func (r *crowdReader) coarse(ctx context.Context, o open, grain utilisation.Grain) (open, error) {
	if !o.mayHold(grain) {
		return o, nil
	}
	marked := func(_ unit, _ span, rows []utilisation.CrowdRow) bool {
		return slices.ContainsFunc(rows, func(row utilisation.CrowdRow) bool { return row.Rolled() })
	}
	t := tray[utilisation.CrowdRow]{map[filed][]utilisation.CrowdRow{}, marked}
	reach := o.reach()
	of := utilisation.Range{Bases: named(o.bases()), From: reach.from, To: reach.to, Grain: grain}
	err := r.ledger.EachCrowdRow(ctx, of, func(row utilisation.CrowdRow) error {
		if u := (unit{base: row.Base}); o[u] != nil {
			key := filed{u, row.Start.UnixMilli()}
			t.rows[key] = append(t.rows[key], row)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t.settle(o, grain, r.query, func(_ unit, _ time.Time, rows []utilisation.CrowdRow) {
		for _, row := range rows {
			r.each(row)
		}
	}), nil
}

// hours tells of a span of a base hour by hour, and of its edges, which are no whole hours, from the facts.
func (r *crowdReader) hours(ctx context.Context, base string, s span) error {
	whole := span{ceilHour(s.from), floorHour(s.to)}
	edges := []span{s}
	if !whole.empty() {
		of := utilisation.Range{Bases: []string{base}, From: whole.from, To: whole.to, Grain: utilisation.Hour}
		err := r.ledger.EachCrowdRow(ctx, of, func(row utilisation.CrowdRow) error {
			r.each(row)
			return nil
		})
		if err != nil {
			return err
		}
		edges = []span{{s.from, whole.from}, {whole.to, s.to}}
	}
	for _, edge := range edges {
		for _, part := range edge.byHour() {
			crowd, err := r.ledger.Attendance(ctx, base, part.from, part.to)
			if err != nil {
				return err
			}
			for key, cell := range crowd {
				r.each(utilisation.CrowdRow{Base: base, Start: part.from, CrowdKey: key, CrowdCell: cell})
			}
		}
	}
	return nil
}
