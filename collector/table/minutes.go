package table

import "slices"

// InMinutes is the sheet with minutes instead of hours, if no hours of it come to one: those of a demonstration would all
// read 0.00. Other sheets stay as they are.
func (s Sheet) InMinutes() Sheet {
	if most := s.mostHours(); most <= 0 || most >= 1 {
		return s
	}
	s.Columns, s.Rows = slices.Clone(s.Columns), slices.Clone(s.Rows)
	for n := range s.Rows {
		s.Rows[n] = slices.Clone(s.Rows[n])
	}
	for i := range s.Columns {
		if !s.Columns[i].hours() {
			continue
		}
		s.Columns[i].Unit = "min"
		for _, row := range s.Rows {
			row[i].Number *= 60 // of what is no number it is 0
		}
	}
	return s
}

// mostHours is the largest number of hours in it.
func (s *Sheet) mostHours() (most float64) {
	for i := range s.Columns {
		for _, row := range s.Rows {
			if s.Columns[i].hours() {
				most = max(most, row[i].Number)
			}
		}
	}
	return most
}

func (c *Column) hours() bool { return c.Unit == "h" || c.Unit == "person-h" }
