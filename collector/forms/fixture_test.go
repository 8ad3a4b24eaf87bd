package forms

import (
	"context"
	"slices"
	"testing"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

var zone = time.FixedZone("Asia/Shanghai", 8*3600)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone) }

// A fact is some numbers of one group. Those in hours are hours here.
type fact struct {
	report.Group
	n, d map[string]float64
}

// A desk is a Source made by hand. Its sums can be done on paper.
type desk struct {
	facts       []fact
	withheld    func(g report.Group, metric string) bool
	sessions    map[string][]report.Session // by base/asset
	gone        bool                        // the facts
	unkept      []string                    // metrics
	corrections []report.Correction
	asked       []report.Query
}

func (d *desk) Sessions(_ context.Context, base, asset string, _, _ time.Time) ([]report.Session, error) {
	if d.gone {
		return nil, report.ErrNotKept
	}
	if asset == "kiln" {
		return nil, &report.UnknownError{Parameter: "asset", Value: base + "/" + asset}
	}
	return d.sessions[base+"/"+asset], nil
}

func (d *desk) Corrections(_ context.Context, base string) (some []report.Correction, err error) {
	if base == "jdz-pilot" {
		return nil, &report.UnknownError{Parameter: "base", Value: base}
	}
	for _, c := range d.corrections {
		if c.Base == base {
			some = append(some, c)
		}
	}
	return some, nil
}

func (d *desk) Answer(_ context.Context, q report.Query) (report.Answer, error) {
	d.asked = append(d.asked, q)
	a := report.Answer{From: q.From, To: q.To, By: q.By, Metrics: q.Metrics, Formula: 2, Plan: "p1"}
	if q.Now.Before(q.To) {
		a.To = q.Now
	}
	groups, bases, assets := map[report.Group][]fact{}, map[report.Group]map[string]bool{}, map[report.Group]map[string]bool{}
	for _, f := range d.facts {
		if !passes(q, f.Group) || slices.Contains(q.By, report.ByAsset) && f.Asset == "" || slices.Contains(q.By, report.ByUserGroup) && f.UserGroup == "" {
			continue
		}
		g := report.Group{}
		for _, by := range q.By {
			set(&g, by, f.At(by))
		}
		groups[g] = append(groups[g], f)
		if bases[g] == nil {
			bases[g], assets[g] = map[string]bool{}, map[string]bool{}
		}
		bases[g][f.Base] = true
		if f.Asset != "" {
			assets[g][f.Base+"/"+f.Asset] = true
		}
	}
	var total []fact
	for g, some := range groups {
		a.Lines = append(a.Lines, d.line(g, some, q.Metrics, len(bases[g]), len(assets[g])))
		total = append(total, some...)
	}
	slices.SortFunc(a.Lines, func(x, y report.Line) int { return x.Compare(y.Group) })
	a.Total = d.line(report.Group{}, total, q.Metrics, len(a.Lines), 0)
	return a, nil
}

func (d *desk) line(g report.Group, some []fact, metrics []string, bases, assets int) report.Line {
	sum := func(metric string) (n, of float64) {
		for _, f := range some {
			n, of = n+f.n[metric], of+f.d[metric]
		}
		return n, of
	}
	l := report.Line{Group: g, Bases: bases, Assets: assets}
	known, all := sum("coverage")
	for _, id := range metrics {
		n, of := sum(id)
		f := report.Figure{Metric: id, Value: n, Numerator: int64(n * msPerHour), Denominator: int64(of * msPerHour), EstimatedMS: msPerHour / 2}
		if all > 0 {
			f.Coverage = known / all
		}
		switch m, _ := utilisation.MetricOf(id); {
		case of > 0:
			f.Value = n / of
		case m.Unit == utilisation.Ratio:
			f.Value = 0
		case m.Unit == utilisation.PersonHours:
			f.Coverage = 1
		case m.Unit == utilisation.Visits || m.Unit == utilisation.Days:
			f.Numerator, f.Coverage = int64(n), 1
		}
		if d.withheld != nil && d.withheld(g, id) {
			f = report.Figure{Metric: id, Missing: report.Withheld}
		}
		if slices.Contains(d.unkept, id) {
			f = report.Figure{Metric: id, Missing: report.NotKept}
		}
		l.Figures = append(l.Figures, f)
	}
	return l
}

