package sheets

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readGrid reads the rows below the headings.
func (r *reader) readGrid(g grid, as Kind) {
	if len(g.rows) == 0 {
		return
	}
	before := len(r.faults)
	h := r.findHeader(g, as)
	h.ill = len(r.faults) > before
	if h.at > 0 {
		r.note(place{sheet: g.sheet, line: g.rows[0].line}, aboveHeadings, h.at)
	}
	for _, cells := range g.rows[h.at+1:] {
		if h.kind != Either && !cells.empty() {
			r.readRow(g, h, cells)
		}
	}
	slices.SortStableFunc(r.faults[before:], func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// A line is one row while it is read.
type line struct {
	*reader
	g     grid
	h     header
	row   row
	cells [columnCount]cell
	ill   [columnCount]bool // a fault of it has been told
}

func (r *reader) readRow(g grid, h header, cells row) {
	l := &line{reader: r, g: g, h: h, row: cells}
	for i, c := range cells.cells {
		if c.kind != empty {
			l.take(i, c)
		}
	}
	switch id, title := l.cells[colID].text, l.cells[colText].text; {
	case isExample(id) && isExample(title):
		r.note(l.at(colID), exampleLeft)
	case isExample(id):
		l.wrong(colID, no(exampleID))
	case h.kind == Bookings:
		l.booking()
	default:
		l.lesson()
	}
}

// take puts a cell into its column.
func (l *line) take(i int, c cell) {
	col, known := l.h.columns[i]
	if !known {
		if l.h.at < len(l.g.rows) && l.g.rows[l.h.at].cell(i).kind == empty { // an unknown heading has been told
			l.fault(place{sheet: l.g.sheet, line: l.row.line, column: i + 1, value: c.text}, noHeading)
		}
		return
	}
	l.cells[col] = c
	switch {
	case c.kind == failed:
		l.wrong(col, no(failedFormula))
	case c.kind == uncalculated:
		l.wrong(col, no(notCalculated))
	case c.kind == merged:
		l.wrong(col, no(mergedCells))
	case utf8.RuneCountInString(c.text) > maxCellRunes:
		l.wrong(col, no(tooLong, maxCellRunes))
	}
}

func (l *line) at(col column) place {
	p := place{sheet: l.g.sheet, line: l.row.line, value: l.cells[col].text}
	if l.h.has[col] {
		p.column = l.h.place[col] + 1
		p.heading = l.h.titles[l.h.place[col]]
	}
	return p
}

// wrong tells what is wrong with a cell, once.
func (l *line) wrong(col column, w *wrong) {
	if w != nil && !l.ill[col] {
		l.ill[col] = true
		l.fault(l.at(col), w.phrase, w.args...)
	}
}

// given tells whether a cell holds something that can be read.
func (l *line) given(col column) bool { return l.cells[col].kind != empty && !l.ill[col] }

func (l *line) absent(col column) bool { return l.cells[col].kind == empty && !l.ill[col] }

// need tells that a cell must not be empty; that its column is missing has been told.
func (l *line) need(col column) {
	if l.absent(col) && l.h.has[col] {
		l.wrong(col, no(missing))
	}
}

// plain is a cell's text. A number that is shown as a date was text before Excel changed it.
func (l *line) plain(col column) string {
	c := l.cells[col]
	switch {
	case !l.given(col):
		return ""
	case c.kind == number && c.date:
		l.wrong(col, no(madeDate))
		return ""
	}
	return strings.Join(strings.Fields(c.text), " ")
}

// read turns a cell into a value by one of the parsers.
func read[T any](l *line, col column, parse func(string) (T, *wrong)) (v T) {
	if text := l.plain(col); text != "" {
		var w *wrong
		if v, w = parse(text); w != nil {
			l.wrong(col, w)
		}
	}
	return v
}

func (l *line) people() int {
	return read(l, colPeople, func(s string) (int, *wrong) {
		n, err := strconv.ParseFloat(strings.TrimSuffix(squeezed(s), "人"), 64)
		if err != nil || !(n >= 0 && n <= mostPeople) || n != math.Trunc(n) {
			return 0, no(badNumber, 0, mostPeople)
		}
		return int(n), nil
	})
}

// sound tells whether nothing is wrong with the row, nor with the headings.
func (l *line) sound() bool { return !l.h.ill && !slices.Contains(l.ill[:], true) }

// parseYes reads 是 and 否.
func parseYes(s string) (bool, *wrong) {
	switch squeezed(s) {
	case "是", "√", "✓", "y", "yes", "true", "1", "对":
		return true, nil
	case "否", "×", "✗", "n", "no", "false", "0", "-":
		return false, nil
	}
	return false, no(badYes)
}

// listOf takes apart what people put between several values in one cell.
func listOf(s string) []string {
	var list []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;，；、\n", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
