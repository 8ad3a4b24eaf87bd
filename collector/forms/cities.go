package forms

import (
	"context"
	"math"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

var regionLevels = []struct {
	by    []report.Dimension
	id    string
	title table.Text
}{
	{[]report.Dimension{report.ByCity}, "cities", table.Text{ZH: "设区市", EN: "Cities"}},
	{[]report.Dimension{report.ByCity, report.ByCounty}, "counties", table.Text{ZH: "县（市、区）", EN: "Counties"}},
	{[]report.Dimension{report.ByCity, report.ByZone}, "zones", table.Text{ZH: "开发区", EN: "Zones"}},
}

func citiesSteps(*maker) int { return len(regionLevels) }

// citiesForm compares cities, counties and zones, each by what it has.
func citiesForm(ctx context.Context, m *maker) error {
	metrics := []string{"effective_hours", "allocation", "external_share", "person_hours", "workstation_utilization", "coverage"}
	for _, level := range regionLevels {
		a, err := m.ask(ctx, level.by, metrics, nil)
		if err != nil {
			return err
		}
		last := level.by[len(level.by)-1]
		lines := slices.DeleteFunc(slices.Clone(a.Lines), func(l report.Line) bool { return l.At(last) == "" }) // bases that say nothing of it
		m.add(m.compared(level.id, level.title, level.by, lines), append(m.cityNotes(len(a.Lines)-len(lines)), m.silent(last, lines)...)...)
	}
	return nil
}

func (m *maker) compared(id string, title table.Text, by []report.Dimension, lines []report.Line) table.Sheet {
	ranks := m.ranks(lines)
	ranked := func(l report.Line) bool { _, is := ranks[l.Group]; return is }
	lines = slices.Concat(slices.DeleteFunc(slices.Clone(lines), func(l report.Line) bool { return !ranked(l) }), slices.DeleteFunc(slices.Clone(lines), ranked))
	var columns []column
	for _, d := range by {
		columns = append(columns, m.by(d))
	}
	columns = append(columns,
		counted("bases", say("基地数", "Bases"), func(l *report.Line) int { return l.Bases }),
		counted("assets", say("设备台数", "Assets"), func(l *report.Line) int { return l.Assets }),
		m.metric("effective_hours"),
		column{table.Column{ID: "hours_per_asset", Head: say("台均有效机时", "Effective hours per asset"), Unit: "h", Format: table.Decimal}, func(l *report.Line) table.Cell {
			return m.per(l, "effective_hours", float64(l.Assets), "没有设备", "no assets")
		}})
	columns = append(columns, m.metrics("allocation", "external_share")...)
	columns = append(columns,
		column{table.Column{ID: "person_hours_per_workstation", Head: say("工位均人时", "Attendance per workstation"), Unit: "person-h", Format: table.Decimal}, func(l *report.Line) table.Cell {
			return m.per(l, "person_hours", float64(m.stations(l, by)), "没有登记工位数", "no workstations are registered")
		}},
		m.measured("person_hours"), m.metric("workstation_utilization"), m.metric("coverage"),
		column{table.Column{ID: "rank", Head: say("台均有效机时排名", "Rank by hours per asset"), Format: table.Whole}, func(l *report.Line) table.Cell {
			if rank, ok := ranks[l.Group]; ok {
				return table.Amount(float64(rank))
			}
			return table.SayIn(say("覆盖率不足，不排名", "coverage too low to be ranked"))
		}})
	s := m.sheet(id, title, lines, columns...)
	if len(ranks) > 0 { // a bar beside others is a rank, too
		s.Charts = []table.Chart{{Kind: table.Bars, Title: say("台均有效机时（只画参与排名的）", "Effective hours per asset (those that are ranked)"), Labels: string(by[len(by)-1]), Values: []string{"hours_per_asset"}, Rows: len(ranks)}}
	}
	return s
}

// per is a figure divided by how much there is.
func (m *maker) per(l *report.Line, metric string, n float64, zh, en string) table.Cell {
	c := m.of(l, metric)
	if c.Kind == table.Number {
		if n == 0 {
			return unknown(zh, en)
		}
		c.Number /= n
	}
	return c
}

// stations are the workstations of the bases of a line.
func (m *maker) stations(l *report.Line, by []report.Dimension) (n int) {
	for _, b := range m.bases {
		own := report.Group{City: b.City, County: b.County, Zone: b.Zone}
		if !slices.ContainsFunc(by, func(d report.Dimension) bool { return own.At(d) != l.At(d) }) {
			n += workstations(b)
		}
	}
	return n
}

// ranks are by hours per asset, as shown with two decimals, of those whose coverage is high enough. Equals share a rank.
func (m *maker) ranks(lines []report.Line) map[report.Group]int {
	of := map[report.Group]float64{}
	for i := range lines {
		if l := &lines[i]; l.Assets > 0 && coverage(l) >= m.floor && m.of(l, "effective_hours").Kind == table.Number {
			of[l.Group] = math.Round(100 * hours(l, "effective_hours") / float64(l.Assets))
		}
	}
	ranks := map[report.Group]int{}
	for g, own := range of {
		ranks[g] = 1
		for _, other := range of {
			if other > own {
				ranks[g]++
			}
		}
	}
	return ranks
}

// silent names the regions with registered bases of which nothing was heard.
func (m *maker) silent(d report.Dimension, lines []report.Line) []table.Text {
	heard := map[string]bool{"": true}
	for i := range lines {
		heard[lines[i].At(d)] = true
	}
	var names []table.Text
	for _, b := range m.bases {
		l := report.Line{Group: report.Group{City: b.City, County: b.County, Zone: b.Zone}}
		if id := l.At(d); !heard[id] {
			heard[id] = true
			names = append(names, m.called(d, &l))
		}
	}
	if names == nil {
		return nil
	}
	return []table.Text{say("有登记的基地而没有任何遥测数据，不在表中：%s。", "With registered bases and no telemetry, not in the table: %s.", list(names))}
}

func (m *maker) cityNotes(unnamed int) []table.Text {
	notes := []table.Text{
		say("按地区编号（设区市为拼音）排列，不按排名；不参与排名的列在后面，也不画入图中。排名只比较台均有效机时（保留两位小数），覆盖率低于 %s 的不参与，相同者并列。", "In order of the regions' ids, not of ranks; those that are not ranked come last, and are not in the chart. Ranked is effective hours per asset, by two decimals, where coverage is %s or more; equals share a rank.", percent(100*m.floor)),
		say("设备种类和用途不同，台均机时不直接等于成绩；本表是第 31 条考核的参考，不是考核结果。", "Machines and purposes differ, so hours per asset are no merit by themselves; evidence for clause 31, not its result."),
	}
	notes = append(notes, say("台均有效机时 = 有效机时 ÷ 设备台数；工位均人时 = 人时 ÷ 登记的工位数；人时实测占比 = 未经估计的人时 ÷ 全部人时，忘记刷卡离开的时间按规则估计。",
		"Per asset is effective hours ÷ assets; per workstation is person-hours ÷ registered workstations; measured is the share of person-hours that is not estimated, as those behind a forgotten badge-out are."))
	if unnamed > 0 {
		notes = append(notes, say("另有 %d 组基地没有登记所属地区，不在表中。", "Groups of bases that are registered nowhere, not in the table: %d.", unnamed))
	}
	return notes
}
