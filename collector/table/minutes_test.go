package table

import (
	"strings"
	"testing"
)

func TestHoursBelowOneAreMinutes(t *testing.T) {
	for _, c := range []struct {
		name          string
		hours, people Cell
		want          string
	}{
		{"a demonstration", Amount(0.25), Amount(0.5), "使用（分钟）  人时（分钟）  人次\n       15.00         30.00     7\n"},
		{"one of them is not small", Amount(0.25), Amount(1), "使用（小时）  人时  人次\n        0.25  1.00     7\n"},
		{"nothing at all", Amount(0), Amount(0), "使用（小时）  人时  人次\n        0.00  0.00     7\n"},
	} {
		s := Sheet{Columns: []Column{{ID: "a", Head: Text{ZH: "使用"}, Unit: "h", Format: Decimal}, {ID: "b", Head: Text{ZH: "人时"}, Unit: "person-h", Format: Decimal},
			{ID: "c", Head: Text{ZH: "人次"}, Unit: "visits", Format: Whole}}, Rows: [][]Cell{{c.hours, c.people, Amount(7)}}}
		var w strings.Builder
		if err := WriteText(&w, s.InMinutes(), "zh"); err != nil || w.String() != c.want {
			t.Errorf("%s: %v\n%swant\n%s", c.name, err, w.String(), c.want)
		}
		if s.Rows[0][0] != c.hours || s.Columns[0].Unit != "h" {
			t.Errorf("%s: the sheet itself was changed", c.name)
		}
	}
}
