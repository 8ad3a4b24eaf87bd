package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// The sizes of a sheet. Widths are in characters, heights in points.
const (
	narrowest, widest = 7, 44
	textWidth         = 96 // how wide lines of text are at least
	lineHeight        = 16
	chartRows         = 19  // a chart's height in rows of the usual height
	indented          = 2   // what a text loses of its cell
	a4Width           = 190 // beyond it, a page of A4 would be too small to be read
)

// A page is one sheet while it is written: what stands in which row.
type page struct {
	*book
	*Sheet
	name   string
	widths []int // of the columns of the table, then of those that only lines of text need
	below  []string
	charts []Chart
	line   int // the row that comes next, from 1
	heads  int // the heading row
	last   int // the last row of the table
	stream *excelize.StreamWriter
}

// write puts a sheet into the workbook. The rows are streamed, so what concerns the sheet comes before them.
func (b *book) write(name string, s *Sheet) error {
	if err := s.check(); err != nil {
		return err
	}
	p := &page{book: b, Sheet: s, name: name, line: 1}
	if len(s.Rows) > 0 { // of nothing there is nothing to draw
		p.charts = s.Charts
	}
	p.below = append(s.legend(b.lang, Text{ZH: "黄色单元格", EN: "yellow cells"}.In(b.lang), Text{ZH: "灰色斜体", EN: "grey italics"}.In(b.lang)), texts(s.Below, b.lang)...)
	p.heads = 1 + len(s.Above) + 2
	p.last = p.heads + len(s.Rows)
	if rows := p.end(); rows > mostRows {
		return fmt.Errorf("%d rows are more than the %d of a worksheet: export it as CSV, or ask for less", rows, mostRows)
	}
	p.measure()
	if err := p.setUp(); err != nil {
		return err
	}
	for i, c := range p.charts {
		if err := p.draw(c, p.last+2+i*(chartRows+1)); err != nil {
			return err
		}
	}
	stream, err := b.NewStreamWriter(name)
	if err != nil {
		return err
	}
	p.stream = stream
	if err := p.rows(); err != nil {
		return err
	}
	return stream.Flush()
}

// end is the last row that is printed.
func (p *page) end() int {
	end := p.last
	if len(p.below) > 0 {
		end += 1 + len(p.below)
	}
	return end + len(p.charts)*(chartRows+1)
}

// measure fits the widths to what stands in the columns.
func (p *page) measure() {
	total, most := 0, 16 // a heading may be broken, the more the more columns share the page
	if len(p.Columns) > 14 {
		most = 7
	}
	for i, c := range p.Columns {
		heading := c.heading(p.lang)
		wide := max(min(columnsOf(heading), most), longestWord(heading)) + 1
		for _, row := range p.Rows {
			cell := row[i].sound()
			content := columnsOf(c.Format.shown(cell, p.lang))
			if cell.Kind == Words {
				content += indented
			}
			wide = max(wide, content)
		}
		wide = min(max(wide+2, narrowest), widest)
		p.widths, total = append(p.widths, wide), total+wide
	}
	for ; total < textWidth; total += 10 {
		p.widths = append(p.widths, 10)
	}
}

// setUp is all of a sheet but its rows: widths, panes, filter and how it is printed.
func (p *page) setUp() error {
	var steps []error
	do := func(err error) { steps = append(steps, err) }
	for i, wide := range slices.Backward(p.widths) { // excelize puts the newest first, and Excel wants them in order
		do(p.SetColWidth(p.name, letters(i), letters(i), float64(wide)))
	}
	landscape, one, endless, paper, fit := "landscape", 1, 0, 9, true
	if p.wide() > a4Width {
		paper = 8 // A3
	}
	do(p.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &one, FitToHeight: &endless}))
	margin, foot := 0.5, 0.3
	bottom := margin + foot
	do(p.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &bottom, Header: &foot, Footer: &foot}))
	do(p.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + footer(p.of, p.name) + "&C&P / &N"}))
	do(p.SetPanes(p.name, &excelize.Panes{Freeze: true, YSplit: p.heads, TopLeftCell: fmt.Sprintf("A%d", p.heads+1), ActivePane: "bottomLeft"}))
	do(p.AutoFilter(p.name, fmt.Sprintf("A%d:%s%d", p.heads, letters(len(p.Columns)-1), p.last), nil))
	do(p.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit})) // a filter forgets it
	quoted := "'" + p.name + "'!"
	do(p.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: p.name, RefersTo: fmt.Sprintf("%s$A$1:$%s$%d", quoted, letters(len(p.widths)-1), p.end())}))
	do(p.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: p.name, RefersTo: fmt.Sprintf("%s$%d:$%d", quoted, p.heads, p.heads)}))
	do(p.SetSheetDimension(p.name, fmt.Sprintf("A1:%s%d", letters(len(p.widths)-1), p.end())))
	i := slices.IndexFunc(steps, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return steps[i]
}