func passes(q report.Query, g report.Group) bool {
	for d, values := range q.Where {
		if !slices.Contains(values, g.At(d)) {
			return false
		}
	}
	return true
}

// set puts a value into a group, whose fields are known to report alone.
func set(g *report.Group, d report.Dimension, value string) {
	field := map[report.Dimension]*string{report.ByCity: &g.City, report.ByCounty: &g.County, report.ByZone: &g.Zone, report.ByBase: &g.Base, report.ByAsset: &g.Asset, report.ByPlace: &g.Place,
		report.ByPurpose: &g.Purpose, report.ByAffiliation: &g.Affiliation, report.ByUserGroup: &g.UserGroup, report.ByMonth: &g.Month}[d]
	*field = value
}

// A school in Nanchang with a lathe, a mill of no known price and a furnace that firm A hosts; a pilot platform in
// Jingdezhen of which nothing was ever heard; and a base in Jiujiang whose gateway is mostly silent.
func province() *report.Catalogue {
	return &report.Catalogue{Version: "p1", Bases: []report.Base{
		{ID: "jdz-pilot", Text: table.Text{ZH: "陶瓷中试平台", EN: "Ceramics pilot platform"}, Kind: "pilot_platform", Variant: "school_in_factory", City: "jingdezhen", Consortium: "c_jdz_ceramics", Clock: zone,
			Organisations: []report.Organisation{{ID: "kiln-works", Text: table.Text{ZH: "窑炉厂", EN: "Kiln works"}}},
			Assets:        []report.Asset{{ID: "kiln", Text: table.Text{ZH: "气窑", EN: "Gas kiln"}, PriceYuan: 500_000, ClassCode: "04010203", Host: "kiln-works", QuotaHours: 800}}},
		{ID: "jj-lab", Text: table.Text{ZH: "化工实训室", EN: "Chemistry lab"}, Kind: "industry_college", City: "jiujiang", County: "濂溪区", Consortium: "c_jiujiang_chem", Clock: zone,
			Areas:  []report.Area{{ID: "lab", Workstations: 10}},
			Assets: []report.Asset{{ID: "reactor", Text: table.Text{ZH: "反应釜", EN: "Reactor"}, Area: "lab", PriceYuan: 450_000, ClassCode: "03010101", QuotaHours: 100}}},
		{ID: "nc-vtc", Text: table.Text{ZH: "数控实训基地", EN: "CNC base"}, Kind: "open_regional_center", Owner: "nc", SchoolCode: "13425", City: "nanchang", County: "新建区", Zone: "长堎工业园",
			Consortium: "c_nanchang_opto", Clock: zone,
			Organisations: []report.Organisation{{ID: "nc", Text: table.Text{ZH: "南昌职业学院"}}, {ID: "firm-a", Text: table.Text{ZH: "甲公司", EN: "Firm A"}}},
			Areas: []report.Area{{ID: "hall", Text: table.Text{ZH: "车间", EN: "Hall"}, Workstations: 20},
				{ID: "firm-hall", Text: table.Text{ZH: "甲公司车间", EN: "Hall of firm A"}, Workstations: 4}},
			Assets: []report.Asset{
				{ID: "furnace", Text: table.Text{ZH: "热处理炉", EN: "Furnace"}, Area: "firm-hall", Host: "firm-a", PriceYuan: 120_000, ClassCode: "04050607"},
				{ID: "lathe", Text: table.Text{ZH: "数控车床", EN: "CNC lathe"}, Area: "hall", QuotaHours: 800, AssetNumber: "20210001", ClassCode: "03040101", Model: "CK6150",
					Specification: "500×1000 mm", PriceYuan: 486_000.5, InCharge: "某老师"},
				{ID: "mill", Text: table.Text{ZH: "铣床", EN: "Mill"}, Area: "hall"},
			}},
	}}
}

func use(asset, month, purpose, affiliation string, n map[string]float64) fact {
	return fact{Group: report.Group{City: "nanchang", County: "新建区", Zone: "长堎工业园", Base: "nc-vtc", Asset: asset, Month: month, Purpose: purpose, Affiliation: affiliation}, n: n}
}

