package forms

import (
	"cmp"
	"context"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// The metrics of the workbook, in the order in which people read them. Of people there are those that can be divided by
// a base, but not by a machine.
var (
	machineMetrics = []string{"effective_hours", "open_use_hours", "external_hours", "external_share", "allocation", "utilization_efficiency", "availability_iso",
		"open_hours", "idle_open_hours", "out_of_hours", "no_show_hours", "attended_hours", "unattended_hours", "quota_ratio", "energy_kwh", "standby_kwh"}
	stateMetrics  = []string{"running_hours", "standby_hours", "off_hours", "fault_hours", "unknown_hours", "elapsed_hours", "planned_hours", "corrected_hours"}
	peopleMetrics = []string{"person_hours", "person_hours_inside", "person_hours_society", "visits"}
)

func utilisationSteps(m *maker) int { return 7 + len(m.bases) }

// utilisationForm is the workbook of everything.
func utilisationForm(ctx context.Context, m *maker) error {
	for _, sheet := range []func(context.Context, *maker) error{summary, byBase, byAsset, byUse, byMonth, insideOutside, byPeople, corrections, definitions} {
		if err := sheet(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// summary is the key figures of all together.
func summary(ctx context.Context, m *maker) error {
	metrics := slices.Concat(machineMetrics, stateMetrics, peopleMetrics, []string{"people", "days_used", "workstation_utilization", "coverage"})
	a, err := m.ask(ctx, nil, metrics, nil)
	if err != nil {
		return err
	}
	s := table.Sheet{ID: "summary", Title: say("汇总", "Summary"), Columns: []table.Column{
		{ID: "name", Head: say("指标", "Figure")}, {ID: "value", Head: say("数值", "Value"), Format: table.Mixed}, {ID: "unit", Head: say("单位", "Unit")},
		{ID: "coverage", Head: say("覆盖率", "Coverage"), Format: table.Percent},
		guessed(utilisation.Hours), {ID: "remark", Head: say("没有数值的原因", "Why there is no value")}, {ID: "metric", Head: say("指标编号", "Metric")},
	}}
	for _, id := range metrics {
		s.Rows = append(s.Rows, m.keyFigure(&a.Total, id))
	}
	m.add(s, say("%d 个基地、%d 台设备有数据；登记在用 %d 台。", "Data of %d bases and %d assets; %d are registered and in service.", a.Total.Bases, a.Total.Assets, m.all()),
		say("占比在本表以百分数给出（单位 %）。", "Shares stand here as percentages (unit %)."))
	return nil
}

// keyFigure is a row of the summary. Its units differ, so a share is put in percent. Without a value it says why.
func (m *maker) keyFigure(l *report.Line, id string) []table.Cell {
	h, value, covered, guess := head(id), m.of(l, id), table.Cell{}, estimated(l, id)
	unit := unitWord(h.Unit)
	if h.Format == table.Percent {
		value.Number, unit = 100*value.Number, table.Text{ZH: "%", EN: "%"}
	}
	switch f := l.Figure(id); {
	case value.Kind != table.Number:
		covered, guess = value, value
	case !nobody(f):
		covered = table.Amount(f.Coverage)
	}
	return []table.Cell{table.SayIn(h.Head), value, table.SayIn(unit), covered, guess, table.SayIn(value.Text), table.Say(id)}
}

// unitWord is a unit as people write it.
func unitWord(unit string) table.Text {
	words := map[utilisation.Unit]table.Text{utilisation.Hours: {ZH: "小时", EN: "h"}, utilisation.PersonHours: {ZH: "人时", EN: "person-h"}, utilisation.Visits: {ZH: "人次", EN: "visits"},
		utilisation.People: {ZH: "人", EN: "people"}, utilisation.Days: {ZH: "天", EN: "d"}, utilisation.Ratio: {ZH: "比值", EN: "ratio"}}
	return or(words[utilisation.Unit(unit)], unit)
}

func byBase(ctx context.Context, m *maker) error {
	metrics := slices.Concat([]string{"coverage"}, machineMetrics, peopleMetrics, []string{"days_used", "workstation_utilization"})
	a, err := m.ask(ctx, []report.Dimension{report.ByBase}, metrics, nil)
	if err != nil {
		return err
	}
	m.heard(a.Lines)
	city := column{table.Column{ID: "city", Head: heads[report.ByCity]}, func(l *report.Line) table.Cell {
		if b := m.Query.Catalogue.Base(l.Base); b != nil {
			return table.SayIn(m.word(report.ByCity, b.City))
		}
		return table.Cell{}
	}}
	columns := []column{m.by(report.ByBase), m.ids(report.ByBase), city, counted("assets", say("设备台数", "Assets"), func(l *report.Line) int { return l.Assets })}
	m.add(m.sheet("bases", say("各基地", "Bases"), a.Lines, append(columns, m.metrics(metrics...)...)...))
	return nil
}

// byAsset is four sheets of one answer: what was done, in which states, the ten that did most, and how far to trust it.
func byAsset(ctx context.Context, m *maker) error {
	metrics := slices.Concat([]string{"coverage"}, machineMetrics, stateMetrics, []string{"days_used"})
	a, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByAsset}, metrics, nil)
	if err != nil {
		return err
	}
	columns := []column{m.by(report.ByBase), m.by(report.ByAsset), m.ids(report.ByBase), m.ids(report.ByAsset)}
	used := slices.Concat([]string{"coverage"}, machineMetrics, []string{"days_used"})
	m.add(m.sheet("assets", say("各设备", "Assets"), a.Lines, slices.Concat(columns, m.metrics(used...))...))
	m.add(m.sheet("states", say("各设备状态", "States of assets"), a.Lines, slices.Concat(columns, m.metrics("coverage"), m.metrics(stateMetrics...))...))
	m.top(a.Lines)
	m.trust(&a)
	return nil
}

// top is a drawing of the assets with most effective hours.
func (m *maker) top(lines []report.Line) {
	const most = 10
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b report.Line) int {
		return cmp.Compare(hours(&b, "effective_hours"), hours(&a, "effective_hours"))
	})
	lines = lines[:min(len(lines), most)]
	label := column{table.Column{ID: "name", Head: heads[report.ByAsset]}, func(l *report.Line) table.Cell {
		return table.SayIn(say("%s %s", "%s %s", m.called(report.ByBase, l), m.called(report.ByAsset, l)))
	}}
	s := m.sheet("top", say("有效机时前十", "Most effective hours"), lines, append([]column{label}, m.metrics("effective_hours", "running_hours", "coverage")...)...)
	s.Charts = []table.Chart{{Kind: table.Bars, Title: say("有效机时前十的设备", "Assets with most effective hours"), Labels: "name", Values: []string{"effective_hours"}}}
	m.add(s, say("按有效机时排列，只作展示；覆盖率低的设备可能被低估，不是排名。", "In order of effective hours, to look at: an asset of low coverage may have done more. It is no ranking."))
}

