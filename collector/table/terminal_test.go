package table_test

import (
	"os"
	"strings"
	"testing"

	"basemeter/collector/table"

	"github.com/creack/pty"
)

// narrow is a sheet of figures of two bases: 50 columns wide in Chinese.
func narrow() table.Sheet {
	text := func(zh, en string) table.Text { return table.Text{ZH: zh, EN: en} }
	return table.Sheet{ID: "figures", Columns: []table.Column{
		{ID: "base", Head: text("基地", "base")}, {ID: "base_name", Head: text("名称", "name")}, {ID: "note", Head: text("备注", "note")},
		{ID: "bases", Head: text("基地数", "bases"), Format: table.Whole, Worth: table.Spare}, {ID: "effective", Head: text("有效机时", "effective"), Format: table.Decimal, Worth: table.Vital},
		{ID: "external", Head: text("对外", "external"), Format: table.Percent}, {ID: "coverage", Head: text("覆盖率", "coverage"), Format: table.Percent, Worth: table.Vital}},
		Rows: [][]table.Cell{
			{table.Say("nc"), table.SayIn(text("南昌基地", "Nanchang base")), {}, table.Amount(1), {Kind: table.Number, Number: 12.5, Faint: true}, table.Amount(0.25), table.Amount(0.5)},
			{table.Say("gz"), table.SayIn(text("赣州基地", "Ganzhou base")), {}, table.Amount(1), table.Amount(1234.5), table.Amount(0.5), table.Amount(1)},
		}, Below: []table.Text{text("注", "note")}}
}

var whole = table.Text{ZH: "请加宽。", EN: "Widen it."}

func TestWhatDoesNotFitIsLeftOutAndNamed(t *testing.T) {
	for _, c := range []struct {
		wide       int
		lang, head string
		left       string
	}{
		{0, "zh", "基地  名称      基地数  有效机时   对外  覆盖率", ""},
		{50, "zh", "基地  名称      基地数  有效机时   对外  覆盖率", ""}, // to the very column
		{49, "zh", "基地  名称      有效机时   对外   覆盖率", "终端宽度不够，有 1 列未显示：基地数。请加宽。"},
		{41, "zh", "基地  名称      有效机时   覆盖率", "终端宽度不够，有 2 列未显示：基地数、对外。请加宽。"},
		{33, "zh", "基地  有效机时   对外   覆盖率", "终端宽度不够，有 2 列未显示：名称、基地数。请加宽。"}, // what is narrow finds room where what is wide does not
		{1, "zh", "基地  有效机时   覆盖率", "终端宽度不够，有 3 列未显示：名称、基地数、对外。请加宽。"},
		{200, "en", "base  name           bases  effective   external  coverage", ""},
		{30, "en", "base  effective   coverage", "The terminal is too narrow for 3 more columns: name, bases, external. Widen it."},
	} {
		var out strings.Builder
		sheet := narrow()
		if err := table.WriteText(&out, sheet.Within(c.wide, c.lang, whole), c.lang); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if strings.Join(strings.Fields(lines[0]), " ") != strings.Join(strings.Fields(c.head), " ") || strings.Contains(out.String(), "未显示") != (c.left != "" && c.lang == "zh") || c.left != "" && lines[len(lines)-1] != c.left {
			t.Errorf("%d, %s:\n%s", c.wide, c.lang, out.String())
		}
		if len(sheet.Columns) != 7 || len(sheet.Rows[0]) != 7 || len(sheet.Below) != 1 {
			t.Error("the sheet itself was changed")
		}
	}
}

func TestWidthOf(t *testing.T) {
	screen, end, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	defer end.Close()
	if err := pty.Setsize(screen, &pty.Winsize{Rows: 24, Cols: 63}); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := table.WidthOf(end); got != 63 {
		t.Errorf("a terminal of 63 columns has %d", got)
	}
	if got := table.WidthOf(file); got != 0 {
		t.Errorf("a file has %d columns", got)
	}
}
