package forms

import (
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

func TestTheWorkbookOfEverything(t *testing.T) {
	d := made(t, source(), request("utilisation"))
	var ids string
	for _, s := range d.Sheets {
		ids += s.ID + " "
	}
	if ids != "summary bases assets states top coverage use months inside-outside people corrections definitions " {
		t.Error(ids)
	}
	summary := sheetOf(t, d, "summary")
	for metric, want := range map[string]float64{"effective_hours": 216.7, "quota_ratio": 100 * 214.2 / 450, "person_hours": 502, "visits": 125, "coverage": 100 * 3150.0 / 4000} {
		number(t, cellOf(t, summary, "metric", metric, "value"), want)
	}
	kind(t, cellOf(t, summary, "metric", "coverage", "unit"), table.Words, "%")
	kind(t, cellOf(t, summary, "metric", "visits", "unit"), table.Words, "人次")
	if c := cellOf(t, summary, "metric", "effective_hours", "value"); !c.Faint {
		t.Error("78.75 % of coverage is below the floor")
	}
	says(t, summary, "登记在用 5 台")

	coverage := sheetOf(t, d, "coverage")
	number(t, cellOf(t, coverage, "asset", "数控车床", "unknown_hours"), 100)
	kind(t, cellOf(t, coverage, "asset", "气窑", "unknown_hours"), table.Unknown, "登记在用，但没有任何遥测数据")

	definitions := sheetOf(t, d, "definitions")
	kind(t, cellOf(t, definitions, "metric", "external_share", "formula"), table.Words, "对外服务机时 ÷ 有效机时")
	kind(t, cellOf(t, definitions, "metric", "internal_hours", "source"), table.Words, "本系统自定")
}

// An estimate is of all the time that was looked at, not of the figure beside it: it may be more than that.
func TestWhatAnEstimateIsOf(t *testing.T) {
	columns := 0
	for _, form := range All() {
		for _, s := range made(t, source(), request(form.ID)).Sheets {
			for _, c := range s.Columns {
				if c.ID != "estimated_hours" {
					continue
				}
				columns++
				if c.Head.ZH != "所涉时间中的估计" || c.Head.EN != "Of the time it is about, estimated" || c.Unit == "" {
					t.Errorf("%s/%s: %+v", form.ID, s.ID, c)
				}
			}
		}
	}
	if columns != 6 {
		t.Errorf("%d columns of estimates", columns)
	}
}

// A month has a column for each purpose that took hours, and 0 where there were none.
func TestHoursByMonth(t *testing.T) {
	s := sheetOf(t, made(t, source(), request("utilisation")), "months")
	if got := heading(s); got != "月份 企业员工培训 学生实习实训 技术研发 未归类" {
		t.Error(got)
	}
	number(t, cellOf(t, s, "month", "2025-09", "student_training"), 190.4)
	number(t, cellOf(t, s, "month", "2025-09", "unattributed"), 0)
	number(t, cellOf(t, s, "month", "2025-10", "employee_training"), 5.4)
	if len(s.Charts) != 1 || s.Charts[0].Kind != table.StackedBars || len(s.Charts[0].Values) != 4 {
		t.Errorf("%+v", s.Charts)
	}
	empty := source()
	empty.facts = nil
	if s := sheetOf(t, made(t, empty, request("utilisation")), "months"); len(s.Charts) != 0 || len(s.Rows) != 0 {
		t.Errorf("of nothing: %+v", s)
	}
}

// Those of the period, with what they came to.
func TestCorrectionsAreListed(t *testing.T) {
	s := sheetOf(t, made(t, source(), request("utilisation")), "corrections")
	if len(s.Rows) != 2 {
		t.Fatalf("%d rows", len(s.Rows))
	}
	kind(t, cellOf(t, s, "correction_id", "c1", "says"), table.Words, "停机")
	kind(t, cellOf(t, s, "correction_id", "c3", "says"), table.Words, "撤销此前的更正")
	kind(t, cellOf(t, s, "correction_id", "c1", "asset"), table.Words, "数控车床")
}

// A frozen version holds what was put right before it was frozen, each base's by its own moment.
func TestCorrectionsOfAFrozenVersion(t *testing.T) {
	r := request("utilisation")
	r.Query.Version = "2025-2026.1"
	r.Frozen = []report.Frozen{{Base: "jj-lab", Version: "2025-2026.1", Made: day(2026, 9, 9)}, {Base: "nc-vtc", Version: "2025-2026.1", Made: day(2025, 9, 6)},
		{Base: "nc-vtc", Version: "2025-2026.2", Made: day(2026, 9, 9)}}
	s := sheetOf(t, made(t, source(), r), "corrections")
	if len(s.Rows) != 1 {
		t.Fatalf("%d rows", len(s.Rows))
	}
	kind(t, cellOf(t, s, "correction_id", "c1", "says"), table.Words, "停机") // and c3 was made when the version was
	says(t, s, "只列冻结之前作出的更正")
	r.Query.Version = "2025-2026.2"
	if s := sheetOf(t, made(t, source(), r), "corrections"); len(s.Rows) != 2 {
		t.Errorf("%d rows of the later version", len(s.Rows))
	}
}

// Without a meter, energy is not 0 but unknown. What a meter counted nothing of is 0.
func TestEnergyWithoutAMeterIsUnknown(t *testing.T) {
	const why = "没有测得用电：没有电表，或电表读数没有增长"
	s := sheetOf(t, made(t, source(), request("utilisation")), "assets")
	number(t, cellOf(t, s, "asset_id", "lathe", "energy_kwh"), 50)
	number(t, cellOf(t, s, "asset_id", "lathe", "standby_kwh"), 0)
	kind(t, cellOf(t, s, "asset_id", "mill", "energy_kwh"), table.Unknown, why)
	kind(t, cellOf(t, s, "asset_id", "mill", "standby_kwh"), table.Unknown, why)
}

// 0 of 0 is no share, and a quota that nobody set is not missed by 100 %.
func TestNothingToDivideBy(t *testing.T) {
	m := newMaker(source(), request("utilisation"), Form{})
	kind(t, m.cell(&report.Figure{Metric: "quota_ratio", Coverage: 1}), table.Unknown, "没有可作分母的时间或登记")
	number(t, m.cell(&report.Figure{Metric: "quota_ratio", Denominator: 5, Coverage: 1}), 0)
	number(t, m.cell(&report.Figure{Metric: "effective_hours", Coverage: 1}), 0)
	summary := sheetOf(t, made(t, source(), request("utilisation")), "summary")
	kind(t, cellOf(t, summary, "metric", "external_share", "value"), table.Unknown, "没有可作分母的时间或登记")
	kind(t, cellOf(t, summary, "metric", "external_share", "coverage"), table.Unknown, "没有可作分母的时间或登记")
}

// What a frozen version does not hold has the reason in its row, and no cell of it is empty.
func TestTheSummaryOfAFrozenVersion(t *testing.T) {
	desk, r := source(), request("utilisation")
	desk.unkept, r.Query.Version = []string{"people", "quota_ratio", "workstation_utilization"}, "2025-2026.1"
	s := sheetOf(t, made(t, desk, r), "summary")
	for _, metric := range desk.unkept {
		for _, column := range []string{"value", "coverage", "estimated_hours"} {
			kind(t, cellOf(t, s, "metric", metric, column), table.Unknown, missing[report.NotKept].ZH)
		}
		kind(t, cellOf(t, s, "metric", metric, "remark"), table.Words, missing[report.NotKept].ZH)
	}
	kind(t, cellOf(t, s, "metric", "visits", "remark"), table.Words, "")
}
