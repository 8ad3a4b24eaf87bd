package forms

import (
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

func heading(s table.Sheet) string {
	var all []string
	for _, c := range s.Columns {
		all = append(all, c.Head.ZH)
	}
	return strings.Join(all, " ")
}

func TestStateDataOnTheCampus(t *testing.T) {
	d := made(t, source(), request("state-data"))
	s := sheetOf(t, d, "on-campus")
	if want := "校内实践基地 面向专业 学年内基地使用时间（天） 设备总值 当年新增设备值 自主研制设备值 社会捐赠设备值 社会准捐赠设备值 设备总数（台套） 大型设备数（台套） 实训项目个数 实训项目名称 " +
		"学年使用频率（人时）校内 学年使用频率（人时）社会 工位数（个） 原材料（耗材）费用 设备维护费用 专职管理人员（名） 兼职管理人员（名）"; heading(s) != want {
		t.Errorf("%s", heading(s))
	}
	of := func(column string) table.Cell { return cellOf(t, s, "name", "数控实训基地", column) }
	for column, want := range map[string]float64{"days_used": 7, "machines": 3, "projects": 3, "person_hours_inside": 442, "person_hours_society": 60, "workstations": 24} {
		number(t, of(column), want)
	}
	kind(t, of("project_names"), table.Words, "薄壁件工艺、p2、p3")
	for _, column := range []string{"specialities", "value", "value_new", "value_own", "value_donated", "value_lent", "machines_large", "materials", "upkeep", "staff_full", "staff_part"} {
		kind(t, of(column), table.Manual, "")
	}
	says(t, s, "至少有一台设备有人使用满 10 分钟的自然日")
	says(t, s, "工位数 = 登记表中本基地各场地的工位数（workstations）之和")
	if len(s.Rows) != 2 {
		t.Errorf("%d rows: a school in a factory is off the campus", len(s.Rows))
	}
}

func TestStateDataOffTheCampus(t *testing.T) {
	s := sheetOf(t, made(t, source(), request("state-data")), "off-campus")
	if want := "校外实习实训基地 实训项目个数 实训项目名称 接待学生量（人次） 基地使用时间（天） 接收半年顶岗实习学生数 是否有住宿条件 是否发放学生实习补贴 学校向基地支付专项实习经费（元/生） " +
		"学校派指导教师/学生管理人员（人次） 接收应届毕业生就业数"; heading(s) != want {
		t.Errorf("%s", heading(s))
	}
	kind(t, cellOf(t, s, "name", "陶瓷中试平台", "students_received"), table.Unknown, "没有遥测数据")

	desk, r := source(), request("state-data")
	r.Query.Catalogue.Bases[2].Variant = "school_in_factory" // the school in Nanchang
	s = sheetOf(t, made(t, desk, r), "off-campus")
	of := func(column string) table.Cell { return cellOf(t, s, "name", "数控实训基地", column) }
	number(t, of("students_received"), 111) // 100, 8 and 3 students; neither employees nor teachers
	number(t, of("days_used"), 7)
	desk.withheld = func(_ report.Group, metric string) bool { return metric == "visits" }
	s = sheetOf(t, made(t, desk, r), "off-campus")
	kind(t, of("students_received"), table.Withheld, "")
	desk = source()
	desk.facts = desk.facts[:9] // machines only
	s = sheetOf(t, made(t, desk, r), "off-campus")
	number(t, of("students_received"), 0)
}

// A base all of whose machines an enterprise hosts is off the campus, and one with a machine of its own is not.
func TestWhatIsOffTheCampus(t *testing.T) {
	m := newMaker(source(), request("state-data"), Form{})
	for _, x := range []struct {
		base report.Base
		want bool
	}{
		{report.Base{}, false}, {report.Base{Variant: "school_in_factory"}, true}, {report.Base{Assets: []report.Asset{{ID: "a", Host: "firm"}}}, true},
		{report.Base{Assets: []report.Asset{{ID: "a", Host: "firm"}, {ID: "b"}}}, false}, {report.Base{Owner: "us", Assets: []report.Asset{{ID: "a", Host: "us"}}}, false},
		{report.Base{Assets: []report.Asset{{ID: "a", Host: "firm"}, {ID: "b", Until: day(2020, 1, 1)}}}, true},
	} {
		if got := m.offCampus(&x.base); got != x.want {
			t.Errorf("%+v: %v", x.base, got)
		}
	}
}

// The source does not give the unit of the use of a base.
func TestStateDataInHours(t *testing.T) {
	r := request("state-data")
	r.UseInHours = true
	s := sheetOf(t, made(t, source(), r), "on-campus")
	number(t, cellOf(t, s, "name", "数控实训基地", "effective_hours"), 126.7)
	if c := s.Columns[2]; c.Head.ZH != "学年内基地使用时间（设备有效机时）" || c.Unit != "h" {
		t.Errorf("%+v", c)
	}
	says(t, s, "本表按设备有效机时合计")
}

// Only what is in service when the period ends is there.
func TestMachinesOutOfServiceAreNotCounted(t *testing.T) {
	r := request("state-data")
	assets := r.Query.Catalogue.Bases[2].Assets
	assets[0].Until = day(2026, 1, 1)
	assets[2].From = day(2026, 8, 1)
	s := sheetOf(t, made(t, source(), r), "on-campus")
	number(t, cellOf(t, s, "name", "数控实训基地", "machines"), 2)
	r.Query.Now = time.Date(2026, 6, 1, 0, 0, 0, 0, zone) // the mill has not come yet
	s = sheetOf(t, made(t, source(), r), "on-campus")
	number(t, cellOf(t, s, "name", "数控实训基地", "machines"), 1)
}

func TestBenefit(t *testing.T) {
	s := sheetOf(t, made(t, source(), request("benefit")), "benefit")
	lathe := func(column string) table.Cell { return cellOf(t, s, "asset_id", "lathe", column) }
	for column, want := range map[string]float64{"effective_hours": 116.2, "unattributed_hours": 2.5, "quota_year": 800, "quota_hours": 400, "ratio": 0.2905, "score": 29.05, "weighted": 10.1675, "coverage": 0.9} {
		number(t, lathe(column), want)
	}
	reactor := func(column string) table.Cell { return cellOf(t, s, "asset_id", "reactor", column) }
	number(t, reactor("ratio"), 1.8)
	number(t, reactor("score"), 100) // at most
	number(t, reactor("weighted"), 35)
	if !reactor("score").Faint || lathe("score").Faint {
		t.Error("a score of low coverage is to be read with care, and no other")
	}
	for _, column := range []string{"quota_year", "quota_hours", "ratio", "score", "weighted"} {
		kind(t, cellOf(t, s, "asset_id", "furnace", column), table.Unknown, "登记表中没有定额机时（quota_hours）")
	}
	number(t, cellOf(t, s, "asset_id", "furnace", "effective_hours"), 8)
	kind(t, cellOf(t, s, "asset_id", "kiln", "score"), table.Unknown, "没有遥测数据")
	number(t, cellOf(t, s, "asset_id", "kiln", "effective_hours"), 0)

	r := request("benefit")
	r.Weight = 40
	r.Query.Catalogue.Bases[1].Assets[0].ClassCode = "05010101" // neither an instrument nor machinery
	s = sheetOf(t, made(t, source(), r), "benefit")
	number(t, lathe("weighted"), 11.62)
	if len(s.Rows) != 3 {
		t.Errorf("%d rows", len(s.Rows))
	}
}

func TestTrainees(t *testing.T) {
	desk := source()
	d := made(t, desk, request("trainee"))
	if got := desk.asked[0].Where[report.ByUserGroup]; !slices.Equal(got, []string{"college_student", "graduate"}) {
		t.Errorf("asked of %v", got)
	}
	if got := desk.asked[0].By; len(desk.asked) != 1 || !slices.Equal(got, []report.Dimension{report.ByBase, report.ByPlace}) {
		t.Errorf("%d questions, by %v: months beside the whole would give away the one that is withheld", len(desk.asked), got)
	}
	s := sheetOf(t, d, "enterprises")
	if len(s.Rows) != 1 {
		t.Fatalf("%d enterprises", len(s.Rows))
	}
	for column, want := range map[string]float64{"hosted_trainee_hours": 32, "visits": 8, "places": 2, "withheld": 1, "estimated_hours": 0.5} {
		c := cellOf(t, s, "enterprise", "甲公司", column)
		if number(t, c, want); c.Least != (column != "places" && column != "withheld") {
			t.Errorf("%s: %+v, and a place of it is withheld", column, c)
		}
	}
	s = sheetOf(t, d, "evidence")
	number(t, cellOf(t, s, "place_id", "firm-hall", "hosted_trainee_hours"), 32)
	for _, row := range s.Rows {
		for i, c := range row {
			if row[9].Text.ZH == "furnace" && (c.Kind == table.Number || c.Kind != table.Withheld && (i == 3 || i == 4)) {
				t.Errorf("%s is told beside what is withheld: %+v", s.Columns[i].ID, c)
			}
		}
	}
	desk.withheld = func(report.Group, string) bool { return true }
	s = sheetOf(t, made(t, desk, request("trainee")), "enterprises")
	kind(t, cellOf(t, s, "enterprise", "甲公司", "hosted_trainee_hours"), table.Withheld, "")

	r := request("trainee")
	r.Query.Catalogue.Bases[2].Assets[2].Area = "firm-hall" // the school's own mill stands among them
	if s := sheetOf(t, made(t, source(), r), "evidence"); len(s.Rows) != 1 || s.Rows[0][9].Text.ZH != "furnace" {
		t.Errorf("an area with a machine of the school's is an enterprise's: %v", s.Rows)
	}
	r = request("trainee")
	r.Query.Where = map[report.Dimension][]string{report.ByUserGroup: {"teacher"}}
	if _, err := Make(t.Context(), source(), r); err == nil || err.Error() != "form trainee: user_group: the form is about others than [teacher]" {
		t.Error(err)
	}
}

// An enterprise is its id: one of many bases may be written in many ways, and two of one name are two.
func TestEnterprisesAreToldApartByID(t *testing.T) {
	r := request("trainee")
	bases := r.Query.Catalogue.Bases
	bases[1].Organisations = []report.Organisation{{ID: "firm-a", Text: table.Text{ZH: "甲公司（九江）"}}, {ID: "firm-z", Text: table.Text{ZH: "甲公司"}}}
	bases[1].Assets = []report.Asset{{ID: "press", Host: "firm-a"}, {ID: "saw", Host: "firm-z"}}
	desk := source()
	desk.withheld = nil
	for place, hours := range map[string]float64{"press": 100, "saw": 7} {
		f := people(place, "2025-10", "host", "college_student", hours, 1)
		f.Base, f.City, f.n["hosted_trainee_hours"] = "jj-lab", "jiujiang", hours
		desk.facts = append(desk.facts, f)
	}
	d := made(t, desk, r)
	s, evidence := sheetOf(t, d, "enterprises"), sheetOf(t, d, "evidence")
	if len(s.Rows) != 2 || len(evidence.Rows) != 4 {
		t.Fatalf("%d enterprises, %d places", len(s.Rows), len(evidence.Rows))
	}
	for id, want := range map[string]float64{"firm-a": 138, "firm-z": 7} {
		c := cellOf(t, s, "enterprise_id", id, "hosted_trainee_hours")
		if number(t, c, want); c.Least {
			t.Errorf("%s: all is told", id)
		}
		sum := 0.0
		for _, row := range evidence.Rows {
			if row[7].Text.ZH == id {
				sum += row[3].Number
			}
		}
		if sum != want {
			t.Errorf("%s has %v in the evidence, and %v in all", id, sum, want)
		}
	}
}

func TestCities(t *testing.T) {
	d := made(t, source(), request("cities"))
	s := sheetOf(t, d, "cities")
	nanchang := func(column string) table.Cell { return cellOf(t, s, "city", "南昌市", column) }
	for column, want := range map[string]float64{"bases": 1, "assets": 3, "effective_hours": 126.7, "hours_per_asset": 126.7 / 3, "person_hours_per_workstation": 502.0 / 24, "coverage": 0.95, "rank": 1} {
		number(t, nanchang(column), want)
	}
	kind(t, cellOf(t, s, "city", "九江市", "rank"), table.Words, "覆盖率不足，不排名") // though it has more hours for each
	if s.Rows[0][0].Text.ZH != "南昌市" || len(s.Charts) != 1 || s.Charts[0].Rows != 1 {
		t.Errorf("%v first, drawn is %+v: not who is not ranked", s.Rows[0][0].Text, s.Charts)
	}
	number(t, nanchang("measured"), 1)
	kind(t, cellOf(t, s, "city", "九江市", "measured"), table.Empty, "")
	says(t, s, "有登记的基地而没有任何遥测数据，不在表中：景德镇市。")
	number(t, cellOf(t, sheetOf(t, d, "counties"), "county", "新建区", "hours_per_asset"), 126.7/3)
	s = sheetOf(t, d, "zones")
	number(t, cellOf(t, s, "zone", "长堎工业园", "hours_per_asset"), 126.7/3)
	says(t, s, "另有 1 组基地没有登记所属地区")
	r := request("cities")
	r.Floor = new(0.3)
	s = sheetOf(t, made(t, source(), r), "cities")
	number(t, cellOf(t, s, "city", "九江市", "rank"), 1)
	number(t, nanchang("rank"), 2)
	if s.Charts[0].Rows != 2 {
		t.Errorf("%+v", s.Charts)
	}
	r.Floor = new(0.99)
	if s := sheetOf(t, made(t, source(), r), "cities"); len(s.Charts) != 0 {
		t.Errorf("nobody is ranked, and drawn is %+v", s.Charts)
	}
}

// Equals share a rank, and what looks equal is.
func TestRanks(t *testing.T) {
	m := newMaker(source(), request("cities"), Form{})
	line := func(city string, hours, covered float64) report.Line {
		return report.Line{Group: report.Group{City: city}, Assets: 2, Figures: []report.Figure{{Metric: "effective_hours", Numerator: int64(hours * 2 * msPerHour), Coverage: covered}, {Metric: "coverage", Value: covered}}}
	}
	withheld := line("f", 0, 1)
	withheld.Figures[0].Missing = report.NotKept
	ranks := m.ranks([]report.Line{line("a", 10, 0.8), line("b", 20.001, 1), line("c", 20.004, 1), line("d", 90, 0.79), line("e", 5, 1), withheld})
	for city, want := range map[string]int{"a": 3, "b": 1, "c": 1, "d": 0, "e": 4, "f": 0} {
		if got := ranks[report.Group{City: city}]; got != want {
			t.Errorf("%s has rank %d, want %d", city, got, want)
		}
	}
}

func TestAnnex2(t *testing.T) {
	d := made(t, source(), request("annex2"))
	s := sheetOf(t, d, "board")
	for indicator, want := range map[string][2]float64{"省级及以上市域产教联合体": {3, 1}, "现代产业学院": {1, 0}, "开放型产教融合实践中心": {1, 1}, "校企共建创新平台数": {1, 0}} {
		number(t, cellOf(t, s, "indicator", indicator, "registered"), want[0])
		number(t, cellOf(t, s, "indicator", indicator, "active"), want[1])
	}
	for _, indicator := range []string{"双师型教师占比", "产教融合研究生"} {
		kind(t, cellOf(t, s, "indicator", indicator, "registered"), table.Manual, "")
	}
	number(t, cellOf(t, s, "indicator", "开放型产教融合实践中心", "y2035"), 100)
	s = sheetOf(t, d, "bases")
	kind(t, cellOf(t, s, "base", "数控实训基地", "active"), table.Words, "是")
	kind(t, cellOf(t, s, "base", "化工实训室", "active"), table.Unknown, "覆盖率不足")
	kind(t, cellOf(t, s, "base", "陶瓷中试平台", "active"), table.Unknown, "没有遥测数据")

	idle := source()
	idle.facts = slices.DeleteFunc(idle.facts, func(f fact) bool { return f.n["effective_hours"] > 0 && f.Base == "nc-vtc" })
	for i := range idle.facts {
		delete(idle.facts[i].n, "days_used")
	}
	kind(t, cellOf(t, sheetOf(t, made(t, idle, request("annex2")), "bases"), "base", "数控实训基地", "active"), table.Words, "否")
	r := request("annex2")
	r.Query.Within = report.Scope{City: "nanchang"}
	says(t, sheetOf(t, made(t, source(), r), "board"), "目标是全省的目标")
}
