package collector

import (
	"context"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Sessions are the uses of a base's machines, or of one of them, in [from, to), asset by asset. They are judged from the
// facts: of a span whose facts are no longer kept the error is report.ErrNotKept.
func (c *Collector) Sessions(ctx context.Context, base, asset string, from, to time.Time) ([]report.Session, error) {
	s, err := c.source()
	if err != nil {
		return nil, err
	}
	if s.keep > 0 && from.Before(time.Now().Add(-s.keep)) {
		return nil, report.ErrNotKept
	}
	all, err := s.assets(ctx, base)
	if err != nil {
		return nil, err
	}
	var sessions []report.Session
	found := false
	for _, a := range all {
		if a.Base != base || asset != "" && a.Name != asset {
			continue
		}
		found = true
		spans, err := s.spans(ctx, base, a.Name, from, to)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, sessionsOf(base, a.Name, spans)...)
	}
	if !found {
		return nil, &report.UnknownError{Parameter: "asset", Value: base + "/" + asset}
	}
	return sessions, nil
}

// sessionsOf joins spans that follow each other and are of one use.
func sessionsOf(base, asset string, spans []utilisation.Span) (all []report.Session) {
	for i := range spans {
		s := &spans[i]
		if s.Context != utilisation.InSession {
			continue
		}
		one := sessionOf(base, asset, s)
		if n := len(all) - 1; n >= 0 && all[n].To.Equal(one.From) && sameUse(all[n], one) {
			last := &all[n]
			last.To, last.Estimated = one.To, last.Estimated || one.Estimated
			last.HeldMS, last.EffectiveMS, last.RunningMS = last.HeldMS+one.HeldMS, last.EffectiveMS+one.EffectiveMS, last.RunningMS+one.RunningMS
			continue
		}
		all = append(all, one)
	}
	return all
}

func sameUse(a, b report.Session) bool {
	return a.Purpose == b.Purpose && a.Affiliation == b.Affiliation && a.Organisation == b.Organisation && a.Project == b.Project && a.Layer == b.Layer
}

func sessionOf(base, asset string, s *utilisation.Span) report.Session {
	made := report.Session{Base: base, Asset: asset, From: time.UnixMilli(s.FromMS).UTC(), To: time.UnixMilli(s.ToMS).UTC(),
		Purpose: s.Purpose, Affiliation: s.Affiliation.String(), Layer: "evidence", Estimated: s.Estimated}
	switch use := s.Use(); {
	case s.Because.Chosen != nil:
		made.Layer = "spot"
	case use != nil:
		made.Layer, made.Organisation, made.Project = use.Layer, use.Organisation, use.Project
	}
	if !s.Held {
		return made
	}
	made.HeldMS = s.LengthMS()
	if s.On() {
		made.EffectiveMS = s.LengthMS()
	}
	if s.State == record.Running {
		made.RunningMS = s.LengthMS()
	}
	return made
}
