package pages

import (
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// The metrics that pages are made of.
var (
	keyMetrics     = []string{"effective_hours", "external_share", "allocation", "person_hours_inside", "person_hours_society", "coverage"}
	sideMetrics    = []string{"internal_hours", "external_hours", "person_hours"}
	placeMetrics   = []string{"effective_hours", "external_share", "allocation", "person_hours", "coverage"}
	machineMetrics = []string{"effective_hours", "external_share", "allocation", "days_used", "coverage"}
	useMetrics     = []string{"effective_hours", "person_hours"}
	peopleMetrics  = []string{"person_hours", "visits"}
)

// groupings are what the overview can be divided by.
var groupings = []report.Dimension{report.ByCity, report.ByBase, report.ByLine, report.ByAsset, report.ByPurpose, report.ByAffiliation, report.ByUserGroup, report.ByMonth}

// columns are the metrics that a grouping can show: nobody's people are those of a machine.
func columns(by report.Dimension) []string {
	switch by {
	case report.ByLine, report.ByAsset:
		return machineMetrics
	case report.ByPurpose, report.ByAffiliation:
		return useMetrics
	case report.ByUserGroup:
		return peopleMetrics
	}
	return placeMetrics
}

// answer asks, within the scope and narrowed as the page is. What cannot be divided or narrowed so is not asked, and is
// said to be so in each line.
func (a *asking) answer(metrics []string, by ...report.Dimension) (report.Answer, error) {
	where := a.where()
	can := slices.DeleteFunc(slices.Clone(metrics), func(id string) bool { return !dividable(id, by, where) })
	answer := report.Answer{From: a.period.from, To: earlier(a.period.to, a.now), By: by, Formula: utilisation.Formula, Plan: a.list.Version}
	if len(can) > 0 {
		var err error
		if answer, err = a.Answer(a.ctx, report.Query{
			From: a.period.from, To: a.period.to, Now: a.now, Grace: a.Grace, By: by, Where: where, Within: a.scope, Metrics: can,
			Catalogue: a.list, Zone: a.period.zone, LeastUse: a.LeastUse, Version: a.period.version,
		}); err != nil {
			return answer, err
		}
	}
	complete(&answer.Total, metrics)
	for i := range answer.Lines {
		complete(&answer.Lines[i], metrics)
	}
	if a.place.kind == report.ByBase && a.place.card == nil && len(answer.Lines) == 0 {
		return answer, absent("base", a.place.id) // neither the registry nor the ledger knows it
	}
	return answer, nil
}

// dividable tells whether a metric can be divided and narrowed so: a machine has no user group, and a line no people.
func dividable(id string, by []report.Dimension, where map[report.Dimension][]string) bool {
	m, _ := definitionOf(id)
	about := func(d report.Dimension) bool { return slices.Contains(by, d) || len(where[d]) > 0 }
	if m.Needs&utilisation.OfMachines != 0 {
		return !about(report.ByUserGroup)
	}
	return !about(report.ByLine)
}

// complete puts the figures of a line into the order of the metrics, with those that were not asked for.
func complete(l *report.Line, metrics []string) {
	all := make([]report.Figure, len(metrics))
	for i, id := range metrics {
		all[i] = report.Figure{Metric: id, Missing: report.NotDivided}
		if f := l.Figure(id); f != nil {
			all[i] = *f
		}
	}
	l.Figures = all
}

// within puts the base before a dimension that means something only within it.
func within(d report.Dimension) []report.Dimension {
	if d == report.ByLine || d == report.ByAsset {
		return []report.Dimension{report.ByBase, d}
	}
	return []report.Dimension{d}
}

// hollow tells whether nothing was seen at all.
func hollow(l *report.Line) bool {
	for _, f := range l.Figures {
		if f.Missing != "" || f.Numerator != 0 || f.Denominator != 0 {
			return false
		}
	}
	return true
}
