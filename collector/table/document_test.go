package table

import (
	"math"
	"strings"
	"testing"
	"time"
)

var shanghai = time.FixedZone("CST", 8*3600)

// hours is a sheet with a cell of every kind.
func hours() Sheet {
	return Sheet{
		ID: "hours", Title: Text{ZH: "机时表", EN: "Machine-hours"},
		Above: []Text{{ZH: "期间：2025-09-01 至 2026-09-01", EN: "Period: 2025-09-01 to 2026-09-01"}},
		Columns: []Column{
			{ID: "name", Head: Text{ZH: "设备", EN: "Asset"}}, {ID: "effective_hours", Head: Text{ZH: "有效机时", EN: "Effective"}, Unit: "h", Format: Decimal},
			{ID: "visits", Head: Text{ZH: "人次", EN: "Visits"}, Unit: "visits", Format: Whole}, {ID: "share", Head: Text{ZH: "占比", EN: "Share"}, Unit: "1", Format: Percent},
			{ID: "since", Head: Text{ZH: "启用", EN: "Since"}, Format: Date}, {ID: "told", Head: Text{ZH: "最近", EN: "Told"}, Format: Moment},
			{ID: "samples", Head: Text{ZH: "测样数", EN: "Samples"}, Format: Whole}, {ID: "line", Head: Text{ZH: "产线", EN: "Line"}},
		},
		Rows: [][]Cell{
			{SayIn(Text{ZH: "1 号车床", EN: "Lathe 1"}), Amount(1234567.891), Amount(40), Amount(0.4567), At(time.Date(2021, 3, 1, 0, 0, 0, 0, shanghai)),
				At(time.Date(2026, 3, 1, 8, 30, 0, 0, shanghai)), {Kind: Manual}, {}},
			{Say("=cmd|' /C calc'!A0"), {Kind: Number, Number: 0.1, Faint: true}, {Kind: Withheld}, {Kind: Unknown, Text: Text{ZH: "事实已不保留", EN: "facts are gone"}},
				{}, {}, Amount(0), {}},
			{Say("a&b <c> \"d\""), Amount(-2.5), {Kind: Number, Number: 1000, Least: true}, Amount(math.NaN()), {}, {}, Amount(3), {}},
		},
		Below:  []Text{{ZH: "来源：手工。", EN: "Source: by hand."}},
		Charts: []Chart{{Kind: StackedBars, Title: Text{ZH: "机时", EN: "Hours"}, Labels: "name", Values: []string{"effective_hours", "visits"}}},
	}
}

func written(t *testing.T, lang string) string {
	t.Helper()
	var got strings.Builder
	if err := WriteText(&got, hours(), lang); err != nil {
		t.Fatal(err)
	}
	return "\n" + got.String()
}

func TestTextLinesUp(t *testing.T) {
	const zh = `
机时表
期间：2025-09-01 至 2026-09-01

设备                有效机时（小时）         人次      占比  启用        最近              测样数
1 号车床                1,234,567.89           40    45.7 %  2021-03-01  2026-03-01 08:30    ____
=cmd|' /C calc'!A0              0.10*      不公布  无法得知                                     0
a&b <c> "d"                    -2.50   下限 1,000  无法得知                                     3

____：需人工填写
*：覆盖率不足，谨慎使用
下限：有一部分不显示，实际不少于此数
不公布：其中不足五人，或可由此推算出不足五人的数字；为保护少数人，不显示
无法得知：事实已不保留（占比）；不是有效数值（占比）
来源：手工。
`
	const en = `
Machine-hours
Period: 2025-09-01 to 2026-09-01

Asset               Effective (h)           Visits      Share  Since       Told              Samples
Lathe 1              1,234,567.89               40     45.7 %  2021-03-01  2026-03-01 08:30     ____
=cmd|' /C calc'!A0           0.10*        withheld  not known                                      0
a&b <c> "d"                 -2.50   at least 1,000  not known                                      3

____: fill in by hand
*: low coverage; read with care
at least: a part is not shown, and it is no less than this
withheld: it is of fewer than five people, or such a figure could be worked out from it; not shown, to protect them
not known: facts are gone (Share); not a number (Share)
Source: by hand.
`
	if got := written(t, "zh"); got != zh {
		t.Errorf("got%swant%s", got, zh)
	}
	if got := written(t, "en"); got != en {
		t.Errorf("got%swant%s", got, en)
	}
}

func TestAnEmptyTableKeepsItsHeadings(t *testing.T) {
	s := hours()
	s.Title, s.Above, s.Below, s.Rows = Text{}, nil, nil, nil
	var got strings.Builder
	if err := WriteText(&got, s, "en"); err != nil || got.String() != "Asset  Effective (h)  Visits  Share  Since  Told  Samples  Line\n" {
		t.Errorf("%v %q", err, got.String())
	}
}

