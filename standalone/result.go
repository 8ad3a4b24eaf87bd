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
	Assets              int            `json:"assets"`
	Wires               map[string]int `json:"wires"` // devices by kind of wire
	Spells              int            `json:"spells"`
	Batches             batches        `json:"batches"`
	ConservationErrorMS int64          `json:"conservation_error_ms"`
	Report              report.Answer  `json:"report"`
	Purposes            report.Answer  `json:"purposes"` // the same time by purpose and user
	People              report.Answer  `json:"people"`

	expected  int // assets that are configured
	catalogue *report.Catalogue
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
	if err := r.ask(ctx, s, report.Query{From: began, To: ended, Now: ended, Where: map[report.Dimension][]string{report.ByBase: {c.Base}}}); err != nil {
		return err
	}
	r.Assets, r.Wires, r.expected = len(r.Report.Lines), map[string]int{}, len(c.Assets)
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
	for _, l := range r.Report.Lines {
		r.ConservationErrorMS += difference(l, ended.Sub(began))
	}
	return nil
}

// ask puts the demo's questions: by asset, by purpose and user, and who was there.
func (r *result) ask(ctx context.Context, s *site, q report.Query) (err error) {
	r.catalogue = s.collector.Catalogue()
	q.Catalogue = r.catalogue
	q.By, q.Metrics = []report.Dimension{report.ByBase, report.ByAsset}, []string{"effective_hours", "running_hours", "standby_hours", "off_hours", "fault_hours", "unknown_hours", "elapsed_hours"}
	if r.Report, err = s.collector.Answer(ctx, q); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	q.By = []report.Dimension{report.ByPurpose, report.ByAffiliation}
	if r.Purposes, err = s.collector.Answer(ctx, q); err != nil {
		return fmt.Errorf("report by purpose: %w", err)
	}
	q.By, q.Metrics = []report.Dimension{report.ByBase, report.ByPlace, report.ByUserGroup}, []string{"person_hours", "visits"}
	if r.People, err = s.collector.Answer(ctx, q); err != nil {
		return fmt.Errorf("report of people: %w", err)
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

// difference is by how much the states of a line miss the time that went by.
func difference(l report.Line, span time.Duration) int64 {
	cell := l.Totals.Ledger.Total()
	return abs(cell.Elapsed() - span.Milliseconds())
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
