package sheets

import "strconv"

// A cell is what stands in a field of a CSV line or a cell of a sheet.
type cell struct {
	kind   cellKind
	date   bool    // its number is shown as a date or a time
	text   string  // of a text; of the rest what is shown in a fault
	number float64 // of a number
}

type cellKind byte

const (
	empty cellKind = iota
	text
	number
	failed       // #N/A, #REF!
	uncalculated // a formula whose value is not in the file
	merged       // a part of a cell that is merged over several columns
)

func textCell(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{kind: text, text: s}
}

func numberCell(n float64, date bool) cell {
	return cell{kind: number, number: n, date: date, text: strconv.FormatFloat(n, 'f', -1, 64)}
}

// A row is a line of a sheet that holds anything.
type row struct {
	line  int
	cells []cell
}

// A grid is a sheet, or a CSV file, whose sheet has no name.
type grid struct {
	sheet string
	since int // 1900 or 1904: from when the workbook counts its days
	rows  []row
}

func (r row) cell(i int) cell {
	if i < len(r.cells) {
		return r.cells[i]
	}
	return cell{}
}

func (r row) empty() bool {
	for _, c := range r.cells {
		if c.kind != empty {
			return false
		}
	}
	return true
}
