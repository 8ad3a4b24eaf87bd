package collector

import (
	"context"
	"fmt"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A ledger is the part of the store that settle needs.
type ledger interface {
	SpellsOf(ctx context.Context, hours []store.Hour, each func(store.Hour, []record.Spell) error) error
	WriteLedger(ctx context.Context, rows []utilisation.Hour) error
}

// settle brings the ledger up to date with facts that were just written: every hour they touch is accounted anew, from
// all facts of that hour.
//
// Several collectors may account the same hour at once, each before the other's facts were there. So after writing a row
// its facts are read again, and the row written again until they have not changed: whoever writes a row last has read
// the facts after writing it, hence no fact is missing in the end. That needs no lock, and a collector that dies on the
// way has not acknowledged its facts, which are settled again when they come again.
func settle(ctx context.Context, l ledger, batches []record.Batch) error {
	hours := touched(batches)
	written := map[store.Hour]utilisation.Ledger{}
	for len(hours) > 0 {
		var rows []utilisation.Hour
		err := l.SpellsOf(ctx, hours, func(h store.Hour, spells []record.Spell) error {
			row := utilisation.Of(h.Base, h.Asset, h.Start, spells)
			if before, ok := written[h]; !ok || before != row.Ledger {
				rows = append(rows, row)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read spells: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		if err := l.WriteLedger(ctx, rows); err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
		hours = hours[:0]
		for _, row := range rows {
			h := store.Hour{Base: row.Base, Asset: row.Asset, Start: row.Start}
			written[h] = row.Ledger
			hours = append(hours, h)
		}
	}
	return nil
}

// touched are the hours that the batches' spells lie in. A spell never crosses an hour: the grid divides it. One that
// does, from a clock without a date, touches two.
func touched(batches []record.Batch) []store.Hour {
	seen := map[store.Hour]bool{}
	var hours []store.Hour
	for _, b := range batches {
		for _, s := range b.Spells {
			last := time.UnixMilli(s.ToMS - 1).UTC().Truncate(time.Hour)
			for start := time.UnixMilli(s.FromMS).UTC().Truncate(time.Hour); !start.After(last); start = start.Add(time.Hour) {
				h := store.Hour{Base: b.Base, Asset: s.Asset, Start: start}
				if !seen[h] {
					seen[h] = true
					hours = append(hours, h)
				}
			}
		}
	}
	return hours
}
