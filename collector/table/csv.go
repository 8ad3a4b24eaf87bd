package table

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// notesColumn is the last one, if cells are to be explained.
const notesColumn = "notes"

// WriteCSV writes a sheet for programs that open CSV, and for Excel and WPS, which read it as UTF-8 by the mark in front.
// The headings are the columns' ids; numbers are exact, dates are 2026-03-01, moments are RFC 3339. What has no value is
// empty, and what is to be read with care is its number; a last column, notes, says why, if there is anything to say.
// A text that such a program might take for a formula has a ' put before it.
func WriteCSV(w io.Writer, s Sheet, lang string) error {
	if err := s.check(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	remarks, noted := s.remarks(lang)
	out := csv.NewWriter(w)
	line := make([]string, 0, len(s.Columns)+1)
	for _, c := range s.Columns {
		line = append(line, c.ID)
	}
	if noted {
		line = append(line, notesColumn)
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for n, row := range s.Rows {
		line = line[:0]
		for i, c := range row {
			line = append(line, s.Columns[i].Format.exact(c.sound(), lang))
		}
		if noted {
			line = append(line, harmless(remarks[n]))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// exact is a cell as programs read it.
func (f Format) exact(c Cell, lang string) string {
	switch c.Kind {
	case Words:
		return harmless(c.Text.In(lang))
	case Number:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case Time:
		if f == Date {
			return c.Time.Format(time.DateOnly)
		}
		return c.Time.Format(time.RFC3339Nano)
	}
	return ""
}

// harmless is a text that no program runs when somebody opens the file.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// remarks say of each row which cells have no value, and why; false: there is nothing to say of any.
func (s *Sheet) remarks(lang string) (rows []string, any bool) {
	rows = make([]string, len(s.Rows))
	for n, row := range s.Rows {
		var order []string
		about := map[string][]string{} // columns by what is said of them
		for i, c := range row {
			if remark := c.sound().remark(lang); remark != "" {
				if about[remark] == nil {
					order = append(order, remark)
				}
				about[remark] = append(about[remark], s.Columns[i].ID)
			}
		}
		for i, remark := range order {
			order[i] = remark + ": " + strings.Join(about[remark], " ")
		}
		rows[n] = strings.Join(order, "; ")
	}
	return rows, slices.ContainsFunc(rows, func(r string) bool { return r != "" })
}

func (c Cell) remark(lang string) string {
	switch {
	case c.Kind == Manual:
		return manualWords.In(lang)
	case c.Kind == Withheld:
		return withheldWords.In(lang)
	case c.Kind == Unknown && c.Text != (Text{}):
		return unknownWords.In(lang) + " (" + c.Text.In(lang) + ")"
	case c.Kind == Unknown:
		return unknownWords.In(lang)
	case c.Faint && c.Least:
		return leastWords.In(lang) + ", " + faintWords.In(lang)
	case c.Least:
		return leastWords.In(lang)
	case c.Faint:
		return faintWords.In(lang)
	}
	return ""
}
