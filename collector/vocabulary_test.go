package collector

import (
	"testing"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// What forms ask of the taxonomy, and of the sample's projects.
func TestTheWordsOfForms(t *testing.T) {
	p, faults := plan.Load("../configs/plan")
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	v := Vocabulary(p)
	for d, x := range map[report.Dimension]struct {
		id   string
		want table.Text
	}{
		report.ByCity: {"nanchang", table.Text{ZH: "南昌市", EN: "Nanchang"}}, report.ByPurpose: {"tech_rd", table.Text{ZH: "技术研发", EN: "Technology R&D"}},
		report.ByAffiliation: {"outside", table.Text{ZH: "社会", EN: "Outside organisation or the public"}}, report.ByUserGroup: {"teacher", table.Text{ZH: "教师", EN: "Teacher"}},
		report.ByKind: {"pilot_platform", table.Text{ZH: "中试实验平台", EN: "Pilot-scale test platform"}}, report.ByCluster: {"aviation", table.Text{ZH: "航空先进制造业集群", EN: "Aviation"}},
		report.ByConsortium: {"i_aviation", table.Text{ZH: "航空行业产教融合共同体", EN: "Aviation industry community"}}, report.ByMonth: {"2025-09", table.Text{}}, report.ByCounty: {"新建区", table.Text{}},
	} {
		if got := v.Text(d, x.id); got != x.want {
			t.Errorf("%s %s is %+v", d, x.id, got)
		}
	}
	if v.Class("tech_rd") != "research" || v.Class("unattributed") != "none" || v.Class("no_such") != "" || v.Row("rd_center") != 7 || v.Row("production_center") != 0 ||
		!v.Municipal("c_lithium") || v.Municipal("i_aviation") || len(v.Targets) != 16 || v.Targets[14].Y2035 != 100_000 {
		t.Errorf("%+v", v)
	}
	for _, id := range v.Students {
		if _, ok := plan.Taxonomy().UserGroups.Find(id); !ok {
			t.Errorf("there is no user group %s", id)
		}
	}
	if got := v.Project("nc-vtc-cnc", "p-2025-007"); got.ZH != "薄壁件工艺" {
		t.Errorf("%+v", got)
	}
	if none := (table.Text{}); v.Project("nc-vtc-cnc", "x") != none || v.Project("x", "x") != none || Vocabulary(nil).Project("x", "x") != none {
		t.Error("a project that nobody knows has a name")
	}
}
