package forms

import (
	"context"
	"slices"
	"strings"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// A stay is students at one place in the period, with the enterprises that host them: more than one, if they share an area.
type stay struct {
	hosts []string // ids
	line  *report.Line
}

// traineeForm is hosted trainee-hours by enterprise: evidence for clause 30. There is one figure for each base and place, which
// both sheets are made of: figures of its months would tell, by subtraction, of a month that is withheld.
func traineeForm(ctx context.Context, m *maker) error {
	a, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByPlace}, []string{"hosted_trainee_hours", "visits"},
		map[report.Dimension][]string{report.ByUserGroup: m.Words.Students})
	if err != nil {
		return err
	}
	var all []stay
	for i := range a.Lines {
		l := &a.Lines[i]
		f := l.Figure("hosted_trainee_hours")
		if hosts := m.hosts(l.Base, l.Place); len(hosts) > 0 && f != nil && (f.Missing != "" || f.Numerator > 0) {
			all = append(all, stay{hosts, l})
		}
	}
	slices.SortStableFunc(all, func(a, b stay) int { return slices.Compare(a.hosts, b.hosts) })
	m.add(m.enterprises(all), m.traineeNotes()...)
	m.add(m.stays(all), m.traineeNotes()...)
	return nil
}

// hosts are the enterprises that a place belongs to: a machine's own, or those of all machines of an area, by id.
func (m *maker) hosts(base, place string) (ids []string) {
	b := m.Query.Catalogue.Base(base)
	if a := b.Asset(place); a != nil {
		if a.Host == "" {
			return nil
		}
		return []string{a.Host}
	}
	if b.Area(place) == nil {
		return nil
	}
	for i := range b.Assets {
		switch a := &b.Assets[i]; {
		case a.Area != place:
		case a.Host == "":
			return nil // a machine of the school's own: nobody can tell whom the students came to
		case !slices.Contains(ids, a.Host):
			ids = append(ids, a.Host)
		}
	}
	slices.Sort(ids)
	return ids
}

// host is what the enterprises of a stay are called.
func (m *maker) host(s *stay) table.Text {
	b := m.Query.Catalogue.Base(s.line.Base)
	var names []table.Text
	for _, id := range s.hosts {
		name := table.Text{}
		if o := b.Organisation(id); o != nil {
			name = o.Text
		}
		names = append(names, or(name, id))
	}
	return list(names)
}

// hostIDs are the ids of the enterprises of a stay.
func (s *stay) hostIDs() table.Cell { return table.Say(strings.Join(s.hosts, " + ")) }

// sum adds up cells. It is doubtful if a part is, and a lower bound if a part is not told.
func sum(cells []table.Cell) table.Cell {
	all, told := table.Amount(0), false
	for _, c := range cells {
		if c.Kind != table.Number {
			all.Least = true
			continue
		}
		told, all.Number, all.Faint = true, all.Number+c.Number, all.Faint || c.Faint
	}
	if !told {
		return cells[0]
	}
	return all
}

// enterprises add up what is shown of each in the evidence.
func (m *maker) enterprises(all []stay) table.Sheet {
	s := table.Sheet{ID: "enterprises", Title: say("各企业", "Enterprises"), Columns: []table.Column{
		{ID: "enterprise", Head: say("企业", "Enterprise")}, headed("hosted_trainee_hours", "学生人时", "Hours of students"), headed("visits", "学生人次", "Visits of students"), guessed(utilisation.PersonHours),
		{ID: "places", Head: say("企业场所数", "Places"), Format: table.Whole}, {ID: "withheld", Head: say("其中不显示、未计入的场所数", "Places not shown, in no sum"), Format: table.Whole},
		{ID: "enterprise_id", Head: say("企业编号", "Enterprise id")},
	}}
	for len(all) > 0 {
		next := slices.IndexFunc(all, func(one stay) bool { return !slices.Equal(one.hosts, all[0].hosts) })
		if next < 0 {
			next = len(all)
		}
		var hours, visits, guesses []table.Cell
		withheld := 0
		for _, one := range all[:next] {
			hours, visits, guesses = append(hours, m.of(one.line, "hosted_trainee_hours")), append(visits, m.of(one.line, "visits")), append(guesses, estimated(one.line, "hosted_trainee_hours"))
			if hours[len(hours)-1].Kind != table.Number {
				withheld++
			}
		}
		s.Rows = append(s.Rows, []table.Cell{table.SayIn(m.host(&all[0])), sum(hours), sum(visits), sum(guesses), table.Amount(float64(next)), table.Amount(float64(withheld)), all[0].hostIDs()})
		all = all[next:]
	}
	return s
}

// stays are the evidence, place by place.
func (m *maker) stays(all []stay) table.Sheet {
	measured := m.measured("hosted_trainee_hours")
	s := table.Sheet{ID: "evidence", Title: say("依据（各场所）", "Evidence by place"), Columns: []table.Column{
		{ID: "enterprise", Head: say("企业", "Enterprise")}, {ID: "base", Head: heads[report.ByBase]}, {ID: "place", Head: say("企业场所", "Place")},
		headed("hosted_trainee_hours", "学生人时", "Hours of students"), headed("visits", "学生人次", "Visits of students"), measured.Column,
		guessed(utilisation.PersonHours), {ID: "enterprise_id", Head: say("企业编号", "Enterprise id")}, {ID: "base_id", Head: say("基地编号", "Base id")}, {ID: "place_id", Head: say("场所编号", "Place id")},
	}}
	for _, one := range all {
		l := one.line
		s.Rows = append(s.Rows, []table.Cell{table.SayIn(m.host(&one)), table.SayIn(m.called(report.ByBase, l)), table.SayIn(m.called(report.ByPlace, l)),
			m.of(l, "hosted_trainee_hours"), m.of(l, "visits"), measured.cell(l), estimated(l, "hosted_trainee_hours"), one.hostIDs(), table.Say(l.Base), table.Say(l.Place)})
	}
	return s
}

func (m *maker) traineeNotes() []table.Text {
	return []table.Text{
		say("学生人时 = 学生类人员在企业提供的场所（登记表的 host）停留时间之和；场地内全部设备都由企业提供时，该场地算企业场所。",
			"Person-hours of students in places that an enterprise hosts (host in the registry); an area is an enterprise's if all its machines are."),
		say("本系统不计算任何金额：各市补贴算法未见统一规定。", "The system computes no money: no common rule for cities' subsidies was found."),
		say("本表没有姓名。需要名单的，由学校在本地用自己的刷卡对照表核对，名单不进入本系统。", "There are no names. Whoever needs a roster joins it at the school, from its own table of cards; it does not enter the system."),
		say("各企业的合计 = 依据表中该企业各场所之和，按企业编号合并。有场所不显示的，合计标为“下限”，实际不少于此数。",
			"The total of an enterprise is the sum of its places in the evidence, put together by its id. If one of them is not shown, it says “at least”."),
		say("每个场所只有整个期间的一个数，不分月：各月相加，会推算出某个不显示的月份。", "There is one figure of the whole period for each place, and none of months: beside it they would give away a month that is not shown."),
	}
}
