package sheets

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// templateRows is how many rows have the template's formats and lists.
const templateRows = 2000

// A template is a workbook while it is made.
type template struct {
	*excelize.File
	lang         string
	lists        Lists
	purposes     []Entry
	heading      int // styles
	needed       int
	text         int
	example      int
	wrapped      int
	choiceColumn int // the next free one of the sheet of choices
}

// WriteTemplate writes the workbook that people fill in. Its lists offer the purposes and, of a plan, its areas, assets,
// organisations, projects and terms; without one the cells hold ids and are free.
func WriteTemplate(w io.Writer, lang string, purposes []Entry, lists Lists) error {
	f := excelize.NewFile()
	defer f.Close()
	t := template{File: f, lang: lang, lists: lists, purposes: purposes, choiceColumn: 1}
	if err := t.styles(); err != nil {
		return err
	}
	if err := t.make(); err != nil {
		return err
	}
	return f.Write(w)
}

// name of a sheet, of two.
func (t *template) name(zh, en string) string { return both{zh, en}.in(t.lang) }

func (t *template) make() error {
	lessons, bookings := t.name(lessonSheets[0], lessonSheets[1]), t.name(bookingSheets[0], bookingSheets[1])
	if err := t.SetSheetName("Sheet1", lessons); err != nil {
		return err
	}
	for _, name := range []string{bookings, t.name(helpSheets[0], helpSheets[1]), t.choices()} {
		if _, err := t.NewSheet(name); err != nil {
			return err
		}
	}
	if err := t.table(lessons, Lessons); err != nil {
		return err
	}
	if err := t.table(bookings, Bookings); err != nil {
		return err
	}
	if err := t.help(t.name(helpSheets[0], helpSheets[1])); err != nil {
		return err
	}
	return t.SetSheetVisible(t.choices(), false)
}

func (t *template) choices() string { return t.name(helpSheets[2], helpSheets[3]) }

func (t *template) styles() error {
	border := []excelize.Border{{Type: "bottom", Color: "808080", Style: 1}}
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&t.heading, excelize.Style{Font: &excelize.Font{Bold: true}, Border: border, NumFmt: 49, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}}}},
		{&t.needed, excelize.Style{Font: &excelize.Font{Bold: true}, Border: border, NumFmt: 49, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFE699"}}}},
		{&t.text, excelize.Style{NumFmt: 49}}, // text: a spreadsheet program leaves 1-8 as it is
		{&t.example, excelize.Style{NumFmt: 49, Font: &excelize.Font{Italic: true, Color: "808080"}}},
		{&t.wrapped, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		id, err := t.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.into = id
	}
	return nil
}

// table is a sheet to fill in: headings, examples, formats and lists.
func (t *template) table(sheet string, k Kind) error {
	for i, c := range templateColumns(k) {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := t.SetColWidth(sheet, name, name, guides[c].width); err != nil {
			return err
		}
		if c != colPeople {
			if err := t.SetColStyle(sheet, name, t.text); err != nil {
				return err
			}
		}
		style := t.heading
		if k == Lessons && guides[c].neededLesson || k == Bookings && guides[c].neededBooking {
			style = t.needed
		}
		if err := t.put(sheet, i+1, 1, c.heading(k, t.lang), style); err != nil {
			return err
		}
		if err := t.offer(sheet, name, c); err != nil {
			return err
		}
	}
	for row, values := range t.examples(k) {
		for i, v := range values {
			if err := t.put(sheet, i+1, row+2, v, t.example); err != nil {
				return err
			}
		}
	}
	return t.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (t *template) put(sheet string, column, row int, value string, style int) error {
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	if value != "" {
		if err := t.SetCellStr(sheet, cell, value); err != nil {
			return err
		}
	}
	return t.SetCellStyle(sheet, cell, cell, style)
}

// offer puts a list to choose from on a column. Other values than those of a list are let through: the import knows more
// ways of writing, and says so where one is wrong.
func (t *template) offer(sheet, name string, c column) error {
	values := t.valuesOf(c)
	if len(values) == 0 {
		return nil
	}
	list, err := excelize.ColumnNumberToName(t.choiceColumn)
	if err != nil {
		return err
	}
	for i, v := range values {
		if err := t.put(t.choices(), t.choiceColumn, i+1, v, t.text); err != nil {
			return err
		}
	}
	t.choiceColumn++
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, templateRows))
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", t.choices(), list, list, len(values)))
	v.ShowErrorMessage = false
	v.SetInput(c.heading(Lessons, t.lang), both{guides[c].zh, guides[c].en}.in(t.lang))
	return t.AddDataValidation(sheet, v)
}

func (t *template) valuesOf(c column) []string {
	switch c {
	case colParity:
		return []string{odd.in(t.lang), even.in(t.lang)}
	case colSelfOperated:
		return []string{t.name("是", "yes"), t.name("否", "no")}
	case colWeekday:
		if t.lang == "en" {
			return []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
		}
		return []string{"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"}
	case colPurpose:
		return t.labels(t.purposes)
	case colArea:
		return t.labels(t.lists.Areas)
	case colAssets:
		return t.labels(t.lists.Assets)
	case colOrganisation:
		return t.labels(t.lists.Organisations)
	case colProject:
		return t.labels(t.lists.Projects)
	case colTerm:
		var codes []string
		for _, term := range t.lists.Terms {
			codes = append(codes, term.Code)
		}
		return codes
	}
	return nil
}

// labels are the names of things or, of those that share one, the ids.
func (t *template) labels(list []Entry) []string {
	n := namesOf(list, true)
	var labels []string
	for _, e := range list {
		name := label(e, t.lang)
		if _, w := n.find(name); w != nil {
			name = e.ID
		}
		labels = append(labels, name)
	}
	return labels
}

// help is the sheet that says how.
func (t *template) help(sheet string) error {
	rows := [][]string{{t.name("列", "column"), t.name("必填", "needed"), t.name("怎么填写", "how")}}
	for _, c := range templateColumns(Lessons) {
		g := guides[c]
		needed := ""
		switch {
		case g.neededLesson && g.neededBooking:
			needed = t.name("是", "yes")
		case g.neededLesson:
			needed = t.name("课表", "lessons")
		case g.neededBooking:
			needed = t.name("预约", "bookings")
		}
		rows = append(rows, []string{c.heading(Lessons, t.lang), needed, both{g.zh, g.en}.in(t.lang)})
	}
	rows = append(rows, nil, []string{t.name("用途", "purpose"), t.name("编号", "id"), t.name("English", "中文")})
	headings := map[int]bool{1: true, len(rows): true}
	for _, p := range t.purposes {
		rows = append(rows, []string{label(p, t.lang), p.ID, label(p, t.name("en", "zh"))})
	}
	rows = append(rows, nil, []string{t.name("灰色斜体的示例行导入时会跳过；请删除，或改掉编号和课程名称后使用。",
		"The examples in grey are left out of an import; delete them, or change both the id and the text to use them.")})
	for i, row := range rows {
		for j, v := range row {
			style := t.wrapped
			if headings[i+1] {
				style = t.heading
			}
			if i == len(rows)-1 {
				style = t.text
			}
			if err := t.put(sheet, j+1, i+1, v, style); err != nil {
				return err
			}
		}
	}
	for name, width := range map[string]float64{"A": 24, "B": 18, "C": 76} {
		if err := t.SetColWidth(sheet, name, name, width); err != nil {
			return err
		}
	}
	return nil
}