// trust says of each asset how much of its time is known, also of those that nothing was heard of.
func (m *maker) trust(a *report.Answer) {
	columns := []column{m.by(report.ByBase), m.by(report.ByAsset), m.ids(report.ByAsset), m.metric("coverage"), m.metric("elapsed_hours"), m.metric("unknown_hours"),
		{guessed(utilisation.Hours), func(l *report.Line) table.Cell { return estimated(l, "elapsed_hours") }},
		m.metric("corrected_hours")}
	s := m.sheet("coverage", say("覆盖率", "Coverage"), a.Lines, columns...)
	silent := unknown("登记在用，但没有任何遥测数据", "registered and in service, and nothing was ever heard of it")
	of := indexed(a)
	for _, b := range m.bases {
		for _, asset := range m.assets(b) {
			if of.of(b.ID, asset.ID) == nil {
				s.Rows = append(s.Rows, []table.Cell{table.SayIn(baseName(b, b.ID)), table.SayIn(assetName(asset, asset.ID)), table.Say(asset.ID),
					{Kind: table.Number, Faint: true}, silent, silent, silent, silent})
			}
		}
	}
	m.add(s, say("更正：有人事后说明的时间，见“更正”表；原始记录保留不变。", "Corrected: time that somebody put right afterwards; see the sheet of corrections. What was measured is kept."))
}

func byUse(ctx context.Context, m *maker) error {
	metrics := []string{"effective_hours", "open_use_hours", "person_hours", "visits"}
	a, err := m.ask(ctx, []report.Dimension{report.ByPurpose, report.ByAffiliation}, metrics, nil)
	if err != nil {
		return err
	}
	used := slices.DeleteFunc(slices.Clone(a.Lines), func(l report.Line) bool { return l.Purpose == utilisation.None || l.Purpose == utilisation.Maintenance })
	columns := append([]column{m.by(report.ByPurpose), m.by(report.ByAffiliation)}, m.metrics(metrics...)...)
	m.add(m.sheet("use", say("用途与使用方", "Purposes and users"), used, columns...),
		say("未归类：有使用，但不知道用途；没有使用的时间和维护不在此表。", "Unattributed is use of which nobody knows what for. Time without use, and maintenance, are not in this table."))
	return nil
}

func byPeople(ctx context.Context, m *maker) error {
	metrics := []string{"person_hours", "visits"}
	a, err := m.ask(ctx, []report.Dimension{report.ByAffiliation, report.ByUserGroup}, metrics, nil)
	if err != nil {
		return err
	}
	columns := append([]column{m.by(report.ByAffiliation), m.by(report.ByUserGroup)}, m.metrics(metrics...)...)
	columns = append(columns, m.measured("person_hours"))
	m.add(m.sheet("people", say("人员", "People"), a.Lines, columns...),
		say("人时、人次、人数是不同的单位。忘记刷卡离开的时间按规则估计，人时实测占比 = 未估计的人时 ÷ 全部人时。",
			"Person-hours, visits and people are different units. Forgotten badge-outs are estimated; measured is the share that is not."))
	return nil
}
