// Package report turns the ledger into the figures that people ask for. Sums are formed first, ratios once, at the end,
// each with its coverage beside it. It does not know where the ledger is kept, nor who asks.
package report

import (
	"context"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// Build answers a query: a line for each group that has any time or people in the span, in order, and their total.
func Build(ctx context.Context, ledger Ledger, q Query) (Answer, error) {
	metrics, err := q.check()
	if err != nil {
		return Answer{}, err
	}
	b := &builder{query: &q, ledger: ledger, lines: map[Group]*line{}, total: newLine(), wholes: map[Group]*whole{}, all: newWhole(), people: newProtection(&q), registered: map[registeredKey]Registered{}}
	for _, m := range metrics {
		b.needs |= m.Needs
	}
	b.measures = utilisation.Reads(metrics)
	if b.needs&utilisation.OfDays != 0 {
		b.measures = append(b.measures, utilisation.Held)
	}
	if err := b.read(ctx); err != nil {
		return Answer{}, err
	}
	a := Answer{From: q.From.UTC(), To: later(q.From, q.end()).UTC(), By: q.By, Metrics: q.Metrics, Version: q.Version, Lines: []Line{}}
	if q.Most > 0 && len(b.lines) > q.Most {
		return Answer{}, &TooManyError{len(b.lines), q.Most}
	}
	b.people.decide()
	for g, l := range b.lines {
		if l.something() {
			made, err := b.line(ctx, g, l, metrics)
			if err != nil {
				return Answer{}, err
			}
			a.Lines = append(a.Lines, made)
		}
	}
	slices.SortFunc(a.Lines, func(x, y Line) int { return x.Group.Compare(y.Group) })
	a.Total, err = b.line(ctx, Group{}, b.total, metrics)
	return a, err
}

// A builder adds up what an answer is formed of.
type builder struct {
	query  *Query
	ledger Ledger
	needs  utilisation.Need
	// Measures are what the metrics are formed of.
	measures []utilisation.Measure
	lines    map[Group]*line
	total    *line
	wholes   map[Group]*whole
	all      *whole              // that of the total
	assets   map[unit]span       // that are asked about
	inBase   map[string][]unit   // the same, base by base
	stations map[Group]workplace // by what a line says of bases and of time

	registered map[registeredKey]Registered
	unkept     bool // the registry as it was then is not known

	people *protection
}

// A line adds up one group.
type line struct {
	utilisation.Totals
	held map[dated]int64 // held time by asset and date
	days int64           // dates of use in whole months
}

// A dated is an asset on a local date.
type dated struct {
	unit
	date string
}

// A whole is all that the assets and places of a group did, whatever for and whoever it was.
type whole struct {
	utilisation.Cell
	units map[unit]bool
	spans map[string][]span // by base: the periods that the group stands for
}

func newWhole() *whole { return &whole{units: map[unit]bool{}, spans: map[string][]span{}} }

func newLine() *line {
	return &line{
		Totals: utilisation.Totals{Ledger: utilisation.Ledger{}, Crowd: utilisation.Crowd{}, Hosted: utilisation.Crowd{}, Cards: -1},
		held:   map[dated]int64{},
	}
}

// something tells whether there was any time, or anybody.
func (l *line) something() bool { return len(l.Ledger)+len(l.Crowd) > 0 || l.days > 0 }

// both calls what is to be done for a group and for the total.
func (b *builder) both(g Group, do func(*line)) {
	if b.lines[g] == nil {
		b.lines[g] = newLine()
	}
	do(b.lines[g])
	do(b.total)
}

// whole is that of a group.
func (b *builder) whole(g Group) *whole {
	g.Purpose, g.Affiliation, g.UserGroup = "", "", ""
	w := b.wholes[g]
	if w == nil {
		w = newWhole()
		b.wholes[g] = w
	}
	return w
}

// note takes down that a group, and the total, stand for a base in a period and, if it has any time of its own there, for a
// unit.
func (b *builder) note(g Group, u unit, when span, c utilisation.Cell) {
	for _, w := range []*whole{b.whole(g), b.all} {
		w.Cell = w.Cell.Plus(c)
		if c != (utilisation.Cell{}) {
			w.units[u] = true
		}
		if !slices.Contains(w.spans[u.base], when) {
			w.spans[u.base] = append(w.spans[u.base], when)
		}
	}
}

func (b *builder) read(ctx context.Context) error {
	if b.needs&utilisation.OfMachines != 0 {
		r := machineReader{query: b.query, ledger: b.ledger, grain: b.grain(), byAsset: b.byAsset(), together: b.together(), measures: b.measures, each: b.addRow}
		if err := r.read(ctx); err != nil {
			return err
		}
		b.assets, b.inBase = r.assets, map[string][]unit{}
		for asset := range r.assets {
			b.inBase[asset.base] = append(b.inBase[asset.base], asset)
		}
		if b.needs&utilisation.OfDays != 0 {
			if err := b.addDays(ctx, r.months); err != nil {
				return err
			}
		}
	}
	if b.needs&utilisation.OfPeople != 0 {
		if b.needs&utilisation.OfMachines == 0 && b.query.about(ByAsset, ByLine) {
			r := machineReader{query: b.query, ledger: b.ledger, byAsset: true}
			if _, err := r.find(ctx); err != nil {
				return err
			}
			b.assets = r.assets
		}
		r := crowdReader{query: b.query, ledger: b.ledger, grain: b.query.grain(), beside: b.people.beside(), each: b.addCrowd}
		if err := r.read(ctx); err != nil {
			return err
		}
		b.furnish(r.bases)
	}
	return nil
}

// addRow books a row of machines.
func (b *builder) addRow(r utilisation.Row, grain utilisation.Grain) {
	if r.Cell == (utilisation.Cell{}) {
		return // a combination that has vanished
	}
	var g Group
	g.place(r.Base, b.query.base(r.Base))
	g.Asset, g.Line = r.Asset, b.query.base(r.Base).line(r.Asset)
	g.Purpose, g.Affiliation = r.Purpose, r.Affiliation.String()
	asked := b.query.allows(ByPurpose, g.Purpose) && b.query.allows(ByAffiliation, g.Affiliation)
	g = b.query.only(g)
	when := b.query.date(&g, r.Base, r.Start)
	b.note(g, unit{r.Base, r.Asset}, when, r.Cell)
	if !asked {
		return
	}
	b.both(g, func(l *line) {
		l.Ledger[r.Key] = l.Ledger[r.Key].Plus(r.Cell)
		if held := r.Cell[utilisation.Held]; held > 0 && grain != utilisation.Month && b.needs&utilisation.OfDays != 0 {
			l.held[dated{unit{r.Base, r.Asset}, r.Start.In(b.query.clock(r.Base)).Format(time.DateOnly)}] += held
		}
	})
}

// addCrowd books a row of people. People of an area are not any of its machines': of an asset they are those at its own
// reader.
func (b *builder) addCrowd(r utilisation.CrowdRow) {
	if r.CrowdCell == (utilisation.CrowdCell{}) {
		return
	}
	var g Group
	base := b.query.base(r.Base)
	g.place(r.Base, base)
	g.Place, g.Purpose, g.Affiliation, g.UserGroup = r.Place, r.Purpose, r.Affiliation.String(), r.UserGroup
	if _, heard := b.assets[unit{r.Base, r.Place}]; heard || base.Asset(r.Place) != nil {
		g.Asset, g.Line = r.Place, base.line(r.Place)
		b.people.readers[r.Place] = true
	}
	asked := !slices.ContainsFunc(slices.Concat(ofMachines, ofPeople, ofUse), func(d Dimension) bool { return !b.query.allows(d, g.At(d)) })
	asked = asked && (g.Asset != "" || !b.query.about(ByAsset, ByLine))
	g = b.query.only(g)
	when := b.query.date(&g, r.Base, r.Start)
	if b.people.remember(g, &r); !b.query.wantsBase(r.Base) {
		return
	}
	hosted := b.needs&utilisation.OfRegistry != 0 && b.registry(r.Base, span{b.query.From, b.query.end()}).Hosted[r.Place]
	if hosted {
		b.people.hosted[unit{r.Base, r.Place}] = true
	}
	if !asked {
		return
	}
	b.note(g, unit{base: r.Base}, when, utilisation.Cell{})
	crowd := utilisation.Crowd{r.CrowdKey: r.CrowdCell}
	b.both(g, func(l *line) {
		l.Crowd.Add(crowd)
		if hosted {
			l.Hosted.Add(crowd)
		}
	})
}

// only keeps what the query divides by.
func (q *Query) only(g Group) (kept Group) {
	for _, d := range q.By {
		*kept.at(d) = g.At(d)
	}
	return kept
}
