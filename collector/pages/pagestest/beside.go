package pagestest

import (
	"context"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// spans are those of a machine in a period, cut at its edges.
func (p *Province) spans(id, asset string, from, to time.Time, each func(utilisation.Span)) error {
	b := p.List.Base(id)
	if p.Fails != nil {
		return p.Fails
	}
	if b == nil {
		return &report.UnknownError{Parameter: "base", Value: id}
	}
	if b.Asset(asset) == nil {
		return &report.UnknownError{Parameter: "asset", Value: asset}
	}
	y, m, d := from.In(Beijing).Date()
	for start := date(y, int(m), d); start.Before(to); start = start.AddDate(0, 0, 1) {
		for _, s := range p.Day(b, asset, start) {
			if s.FromMS, s.ToMS = max(s.FromMS, from.UnixMilli()), min(s.ToMS, to.UnixMilli()); s.FromMS < s.ToMS {
				each(s)
			}
		}
	}
	return nil
}

// Explain is why a machine's time was judged as it was.
func (p *Province) Explain(_ context.Context, base, asset string, from, to time.Time) (list []utilisation.Span, err error) {
	return list, p.spans(base, asset, from, to, func(s utilisation.Span) { list = append(list, s) })
}

// Evidence is the spells, and the batches that brought them.
func (p *Province) Evidence(_ context.Context, base, asset string, from, to time.Time) (list []report.Evidence, err error) {
	return list, p.spans(base, asset, from, to, func(s utilisation.Span) {
		if s.Because.Spell != nil {
			list = append(list, report.Evidence{From: time.UnixMilli(s.FromMS), To: time.UnixMilli(s.ToMS), State: s.Because.Spell.State.String(), Why: s.Because.Spell.Why,
				Gateway: "gw-" + base, Stream: "5f0c2a91", Sequence: uint64(s.FromMS / 300_000 % 1_000_000)})
		}
	})
}

// Heat is a period by weekday and hour.
func (p *Province) Heat(_ context.Context, base, asset string, from, to time.Time) (h report.Heat, err error) {
	for _, a := range p.List.Base(base).Assets {
		if asset != "" && asset != a.ID {
			continue
		}
		err = p.spans(base, a.ID, from, to, func(s utilisation.Span) {
			for end := s.ToMS; s.FromMS < end; s.FromMS = s.ToMS {
				s.ToMS = min(end, s.FromMS-s.FromMS%hour+hour)
				at := time.UnixMilli(s.FromMS).In(Beijing)
				cell := &h[(at.Weekday()+6)%7][at.Hour()]
				*cell = cell.Plus(s.Cell())
			}
		})
	}
	return h, err
}

// Frozen are the frozen versions.
func (p *Province) Frozen(context.Context) ([]report.Frozen, error) { return p.Told, p.Fails }

// Corrections are those of a base.
func (p *Province) Corrections(_ context.Context, base string) (list []report.Correction, _ error) {
	b := p.List.Base(base)
	if at, ok := p.days["m-01"]; ok && base == Large && b != nil {
		for _, s := range p.Day(b, "m-01", date(at.Year(), int(at.Month()), at.Day())) {
			if c := s.Because.Correction; c != nil {
				list = append(list, report.Correction{ID: c.ID, Base: base, Asset: "m-01", From: time.UnixMilli(s.FromMS), To: time.UnixMilli(s.ToMS), Purpose: c.Purpose, Affiliation: c.Affiliation.String(),
					Reason: c.Reason, Author: c.Author, Made: at.AddDate(0, 0, 3)})
			}
		}
	}
	return list, p.Fails
}
