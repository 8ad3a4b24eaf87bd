package table

import (
	"fmt"
	"math"
)

// check holds a sheet to what the writers rely on: whoever made it made a mistake.
func (s *Sheet) check() error {
	if len(s.Columns) == 0 {
		return fmt.Errorf("sheet %s has no columns", s.ID)
	}
	taken := map[string]bool{notesColumn: true}
	for _, c := range s.Columns {
		if c.ID == "" || taken[c.ID] {
			return fmt.Errorf("sheet %s: the id %q of a column is empty, taken or reserved", s.ID, c.ID)
		}
		taken[c.ID] = true
	}
	for i, row := range s.Rows {
		if len(row) != len(s.Columns) {
			return fmt.Errorf("sheet %s: row %d has %d cells, and there are %d columns", s.ID, i+1, len(row), len(s.Columns))
		}
	}
	return nil
}

// column is the index of the one with an id; negative: there is none.
func (s *Sheet) column(id string) int {
	for i, c := range s.Columns {
		if c.ID == id {
			return i
		}
	}
	return -1
}

// sound is the cell as it can be written: no number that is none.
func (c Cell) sound() Cell {
	if c.Kind == Number && (math.IsNaN(c.Number) || math.IsInf(c.Number, 0)) {
		return Cell{Kind: Unknown, Text: Text{ZH: "不是有效数值", EN: "not a number"}}
	}
	return c
}
