package store

import (
	"context"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/collector/utilisation"
)

// WriteDays writes on how many dates of a month assets were used, and any asset of a base.
func (s *Store) WriteDays(ctx context.Context, all []utilisation.UsedDays) error {
	return writeAll(ctx, s, all, func(e *lineprotocol.Encoder, d *utilisation.UsedDays) {
		e.StartLine("days")
		if d.Asset != "" {
			e.AddTag("asset", d.Asset)
		}
		e.AddTag("base", d.Base)
		e.AddField("days", lineprotocol.IntValue(d.Days))
		e.EndLine(d.Month)
	})
}

// EachHeld hands over the time for which each asset of a base was held on each day in [from, to), key by key; days on which
// it was not are left out.
func (s *Store) EachHeld(ctx context.Context, base string, from, to time.Time, each func(asset string, day time.Time, heldMS int64) error) error {
	held := utilisation.Held.String()
	of := where(utilisation.Range{Bases: []string{base}, From: from, To: to})
	ask := "SELECT " + held + " FROM " + daily.machines + of + " AND " + held + " > 0 GROUP BY asset, purpose, affiliation"
	return s.query(ctx, ledgerRetention, ask, func(r *row) error {
		return each(r.tags["asset"], time.Unix(0, r.cells[0].number).UTC(), r.cells[1].number)
	})
}

// EachDays hands over on how many dates of each month that begins in a range an asset was used or, of whole bases, any of
// their assets. The grain makes no difference.
func (s *Store) EachDays(ctx context.Context, of utilisation.Range, each func(base, asset string, month time.Time, days int64) error) error {
	which := " AND asset != ''"
	if of.Whole {
		which = " AND asset = ''"
	}
	return s.query(ctx, ledgerRetention, "SELECT days FROM days"+where(of)+which+" GROUP BY base, asset", func(r *row) error {
		return each(r.tags["base"], r.tags["asset"], time.Unix(0, r.cells[0].number).UTC(), r.cells[1].number)
	})
}