func TestCSVIsExact(t *testing.T) {
	for lang, want := range map[string]string{
		"zh": "\ufeff" + `name,effective_hours,visits,share,since,told,samples,line,notes
1 号车床,1234567.891,40,0.4567,2021-03-01,2026-03-01T08:30:00+08:00,,,需人工填写: samples
'=cmd|' /C calc'!A0,0.1,,,,,0,,覆盖率不足，谨慎使用: effective_hours; 不公布: visits; 无法得知 (事实已不保留): share
"a&b <c> ""d""",-2.5,1000,,,,3,,下限: visits; 无法得知 (不是有效数值): share
`,
		"en": "\ufeff" + `name,effective_hours,visits,share,since,told,samples,line,notes
Lathe 1,1234567.891,40,0.4567,2021-03-01,2026-03-01T08:30:00+08:00,,,fill in by hand: samples
'=cmd|' /C calc'!A0,0.1,,,,,0,,low coverage; read with care: effective_hours; withheld: visits; not known (facts are gone): share
"a&b <c> ""d""",-2.5,1000,,,,3,,at least: visits; not known (not a number): share
`,
	} {
		var got strings.Builder
		if err := WriteCSV(&got, hours(), lang); err != nil {
			t.Fatal(err)
		}
		if got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got.String(), want)
		}
	}
}

func TestCSVWithNothingToExplainHasNoNotes(t *testing.T) {
	s := Sheet{ID: "s", Columns: []Column{{ID: "a"}}, Rows: [][]Cell{{Say("-1")}, {Say("+x")}, {Say("@x")}, {Say("\tx")}, {Amount(-1)}}}
	var got strings.Builder
	if err := WriteCSV(&got, s, "zh"); err != nil || got.String() != "\ufeffa\n'-1\n'+x\n'@x\n'\tx\n-1\n" {
		t.Errorf("%v %q", err, got.String())
	}
}

func TestSheetsThatCannotBeWritten(t *testing.T) {
	column := []Column{{ID: "a"}}
	for want, s := range map[string]Sheet{
		"sheet s has no columns": {ID: "s"},
		`sheet s: the id "a" of a column is empty, taken or reserved`:     {ID: "s", Columns: []Column{{ID: "a"}, {ID: "a"}}},
		`sheet s: the id "notes" of a column is empty, taken or reserved`: {ID: "s", Columns: []Column{{ID: "notes"}}},
		"sheet s: row 1 has 2 cells, and there are 1 columns":             {ID: "s", Columns: column, Rows: [][]Cell{{{}, {}}}},
	} {
		var w strings.Builder
		for _, err := range []error{WriteText(&w, s, "zh"), WriteCSV(&w, s, "zh")} {
			if err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if err := WriteXLSX(&w, Document{Sheets: []Sheet{s}}, "zh"); err == nil || err.Error() != "sheet s: "+want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A column of rows that count and rows that measure shows 5 people and 2.50 hours.
func TestAMixedColumn(t *testing.T) {
	s := Sheet{ID: "s", Columns: []Column{{ID: "n", Format: Mixed}}, Rows: [][]Cell{{Amount(1205)}, {Amount(2.5)}, {Amount(-3)}}}
	var got strings.Builder
	if err := WriteText(&got, s, "en"); err != nil || got.String() != "    n\n1,205\n 2.50\n   -3\n" {
		t.Errorf("%v %q", err, got.String())
	}
	f := opened(t, workbook(t, Document{Sheets: []Sheet{s}}, "en"))
	for cell, want := range map[string]string{"A4": "1,205", "A5": "2.50", "A6": "-3"} {
		if got, err := f.GetCellValue("s", cell); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", cell, got, err, want)
		}
	}
}

func TestNumbersAsPeopleReadThem(t *testing.T) {
	for _, x := range []struct {
		f    Format
		n    float64
		want string
	}{
		{Whole, 999, "999"}, {Whole, 1000, "1,000"}, {Whole, -1234567, "-1,234,567"}, {Whole, -0.2, "0"}, {Decimal, 0.005, "0.01"}, {Decimal, -0.001, "0.00"},
		{Decimal, 1e6, "1,000,000.00"}, {Percent, 1.5, "150.0 %"}, {Plain, 0.1, "0.1"},
	} {
		if got := x.f.number(x.n); got != x.want {
			t.Errorf("%v by %d: %s, want %s", x.n, x.f, got, x.want)
		}
	}
}

// A word that ends with the letter of a unit does not say the unit.
func TestAHeadingSaysItsUnitOnce(t *testing.T) {
	for _, x := range []struct{ head, unit, want string }{
		{"Research", "h", "Research (h)"}, {"Days used", "d", "Days used (d)"}, {"Energy kWh", "kWh", "Energy kWh"}, {"Use (h) in the year", "h", "Use (h) in the year"},
		{"Visits", "visits", "Visits"}, {"h", "h", "h"}, {"Shown", "", "Shown"},
	} {
		c := Column{ID: "c", Head: Text{EN: x.head}, Unit: x.unit}
		if got := c.heading("en"); got != x.want {
			t.Errorf("%s", got)
		}
	}
	c := Column{ID: "c", Head: Text{ZH: "学生人时"}, Unit: "person-h"}
	if got := c.heading("zh"); got != "学生人时" {
		t.Error(got)
	}
}
