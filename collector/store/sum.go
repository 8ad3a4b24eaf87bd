package store

import (
	"context"
	"strings"
	"time"

	"basemeter/collector/utilisation"
)

// Sums are formed by the database, to the last digit: all are whole numbers. A sum carries the oldest formula among its rows,
// and the plan of its last one.

var sumColumns = func() string {
	var names strings.Builder
	for m := range utilisation.Measures {
		names.WriteString("sum(" + m.String() + "), ")
	}
	return names.String() + "min(formula), last(plan)"
}()

// SumByHour hands over the sums of each hour in [from, to) that has rows, all keys together, of an asset or, if it is empty,
// of a whole base.
func (s *Store) SumByHour(ctx context.Context, base, asset string, from, to time.Time, each func(start time.Time, cell utilisation.Cell) error) error {
	of := where(utilisation.Range{Bases: []string{base}, From: from, To: to})
	if asset != "" {
		of += " AND asset = " + text(asset)
	}
	return s.eachSum(ctx, live.machines+of+" GROUP BY time(1h) fill(none)", func(r utilisation.Row) error {
		return each(r.Start, r.Cell)
	})
}

func (s *Store) eachSum(ctx context.Context, from string, each func(utilisation.Row) error) error {
	return s.query(ctx, ledgerRetention, "SELECT "+sumColumns+" FROM "+from, func(r *row) error {
		made, err := rowOf(r, everyMeasure)
		if err != nil {
			return err
		}
		return each(made)
	})
}
