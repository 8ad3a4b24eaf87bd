package forms

import (
	"cmp"
	"context"
	"math"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// What the instructions of SJ3 say: domain.md 2.1.
const (
	sj3Price    = 400_000 // yuan
	hoursOfYear = 8784
)

// The classes of purposes, which are columns of SJ3.
const (
	teaching = "teaching"
	research = "research"
	service  = "social_service"
)

// An instrument is a row of SJ3 while it is filled in.
type instrument struct {
	base  *report.Base
	asset *report.Asset
	line  *report.Line // nil: there is no telemetry

	exact        map[string]float64 // hours by class
	open         float64            // of them, open use
	unattributed float64
	projects     projects
	faults       []table.Text
}

func sj3Steps(m *maker) int {
	all, _ := m.instruments(sj3Price)
	return 2 + len(all)
}

// sj3Form is 贵重仪器设备表: a row for each machine of the price, what it rests on, and those of which nobody can tell whether
// they belong there.
func sj3Form(ctx context.Context, m *maker) error {
	all, undecided := m.instruments(sj3Price)
	uses, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByAsset, report.ByPurpose}, []string{"effective_hours", "open_use_hours"}, nil)
	if err != nil {
		return err
	}
	lines, err := m.ask(ctx, []report.Dimension{report.ByBase, report.ByAsset}, []string{"effective_hours", "unknown_hours", "coverage"}, nil)
	if err != nil {
		return err
	}
	used, of := indexed(&uses), indexed(&lines)
	for _, i := range all {
		i.line = of.of(i.base.ID, i.asset.ID)
		m.divide(i, used[[2]string{i.base.ID, i.asset.ID}])
		if i.projects, err = m.projects(ctx, i.base.ID, i.asset.ID); err != nil {
			return err
		}
	}
	s := table.Sheet{ID: "sj3", Title: m.form.Text}
	for _, f := range sj3Fields {
		s.Columns = append(s.Columns, f.column())
	}
	for _, i := range all {
		s.Rows = append(s.Rows, m.sj3Row(i))
	}
	m.add(s, append(m.sj3Notes(all), m.unregistered(lines.Lines)...)...)
	m.add(m.sj3Evidence(all), say("机时以此为准，表中四舍五入为整数一次。未归类机时不在任何一栏；补报预约、课表或更正用途后才能归入。",
		"These are the exact hours; the form rounds once. Unattributed hours are in no column, until a booking, a timetable or a correction says what they were for."))
	m.undecided(undecided, sj3Price)
	return nil
}

// instruments are the assets of a price and more, and those without one.
func (m *maker) instruments(price float64) (all, undecided []*instrument) {
	for _, b := range m.bases {
		for _, a := range m.assets(b) {
			i := &instrument{base: b, asset: a, exact: map[string]float64{}}
			switch {
			case m.AllAssets || a.PriceYuan >= price:
				all = append(all, i)
			case a.PriceYuan == 0:
				undecided = append(undecided, i)
			}
		}
	}
	return all, undecided
}

// divide puts the hours of an asset into the columns that their purposes belong to.
func (m *maker) divide(i *instrument, uses []*report.Line) {
	for _, l := range uses {
		switch class := m.Words.Class(l.Purpose); class {
		case teaching, research, service:
			i.exact[class] += hours(l, "effective_hours")
			i.open += hours(l, "open_use_hours")
		default:
			if l.Purpose != utilisation.None && l.Purpose != utilisation.Maintenance {
				i.unattributed += hours(l, "effective_hours")
			}
		}
	}
}

func (i *instrument) sum() float64 { return i.exact[teaching] + i.exact[research] + i.exact[service] }

// rounded are the hours of 8 to 11 as they stand in the form. Where rounding alone makes the part larger than the whole,
// the part is the whole.
func (i *instrument) rounded() (hours map[string]float64, open float64) {
	hours, whole := map[string]float64{}, 0.0
	for _, class := range []string{teaching, research, service} {
		hours[class] = math.Round(i.exact[class])
		whole += hours[class]
	}
	open = math.Round(i.open)
	if i.open <= i.sum() {
		open = min(open, whole)
	}
	return hours, open
}

func (i *instrument) name() table.Text { return assetName(i.asset, i.asset.ID) }

// label is its name with its id, which tells apart those of one name.
func (i *instrument) label() table.Text {
	return say("%s（%s/%s）", "%s (%s/%s)", i.name(), i.base.ID, i.asset.ID)
}

func (i *instrument) doubtful(m *maker) bool { return coverage(i.line) < m.floor }

