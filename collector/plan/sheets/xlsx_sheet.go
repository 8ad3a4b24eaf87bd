package sheets

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
)

var (
	errRows    = errors.New("too many rows")
	errColumns = errors.New("too many columns")
	errMerged  = errors.New("too many merged cells")
)

// A sheetReader keeps what holds something.
type sheetReader struct {
	*workbook
	grid    grid
	line    int // of the last row
	covered int // cells that merging has filled
}

// xmlCell is a cell as it stands in the file.
type xmlCell struct {
	Ref     string    `xml:"r,attr"`
	Type    string    `xml:"t,attr"`
	Style   int       `xml:"s,attr"`
	Formula *struct{} `xml:"f"`
	Value   *string   `xml:"v"`
	Inline  richText  `xml:"is"`
}

func (b *workbook) sheet(s sheetRef) (grid, int, error) {
	f, err := b.open(s.path)
	if err != nil {
		return grid{}, 0, err
	}
	defer f.Close()
	r := sheetReader{workbook: b, grid: grid{sheet: s.name, since: b.since}}
	d := xml.NewDecoder(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return r.finished(), r.line, nil
		}
		if err == nil {
			if start, ok := token.(xml.StartElement); ok {
				err = r.element(d, start)
			}
		}
		if err != nil {
			return r.grid, r.line, fmt.Errorf("%s: %w", s.path, err)
		}
	}
}

func (r *sheetReader) element(d *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "row":
		return r.row(start)
	case "c":
		var c xmlCell
		if err := d.DecodeElement(&c, &start); err != nil {
			return err
		}
		return r.cell(c)
	case "mergeCell":
		for _, a := range start.Attr {
			if a.Name.Local == "ref" {
				return r.merge(a.Value)
			}
		}
	}
	return nil
}

func (r *sheetReader) row(start xml.StartElement) error {
	line := r.line + 1
	for _, a := range start.Attr {
		if a.Name.Local == "r" {
			n, err := strconv.Atoi(a.Value)
			if err != nil || n <= r.line || n > 1<<20 {
				return fmt.Errorf("row %q behind row %d", a.Value, r.line)
			}
			line = n
		}
	}
	r.line = line
	if n := len(r.grid.rows); n > 0 && r.grid.rows[n-1].empty() { // rows that are only coloured do not count
		r.grid.rows = r.grid.rows[:n-1]
	}
	if len(r.grid.rows) == maxRows {
		return errRows
	}
	r.grid.rows = append(r.grid.rows, row{line: line})
	return nil
}

func (r *sheetReader) cell(c xmlCell) error {
	if len(r.grid.rows) == 0 {
		return errors.New("a cell outside of a row")
	}
	in := &r.grid.rows[len(r.grid.rows)-1]
	column := len(in.cells) + 1
	if c.Ref != "" {
		at, line, ok := position(c.Ref)
		if !ok || line != in.line || at < column {
			return fmt.Errorf("cell %q in row %d", c.Ref, in.line)
		}
		column = at
	}
	v := r.value(c)
	switch {
	case v.kind == empty && column > maxColumns:
		return nil
	case column > maxColumns:
		return errColumns
	}
	in.cells = append(in.cells, make([]cell, column-len(in.cells))...)
	in.cells[column-1] = v
	return nil
}

func (r *sheetReader) value(c xmlCell) cell {
	if c.Value == nil {
		switch {
		case c.Type == "inlineStr":
			return textCell(c.Inline.String())
		case c.Formula != nil:
			return cell{kind: uncalculated}
		}
		return cell{}
	}
	v := strings.TrimSpace(*c.Value)
	switch c.Type {
	case "s":
		if i, err := strconv.Atoi(v); err == nil && i >= 0 && i < len(r.strings) {
			return textCell(r.strings[i])
		}
		return cell{kind: failed, text: v}
	case "e":
		return cell{kind: failed, text: v}
	case "", "n":
		if v == "" {
			return cell{}
		}
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return cell{kind: failed, text: v}
		}
		return numberCell(n, c.Style >= 0 && c.Style < len(r.dates) && r.dates[c.Style])
	}
	return textCell(v) // str, a formula's text; d, a date in ISO 8601; b, 1 or 0
}

// merge gives the value of cells that are merged downwards to each of them: it was meant for all these rows. Merged
// over several columns, it is not told which of them it is for.
func (r *sheetReader) merge(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	left, top, ok := position(from)
	right, bottom, ok2 := position(to)
	if !ok || !ok2 {
		return fmt.Errorf("merged cells %q", ref)
	}
	rows := r.grid.rows
	first := sort.Search(len(rows), func(i int) bool { return rows[i].line >= top })
	if first == len(rows) || rows[first].line != top || left > maxColumns {
		return nil // nothing stands in it
	}
	v := rows[first].cell(left - 1)
	if v.kind == empty {
		return nil
	}
	if right > left {
		v = cell{kind: merged, text: v.text}
	}
	for i := first; i < len(rows) && rows[i].line <= bottom; i++ {
		for column := left; column <= min(right, maxColumns); column++ {
			if r.covered++; r.covered > maxRows*10 {
				return errMerged
			}
			if cells := &rows[i].cells; len(*cells) < column {
				*cells = append(*cells, make([]cell, column-len(*cells))...)
			}
			rows[i].cells[column-1] = v
		}
	}
	return nil
}

// finished leaves out the rows in which nothing stands.
func (r *sheetReader) finished() grid {
	r.grid.rows = slices.DeleteFunc(r.grid.rows, func(w row) bool { return w.empty() })
	return r.grid
}
