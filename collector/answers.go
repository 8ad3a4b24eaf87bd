package collector

import (
	"cmp"
	"context"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Answer is what a query comes to, from the ledger as it is or from a frozen version of it.
func (c *Collector) Answer(ctx context.Context, q report.Query) (report.Answer, error) {
	of, err := c.version(ctx, q.Version)
	if err != nil {
		return report.Answer{}, err
	}
	a, err := report.Build(ctx, of, q)
	if q.Version == "" { // a frozen version has its own
		a.Formula, a.Plan = utilisation.Formula, c.plans.version()
	}
	return a, err
}

// Explain is what a span of one asset was judged to be, part by part.
func (c *Collector) Explain(ctx context.Context, base, asset string, from, to time.Time) ([]utilisation.Span, error) {
	s, err := c.knowing(ctx, base, asset)
	if err != nil {
		return nil, err
	}
	return s.spans(ctx, base, asset, from, to)
}

// Evidence is the spells of one asset that overlap [from, to), each with the batch that brought it.
func (c *Collector) Evidence(ctx context.Context, base, asset string, from, to time.Time) ([]report.Evidence, error) {
	s, err := c.knowing(ctx, base, asset)
	if err != nil {
		return nil, err
	}
	var all []report.Evidence
	err = s.store.EachSpell(ctx, base, asset, from, to, func(spell record.Spell, gateway, stream string, sequence uint64) {
		all = append(all, report.Evidence{
			From: time.UnixMilli(spell.FromMS).UTC(), To: time.UnixMilli(spell.ToMS).UTC(), State: spell.State.String(), Why: spell.Why,
			Estimated: spell.Estimated, Gateway: gateway, Stream: stream, Sequence: sequence,
		})
	})
	slices.SortStableFunc(all, func(a, b report.Evidence) int { return a.From.Compare(b.From) })
	return all, err
}

// knowing is the ledger, if anything was ever heard of an asset, or it is registered.
func (c *Collector) knowing(ctx context.Context, base, asset string) (source, error) {
	s, err := c.source()
	if err != nil {
		return s, err
	}
	if known, err := s.knows(ctx, base, asset); !known {
		return s, cmp.Or(err, error(&report.UnknownError{Parameter: "asset", Value: base + "/" + asset}))
	}
	return s, nil
}

// Frozen are all versions of the ledger that never change.
func (c *Collector) Frozen(ctx context.Context) ([]report.Frozen, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	all, err := s.Freezes(ctx)
	told := make([]report.Frozen, len(all))
	for i, f := range all {
		told[i] = report.Frozen{Base: f.Base, Version: f.Version(), Period: f.Period, From: f.From, To: f.To, Rows: f.Rows,
			Digest: f.Digest, Formula: f.Formula, Plan: f.Plan, Reason: f.Reason, Author: f.Author, Made: f.Made}
	}
	return told, err
}

// Corrections are all that were ever made in a base or, if it is empty, in any, in the order in which they were made.
func (c *Collector) Corrections(ctx context.Context, base string) ([]report.Correction, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	bases := []string{base}
	if base == "" {
		if bases, err = s.Bases(ctx); err != nil {
			return nil, err
		}
	}
	var all []report.Correction
	for _, base := range bases {
		byAsset, err := s.Corrections(ctx, base)
		if err != nil {
			return nil, err
		}
		for asset, list := range byAsset {
			for _, one := range list {
				all = append(all, told(base, asset, one))
			}
		}
	}
	slices.SortFunc(all, func(a, b report.Correction) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

func told(base, asset string, c utilisation.Correction) report.Correction {
	made := report.Correction{ID: c.ID, Base: base, Asset: asset, From: time.UnixMilli(c.FromMS).UTC(), To: time.UnixMilli(c.ToMS).UTC(),
		Purpose: c.Purpose, Reason: c.Reason, Author: c.Author, Made: time.UnixMilli(c.MadeMS).UTC()}
	if c.State != nil {
		made.State = c.State.String()
	}
	if c.Affiliation != utilisation.NoUser {
		made.Affiliation = c.Affiliation.String()
	}
	return made
}