func people(place, month, affiliation, group string, hours, visits float64) fact {
	n := map[string]float64{"person_hours": hours, "visits": visits}
	if affiliation == "outside" {
		n["person_hours_society"] = hours
	} else {
		n["person_hours_inside"] = hours
	}
	if (place == "firm-hall" || place == "furnace") && group == "college_student" {
		n["hosted_trainee_hours"] = hours
	}
	return fact{Group: report.Group{City: "nanchang", County: "新建区", Zone: "长堎工业园", Base: "nc-vtc", Place: place, Month: month, Purpose: "student_training", Affiliation: affiliation, UserGroup: group}, n: n}
}

func source() *desk {
	base := func(asset string, known, all, quota, effective float64) fact {
		f := use(asset, "2025-09", "none", "none", map[string]float64{"coverage": known, "elapsed_hours": all, "unknown_hours": all - known, "quota_ratio": effective})
		f.d = map[string]float64{"coverage": all, "quota_ratio": quota}
		return f
	}
	reactor := fact{Group: report.Group{City: "jiujiang", County: "濂溪区", Base: "jj-lab", Asset: "reactor", Month: "2025-09", Purpose: "student_training", Affiliation: "host"},
		n: map[string]float64{"effective_hours": 90, "coverage": 300, "elapsed_hours": 1000, "unknown_hours": 700, "quota_ratio": 90, "days_used": 3},
		d: map[string]float64{"coverage": 1000, "quota_ratio": 50}}
	lathe := base("lathe", 900, 1000, 400, 116.2)
	lathe.n["days_used"], lathe.n["energy_kwh"] = 7, 50 // the only one with a meter
	return &desk{
		facts: []fact{
			use("lathe", "2025-09", "student_training", "host", map[string]float64{"effective_hours": 100.4, "open_use_hours": 20, "internal_hours": 100.4}),
			use("lathe", "2025-09", "tech_rd", "host", map[string]float64{"effective_hours": 10.4, "internal_hours": 10.4}),
			use("lathe", "2025-10", "employee_training", "outside", map[string]float64{"effective_hours": 5.4, "external_hours": 5.4}),
			use("lathe", "2025-10", "unattributed", "unattributed", map[string]float64{"effective_hours": 2.5, "internal_hours": 2.5}),
			lathe,
			use("furnace", "2025-10", "student_training", "host", map[string]float64{"effective_hours": 8, "internal_hours": 8}),
			base("furnace", 950, 1000, 0, 8), base("mill", 1000, 1000, 0, 0), reactor,
			people("hall", "2025-09", "host", "college_student", 400, 100), people("hall", "2025-10", "outside", "employee", 60, 12),
			people("firm-hall", "2025-10", "host", "college_student", 32, 8), people("furnace", "2025-11", "host", "college_student", 6, 3),
			people("firm-hall", "2025-10", "host", "teacher", 4, 2),
		},
		withheld: func(g report.Group, metric string) bool {
			return g.Place == "furnace" && (metric == "hosted_trainee_hours" || metric == "visits")
		},
		sessions: map[string][]report.Session{"nc-vtc/lathe": {
			{Purpose: "student_training", Project: "p1", HeldMS: 1}, {Purpose: "student_training", Project: "p2", HeldMS: 1}, {Purpose: "student_training", Project: "p1", HeldMS: 1},
			{Purpose: "student_training", Project: "nobody-came"}, {Purpose: "tech_rd", Project: "p3", HeldMS: 1}, {Purpose: "employee_training", HeldMS: 1},
		}},
		corrections: []report.Correction{
			{ID: "c1", Base: "nc-vtc", Asset: "lathe", From: day(2025, 9, 3), To: day(2025, 9, 4), State: "off", Reason: "电表故障", Author: "李工", Made: day(2025, 9, 5)},
			{ID: "c2", Base: "nc-vtc", Asset: "mill", From: day(2024, 9, 3), To: day(2024, 9, 4), State: "off", Reason: "去年", Author: "李工", Made: day(2024, 9, 5)},
			{ID: "c3", Base: "nc-vtc", Asset: "lathe", From: day(2025, 9, 3), To: day(2025, 9, 4), Reason: "更正有误", Author: "李工", Made: day(2025, 9, 6)},
		},
	}
}

