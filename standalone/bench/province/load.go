package province

import (
	"context"
	"fmt"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// grains are those in which a ledger is kept.
var grains = []utilisation.Grain{utilisation.Month, utilisation.Day, utilisation.Hour}

// Load writes what a database does not have of a province, base by base, and says of each how many rows it has.
func (p *Province) Load(ctx context.Context, s *store.Store, tell func(bases, rows int)) error {
	var missing []Base
	for _, b := range p.All() {
		books, err := s.Closed(ctx, b.ID)
		if err != nil {
			return err
		}
		if !books.To.Equal(closed) { // which is written last
			missing = append(missing, b)
		}
	}
	made, end := make(chan *ledger), make(chan struct{}) // the next base is made up while one is written
	defer close(end)
	go func() {
		for _, b := range missing {
			select {
			case made <- p.ledger(b):
			case <-end:
				return
			}
		}
	}()
	for i, b := range missing {
		rows, err := p.write(ctx, s, b, <-made)
		if err != nil {
			return fmt.Errorf("%s: %w", b.ID, err)
		}
		tell(p.Bases-len(missing)+i+1, rows)
	}
	return nil
}

// write writes what a base has, and closes its books, so that no collector does it.
func (p *Province) write(ctx context.Context, s *store.Store, b Base, l *ledger) (rows int, err error) {
	for _, g := range grains {
		rows += len(l.rows[g]) + len(l.crowd[g])
		if err := s.WriteRows(ctx, g, l.rows[g]); err != nil {
			return rows, err
		}
		if err := s.WriteCrowd(ctx, g, l.crowd[g]); err != nil {
			return rows, err
		}
	}
	if err := s.WriteRows(ctx, utilisation.Hour, hoursOf(l.rows[utilisation.Hour])); err != nil {
		return rows, err
	}
	if err := s.WriteDays(ctx, l.days); err != nil {
		return rows, err
	}
	if err := s.WriteFacts(ctx, []record.Batch{p.facts(b)}); err != nil {
		return rows, err
	}
	if err := s.MarkClosing(ctx, b.ID, closed); err != nil {
		return rows, err
	}
	return rows + len(l.days), s.MarkClosed(ctx, b.ID, p.From().UTC(), closed)
}

// hoursOf are the hours of a base, of all uses together, as a rolled day has them.
func hoursOf(rows []utilisation.Row) (all []utilisation.Row) {
	sums := map[int64]int{}
	for _, r := range rows {
		at, has := sums[r.Start.Unix()]
		if !has {
			at = len(all)
			sums[r.Start.Unix()] = at
			all = append(all, utilisation.Row{Base: r.Base, Start: r.Start, Judged: r.Judged})
		}
		all[at].Cell = all[at].Cell.Plus(r.Cell)
	}
	return all
}

// closed is up to when the books are: beyond all that the bench will see.
var closed = time.Date(2040, 1, 1, 0, 0, 0, 0, zone).UTC()

// facts are a spell of each asset in each month. A real province has a hundred thousand of each: they are not read here,
// but each asset has its series of spells.
func (p *Province) facts(b Base) record.Batch {
	batch := record.Batch{Base: b.ID, Gateway: "gw-01", Stream: fmt.Sprintf("%032x", b.Number+1), Sequence: 1, Facts: record.Facts{Epoch: 1}}
	for month := p.From(); month.Before(End); month = month.AddDate(0, 1, 0) {
		for i := range PerBase {
			from := month.UnixMilli()
			batch.Spells = append(batch.Spells, record.Spell{Asset: asset(i), State: record.Off, FromMS: from, ToMS: from + hourMS})
		}
	}
	return batch
}
