package forms

import (
	"context"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// annexForm is the board of annex 2: what of each row the registry and telemetry can say, and the bases behind it.
func annexForm(ctx context.Context, m *maker) error {
	a, err := m.ask(ctx, []report.Dimension{report.ByBase}, []string{"effective_hours", "days_used", "coverage"}, nil)
	if err != nil {
		return err
	}
	of := indexed(&a)
	var bases []*counting
	for _, b := range m.bases {
		bases = append(bases, &counting{base: b, line: of.of(b.ID, ""), row: m.Words.Row(b.Kind)})
	}
	m.add(m.board(bases), m.annexNotes()...)
	m.add(m.proof(bases), append(m.annexNotes(), m.unregistered(a.Lines)...)...)
	return nil
}

// A counting is a base that may count for a row of annex 2.
type counting struct {
	base *report.Base
	line *report.Line
	row  int // 0: none
}

// active tells whether telemetry proves that a base is used: our own rule.
func (m *maker) active(c *counting) bool {
	if c.line == nil || coverage(c.line) < m.floor {
		return false
	}
	days := c.line.Figure("days_used")
	return days != nil && days.Missing == "" && days.Value >= 1 || hours(c.line, "effective_hours") > 0
}

const consortiaRow = 1 // 省级及以上市域产教联合体

func (m *maker) board(bases []*counting) table.Sheet {
	n := func(id, zh, en string) table.Column {
		return table.Column{ID: id, Head: table.Text{ZH: zh, EN: en}, Format: table.Whole}
	}
	s := table.Sheet{ID: "board", Title: say("附件 2 指标", "Annex 2"), Columns: []table.Column{
		n("no", "序号", "No."), {ID: "indicator", Head: say("指标", "Indicator")}, {ID: "unit", Head: say("单位", "Unit")},
		n("registered", "已登记", "Registered"), n("active", "其中证实在用", "Of them proven active"), n("y2025", "2025 年目标", "Target 2025"), n("y2030", "2030 年目标", "Target 2030"), n("y2035", "2035 年目标", "Target 2035"),
		{ID: "says", Head: say("本系统能说明什么", "What the system can say")},
	}}
	for _, t := range m.Words.Targets {
		registered, active := m.count(t.No, bases)
		counts := []table.Cell{table.Amount(float64(registered)), table.Amount(float64(active))}
		if t.Telemetry != "direct" {
			counts = []table.Cell{byHand(), byHand()}
		}
		s.Rows = append(s.Rows, append(append([]table.Cell{table.Amount(float64(t.No)), table.SayIn(t.Text), table.Say(t.Unit)}, counts...),
			table.Amount(t.Y2025), table.Amount(t.Y2030), table.Amount(t.Y2035), table.SayIn(canSay(&t))))
	}
	return s
}

// count is how many bases are registered for a row, and how many of them are proven active. Of consortia it counts those
// that have such a base.
func (m *maker) count(row int, bases []*counting) (registered, active int) {
	if row != consortiaRow {
		for _, c := range bases {
			if c.row == row {
				registered++
				if m.active(c) {
					active++
				}
			}
		}
		return registered, active
	}
	all, proven := map[string]bool{}, map[string]bool{}
	for _, c := range bases {
		if id := c.base.Consortium; id != "" && m.Words.Municipal(id) {
			all[id] = true
			if m.active(c) {
				proven[id] = true
			}
		}
	}
	return len(all), len(proven)
}

func canSay(t *Target) table.Text {
	switch {
	case t.No == consortiaRow:
		return say("可计数：有登记基地的市域产教联合体；是否省级及以上，登记表不说明", "counts municipal consortia with a registered base; whether they are provincial, the registry does not say")
	case t.Telemetry == "direct":
		return say("可计数：登记的此类基地", "counts registered bases of that kind")
	case t.Telemetry == "evidence":
		return say("不能计数；可提供人时、机时等佐证", "cannot count it; supplies hours as evidence")
	}
	return say("在本系统之外", "outside the system")
}

// proof lists the bases that the board counts, and why.
func (m *maker) proof(bases []*counting) table.Sheet {
	s := table.Sheet{ID: "bases", Title: say("基地与依据", "Bases and evidence"), Columns: []table.Column{
		{ID: "row", Head: say("附件 2 序号", "Row"), Format: table.Whole}, {ID: "base", Head: heads[report.ByBase]}, {ID: "kind", Head: say("基地类型", "Kind")}, {ID: "city", Head: heads[report.ByCity]},
		{ID: "consortium", Head: say("联合体", "Consortium")}, head("effective_hours"), head("days_used"), head("coverage"), {ID: "active", Head: say("证实在用", "Proven active")}, {ID: "base_id", Head: say("基地编号", "Base id")},
	}}
	for _, c := range bases {
		row, consortium := table.Cell{}, table.Cell{}
		if c.row > 0 {
			row = table.Amount(float64(c.row))
		}
		if c.base.Consortium != "" {
			consortium = table.SayIn(m.word(report.ByConsortium, c.base.Consortium))
		}
		s.Rows = append(s.Rows, []table.Cell{row, table.SayIn(baseName(c.base, c.base.ID)), table.SayIn(m.word(report.ByKind, c.base.Kind)), table.SayIn(m.word(report.ByCity, c.base.City)), consortium,
			m.of(c.line, "effective_hours"), m.of(c.line, "days_used"), m.of(c.line, "coverage"), m.verdict(c), table.Say(c.base.ID)})
	}
	return s
}

func (m *maker) verdict(c *counting) table.Cell {
	switch {
	case c.line == nil:
		return table.Cell{Kind: table.Unknown, Text: noTelemetry}
	case coverage(c.line) < m.floor:
		return unknown("覆盖率不足", "coverage too low")
	case m.active(c):
		return table.SayIn(say("是", "yes"))
	}
	return table.SayIn(say("否", "no"))
}

func (m *maker) annexNotes() []table.Text {
	notes := []table.Text{
		dayOfUse(),
		say("证实在用是本系统自定的规则：期间内覆盖率不低于 %s，且有一天以上的使用或有有效机时。没有遥测或覆盖率不足的不算在用，也不说明它没有使用。",
			"Proven active is our own rule: coverage of %s or more, and used on a day or more, or for effective hours. What has no telemetry is not proven; that does not mean that it was not used.", percent(100*m.floor)),
		say("已登记是本系统登记的数量，不是全省实际数量，也不等于有关部门的认定数。利用数据是佐证，附件 2 没有利用率指标。",
			"Registered is what this system knows of, neither all there are nor what the authorities recognise. Use is evidence: annex 2 has no target of use."),
	}
	if m.Query.Within != (report.Scope{}) || len(m.Query.Where) > 0 {
		notes = append(notes, say("目标是全省的目标，而本表只统计所选范围。", "Targets are those of the province, and this table counts only what was chosen."))
	}
	return notes
}
