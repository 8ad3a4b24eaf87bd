package store

import (
	"context"
	"strings"
	"time"

	"basemeter/collector/utilisation"
)

// SumByHour hands over the sums of some measures in each hour of [from, to) that has rows, all keys together, of an asset or,
// if it is empty, of a whole base. Sums are formed by the database, to the last digit: all are whole numbers. It takes long
// where there are many assets; a rolled day has the hours of its base: see EachRow.
func (s *Store) SumByHour(ctx context.Context, base, asset string, from, to time.Time, measures []utilisation.Measure, each func(start time.Time, cell utilisation.Cell) error) error {
	of := where(utilisation.Range{Bases: []string{base}, From: from, To: to})
	if asset != "" {
		of += " AND asset = " + text(asset)
	}
	ask := "SELECT sum(" + strings.Join(names(measures), "), sum(") + ") FROM " + live.machines + of + " GROUP BY time(1h) fill(none)"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		made, err := rowOf(r, measures)
		if err != nil {
			return err
		}
		return each(made.Start, made.Cell)
	})
}
