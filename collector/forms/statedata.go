package forms

import (
	"context"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A place is a row of the state data while it is filled in.
type place struct {
	base     *report.Base
	line     *report.Line // of everybody
	students *report.Line // of students only; nil: there are none
	projects projects
}

func stateSteps(m *maker) int { return 2 + m.all() }

// stateForm is the two tables of the state-data platform: bases on the campus, and those in enterprises.
func stateForm(ctx context.Context, m *maker) error {
	lines, err := m.ask(ctx, []report.Dimension{report.ByBase}, []string{"person_hours_inside", "person_hours_society", "days_used", "effective_hours", "coverage"}, nil)
	if err != nil {
		return err
	}
	of := indexed(&lines)
	var on, off []*place
	for _, b := range m.bases {
		p := &place{base: b, line: of.of(b.ID, ""), projects: projects{byClass: map[string]map[string]bool{}}}
		for _, a := range m.assets(b) {
			more, err := m.projects(ctx, b.ID, a.ID)
			if err != nil {
				return err
			}
			p.projects.add(more)
		}
		if m.offCampus(b) {
			off = append(off, p)
		} else {
			on = append(on, p)
		}
	}
	if err := m.countStudents(ctx, off); err != nil {
		return err
	}
	m.add(m.stateTable("on-campus", say("校内实践基地", "Bases on the campus"), on, m.onCampus()), append(append(m.stateNotes(),
		say("工位数 = 登记表中本基地各场地的工位数（workstations）之和；登记表没有写的，由人工填写。", "Workstations are those of the base's areas in the registry (workstations), added up; what the registry lacks is filled in by hand.")),
		m.unregistered(lines.Lines)...)...)
	m.add(m.stateTable("off-campus", say("校外实习实训基地", "Bases off the campus"), off, m.offCampusFields()),
		append(m.stateNotes(), say("校外基地 = 厂中校，或全部设备都由企业提供场所（登记表的 host）的基地；接待学生量只计学生类人员的人次。",
			"Off the campus: a school in a factory, or a base all of whose machines an enterprise hosts (host in the registry). Students received are visits of students only."))...)
	return nil
}

// offCampus tells whether a base stands in an enterprise: our own reading of the registry.
func (m *maker) offCampus(b *report.Base) bool {
	if b.Variant == "school_in_factory" {
		return true
	}
	assets := m.assets(b)
	for _, a := range assets {
		if a.Host == "" || a.Host == b.Owner {
			return false
		}
	}
	return len(assets) > 0
}

// countStudents asks for the visits of students.
func (m *maker) countStudents(ctx context.Context, off []*place) error {
	if len(off) == 0 {
		m.step("students")
		return nil
	}
	a, err := m.ask(ctx, []report.Dimension{report.ByBase}, []string{"visits"}, map[report.Dimension][]string{report.ByUserGroup: m.Words.Students})
	of := indexed(&a)
	for _, p := range off {
		p.students = of.of(p.base.ID, "")
	}
	return err
}

// An item is a field of the state data.
type item struct {
	table.Column
	cell func(*place) table.Cell
}

func (m *maker) stateTable(id string, title table.Text, places []*place, items []item) table.Sheet {
	s := table.Sheet{ID: id, Title: title}
	for _, i := range items {
		s.Columns = append(s.Columns, i.Column)
	}
	for _, p := range places {
		row := make([]table.Cell, len(items))
		for n, i := range items {
			row[n] = i.cell(p)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// manual is a field that telemetry cannot fill.
func manual(id, zh, en, unit string) item {
	return item{table.Column{ID: id, Head: table.Text{ZH: zh, EN: en}, Unit: unit}, func(*place) table.Cell { return byHand() }}
}

// onCampus are the fields in their order.
func (m *maker) onCampus() []item {
	return []item{
		{table.Column{ID: "name", Head: say("校内实践基地", "Base")}, func(p *place) table.Cell { return table.SayIn(baseName(p.base, p.base.ID)) }},
		manual("specialities", "面向专业", "Specialities", ""),
		m.used(),
		manual("value", "设备总值", "Value of equipment", "万元"), manual("value_new", "当年新增设备值", "Value added this year", "万元"), manual("value_own", "自主研制设备值", "Value self-made", "万元"),
		manual("value_donated", "社会捐赠设备值", "Value donated", "万元"), manual("value_lent", "社会准捐赠设备值", "Value quasi-donated", "万元"),
		{table.Column{ID: "machines", Head: say("设备总数（台套）", "Machines"), Format: table.Whole}, func(p *place) table.Cell { return table.Amount(float64(m.machines(p.base))) }},
		manual("machines_large", "大型设备数（台套）", "Large machines", ""),
		m.projectCount(), m.projectNames(),
		m.figure("person_hours_inside", "学年使用频率（人时）校内", "Use in the year: inside"),
		m.figure("person_hours_society", "学年使用频率（人时）社会", "Use in the year: society"),
		{table.Column{ID: "workstations", Head: say("工位数（个）", "Workstations"), Format: table.Whole}, func(p *place) table.Cell { return stations(p.base) }},
		manual("materials", "原材料（耗材）费用", "Materials", "万元"), manual("upkeep", "设备维护费用", "Upkeep", "万元"),
		manual("staff_full", "专职管理人员（名）", "Staff, full time", ""), manual("staff_part", "兼职管理人员（名）", "Staff, part time", ""),
	}
}

// offCampusFields are the fields in their order.
func (m *maker) offCampusFields() []item {
	return []item{
		{table.Column{ID: "name", Head: say("校外实习实训基地", "Base")}, func(p *place) table.Cell { return table.SayIn(baseName(p.base, p.base.ID)) }},
		m.projectCount(), m.projectNames(),
		{table.Column{ID: "students_received", Head: say("接待学生量（人次）", "Students received"), Unit: "visits", Format: table.Whole}, func(p *place) table.Cell {
			if p.students == nil && p.line != nil {
				return table.Amount(0) // people were told of, and none of them was a student
			}
			return m.of(p.students, "visits")
		}},
		m.figure("days_used", "基地使用时间（天）", "Days used"),
		manual("interns", "接收半年顶岗实习学生数", "Interns of half a year", ""), manual("lodging", "是否有住宿条件", "Lodging", ""), manual("allowance", "是否发放学生实习补贴", "Allowance paid", ""),
		manual("fee", "学校向基地支付专项实习经费（元/生）", "Fee paid by the school (yuan a student)", ""), manual("teachers_sent", "学校派指导教师/学生管理人员（人次）", "Teachers sent", ""),
		manual("graduates", "接收应届毕业生就业数", "Graduates employed", ""),
	}
}

// figure is a field that a metric fills. 0 stands in it where there is no telemetry: the line is then missing.
func (m *maker) figure(metric, zh, en string) item {
	return item{headed(metric, zh, en), func(p *place) table.Cell { return m.of(p.line, metric) }}
}

// used is 学年内基地使用时间, whose unit the source does not give.
func (m *maker) used() item {
	if m.UseInHours {
		return m.figure("effective_hours", "学年内基地使用时间（设备有效机时）", "Use of the base in the year: effective machine-hours")
	}
	return m.figure("days_used", "学年内基地使用时间（天）", "Use of the base in the year (d)")
}

// untold is why nobody can tell the projects; empty: they can be told.
func (p *place) untold() table.Text {
	if p.line == nil {
		return noTelemetry
	}
	return p.projects.untold
}

func (m *maker) projectCount() item {
	return item{table.Column{ID: "projects", Head: say("实训项目个数", "Training projects"), Format: table.Whole}, func(p *place) table.Cell {
		if why := p.untold(); why != (table.Text{}) {
			return table.Cell{Kind: table.Unknown, Text: why}
		}
		return table.Amount(float64(len(p.projects.all())))
	}}
}

func (m *maker) projectNames() item {
	return item{table.Column{ID: "project_names", Head: say("实训项目名称", "Names of projects")}, func(p *place) table.Cell {
		if why := p.untold(); why != (table.Text{}) {
			return table.Cell{Kind: table.Unknown, Text: why}
		}
		var zh, en []string
		for _, id := range p.projects.all() {
			name := or(m.Words.Project(p.base.ID, id), id)
			zh, en = append(zh, name.In("zh")), append(en, name.In("en"))
		}
		return table.SayIn(table.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, "; ")})
	}}
}

// machines is how many were in service when the period, or what is known of it, ended.
func (m *maker) machines(b *report.Base) (n int) {
	end := m.reach()
	for _, a := range m.assets(b) {
		if a.From.Before(end) && (a.Until.IsZero() || !a.Until.Before(end)) {
			n++
		}
	}
	return n
}

// stations are the workstations of a base; by hand, if the registry has none.
func stations(b *report.Base) table.Cell {
	if n := workstations(b); n > 0 {
		return table.Amount(float64(n))
	}
	return byHand()
}

func workstations(b *report.Base) (n int) {
	for _, a := range b.Areas {
		n += a.Workstations
	}
	return n
}

func (m *maker) stateNotes() []table.Text {
	unit := say("学年内基地使用时间的单位在我们见到的资料中没有写明：本表按天；可改为机时。",
		"The unit of the use of the base is not in the sources we have seen: here it is days on which it was used; machine-hours can be asked for.")
	if m.UseInHours {
		unit = say("学年内基地使用时间的单位在我们见到的资料中没有写明：本表按设备有效机时合计；可改为天。",
			"The unit of the use of the base is not in the sources we have seen: here it is effective machine-hours; days can be asked for.")
	}
	notes := []table.Text{
		say("字段依 2017 年一个学校系统中的实现，新平台的字段请与当年通知核对。", "Fields as a college's system of 2017 had them: hold them against this year's notice."), unit, dayOfUse(),
		say("实训项目 = 期间内有人使用的预约或课程所写的项目；不属于实训的请划去。大型设备的标准未见于资料，由人工填写。",
			"Training projects are those that lessons and bookings name to which somebody came: strike out what is no training. What a large machine is, our sources do not say."),
	}
	notes = append(notes, say("人时和人次来自读卡器；没有读卡器的基地显示为 0，不表示没有人来过。", "Person-hours and visits come from card readers: a base without one shows 0, which does not mean that nobody came."))
	return append(notes, m.oddYear()...)
}
