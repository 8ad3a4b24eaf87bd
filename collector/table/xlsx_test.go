package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func workbook(t *testing.T, d Document, lang string) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := WriteXLSX(&w, d, lang); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func twoSheets() Document {
	second := hours()
	second.Charts = nil
	return Document{Title: Text{ZH: "测试", EN: "Test"}, File: "test", Made: time.Date(2026, 9, 1, 0, 0, 0, 0, shanghai), Sheets: []Sheet{hours(), second}}
}

// Every cell, as it is stored and as it is shown.
func TestWorkbookIsReadBack(t *testing.T) {
	for lang, want := range map[string]struct {
		sheets []string
		raw    map[string]string
		shown  map[string]string
		below  []string
	}{
		"zh": {[]string{"机时表", "机时表 2"},
			map[string]string{"A1": "机时表", "A2": "期间：2025-09-01 至 2026-09-01", "A4": "设备", "B4": "有效机时（小时）", "H4": "产线", "A5": "1 号车床", "B5": "1234567.891", "C5": "40",
				"D5": "0.4567", "E5": "44256", "G5": "", "A6": "=cmd|' /C calc'!A0", "B6": "0.1", "C6": "不公布", "D6": "无法得知", "G6": "0",
				"A7": `a&b <c> "d"`, "B7": "-2.5", "D7": "无法得知", "E6": ""},
			map[string]string{"B5": "1,234,567.89", "D5": "45.7%", "E5": "2021-03-01", "F5": "2026-03-01 08:30", "B6": "0.10", "C7": "下限 1,000"},
			[]string{"黄色单元格：需人工填写", "灰色斜体：覆盖率不足，谨慎使用", "下限：有一部分不显示，实际不少于此数", "不公布：其中不足五人，或可由此推算出不足五人的数字；为保护少数人，不显示", "无法得知：事实已不保留（占比）；不是有效数值（占比）", "来源：手工。"}},
		"en": {[]string{"Machine-hours", "Machine-hours 2"},
			map[string]string{"A1": "Machine-hours", "B4": "Effective (h)", "A5": "Lathe 1", "C6": "withheld", "D6": "not known", "G5": ""},
			map[string]string{"C7": "at least 1,000"},
			[]string{"yellow cells: fill in by hand", "grey italics: low coverage; read with care", "at least: a part is not shown, and it is no less than this", "withheld: it is of fewer than five people, or such a figure could be worked out from it; not shown, to protect them", "not known: facts are gone (Share); not a number (Share)"}},
	} {
		f := opened(t, workbook(t, twoSheets(), lang))
		if got := f.GetSheetList(); strings.Join(got, "|") != strings.Join(want.sheets, "|") {
			t.Errorf("sheets %q", got)
		}
		for _, sheet := range want.sheets {
			for cell, value := range want.raw {
				if got, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true}); err != nil || got != value && !(sheet != want.sheets[0] && cell == "A1") {
					t.Errorf("%s %s: %q %v, want %q", sheet, cell, got, err, value)
				}
			}
			for i, value := range want.below {
				line := 9 + i
				if sheet == want.sheets[0] {
					line += chartRows + 1 // which stands between
				}
				if got, err := f.GetCellValue(sheet, fmt.Sprintf("A%d", line)); err != nil || got != value {
					t.Errorf("%s A%d: %q %v, want %q", sheet, line, got, err, value)
				}
			}
			for cell, value := range want.shown {
				if got, err := f.GetCellValue(sheet, cell); err != nil || got != value {
					t.Errorf("%s %s is shown as %q %v, want %q", sheet, cell, got, err, value)
				}
			}
		}
	}
}