// footer names the document and the sheet, in no more than Excel allows, without what it takes for a code of its own.
func footer(document, sheet string) string {
	if document != "" && document != sheet {
		sheet = cut(document, 80) + " · " + sheet
	}
	return strings.ReplaceAll(sheet, "&", "&&")
}

// letters name a column, from 0.
func letters(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		panic(fmt.Sprintf("table: %d columns: %v", column+1, err))
	}
	return name
}

// rows streams all of them.
func (p *page) rows() error {
	if err := p.text(p.Title.In(p.lang), title); err != nil {
		return err
	}
	for _, line := range texts(p.Above, p.lang) {
		if err := p.text(line, lead); err != nil {
			return err
		}
	}
	p.line++
	if err := p.heading(); err != nil {
		return err
	}
	for _, row := range p.Rows {
		if err := p.row(row); err != nil {
			return err
		}
	}
	p.line += 1 + len(p.charts)*(chartRows+1)
	for _, line := range p.below {
		if err := p.text(line, notes); err != nil {
			return err
		}
	}
	return nil
}

// wide is how wide all columns are.
func (p *page) wide() (n int) {
	for _, w := range p.widths {
		n += w
	}
	return n
}

// text writes a line over all columns, as high as it needs to be.
func (p *page) text(line string, as part) error {
	wide := p.wide()
	id, err := p.style(look{part: as})
	if err != nil {
		return err
	}
	if as == notes {
		wide += wide / 10 // their letters are smaller
	}
	high := float64(lineHeight * linesOf(line, wide))
	if as == title {
		high = 24
	}
	if err := p.stream.MergeCell(fmt.Sprintf("A%d", p.line), fmt.Sprintf("%s%d", letters(len(p.widths)-1), p.line)); err != nil {
		return err
	}
	return p.put([]any{excelize.Cell{StyleID: id, Value: line}}, high)
}

func (p *page) heading() error {
	id, err := p.style(look{part: head})
	if err != nil {
		return err
	}
	high, cells := 1, []any{}
	for i, c := range p.Columns {
		wide := p.widths[i] - 3 // the filter's button takes some
		text := broken(c.heading(p.lang), wide)
		high = max(high, linesOf(text, wide))
		cells = append(cells, excelize.Cell{StyleID: id, Value: text})
	}
	return p.put(cells, float64(lineHeight*high+4))
}

func (p *page) row(row []Cell) error {
	high, cells := 1, make([]any, len(row))
	for i, c := range row {
		c = c.sound()
		value, as := p.value(c, p.Columns[i].Format)
		text, words := value.(string)
		if units := len(utf16.Encode([]rune(text))); units > mostChars {
			return fmt.Errorf("row %d, %s: a text of %d characters is longer than the %d of a cell", p.line-p.heads, p.Columns[i].ID, units, mostChars)
		}
		room := p.widths[i] - 1
		if c.Kind == Words {
			room -= indented
		}
		if words {
			high = max(high, linesOf(text, room))
		}
		id, err := p.style(as)
		if err != nil {
			return err
		}
		cells[i] = excelize.Cell{StyleID: id, Value: value}
	}
	return p.put(cells, float64(lineHeight*min(high, 25))) // Excel allows 409 points
}

// value is what stands in a cell, and how it looks.
func (p *page) value(c Cell, f Format) (any, look) {
	as := look{format: f, faint: c.Faint}
	switch c.Kind {
	case Words:
		return c.Text.In(p.lang), look{faint: c.Faint}
	case Number:
		if c.Least {
			as.least = leastWords.In(p.lang)
		}
		as.format = f.of(c.Number)
		return c.Number, as
	case Time:
		if f != Date {
			as.format = Moment
		}
		return serial(c.Time), as
	case Manual:
		return nil, look{part: byHand}
	case Withheld:
		return withheldWords.In(p.lang), look{part: without}
	case Unknown:
		return unknownWords.In(p.lang), look{part: without}
	}
	return nil, look{}
}

// serial is a time as Excel counts it: in days since the last of 1899, by the clock that the time carries. It is rounded
// up, to less than a thousandth of a second: what lies a hair before a minute is shown as the minute before.
func serial(t time.Time) float64 {
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset) - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	return math.Ceil(float64(seconds)/(24*60*60)*1e9) / 1e9
}

func (p *page) put(cells []any, high float64) error {
	err := p.stream.SetRow(fmt.Sprintf("A%d", p.line), cells, excelize.RowOpts{Height: high})
	p.line++
	return err
}
