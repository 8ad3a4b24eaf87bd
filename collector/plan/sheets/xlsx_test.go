package sheets

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// A book is a workbook made for a test.
type book struct {
	*excelize.File
	t *testing.T
}

func newBook(t *testing.T, sheet string) book {
	t.Helper()
	b := book{excelize.NewFile(), t}
	b.must(b.SetSheetName("Sheet1", sheet))
	t.Cleanup(func() { b.Close() })
	return b
}

func (b book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// row writes values of any type; nil leaves a cell out.
func (b book) row(sheet string, line int, values ...any) {
	b.t.Helper()
	for i, v := range values {
		if v != nil {
			cell, err := excelize.CoordinatesToCellName(i+1, line)
			b.must(err)
			b.must(b.SetCellValue(sheet, cell, v))
		}
	}
}

func (b book) style(sheet, cell, format string) {
	b.t.Helper()
	id, err := b.NewStyle(&excelize.Style{CustomNumFmt: &format})
	b.must(err)
	b.must(b.SetCellStyle(sheet, cell, cell, id))
}

func (b book) bytes() []byte {
	b.t.Helper()
	var w bytes.Buffer
	b.must(b.Write(&w))
	return w.Bytes()
}

// changed is a workbook with other text in its parts.
func changed(t *testing.T, data []byte, change func(name, text string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		into, err := w.Create(f.Name)
		if err == nil {
			_, err = io.WriteString(into, change(f.Name, string(text)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var lessonHead = []any{"课程", "学期", "周次", "星期", "节次", "场地", "人数", "用途", "单位"}

// What Excel stores for what people type: texts, numbers, dates, times, results of formulas, pieces of text.
func TestCellsOfEachType(t *testing.T) {
	b := newBook(t, "课表")
	b.row("课表", 1, lessonHead...)
	b.row("课表", 2, "车工", "2025-2026-1", "1-8", 2, 3, "hall-a", 40.0, "student_training", "nc-vtc")
	b.must(b.SetCellRichText("课表", "A2", []excelize.RichTextRun{{Text: "车"}, {Text: "工", Font: &excelize.Font{Bold: true}}}))
	b.must(b.SetCellFormula("课表", "G2", "=20+20"))
	_, err := b.NewSheet("预约")
	b.must(err)
	b.row("预约", 1, "事由", "日期", "开始", "结束", "设备", "人数", "用途", "单位", "自主上机")
	b.row("预约", 2, "甲", nil, time.Date(2025, 10, 11, 13, 0, 0, 0, time.UTC), time.Date(2025, 10, 11, 17, 30, 0, 0, time.UTC), "lathe-01", 12, "employee_training", "firm-b", true)
	b.row("预约", 3, "乙", time.Date(2025, 10, 12, 0, 0, 0, 0, time.UTC), 8.0/24, 1, "lathe-01", "12", "employee_training", "firm-b", false)
	b.style("预约", "C3", "h:mm")
	b.style("预约", "D3", "[h]:mm")
	b.row("预约", 4, "丙", "2025/10/13", "8:00", "9:00", "lathe-01", nil, "employee_training", "firm-b")
	data := changed(t, b.bytes(), func(name, text string) string { // what Excel keeps beside a formula
		return strings.Replace(text, "<f>20+20</f>", "<f>20+20</f><v>40</v>", 1)
	})
	c := read1(t, "课表.xlsx", data, withPlan())
	if v := c.Lessons[0]; v.Text != "车工" || v.Weekday != "tue" || v.Periods != "3" || v.ClassSize != 40 {
		t.Errorf("%+v", v)
	}
	var spans []string
	for _, v := range c.Bookings {
		spans = append(spans, fmt.Sprint(v.Text, v.From, v.To, v.People, v.SelfOperated))
	}
	want := []string{"甲2025-10-11T13:00 2025-10-11T17:30 12 true", "乙2025-10-12T08:00 2025-10-12T24:00 12 false", "丙2025-10-13T08:00 2025-10-13T09:00 0 false"}
	if !reflect.DeepEqual(spans, want) {
		t.Errorf("%q", spans)
	}
}

func TestDaysCountFrom1904(t *testing.T) {
	b := newBook(t, "预约")
	yes := true
	b.must(b.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	b.row("预约", 1, "事由", "开始", "结束", "设备", "用途", "单位")
	b.row("预约", 2, "甲", 44479+13.0/24, 44479+17.0/24, "lathe-01", "employee_training", "firm-b")
	v := read1(t, "b.xlsx", b.bytes(), withPlan()).Bookings[0]
	if v.From.String() != "2025-10-11T13:00" || v.To.String() != "2025-10-11T17:00" {
		t.Errorf("%v %v", v.From, v.To)
	}
}

func TestFaultsOfCells(t *testing.T) {
	b := newBook(t, "课表")
	b.row("课表", 1, "2025 年秋季学期课表")
	b.row("课表", 3, lessonHead...)
	b.row("课表", 4, "车工", "2025-2026-1", "1-20", 2, time.Date(2025, 3, 4, 0, 0, 0, 0, time.UTC), "hall-a", "#N/A", "student_training", "nc-vtc")
	b.row("课表", 5, 45720, "2025-2026-1", 45665, "周八", "1-2", "hall-a", nil, "student_training", "nc-vtc")
	b.style("课表", "A5", `m"月"d"日"`)
	b.must(b.SetCellFormula("课表", "G5", "=1+1"))
	b.row("课表", 6, "铣工", "2025-2026-1", "1-8", 2, "1-2", "hall-a", nil, "student_training", "nc-vtc")
	b.must(b.MergeCell("课表", "D6", "E6"))
	data := changed(t, b.bytes(), func(name, text string) string {
		if name == "xl/worksheets/sheet1.xml" { // an error is a type of its own
			i := strings.Index(text, `<c r="G4"`)
			j := i + strings.Index(text[i:], "</c>")
			text = text[:i] + `<c r="G4" t="e"><v>#N/A</v>` + text[j:]
		}
		return text
	})
	faulty(t, "课表.xlsx", data, withPlan(),
		`课表.xlsx: 课表!C4: 周次 "1-20": term 2025-2026-1 has 18 weeks`,
		`课表.xlsx: 课表!E4: 节次 "45720": has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4`,
		`课表.xlsx: 课表!G4: 人数 "#N/A": is the error of a formula`,
		`课表.xlsx: 课表!A5: 课程 "45720": has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4`,
		`课表.xlsx: 课表!C5: 周次 "45665": has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4`,
		`课表.xlsx: 课表!D5: 星期 "周八": is no day of the week; allowed: such as 星期二, 周二, 2 or Tue`,
		`课表.xlsx: 课表!G5: 人数: is a formula that has not been calculated; open the file in a spreadsheet program and save it`,
		`课表.xlsx: 课表!D6: 星期 "2": is merged over several columns; which of them it belongs to cannot be told`,
		`课表.xlsx: 课表!E6: 节次 "2": is merged over several columns; which of them it belongs to cannot be told`)
}

// Cells that are merged downwards were meant for each row.
func TestMergedDownwards(t *testing.T) {
	b := newBook(t, "课表")
	b.row("课表", 1, "课表")
	b.must(b.MergeCell("课表", "A1", "I1"))
	b.row("课表", 2, lessonHead...)
	b.row("课表", 3, "车工", "2025-2026-1", "1-8", 2, "1-2", "hall-a", 40, "student_training", "nc-vtc")
	b.row("课表", 4, nil, nil, nil, 3, "3-4", nil, nil, nil, nil)
	for _, c := range []string{"A", "B", "C", "F", "G", "H", "I"} {
		b.must(b.MergeCell("课表", c+"3", c+"4"))
	}
	c := read1(t, "课表.xlsx", b.bytes(), withPlan())
	if len(c.Lessons) != 2 || c.Lessons[1].Text != "车工" || c.Lessons[1].Weekday != "wed" || c.Lessons[1].ClassSize != 40 {
		t.Errorf("%+v", c.Lessons)
	}
}

func TestWhichSheet(t *testing.T) {
	sound := []any{"车工", "2025-2026-1", "1-8", 2, "1-2", "hall-a", 40, "student_training", "nc-vtc"}
	b := newBook(t, "Sheet1")
	b.row("Sheet1", 1, lessonHead...)
	b.row("Sheet1", 2, sound...)
	_, err := b.NewSheet("Sheet2")
	b.must(err)
	if c := read1(t, "t.xlsx", b.bytes(), withPlan()); len(c.Lessons) != 1 || len(c.Notes) != 0 {
		t.Errorf("the only sheet that holds anything: %+v", c)
	}
	b.row("Sheet2", 1, "备忘")
	faulty(t, "t.xlsx", b.bytes(), withPlan(), "t.xlsx: none of its sheets is called 课表, 预约, lessons or bookings; say which with --sheet: Sheet1, Sheet2")
	o := withPlan()
	o.Sheet = "sheet1"
	if c := read1(t, "t.xlsx", b.bytes(), o); len(c.Lessons) != 1 {
		t.Errorf("the one that was said: %+v", c)
	}
	o.Sheet = "课程"
	faulty(t, "t.xlsx", b.bytes(), o, `t.xlsx: has no sheet "课程"; it has: Sheet1, Sheet2`)
	b.must(b.SetSheetName("Sheet1", "课表"))
	c := read1(t, "t.xlsx", b.bytes(), withPlan())
	if len(c.Lessons) != 1 || len(c.Notes) != 1 || c.Notes[0].String() != "t.xlsx: Sheet2: was not read" {
		t.Errorf("the one by its name: %+v", c)
	}
}

func TestWorkbooksThatCannotBeRead(t *testing.T) {
	b := newBook(t, "课表")
	b.row("课表", 1, lessonHead...)
	for i := range 10 {
		b.row("课表", i+2, "车工", "2025-2026-1", "1-8", 2, fmt.Sprint(i+1), "hall-a", 40, "student_training", "nc-vtc")
	}
	sound := b.bytes()
	sheet := func(change func(string) string) []byte {
		return changed(t, sound, func(name, text string) string {
			if name == "xl/worksheets/sheet1.xml" {
				return change(text)
			}
			return text
		})
	}
	rows := func(cells string) []byte {
		return sheet(func(text string) string {
			i, j := strings.Index(text, "<sheetData>"), strings.Index(text, "</sheetData>")
			return text[:i] + "<sheetData>" + cells + text[j:]
		})
	}
	many := strings.Repeat("<row><c><v>1</v></c></row>", maxRows+1)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no zip", []byte("hello"), "t.xlsx: is no workbook, or is cut short"},
		{"nothing", nil, "t.xlsx: is no workbook, or is cut short"},
		{"cut short", sound[:len(sound)-40], "t.xlsx: is no workbook, or is cut short"},
		{"a password", append([]byte{0xd0, 0xcf, 0x11, 0xe0}, make([]byte, 100)...), "t.xlsx: is protected by a password, or in the format of Excel 97-2003; save it as .xlsx without a password"},
		{"a torn sheet", sheet(func(text string) string { return text[:strings.Index(text, `<row r="6"`)] + "<bro" }), "t.xlsx: 课表!5:5: is damaged: xl/worksheets/sheet1.xml: XML syntax error on line 2: unexpected EOF; open it and save it again"},
		{"a sheet that ends early", sheet(func(text string) string { return text[:strings.Index(text, `<row r="6"`)] }), "t.xlsx: 课表!5:5: is damaged: xl/worksheets/sheet1.xml: XML syntax error on line 2: unexpected EOF; open it and save it again"},
		{"rows that go back", rows(`<row r="3"/><row r="2"/>`), `t.xlsx: 课表!3:3: is damaged: xl/worksheets/sheet1.xml: row "2" behind row 3; open it and save it again`},
		{"a cell elsewhere", rows(`<row r="3"><c r="A4"><v>1</v></c></row>`), `t.xlsx: 课表!3:3: is damaged: xl/worksheets/sheet1.xml: cell "A4" in row 3; open it and save it again`},
		{"too many rows", rows(many), "t.xlsx: 课表!50001:50001: more than 50000 rows"},
		{"far to the right", rows(`<row r="1"><c r="XFD1"><v>1</v></c></row>`), "t.xlsx: 课表!1:1: more than 64 columns"},
		{"too large", rows(strings.Repeat(" ", maxUnpackedBytes)), "t.xlsx: 课表: unpacks to more than 64 MiB"},
		{"no sheet", changed(t, sound, func(name, text string) string {
			if name == "xl/_rels/workbook.xml.rels" {
				return strings.Replace(text, "worksheets/sheet1.xml", "worksheets/sheet7.xml", 1)
			}
			return text
		}), "t.xlsx: 课表: is damaged: xl/worksheets/sheet7.xml is missing; open it and save it again"},
		{"too many merged cells", rows(strings.Repeat("<row><c><v>1</v></c></row>", 1000) + `</sheetData><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:BL1000"/>`, 10) + `</mergeCells><sheetData>`),
			"t.xlsx: 课表!1000:1000: too many merged cells"},
	} {
		_, faults := Parse("t.xlsx", c.data, withPlan())
		if got := faults.Error(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if len(sound) > 0 {
		read1(t, "t.xlsx", sound, withPlan())
	}
	// Cells that are only coloured, however far to the right, are none.
	read1(t, "t.xlsx", sheet(func(text string) string {
		return strings.Replace(text, "</row>", `<c r="XFD1" s="1"/></row>`, 1)
	}), withPlan())
}

// A size that the directory of the archive does not tell is found out while unpacking.
func TestALyingArchive(t *testing.T) {
	left := int64(10)
	r := bounded{io.NopCloser(strings.NewReader(strings.Repeat("x", 100))), &left}
	if _, err := io.ReadAll(r); err != errUnpacked {
		t.Errorf("%v", err)
	}
}

// Excelize reads what we read, where it reads all of it.
func TestTheSameAsExcelize(t *testing.T) {
	var data bytes.Buffer
	if err := WriteTemplate(&data, "zh", purposes, base); err != nil {
		t.Fatal(err)
	}
	theirs, err := excelize.OpenReader(bytes.NewReader(data.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := openWorkbook(data.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range ours.sheets {
		want, err := theirs.GetRows(s.name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		g, _, err := ours.sheet(s)
		if err != nil {
			t.Fatal(err)
		}
		got := make([][]string, len(want))
		for _, row := range g.rows {
			for _, c := range row.cells {
				got[row.line-1] = append(got[row.line-1], c.text)
			}
		}
		for i := range want {
			for len(got[i]) > len(want[i]) && got[i][len(got[i])-1] == "" {
				got[i] = got[i][:len(got[i])-1]
			}
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("%s, row %d: %q, want %q", s.name, i+1, got[i], want[i])
			}
		}
	}
}

func TestFormatsOfDates(t *testing.T) {
	for code, want := range map[string]bool{
		"General": false, "0.00": false, "@": false, `#,##0"元"`: false, "[Red]0": false, `0"day"`: false, "0.00E+00": false, `\d0`: false, "": false, `"`: false,
		"yyyy/m/d": true, `yyyy"年"m"月"d"日"`: true, "[$-804]yyyy-mm-dd": true, "h:mm": true, "[h]:mm": true, "[hh]": true, "mm:ss.0": true, `[DBNum1][$-804]m"月"d"日"`: true,
	} {
		if got := showsDate(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for id, want := range map[int]bool{0: false, 2: false, 14: true, 20: true, 22: true, 31: true, 49: false, 57: true, 164: false} {
		if got := builtInDate(id); got != want {
			t.Errorf("%d: %v", id, got)
		}
	}
}

// Another program writes texts into the cells, counts nothing, and calls the name spaces otherwise.
func TestAnotherProgramsWorkbook(t *testing.T) {
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	cells := ""
	for _, row := range [][]string{{"课程", "学期", "周次", "星期", "节次", "场地", "用途", "单位"}, {"车工", "2025-2026-1", "1-8", "周二", "1-2", "hall-a", "student_training", "nc-vtc"}} {
		cells += "<x:row>"
		for _, v := range row {
			cells += `<x:c t="inlineStr"><x:is><x:t>` + v + `</x:t><x:rPh><x:t>pinyin</x:t></x:rPh></x:is></x:c>`
		}
		cells += "</x:row>"
	}
	for name, text := range map[string]string{
		"_rels/.rels":   `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/book/main.xml"/></Relationships>`,
		"book/main.xml": `<x:workbook xmlns:x="urn:x" xmlns:q="urn:q"><x:sheets><x:sheet name="课表" sheetId="1" q:id="s"/><x:sheet name="图" sheetId="2" q:id="c"/></x:sheets></x:workbook>`,
		`book\_rels\main.xml.rels`: `<Relationships><Relationship Id="s" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="one.xml"/>` +
			`<Relationship Id="c" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/chartsheet" Target="two.xml"/></Relationships>`,
		"Book/One.xml": `<x:worksheet xmlns:x="urn:x"><x:sheetData>` + cells + `</x:sheetData></x:worksheet>`,
	} {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := read1(t, "t.xlsx", data.Bytes(), withPlan())
	if len(c.Lessons) != 1 || c.Lessons[0].Text != "车工" || c.Lessons[0].Area != "hall-a" {
		t.Errorf("%+v", c)
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>课程</t></is></c><c r="B1" t="s"><v>0</v></c></row>`, `<mergeCell ref="A1:B2"/>`)
	f.Add(`<row><c><f>1</f></c><c t="e"><v>#N/A</v></c><c s="1"><v>45901.5</v></c></row><row r="9"><c r="C9" t="b"><v>1</v></c></row>`, `<mergeCell ref="C1:C9"/>`)
	f.Fuzz(func(t *testing.T, rows, merged string) {
		var data bytes.Buffer
		w := zip.NewWriter(&data)
		for name, text := range map[string]string{
			"_rels/.rels":                `<Relationships/>`,
			"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="课表" r:id="s"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s" Type="/worksheet" Target="s.xml"/></Relationships>`,
			"xl/s.xml":                   "<worksheet><sheetData>" + rows + "</sheetData><mergeCells>" + merged + "</mergeCells></worksheet>",
		} {
			f, err := w.Create(name)
			if err == nil {
				_, err = io.WriteString(f, text)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		held(t, "f.xlsx", data.Bytes(), withPlan())
	})
}

func FuzzWorkbook(f *testing.F) {
	var data bytes.Buffer
	if err := WriteTemplate(&data, "zh", purposes, base); err != nil {
		f.Fatal(err)
	}
	f.Add(data.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) { held(t, "f.xlsx", data, withPlan()) })
}

// The template's own examples, once they are made somebody's own, import without fault; as they are, they are left out.
func TestTheTemplateImports(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		for name, lists := range map[string]Lists{"with a plan": base, "without": {}} {
			var data bytes.Buffer
			if err := WriteTemplate(&data, lang, purposes, lists); err != nil {
				t.Fatal(err)
			}
			o := withPlan()
			if name == "without" {
				o.Plan = nil
			}
			c, faults := Parse("t.xlsx", data.Bytes(), o)
			if faults.Error() != "t.xlsx: holds nothing to import" || len(c.Notes) != 3 {
				t.Errorf("%s, %s: %v %v", lang, name, faults, c.Notes)
			}
			f, err := excelize.OpenReader(bytes.NewReader(data.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			b := book{f, t}
			for _, s := range []string{"课表", "预约"} {
				if lang == "en" {
					s = map[string]string{"课表": "lessons", "预约": "bookings"}[s]
				}
				for line := 2; line <= 3 && (line == 2 || s == "课表" || s == "lessons"); line++ {
					b.must(b.SetCellStr(s, fmt.Sprintf("A%d", line), ""))
				}
				panes, err := b.GetPanes(s)
				b.must(err)
				if !panes.Freeze || panes.YSplit != 1 {
					t.Errorf("%s: the headings are not frozen", s)
				}
			}
			c = read1(t, "t.xlsx", b.bytes(), o)
			if len(c.Lessons) != 2 || len(c.Bookings) != 1 || len(c.Notes) != 0 {
				t.Errorf("%s, %s: %+v", lang, name, c)
			}
			for _, v := range c.Lessons {
				if v.Purpose != "student_training" || v.Organisation != "nc-vtc" || v.ClassSize != 40 {
					t.Errorf("%s, %s: %+v", lang, name, v)
				}
			}
		}
	}
}

func TestTheTemplateOffersWhatThereIs(t *testing.T) {
	var data bytes.Buffer
	if err := WriteTemplate(&data, "zh", purposes, base); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&data)
	if err != nil {
		t.Fatal(err)
	}
	offered, err := f.GetCols("选项")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{{"单", "双"}, {"数控车间", "焊接车间"}, {"1 号数控车床", "2 号数控车床", "mill-01", "mill-02"}, {"学生实习实训", "企业员工培训"}, {"2025-2026-1"}} {
		if !slices.ContainsFunc(offered, func(list []string) bool {
			return slices.Equal(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" }), want)
		}) {
			t.Errorf("%v is not offered", want)
		}
	}
	for sheet, want := range map[string]int{"课表": 9, "预约": 6} {
		validations, err := f.GetDataValidations(sheet)
		if err != nil || len(validations) != want {
			t.Errorf("%s: %d lists, want %d: %v", sheet, len(validations), want, err)
		}
	}
	if visible, err := f.GetSheetVisible("选项"); visible || err != nil {
		t.Error("the sheet of lists is shown")
	}
}

// Excel takes a workbook for damaged whose hints are longer.
func TestHintsAreShortEnough(t *testing.T) {
	for c, g := range guides {
		for _, hint := range []string{g.zh, g.en} {
			if n := len(utf16.Encode([]rune(hint))); n == 0 || n > 255 {
				t.Errorf("%s: %d", column(c).heading(Lessons, "en"), n)
			}
		}
	}
}
