package pagestest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Answer sums the ledgers as a query says.
func (p *Province) Answer(_ context.Context, q report.Query) (report.Answer, error) {
	p.Asked = append(p.Asked, q)
	if p.Fails != nil {
		return report.Answer{}, p.Fails
	}
	for _, id := range q.Where[report.ByBase] {
		if p.List.Base(id) == nil {
			return report.Answer{}, &report.UnknownError{Parameter: "base", Value: id}
		}
	}
	for _, id := range q.Metrics {
		m, known := utilisation.MetricOf(id)
		_, narrowed := q.Where[report.ByUserGroup]
		if !known || m.Needs&utilisation.OfMachines != 0 && (narrowed || slices.Contains(q.By, report.ByUserGroup)) || m.Needs&utilisation.OfMachines == 0 && slices.Contains(q.By, report.ByLine) {
			return report.Answer{}, fmt.Errorf("%s cannot be divided so", id) // as the collector refuses it
		}
	}
	sums := map[report.Group]*sum{{}: newSum()}
	at := func(g report.Group) []*sum {
		narrow := report.Group{}
		for _, d := range q.By {
			set(&narrow, d, g.At(d))
		}
		if sums[narrow] == nil {
			sums[narrow] = newSum()
		}
		if len(q.By) == 0 {
			return []*sum{sums[narrow]}
		}
		return []*sum{sums[narrow], sums[report.Group{}]}
	}
	for i, r := range p.rows {
		if g := &p.groups[i]; p.wanted(&q, g, r.Start) {
			for _, s := range at(*g) {
				s.Ledger.Add(utilisation.Ledger{r.Key: r.Cell})
				s.assets[r.Base+"/"+r.Asset], s.bases[r.Base] = true, true
				if r.Cell[utilisation.Held] > 0 {
					s.dates[r.Start] = true
				}
			}
		}
	}
	for _, r := range p.crowd {
		g := p.group(r.Base, "", r.Key, r.Start)
		if g.UserGroup = r.UserGroup; p.wanted(&q, &g, r.Start) && !slices.Contains(q.By, report.ByAsset) && !slices.Contains(q.By, report.ByLine) {
			for _, s := range at(g) {
				s.Crowd.Add(utilisation.Crowd{r.CrowdKey: r.CrowdCell})
				s.bases[r.Base] = true
			}
		}
	}
	if _, narrowed := q.Where[report.ByPurpose]; narrowed || slices.Contains(q.By, report.ByPurpose) || slices.Contains(q.By, report.ByAffiliation) {
		wholes := p.wholes(&q)
		for g, s := range sums {
			g.Purpose, g.Affiliation = "", ""
			whole := wholes[g]
			s.Whole = &whole
		}
	}
	answer := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Version: q.Version, Formula: utilisation.Formula, Plan: p.List.Version}
	if p.Now.Before(answer.To) {
		answer.To = p.Now
	}
	for _, g := range slices.SortedFunc(maps.Keys(sums), report.Group.Compare) {
		line := sums[g].line(g, q)
		if g == (report.Group{}) {
			answer.Total = line
		} else {
			answer.Lines = append(answer.Lines, line)
		}
	}
	return answer, nil
}

// wholes are all time of each group, whatever it was for, and under no group that of all.
func (p *Province) wholes(q *report.Query) map[report.Group]utilisation.Cell {
	free := *q
	free.Where = maps.Clone(q.Where)
	delete(free.Where, report.ByPurpose)
	delete(free.Where, report.ByAffiliation)
	by := slices.DeleteFunc(slices.Clone(q.By), func(d report.Dimension) bool { return d == report.ByPurpose || d == report.ByAffiliation })
	sums := map[report.Group]utilisation.Cell{}
	for i, r := range p.rows {
		if !p.wanted(&free, &p.groups[i], r.Start) {
			continue
		}
		narrow := report.Group{}
		for _, d := range by {
			set(&narrow, d, p.groups[i].At(d))
		}
		if sums[narrow] = sums[narrow].Plus(r.Cell); len(by) > 0 {
			sums[report.Group{}] = sums[report.Group{}].Plus(r.Cell)
		}
	}
	return sums
}

func (p *Province) wanted(q *report.Query, g *report.Group, start time.Time) bool {
	for d, ids := range q.Where {
		if !slices.Contains(ids, g.At(d)) {
			return false
		}
	}
	return q.Within.Has(g.Base, p.List.Base(g.Base)) && !start.Before(q.From) && start.Before(q.To)
}

func (p *Province) group(id, asset string, key utilisation.Key, start time.Time) report.Group {
	b := p.List.Base(id)
	g := report.Group{City: b.City, County: b.County, Cluster: b.Cluster, Consortium: b.Consortium, Kind: b.Kind, Base: id, Asset: asset, Purpose: key.Purpose, Affiliation: key.Affiliation.String(),
		Year: start.Format("2006"), Month: start.Format("2006-01"), Day: start.Format(time.DateOnly)}
	if a := b.Asset(asset); a != nil {
		g.Line = a.Line
	}
	return g
}

func set(g *report.Group, d report.Dimension, value string) {
	switch d {
	case report.ByCity:
		g.City = value
	case report.ByBase:
		g.Base = value
	case report.ByLine:
		g.Line = value
	case report.ByAsset:
		g.Asset = value
	case report.ByPurpose:
		g.Purpose = value
	case report.ByAffiliation:
		g.Affiliation = value
	case report.ByUserGroup:
		g.UserGroup = value
	case report.ByYear:
		g.Year = value
	case report.ByMonth:
		g.Month = value
	case report.ByDay:
		g.Day = value
	default:
		panic("pagestest: no " + d)
	}
}

// A sum is what becomes a line.
type sum struct {
	utilisation.Totals
	assets, bases map[string]bool
	dates         map[time.Time]bool
}

func newSum() *sum {
	return &sum{utilisation.Totals{Ledger: utilisation.Ledger{}, Crowd: utilisation.Crowd{}, Hosted: utilisation.Crowd{}, Cards: -1}, map[string]bool{}, map[string]bool{}, map[time.Time]bool{}}
}

func (s *sum) line(g report.Group, q report.Query) report.Line {
	s.Days = int64(len(s.dates))
	s.QuotaMS, s.StationMS = int64(len(s.assets))*800*hour, 60*2000*hour
	line := report.Line{Group: g, Bases: len(s.bases), Assets: len(s.assets)}
	for _, id := range q.Metrics {
		line.Figures = append(line.Figures, s.figure(id, q.By))
	}
	return line
}

func (s *sum) figure(id string, by []report.Dimension) report.Figure {
	m, ok := utilisation.MetricOf(id)
	if !ok {
		panic("pagestest: no metric " + id)
	}
	f := m.Of(&s.Totals)
	figure := report.Figure{Metric: id, Value: f.Value, Numerator: f.Numerator, Denominator: f.Denominator, Coverage: f.Coverage, EstimatedMS: f.EstimatedMS}
	switch ofPeople := m.Needs&utilisation.OfPeople != 0; {
	case ofPeople && (slices.Contains(by, report.ByAsset) || slices.Contains(by, report.ByLine)), !ofPeople && slices.Contains(by, report.ByUserGroup):
		return report.Figure{Metric: id, Missing: report.NotDivided}
	case ofPeople && figure.Numerator > 0 && s.visits() < 50:
		return report.Figure{Metric: id, Missing: report.Withheld}
	}
	return figure
}

func (s *sum) visits() (n int64) {
	for _, c := range s.Crowd {
		n += c.Visits
	}
	return n
}