// What makes it a document and not a heap of cells.
func TestWorkbookIsReadyToBePrinted(t *testing.T) {
	f := opened(t, workbook(t, twoSheets(), "zh"))
	const sheet = "机时表"
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 4 || panes.TopLeftCell != "A5" {
		t.Errorf("panes %+v %v", panes, err)
	}
	layout, err := f.GetPageLayout(sheet)
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("layout %+v %v", layout, err)
	}
	if props, err := f.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("it is not fitted to a page: %v", err)
	}
	if foot, err := f.GetHeaderFooter(sheet); err != nil || foot.OddFooter != "&L测试 · 机时表&C&P / &N" {
		t.Errorf("footer %+v %v", foot, err)
	}
	named := map[string]string{}
	for _, n := range f.GetDefinedName() {
		named[n.Scope+" "+n.Name] = n.RefersTo
	}
	if named["机时表 _xlnm.Print_Area"] != "'机时表'!$A$1:$H$34" || named["机时表 _xlnm.Print_Titles"] != "'机时表'!$4:$4" || named["机时表 _xlnm._FilterDatabase"] != "'机时表'!$A$4:$H$7" {
		t.Errorf("names %q", named)
	}
	if props, err := f.GetDocProps(); err != nil || props.Title != "测试" || props.Creator != "basemeter" || props.Created != "2026-08-31T16:00:00Z" {
		t.Errorf("properties %+v %v", props, err)
	}
	for cell, want := range map[string]func(*excelize.Style) bool{
		"B4": func(s *excelize.Style) bool { return s.Font.Bold },
		"G5": func(s *excelize.Style) bool { return s.Fill.Color[0] == "FFF2CC" },
		"B6": func(s *excelize.Style) bool { return s.Font.Italic },
		"B5": func(s *excelize.Style) bool {
			return !s.Font.Italic && s.CustomNumFmt != nil && *s.CustomNumFmt == "#,##0.00"
		},
	} {
		id, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if style, err := f.GetStyle(id); err != nil || !want(style) {
			t.Errorf("%s looks like %+v %v", cell, style, err)
		}
	}
	sheet1, _ := f.Pkg.Load("xl/worksheets/sheet1.xml")
	text, _ := sheet1.([]byte)
	for last, cols := 0, regexp.MustCompile(`<col min="(\d+)"`).FindAllSubmatch(text, -1); last < len(cols); last++ {
		if got := string(cols[last][1]); got != strconv.Itoa(last+1) || len(cols) != 8 {
			t.Errorf("column %d of %d is %s: Excel wants them in order", last+1, len(cols), got)
		}
	}
	part, _ := f.Pkg.Load("xl/charts/chart1.xml")
	chart, _ := part.([]byte)
	for _, want := range []string{`'机时表'!$A$5:$A$7`, `'机时表'!$B$5:$B$7`, `'机时表'!$C$4`, `val="stacked"`, "机时"} {
		if !strings.Contains(html.UnescapeString(string(chart)), want) {
			t.Errorf("the chart has no %s", want)
		}
	}
}

// A heading that does not fit is broken before its unit, never within the bracket.
func TestAHeadingIsBrokenBeforeItsUnit(t *testing.T) {
	s := Sheet{ID: "s", Rows: [][]Cell{}, Columns: []Column{{ID: "a", Head: Text{ZH: "所涉时间中的估计", EN: "Of the time it is about, estimated"}, Unit: "h"},
		{ID: "b", Head: Text{ZH: "有效机时", EN: "Effective"}, Unit: "h"}, {ID: "c", Head: Text{ZH: "对外服务机时完成的百分比", EN: "Share"}}}}
	for lang, want := range map[string][]string{"zh": {"所涉时间中的估计\n（小时）", "有效机时（小时）", "对外服务机时完成的百分比"}, "en": {"Of the time it is about, estimated\n(h)", "Effective (h)", "Share"}} {
		rows, err := opened(t, workbook(t, Document{Sheets: []Sheet{s}}, lang)).GetRows("s")
		if err != nil || strings.Join(rows[2], "|") != strings.Join(want, "|") {
			t.Errorf("%q %v, want %q", rows[2], err, want)
		}
	}
}

// Many columns go onto a larger page, and a text fits into its column, indented as it is.
func TestWideSheetsAreOfA3(t *testing.T) {
	for columns, paper := range map[int]int{3: 9, 30: 8} {
		s := Sheet{ID: "s", Rows: [][]Cell{{}}}
		for i := range columns {
			s.Columns = append(s.Columns, Column{ID: strconv.Itoa(i), Head: Text{EN: "H"}})
			s.Rows[0] = append(s.Rows[0], Say("500×1000 mm"))
		}
		s.Columns[1].Format, s.Rows[0][1] = Decimal, Cell{Kind: Unknown}
		f := opened(t, workbook(t, Document{Sheets: []Sheet{s}}, "en"))
		if layout, err := f.GetPageLayout("s"); err != nil || *layout.Size != paper {
			t.Errorf("%d columns: paper %d %v", columns, *layout.Size, err)
		}
		if high, err := f.GetRowHeight("s", 4); err != nil || high != lineHeight {
			t.Errorf("a row of one line is %v high, %v", high, err)
		}
		if wide, err := f.GetColWidth("s", "A"); err != nil || wide < 11+1+indented {
			t.Errorf("a column of 11 characters is %v wide, %v", wide, err)
		}
	}
}

// A chart draws the rows that it is asked to, from the first.
func TestAChartOfTheFirstRows(t *testing.T) {
	for most, want := range map[int]string{0: "$B$5:$B$7", 2: "$B$5:$B$6", 9: "$B$5:$B$7"} {
		s := hours()
		s.Charts[0].Rows = most
		part, _ := opened(t, workbook(t, Document{Sheets: []Sheet{s}}, "zh")).Pkg.Load("xl/charts/chart1.xml")
		if chart, _ := part.([]byte); !strings.Contains(string(chart), want+"<") {
			t.Errorf("%d rows: not %s", most, want)
		}
	}
}

