package forms

import (
	"slices"
	"strings"
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// The 25 fields in the order of the instructions, with their types: domain.md 2.1.
func TestTheFieldsOfSJ3(t *testing.T) {
	const want = "学校代码 C5, 仪器编号 C8, 分类号 C8, 仪器名称 C30, 单价（元） N12.2, 型号 C20, 规格 C30, 使用机时（教学） N4, 使用机时（科研） N4, 使用机时（社会服务） N4, " +
		"使用机时（其中开放使用机时） N4, 测样数 N6, 培训人员数（学生） N4, 培训人员数（教师） N4, 培训人员数（其他） N4, 教学实验项目数 N3, 科研项目数 N3, 社会服务项目数 N4, 获奖情况（国家级） N2, " +
		"获奖情况（省部级） N2, 发明专利（教师） N2, 发明专利（学生） N2, 论文情况（三大检索） N3, 论文情况（核心刊物） N3, 负责人姓名 C8"
	var got []string
	for i, f := range sj3Fields {
		got = append(got, f.text.ZH+" "+f.size())
		if f.no != i+1 {
			t.Errorf("field %d has number %d", i+1, f.no)
		}
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
}

func TestSJ3(t *testing.T) {
	d := made(t, source(), request("sj3"))
	s := sheetOf(t, d, "sj3")
	if len(s.Columns) != 25 || len(s.Rows) != 3 { // the furnace is too cheap, and of the mill nobody knows
		t.Fatalf("%d columns, %d rows", len(s.Columns), len(s.Rows))
	}
	of := func(column string) table.Cell { return cellOf(t, s, "name", "数控车床", column) }
	for column, want := range map[string]float64{"price": 486_000.5, "teaching_hours": 100, "research_hours": 10, "social_service_hours": 5, "open_use_hours": 20,
		"teaching_projects": 2, "research_projects": 1, "social_service_projects": 0} {
		number(t, of(column), want)
	}
	for column, want := range map[string]string{"school_code": "13425", "asset_number": "20210001", "class_code": "03040101", "model": "CK6150", "specification": "500×1000 mm", "in_charge": "某老师"} {
		kind(t, of(column), table.Words, want)
	}
	for _, column := range []string{"samples", "trained_students", "trained_teachers", "trained_others", "awards_national", "awards_provincial", "patents_teachers", "patents_students", "papers_indexed", "papers_core"} {
		kind(t, of(column), table.Manual, "")
	}
	silent := func(column string) table.Cell { return cellOf(t, s, "name", "气窑", column) }
	number(t, silent("teaching_hours"), 0) // never blank
	if !silent("teaching_hours").Faint || of("teaching_hours").Faint {
		t.Error("what is known of nothing must be faint, and nothing else")
	}
	kind(t, silent("model"), table.Manual, "")
	for _, note := range []string{"负责人姓名是个人信息", "机时填 0 的设备：气窑（jdz-pilot/kiln）", "反应釜（jj-lab/reactor）30.0 %", "核对 气窑（jdz-pilot/kiln）：分类号 04010203 不是 03 类"} {
		says(t, s, note)
	}
	if got := s.Below[0].ZH; got != "用途不明的机时共 2.50 小时，没有进入任何一栏：数控车床（nc-vtc/lathe）2.50 小时。" {
		t.Errorf("the first note is %s", got)
	}
	evidence := sheetOf(t, d, "sj3-evidence")
	for column, want := range map[string]float64{"teaching_hours": 100.4, "research_hours": 10.4, "social_service_hours": 5.4, "open_use_hours": 20, "unattributed_hours": 2.5, "coverage": 0.9, "unknown_hours": 100} {
		number(t, cellOf(t, evidence, "asset", "数控车床", column), want)
	}
	undecided := sheetOf(t, d, "undecided")
	if len(undecided.Rows) != 1 {
		t.Errorf("%d are not decidable", len(undecided.Rows))
	}
	kind(t, cellOf(t, undecided, "asset", "铣床", "price"), table.Manual, "")
}

// What is left out is told first and as a whole, and the notes are in the order of ids, whatever that of the registry is.
func TestTheNotesOfSJ3(t *testing.T) {
	asset := func(id string, hours float64) *instrument {
		return &instrument{base: &report.Base{ID: "b"}, asset: &report.Asset{ID: id, Text: table.Text{ZH: "车床", EN: "Lathe"}}, line: &report.Line{}, unattributed: hours,
			faults: []table.Text{{ZH: "某处", EN: "a fault"}}}
	}
	m := newMaker(source(), request("sj3"), Form{})
	notes := m.sj3Notes([]*instrument{asset("l-2", 1.5), asset("l-3", 0), asset("l-1", 0.25)})
	if want := "用途不明的机时共 1.75 小时，没有进入任何一栏：车床（b/l-1）0.25 小时、车床（b/l-2）1.50 小时。"; notes[0].ZH != want {
		t.Errorf("%s, want %s", notes[0].ZH, want)
	}
	var checks []string
	for _, n := range notes {
		if id, found := strings.CutPrefix(n.ZH, "核对 "); found {
			checks = append(checks, id)
		}
	}
	if got := strings.Join(checks, " "); got != "车床（b/l-1）：某处 车床（b/l-2）：某处 车床（b/l-3）：某处" {
		t.Error(got)
	}
	if notes := m.sj3Notes([]*instrument{asset("l-3", 0)}); notes[0].ZH != "没有用途不明的机时：有效机时都已归入各栏。" {
		t.Error(notes[0].ZH)
	}
}

func TestSJ3OfAllAssets(t *testing.T) {
	r := request("sj3")
	r.AllAssets = true
	d := made(t, source(), r)
	if s := sheetOf(t, d, "sj3"); len(s.Rows) != 5 || len(d.Sheets) != 2 {
		t.Errorf("%d rows, %d sheets", len(s.Rows), len(d.Sheets))
	}
}

// Projects are in the facts alone.
func TestProjectsThatCannotBeTold(t *testing.T) {
	s, r := source(), request("sj3")
	s.gone = true
	kind(t, cellOf(t, sheetOf(t, made(t, s, r), "sj3"), "name", "数控车床", "teaching_projects"), table.Unknown, "所需的原始事实已不保留，或冻结版本中没有")
	r.Query.Version = "2025-2026.1"
	kind(t, cellOf(t, sheetOf(t, made(t, source(), r), "sj3"), "name", "数控车床", "research_projects"), table.Unknown, "冻结版本不含使用记录")
	r = request("state-data")
	kind(t, cellOf(t, sheetOf(t, made(t, s, r), "on-campus"), "name", "数控实训基地", "project_names"), table.Unknown, "所需的原始事实已不保留，或冻结版本中没有")
}

// Hours are rounded once, and rounding alone never makes the part larger than the whole.
func TestHoursAreRoundedOnce(t *testing.T) {
	i := &instrument{exact: map[string]float64{teaching: 0.4, research: 0.4, service: 0.4}, open: 1.1}
	if h, open := i.rounded(); h[teaching]+h[research]+h[service] != 0 || open != 0 {
		t.Errorf("%v %v", h, open)
	}
	i = &instrument{exact: map[string]float64{teaching: 10.5}, open: 10.5}
	if h, open := i.rounded(); h[teaching] != 11 || open != 11 {
		t.Errorf("%v %v", h, open)
	}
	i = &instrument{exact: map[string]float64{teaching: 10}, open: 12} // which is a fault, and is shown as it is
	if _, open := i.rounded(); open != 12 {
		t.Error(open)
	}
}

func TestSJ3NamesWhatDoesNotFit(t *testing.T) {
	for _, x := range []struct {
		asset report.Asset
		exact map[string]float64
		open  float64
		want  []string
	}{
		{report.Asset{Text: table.Text{ZH: strings.Repeat("长", 31)}}, nil, 0, []string{"第 4 栏 仪器名称 有 31 个字，超出 C30"}},
		{report.Asset{Text: table.Text{ZH: strings.Repeat("长", 16)}}, nil, 0, []string{"第 4 栏 仪器名称 若汉字按 2 位计有 32 位，超出 C30"}},
		{report.Asset{Text: table.Text{ZH: strings.Repeat("x", 30)}, AssetNumber: "123456789"}, nil, 0, []string{"第 2 栏 仪器编号 有 9 个字，超出 C8"}},
		{report.Asset{ID: "a", InCharge: "欧阳某某某"}, nil, 0, []string{"第 25 栏 负责人姓名 若汉字按 2 位计有 10 位，超出 C8"}},
		{report.Asset{ID: "a"}, map[string]float64{teaching: 9000}, 0, []string{"第 8 至 10 栏之和 9000.00 大于一年的 8784 小时"}},
		{report.Asset{ID: "a"}, map[string]float64{teaching: 10_000}, 0, []string{"第 8 栏 使用机时（教学） 超出 N4", "第 8 至 10 栏之和 10000.00 大于一年的 8784 小时"}},
		{report.Asset{ID: "a"}, map[string]float64{teaching: 3}, 5, []string{"第 11 栏 5.00 大于第 8 至 10 栏之和 3.00"}},
		{report.Asset{ID: "a", PriceYuan: 1e9}, nil, 0, []string{"第 5 栏 单价（元） 超出 N12.2"}},
		{report.Asset{ID: "a", PriceYuan: 999_999_999}, map[string]float64{teaching: 8784}, 8784, nil},
	} {
		m := newMaker(source(), request("sj3"), Form{})
		i := &instrument{base: &report.Base{}, asset: &x.asset, exact: x.exact, open: x.open}
		row := m.sj3Row(i)
		var got []string
		for _, f := range i.faults {
			got = append(got, f.ZH)
		}
		if !slices.Equal(got, x.want) || row[3].Text.ZH != i.name().ZH {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}
