package forms

import (
	"cmp"
	"context"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A stay is students at one place in one month, with the enterprise that hosts them.
type stay struct {
	enterprise table.Text
	line       *report.Line
}

// traineeForm is hosted trainee-hours by enterprise: evidence for clause 30.
func traineeForm(ctx context.Context, m *maker) error {
	a, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByPlace, report.ByMonth}, []string{"hosted_trainee_hours", "visits"},
		map[report.Dimension][]string{report.ByUserGroup: m.Words.Students})
	if err != nil {
		return err
	}
	var all []stay
	for i := range a.Lines {
		l := &a.Lines[i]
		f := l.Figure("hosted_trainee_hours")
		if host := m.host(l.Base, l.Place); host != (table.Text{}) && f != nil && (f.Missing != "" || f.Numerator > 0) {
			all = append(all, stay{host, l})
		}
	}
	slices.SortStableFunc(all, func(a, b stay) int { return cmp.Compare(a.enterprise.ZH, b.enterprise.ZH) })
	m.add(m.enterprises(all), m.traineeNotes()...)
	m.add(m.stays(all), m.traineeNotes()...)
	return nil
}

// host is the enterprise that a place belongs to: a machine's own, or that of all machines of an area. Empty: none is.
func (m *maker) host(base, place string) table.Text {
	b := m.Query.Catalogue.Base(base)
	if a := b.Asset(place); a != nil {
		return m.enterprise(b, a.Host)
	}
	if b.Area(place) == nil {
		return table.Text{}
	}
	var hosts []table.Text
	for i := range b.Assets {
		if b.Assets[i].Area != place {
			continue
		}
		host := m.enterprise(b, b.Assets[i].Host)
		if host == (table.Text{}) {
			return host // a machine of the school's own: nobody can tell whom the students came to
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	if len(hosts) == 0 {
		return table.Text{}
	}
	return list(hosts) // several share the area, and it says so
}

func (m *maker) enterprise(b *report.Base, id string) table.Text {
	if id == "" {
		return table.Text{}
	}
	if o := b.Organisation(id); o != nil {
		return or(o.Text, id)
	}
	return or(table.Text{}, id)
}

// enterprises add up what is shown of each. What is withheld is in no sum, so it cannot be worked out.
func (m *maker) enterprises(all []stay) table.Sheet {
	hours := head("hosted_trainee_hours")
	hours.Head = say("学生人时：已显示部分合计", "Students: sum of what is shown")
	visits := head("visits")
	visits.Head = say("学生人次：已显示部分合计", "Visits: sum of what is shown")
	s := table.Sheet{ID: "enterprises", Title: say("各企业", "Enterprises"), Columns: []table.Column{
		{ID: "enterprise", Head: say("企业", "Enterprise")}, hours, visits, guessed(utilisation.PersonHours),
		{ID: "cells", Head: say("月份×地点数", "Months × places"), Format: table.Whole}, {ID: "withheld", Head: say("其中不足五人、未计入", "Of them below five people, in no sum"), Format: table.Whole},
	}}
	for i := 0; i < len(all); {
		var sum [5]float64
		name := all[i].enterprise
		for ; i < len(all) && all[i].enterprise == name; i++ {
			sum[3]++
			f, v := all[i].line.Figure("hosted_trainee_hours"), all[i].line.Figure("visits")
			if f.Missing != "" {
				sum[4]++
				continue
			}
			sum[0], sum[2] = sum[0]+f.Value, sum[2]+float64(f.EstimatedMS)/msPerHour
			if v != nil && v.Missing == "" {
				sum[1] += v.Value
			}
		}
		row := []table.Cell{table.SayIn(name)}
		for _, n := range sum {
			row = append(row, table.Amount(n))
		}
		if sum[4] == sum[3] {
			row[1], row[2], row[3] = table.Cell{Kind: table.Withheld}, table.Cell{Kind: table.Withheld}, table.Cell{Kind: table.Withheld}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// stays are the evidence: month by month and place by place.
func (m *maker) stays(all []stay) table.Sheet {
	s := table.Sheet{ID: "evidence", Title: say("依据（逐月逐地点）", "Evidence by month and place"), Columns: []table.Column{
		{ID: "enterprise", Head: say("企业", "Enterprise")}, {ID: "base", Head: heads[report.ByBase]}, {ID: "place", Head: heads[report.ByPlace]}, {ID: "month", Head: heads[report.ByMonth]},
		head("hosted_trainee_hours"), head("visits"), {ID: "measured", Head: say("实测占比", "Measured"), Format: table.Percent},
		guessed(utilisation.PersonHours), {ID: "base_id", Head: say("基地编号", "Base id")}, {ID: "place_id", Head: say("地点编号", "Place id")},
	}}
	for _, one := range all {
		l, measured := one.line, table.Cell{}
		if f := l.Figure("hosted_trainee_hours"); f.Missing == "" {
			measured = table.Amount(f.Coverage)
		}
		s.Rows = append(s.Rows, []table.Cell{table.SayIn(one.enterprise), table.SayIn(m.called(report.ByBase, l)), table.SayIn(m.called(report.ByPlace, l)), table.Say(l.Month),
			m.of(l, "hosted_trainee_hours"), m.of(l, "visits"), measured, estimated(l, "hosted_trainee_hours"), table.Say(l.Base), table.Say(l.Place)})
	}
	return s
}

func (m *maker) traineeNotes() []table.Text {
	return []table.Text{
		say("学生人时 = 学生类人员在企业提供的场所（登记表的 host）停留时间之和；场地内全部设备都由企业提供时，该场地算企业场所。",
			"Person-hours of students in places that an enterprise hosts (host in the registry); an area is an enterprise's if all its machines are."),
		say("本系统不计算任何金额：各市补贴算法未见统一规定。", "The system computes no money: no common rule for cities' subsidies was found."),
		say("本表没有姓名。需要名单的，由学校在本地用自己的刷卡对照表核对，名单不进入本系统。", "There are no names. Whoever needs a roster joins it at the school, from its own table of cards; it does not enter the system."),
		say("不足五人的格子不显示，也不进入合计。", "A cell of fewer than five people is not shown, and is in no sum."),
	}
}