func TestTheSameDocumentMakesTheSameBytes(t *testing.T) {
	first := workbook(t, twoSheets(), "zh")
	for range 10 { // a map's order is not the same each time
		if !bytes.Equal(first, workbook(t, twoSheets(), "zh")) {
			t.Fatal("they differ")
		}
	}
	if bytes.Equal(first, workbook(t, twoSheets(), "en")) {
		t.Error("two languages, the same bytes")
	}
}

func TestSheetNames(t *testing.T) {
	long := strings.Repeat("很长的名字", 8)
	var sheets []Sheet
	for _, title := range []string{"A/B: [c]*?", "a'b c", "AB C", long, long, "", "😀"} {
		sheets = append(sheets, Sheet{ID: "id", Title: Text{ZH: title}})
	}
	want := []string{"AB c", "ab c 2", "AB C 3", string([]rune(long)[:31]), string([]rune(long)[:29]) + " 2", "id", "id 2"}
	if got := sheetNames(sheets, "zh"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q", got)
	}
}

func TestWhatAWorkbookCannotHold(t *testing.T) {
	s := Sheet{ID: "s", Columns: []Column{{ID: "a"}}, Rows: make([][]Cell, mostRows)}
	row := []Cell{{}}
	for i := range s.Rows {
		s.Rows[i] = row
	}
	var w bytes.Buffer
	err := WriteXLSX(&w, Document{Sheets: []Sheet{s}}, "zh")
	if err == nil || err.Error() != "sheet s: 1048579 rows are more than the 1048576 of a worksheet: export it as CSV, or ask for less" || w.Len() > 0 {
		t.Error(err)
	}
	s.Rows = [][]Cell{{Say(strings.Repeat("字", 32768))}}
	if err := WriteXLSX(&w, Document{Sheets: []Sheet{s}}, "zh"); err == nil || err.Error() != "sheet s: row 1, a: a text of 32768 characters is longer than the 32767 of a cell" {
		t.Error(err)
	}
}

// soffice has LibreOffice make something else of workbooks of a folder, beside them.
func soffice(t *testing.T, dir, into string, books ...string) {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal(err, "; make deps installs it")
	}
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", into, "--outdir", dir}, books...)
	said, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}

// Another program opens it, an empty table too, finds the same values, and prints it on A4, across.
func TestLibreOfficeOpensIt(t *testing.T) {
	dir := t.TempDir()
	empty := twoSheets()
	for i := range empty.Sheets {
		empty.Sheets[i].Rows = nil
	}
	book, other := filepath.Join(dir, "book.xlsx"), filepath.Join(dir, "empty.xlsx")
	if err := errors.Join(os.WriteFile(book, workbook(t, twoSheets(), "zh"), 0o600), os.WriteFile(other, workbook(t, empty, "en"), 0o600)); err != nil {
		t.Fatal(err)
	}
	// Commas, quotation marks, UTF-8, as shown, all sheets.
	soffice(t, dir, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", book, other)
	for _, sheet := range []string{"机时表", "机时表 2"} {
		text, err := os.ReadFile(filepath.Join(dir, "book-"+sheet+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		read := csv.NewReader(bytes.NewReader(text))
		read.FieldsPerRecord = -1
		lines, err := read.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for row, want := range map[int][]string{
			0: {"机时表"}, 3: {"设备", "有效机时（小时）", "人次", "占比", "启用", "最近", "测样数", "产线"},
			4: {"1 号车床", "1,234,567.89", "40", "45.7%", "2021-03-01", "2026-03-01 08:30", "", ""},
			5: {"=cmd|' /C calc'!A0", "0.10", "不公布", "无法得知", "", "", "0", ""},
			6: {`a&b <c> "d"`, "-2.50", "下限 1,000", "无法得知", "", "", "3", ""},
		} {
			for i, value := range want {
				if got := lines[row][i]; got != value {
					t.Errorf("%s, row %d: %q, want %q", sheet, row+1, got, value)
				}
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "empty-Machine-hours.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Machine-hours,,,,,,,\nPeriod: 2025-09-01 to 2026-09-01,,,,,,,\n,,,,,,,\nAsset,Effective (h),Visits,Share,Since,Told,Samples,Line\n,,,,,,,\nSource: by hand.,,,,,,,\n"; string(text) != want {
		t.Errorf("%q", text)
	}
	soffice(t, dir, "pdf", book)
	pdf, err := os.ReadFile(filepath.Join(dir, "book.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	pages := regexp.MustCompile(`/Type/Page/[^>]*?/MediaBox\[0 0 ([0-9.]+) ([0-9.]+)\]`).FindAllSubmatch(pdf, -1)
	if len(pages) < 2 || len(pages) > 3 { // a chart may come to stand on its own
		t.Errorf("%d pages", len(pages))
	}
	for _, page := range pages {
		if !strings.HasPrefix(string(page[1]), "841.") || !strings.HasPrefix(string(page[2]), "595.") {
			t.Errorf("a page of %s by %s points", page[1], page[2])
		}
	}
}
