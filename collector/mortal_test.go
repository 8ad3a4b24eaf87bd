package collector

import (
	"context"
	"time"

	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A mortal is shelves of one who may die before anything that they do.
type mortal struct {
	shelves
	move func() error
}

func (m mortal) Observed(ctx context.Context, base, asset string, from, to time.Time) (utilisation.Observed, error) {
	if err := m.move(); err != nil {
		return utilisation.Observed{}, err
	}
	return m.shelves.Observed(ctx, base, asset, from, to)
}

func (m mortal) EachRow(ctx context.Context, of utilisation.Range, each func(utilisation.Row) error) error {
	if err := m.move(); err != nil {
		return err
	}
	return m.shelves.EachRow(ctx, of, each)
}

func (m mortal) WriteRows(ctx context.Context, g utilisation.Grain, rows []utilisation.Row) error {
	if err := m.move(); err != nil {
		return err
	}
	return m.shelves.WriteRows(ctx, g, rows)
}

func (m mortal) WriteCrowd(ctx context.Context, g utilisation.Grain, rows []utilisation.CrowdRow) error {
	if err := m.move(); err != nil {
		return err
	}
	return m.shelves.WriteCrowd(ctx, g, rows)
}

func (m mortal) WriteChange(ctx context.Context, c store.Change) error {
	if err := m.move(); err != nil {
		return err
	}
	return m.shelves.WriteChange(ctx, c)
}

func (m mortal) Closed(ctx context.Context, base string) (store.Closed, error) {
	if err := m.move(); err != nil {
		return store.Closed{}, err
	}
	return m.shelves.Closed(ctx, base)
}
