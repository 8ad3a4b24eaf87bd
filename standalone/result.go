package main

import (
	"context"
	"fmt"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/configs"
)

// A result is what the demo came to.
type result struct {
	Assets              int                `json:"assets"`
	Wires               map[string]int     `json:"wires"` // devices by kind of wire
	Spells              int                `json:"spells"`
	Batches             batches            `json:"batches"`
	ConservationErrorMS int64              `json:"conservation_error_ms"`
	Report              []report.Row       `json:"report"`
	Purposes            []report.Row       `json:"purposes"` // the same time by purpose and user
	People              []report.PeopleRow `json:"people"`

	expected int // assets that are configured
}

type batches struct {
	Sent         uint64 `json:"sent"`
	Acknowledged uint64 `json:"acknowledged"`
	Rejected     uint64 `json:"rejected"`
	Pending      uint64 `json:"pending"`
}

// gather asks the database, once the agent has ended, what has become of the time since it began.
func (r *result) gather(ctx context.Context, s *site, c configs.Site) error {
	began, ended := s.agent.Span()
	q := report.Query{From: began, To: ended, Now: ended, Base: c.Base, By: []report.Dimension{report.ByBase, report.ByAsset}}
	rows, err := s.collector.Report(ctx, q)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	q.By = []report.Dimension{report.ByPurpose, report.ByAffiliation}
	if r.Purposes, err = s.collector.Report(ctx, q); err != nil {
		return fmt.Errorf("report by purpose: %w", err)
	}
	q.By = report.PeopleDimensions
	if r.People, err = s.collector.People(ctx, q); err != nil {
		return fmt.Errorf("report of people: %w", err)
	}
	r.Report, r.Assets, r.Wires, r.expected = rows, len(rows), map[string]int{}, len(c.Assets)
	for _, l := range c.Lines {
		r.Wires[l.Kind] += max(1, len(l.Devices))
	}
	b := &r.Batches
	b.Sent, b.Acknowledged, b.Rejected, b.Pending = s.agent.Batches()
	for _, a := range c.Assets {
		spells, err := s.collector.Spells(ctx, c.Base, a.Name, began, ended)
		if err != nil {
			return fmt.Errorf("spells of %s: %w", a.Name, err)
		}
		r.Spells += len(spells)
		r.ConservationErrorMS += unaccounted(spells, began, ended)
	}
	for _, row := range rows {
		r.ConservationErrorMS += difference(row, ended.Sub(began))
	}
	return nil
}

// unaccounted is how many milliseconds between the first moment and the last the spells in the database leave out, or
// claim twice. The agent says of every millisecond what it knows, if only that it knows nothing; so whatever is left
// out was lost on the way.
func unaccounted(spells []record.Spell, began, ended time.Time) int64 {
	var wrong int64
	cursor := began.UnixMilli()
	for _, s := range spells {
		wrong += abs(s.FromMS - cursor)
		cursor = s.ToMS
	}
	return wrong + abs(ended.UnixMilli()-cursor)
}

// difference is by how much a row's states miss the time that went by.
func difference(row report.Row, span time.Duration) int64 {
	sum := row.Running + row.Standby + row.Off + row.Fault + row.Unknown
	return abs(int64(sum)-span.Milliseconds()) + abs(int64(row.Elapsed)-span.Milliseconds())
}

func abs(n int64) int64 { return max(n, -n) }

// verdict is an error unless all that was seen is in the database and time is conserved.
func (r *result) verdict() error {
	switch {
	case r.Batches.Pending > 0:
		return fmt.Errorf("%d batches were not acknowledged", r.Batches.Pending)
	case r.Batches.Rejected > 0:
		return fmt.Errorf("%d batches were rejected", r.Batches.Rejected)
	case r.ConservationErrorMS != 0:
		return fmt.Errorf("time is not conserved: %d ms", r.ConservationErrorMS)
	case r.Assets != r.expected:
		return fmt.Errorf("%d assets were measured, %d are configured", r.Assets, r.expected)
	}
	return nil
}