// sj3Evidence is what the rows rest on.
func (m *maker) sj3Evidence(all []*instrument) table.Sheet {
	s := table.Sheet{ID: "sj3-evidence", Title: say("SJ3 依据", "SJ3 evidence"), Columns: []table.Column{
		{ID: "base", Head: heads[report.ByBase]}, {ID: "asset", Head: heads[report.ByAsset]}, {ID: "asset_id", Head: say("设备编号", "Asset id")},
		hoursOf("teaching_hours", "教学", "Teaching"), hoursOf("research_hours", "科研", "Research"), hoursOf("social_service_hours", "社会服务", "Social service"), hoursOf("open_use_hours", "其中开放使用", "Of it open use"),
		hoursOf("unattributed_hours", "未归类，不在任何一栏", "Unattributed, in no column"), {ID: "coverage", Head: say("覆盖率", "Coverage"), Format: table.Percent},
		hoursOf("unknown_hours", "未知时间", "Unknown time"), guessed(utilisation.Hours), {ID: "remarks", Head: say("核对", "To be checked")},
	}}
	for _, i := range all {
		s.Rows = append(s.Rows, []table.Cell{table.SayIn(baseName(i.base, i.base.ID)), table.SayIn(i.name()), table.Say(i.asset.ID),
			table.Amount(i.exact[teaching]), table.Amount(i.exact[research]), table.Amount(i.exact[service]), table.Amount(i.open), table.Amount(i.unattributed),
			{Kind: table.Number, Number: coverage(i.line), Faint: i.doubtful(m)}, m.of(i.line, "unknown_hours"), estimated(i.line, "effective_hours"), table.SayIn(list(i.faults))})
	}
	return s
}

// undecided lists assets without a price.
func (m *maker) undecided(all []*instrument, price float64) {
	if len(all) == 0 {
		return
	}
	s := table.Sheet{ID: "undecided", Title: say("无法判断是否填报", "Not decidable"), Columns: []table.Column{
		{ID: "base", Head: heads[report.ByBase]}, {ID: "asset", Head: heads[report.ByAsset]}, {ID: "asset_id", Head: say("设备编号", "Asset id")}, {ID: "price", Head: say("单价", "Price"), Unit: "yuan", Format: table.Decimal},
	}}
	for _, i := range all {
		s.Rows = append(s.Rows, []table.Cell{table.SayIn(baseName(i.base, i.base.ID)), table.SayIn(i.name()), table.Say(i.asset.ID), byHand()})
	}
	m.add(s, say("登记表中没有单价（price_yuan），无法判断是否达到 %s 元；补登后重新生成。", "The registry has no price (price_yuan), so nobody can tell whether it is %s yuan or more; register it and make the form again.",
		say("%.0f", "%.0f", price)))
}

// unattributed is what the form leaves out of all columns.
func unattributed(all []*instrument) table.Text {
	var of []table.Text
	total := 0.0
	for _, i := range all {
		if i.unattributed > 0 {
			total += i.unattributed
			of = append(of, say("%s%.2f 小时", "%s %.2f h", i.label(), i.unattributed))
		}
	}
	if of == nil {
		return say("没有用途不明的机时：有效机时都已归入各栏。", "There are no hours of unknown purpose: all effective hours are in their columns.")
	}
	return say("用途不明的机时共 %.2f 小时，没有进入任何一栏：%s。", "Hours of unknown purpose, in no column: %.2f h, of %s.", total, list(of))
}

// sj3Notes are the checks of the form, and what the form would lose.
func (m *maker) sj3Notes(all []*instrument) []table.Text {
	all = slices.SortedFunc(slices.Values(all), func(a, b *instrument) int {
		return cmp.Or(cmp.Compare(a.base.ID, b.base.ID), cmp.Compare(a.asset.ID, b.asset.ID))
	})
	notes := []table.Text{
		unattributed(all),
		say("使用机时 = 必要的开机准备 + 测试 + 必要的后处理时间，即有人使用且设备开机的时间；无则填 0，不留空。", "Hours are necessary preparation, test and clean-down: in use with the machine on. Report 0, never blank."),
		say("字段、类型和长度依填报说明的较早版本（约 2012 年），提交前请与当年说明核对。C 为文本，N 为数值。", "Fields, types and lengths follow instructions of about 2012: hold them against this year's. C is text, N a number."),
	}
	if !m.AllAssets {
		notes = append(notes, say("只列登记单价 40 万元及以上的设备；分类号不作筛选，非 03 类在核对中指出。", "Only assets of 400,000 yuan and more by the registry. Class codes choose nothing; one that is not 03 is pointed out."))
	}
	var silent, doubtful []table.Text
	if slices.ContainsFunc(all, func(i *instrument) bool { return i.asset.InCharge != "" }) {
		notes = append(notes, say("负责人姓名是个人信息：本表只交给需要它的人。", "The name of who is in charge is personal information: hand this form to those only who need it."))
	}
	for _, i := range all {
		switch {
		case i.line == nil:
			silent = append(silent, i.label())
		case i.doubtful(m):
			doubtful = append(doubtful, say("%s%.1f %%", "%s %.1f %%", i.label(), 100*coverage(i.line)))
		}
		if len(i.faults) > 0 {
			notes = append(notes, say("核对 %s：%s", "Check %s: %s", i.label(), list(i.faults)))
		}
	}
	for _, n := range []struct {
		of   []table.Text
		text table.Text
	}{
		{silent, say("没有任何遥测数据、机时填 0 的设备：%s。", "No telemetry, reported as 0: %s.", list(silent))},
		{doubtful, say("覆盖率不足，机时可能少计：%s。", "Low coverage, hours may be too few: %s.", list(doubtful))},
	} {
		if len(n.of) > 0 {
			notes = append(notes, n.text)
		}
	}
	return slices.Concat(notes, m.oddYear())
}