func vocabulary() Vocabulary {
	said := map[string]table.Text{"city nanchang": {ZH: "南昌市", EN: "Nanchang"}, "city jingdezhen": {ZH: "景德镇市", EN: "Jingdezhen"}, "city jiujiang": {ZH: "九江市", EN: "Jiujiang"},
		"purpose student_training": {ZH: "学生实习实训", EN: "Student training"}, "purpose tech_rd": {ZH: "技术研发", EN: "Technology R&D"}, "purpose employee_training": {ZH: "企业员工培训", EN: "Employee training"},
		"purpose unattributed": {ZH: "未归类", EN: "Unattributed"}, "affiliation host": {ZH: "本单位", EN: "Host"}, "affiliation outside": {ZH: "社会", EN: "Outside"},
		"user_group college_student": {ZH: "高职学生", EN: "Student"}, "user_group employee": {ZH: "企业员工", EN: "Employee"}, "user_group teacher": {ZH: "教师", EN: "Teacher"},
		"kind open_regional_center": {ZH: "开放型区域产教融合实践中心", EN: "Open centre"}, "kind pilot_platform": {ZH: "中试实验平台", EN: "Pilot platform"}, "kind industry_college": {ZH: "产业学院", EN: "Industry college"}}
	classes := map[string]string{"student_training": teaching, "tech_rd": research, "employee_training": service}
	return Vocabulary{
		Text:     func(d report.Dimension, id string) table.Text { return said[string(d)+" "+id] },
		Class:    func(purpose string) string { return classes[purpose] },
		Students: []string{"college_student", "graduate"},
		Row: func(kind string) int {
			return map[string]int{"open_regional_center": 5, "pilot_platform": 7, "industry_college": 3}[kind]
		},
		Municipal: func(consortium string) bool { return consortium != "" },
		Project: func(_, id string) table.Text {
			return map[string]table.Text{"p1": {ZH: "薄壁件工艺", EN: "Thin walls"}}[id]
		},
		Targets: []Target{
			{1, table.Text{ZH: "省级及以上市域产教联合体", EN: "Municipal consortia"}, "个", 10, 15, 20, "direct"}, {3, table.Text{ZH: "现代产业学院", EN: "Industry colleges"}, "家", 30, 50, 80, "direct"},
			{5, table.Text{ZH: "开放型产教融合实践中心", EN: "Open practice centres"}, "个", 30, 50, 100, "direct"}, {7, table.Text{ZH: "校企共建创新平台数", EN: "Platforms"}, "个", 15, 30, 100, "direct"},
			{11, table.Text{ZH: "双师型教师占比", EN: "Dual-qualified teachers"}, "%", 60, 65, 70, "none"}, {14, table.Text{ZH: "产教融合研究生", EN: "Postgraduates"}, "名", 200, 500, 2000, "evidence"},
		},
	}
}

func request(form string) Request {
	return Request{Form: form, Words: vocabulary(), Query: report.Query{From: day(2025, 9, 1), To: day(2026, 9, 1), Now: day(2026, 10, 1), Zone: zone, Catalogue: province()}}
}

func made(t *testing.T, s Source, r Request) table.Document {
	t.Helper()
	d, err := Make(context.Background(), s, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sheetOf is one of a document.
func sheetOf(t *testing.T, d table.Document, id string) table.Sheet {
	t.Helper()
	for _, s := range d.Sheets {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("there is no sheet %s", id)
	return table.Sheet{}
}

// cellOf is the one of a column in the first row in which another column says something.
func cellOf(t *testing.T, s table.Sheet, column, says, wanted string) table.Cell {
	t.Helper()
	index := func(id string) int {
		i := slices.IndexFunc(s.Columns, func(c table.Column) bool { return c.ID == id })
		if i < 0 {
			t.Fatalf("%s has no column %s", s.ID, id)
		}
		return i
	}
	for _, row := range s.Rows {
		if c := row[index(column)]; c.Text.ZH == says {
			return row[index(wanted)]
		}
	}
	t.Fatalf("%s: no row has %s %s", s.ID, column, says)
	return table.Cell{}
}
