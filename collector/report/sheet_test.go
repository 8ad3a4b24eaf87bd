package report

import (
	"testing"
	"time"

	"basemeter/collector/table"
)

func TestEveryDimensionHasWords(t *testing.T) {
	for _, d := range Dimensions {
		if d.Text().ZH == "" || d.Text().EN == "" {
			t.Errorf("%s: %+v", d, d.Text())
		}
	}
}

func TestNoNumberStandsWithoutItsCoverage(t *testing.T) {
	c := &Catalogue{Bases: []Base{{ID: "nc", Text: table.Text{ZH: "南昌", EN: "Nanchang"}, Assets: []Asset{{ID: "lathe", Text: table.Text{ZH: "车床", EN: "Lathe"}}}}}}
	a := &Answer{From: time.Unix(0, 0).UTC(), To: time.Unix(3600, 0).UTC(), By: []Dimension{ByBase, ByAsset, ByMonth, ByPurpose}, Metrics: []string{"effective_hours", "allocation", "visits"}, Version: "v1",
		Lines: []Line{
			{Group: Group{Base: "nc", Asset: "lathe", Month: "2026-03", Purpose: "lesson"}, Bases: 1, Assets: 1, Figures: []Figure{
				{Metric: "effective_hours", Value: 1. / 3, Coverage: 0.9, EstimatedMS: 1_800_000}, {Metric: "allocation", Value: 0.5, Coverage: 0.7}, {Metric: "visits", Missing: Withheld}}},
			{Group: Group{Base: "xx", Asset: "odd"}, Figures: []Figure{{Metric: "effective_hours", Missing: NotKept}, {Metric: "allocation", Missing: NotDivided}}},
		},
		Total: Line{Bases: 2, Assets: 2, Figures: []Figure{{Metric: "effective_hours", Value: 7, Coverage: 1}}}}
	s := a.Sheet(func(id string) table.Text { return table.Text{ZH: "词" + id, EN: "word " + id} }, c)
	var ids []string
	for _, column := range s.Columns {
		ids = append(ids, column.ID)
	}
	want := []string{"base", "base_name", "asset", "asset_name", "month", "purpose", "purpose_name", "bases", "assets", "effective_hours", "allocation", "visits", "lowest_coverage", "estimated_hours"}
	if len(ids) != len(want) || len(s.Rows) != 3 {
		t.Fatalf("%v, %d rows", ids, len(s.Rows))
	}
	for i := range want {
		if ids[i] != want[i] {
			t.Errorf("column %d is %s, want %s", i, ids[i], want[i])
		}
	}
	for i, row := range s.Rows {
		if len(row) != len(s.Columns) {
			t.Errorf("row %d has %d cells", i, len(row))
		}
	}
	first, second, total := s.Rows[0], s.Rows[1], s.Rows[2]
	if first[1].Text.ZH != "南昌" || first[3].Text.EN != "Lathe" || first[6].Text.EN != "word lesson" || first[9].Number != 1./3 || first[9].Faint || !first[10].Faint ||
		first[11].Kind != table.Withheld || first[12].Number != 0.7 || first[13].Number != 0.5 {
		t.Errorf("%+v", first)
	}
	if second[1].Kind != table.Empty || second[9].Kind != table.Unknown || second[10].Text.EN == "" || second[11].Kind != table.Empty || second[12].Kind != table.Empty {
		t.Errorf("%+v", second)
	}
	if total[0].Text.ZH != "合计" || total[9].Number != 7 || s.Columns[10].Format != table.Percent || s.Columns[9].Unit != "h" || len(s.Above) != 2 {
		t.Errorf("%+v", total)
	}
	if strict := a.SheetAt(func(string) table.Text { return table.Text{} }, nil, 0.95); !strict.Rows[0][9].Faint || strict.Rows[2][9].Faint || strict.Rows[0][1].Kind != table.Empty {
		t.Errorf("%+v", strict.Rows)
	}
}
