package report

import (
	"context"
	"fmt"
	"slices"

	"basemeter/collector/utilisation"
)

// line forms the figures of a group.
func (b *builder) line(ctx context.Context, g Group, l *line, metrics []utilisation.Metric) (Line, error) {
	w := b.whole(g)
	if l == b.total {
		w = b.all
	}
	made := Line{Group: g, Bases: len(w.spans), Assets: b.assetsOf(w), Totals: &l.Totals}
	l.Whole, l.Days = &w.Cell, l.used()
	if b.needs&utilisation.OfRegistry != 0 {
		b.addRegistry(g, l, w)
	}
	if b.needs&utilisation.OfCards != 0 && b.countable(w) {
		l.Cards = 0
	}
	for base := range w.spans {
		if l.Cards < 0 {
			break
		}
		var err error
		if l.Cards, err = b.ledger.Cards(ctx, base, b.query.From, b.query.end()); err != nil {
			return made, fmt.Errorf("cards of %s: %w", base, err)
		}
	}
	for _, m := range metrics {
		f := b.figure(m, l, w)
		if f.Missing == "" && m.Needs&utilisation.OfPeople != 0 && b.people.withholds(m, g, l == b.total, f) {
			f = Figure{Metric: m.ID, Missing: Withheld}
		}
		made.Figures = append(made.Figures, f)
	}
	return made, nil
}

func (b *builder) figure(m utilisation.Metric, l *line, w *whole) Figure {
	if why := b.missing(m, l, w); why != "" {
		return Figure{Metric: m.ID, Missing: why}
	}
	f := m.Of(&l.Totals)
	return Figure{Metric: m.ID, Value: f.Value, Numerator: f.Numerator, Denominator: f.Denominator, Coverage: f.Coverage, EstimatedMS: f.EstimatedMS}
}

// missing is why a figure of a line cannot be told; empty if it can.
func (b *builder) missing(m utilisation.Metric, l *line, w *whole) Missing {
	stations := m.ID == "workstation_utilization"
	switch {
	case m.Needs&utilisation.OfRegistry != 0 && b.unkept:
		return NotKept
	case m.Needs&utilisation.OfCards != 0 && !b.countable(w), m.Needs&utilisation.OfDays != 0 && !b.datable(w), stations && b.query.about(ByAsset, ByLine):
		return NotDivided
	case m.Needs&utilisation.OfCards != 0 && l.Cards < 0:
		return NotKept
	}
	return ""
}

// countable tells whether different people can be counted: those of one base as a whole.
func (b *builder) countable(w *whole) bool {
	return len(w.spans) <= 1 && !b.query.about(slices.Concat(ofMachines, ofPeople, ofUse)...) && !slices.ContainsFunc(ofTime, b.query.by)
}

// datable tells whether dates can be counted: those of one base, or of one asset.
func (b *builder) datable(w *whole) bool {
	if b.query.by(ByAsset) {
		return len(w.units) <= 1
	}
	return len(w.spans) <= 1
}

// assetsOf is how many machines a group adds up: those that have time of their own in it, or share in that of their base.
func (b *builder) assetsOf(w *whole) (n int) {
	for base, spans := range w.spans {
		for _, asset := range b.inBase[base] {
			s := b.assets[asset]
			shares := w.units[unit{base: base}] && slices.ContainsFunc(spans, func(when span) bool { return !s.and(when).empty() })
			if w.units[asset] || shares {
				n++
			}
		}
	}
	return n
}

type registeredKey struct {
	base     string
	from, to int64
}

// registry is what the registry says of a base in a span, asked once.
func (b *builder) registry(base string, s span) Registered {
	key := registeredKey{base, s.from.UnixMilli(), s.to.UnixMilli()}
	r, asked := b.registered[key]
	if !asked {
		var known bool
		r, known = b.ledger.Registered(base, s.from, s.to)
		b.registered[key], b.unkept = r, b.unkept || !known
	}
	return r
}

// addRegistry adds the quotas and the workstations of a group in its periods.
func (b *builder) addRegistry(g Group, l *line, w *whole) {
	for base, spans := range w.spans {
		for _, s := range union(slices.Clone(spans)) {
			for asset, ms := range b.registry(base, s).QuotaMS {
				if w.units[unit{base, asset}] || w.units[unit{base: base}] {
					l.QuotaMS += ms
				}
			}
		}
	}
	at := b.stations[g.standing()]
	if l == b.total {
		at = b.stations[everywhere]
	}
	for base, spans := range at {
		for _, s := range spans {
			for area, ms := range b.registry(base, s).StationMS {
				if (g.Place == "" || g.Place == area) && b.query.allows(ByPlace, area) {
					l.StationMS += ms
				}
			}
		}
	}
}
