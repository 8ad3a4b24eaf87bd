package table

import (
	"bufio"
	"io"
	"slices"
	"strings"
)

// WriteText writes a sheet for a terminal, in Chinese (zh) or English (en): names to the left, numbers to the right,
// rounded as people read them. A column of names that no row fills is left out. To be filled in by hand is ____, and a *
// marks what is to be read with care.
func WriteText(w io.Writer, s Sheet, lang string) error {
	if err := s.check(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	above := s.Above
	if title := (s.Title); title != (Text{}) {
		above = append([]Text{title}, above...)
	}
	paragraph(out, above, lang)
	if len(above) > 0 {
		out.WriteByte('\n')
	}
	s.writeLines(out, lang)
	if below := append(slices.Clone(s.legend(lang, "____", "*")), texts(s.Below, lang)...); len(below) > 0 {
		out.WriteString("\n" + strings.Join(below, "\n") + "\n")
	}
	return out.Flush()
}

func paragraph(out *bufio.Writer, lines []Text, lang string) {
	for _, line := range texts(lines, lang) {
		out.WriteString(line + "\n")
	}
}

func texts(all []Text, lang string) (lines []string) {
	for _, t := range all {
		lines = append(lines, oneLine(t.In(lang)))
	}
	return lines
}

func (s *Sheet) writeLines(out *bufio.Writer, lang string) {
	var columns [][]string
	for _, i := range s.filled() {
		columns = append(columns, s.drawn(i, lang))
	}
	for n := range len(s.Rows) + 1 {
		var line []string
		for _, c := range columns {
			line = append(line, c[n])
		}
		out.WriteString(strings.TrimRight(strings.Join(line, gap), " ") + "\n")
	}
}

// gap stands between columns.
const gap = "  "

// drawn is a column as it is written, its heading and its cells, all equally wide. Beside a doubtful number the others
// leave room for its mark.
func (s *Sheet) drawn(i int, lang string) []string {
	cells := []string{oneLine(s.Columns[i].heading(lang))}
	for _, row := range s.Rows {
		cells = append(cells, s.Columns[i].Format.shown(row[i].sound(), lang))
	}
	left, wide := s.toTheLeft(i), 0
	marked := slices.ContainsFunc(cells, func(c string) bool { return strings.HasSuffix(c, "*") })
	for n := range cells {
		if marked && !left && !strings.HasSuffix(cells[n], "*") {
			cells[n] += " "
		}
		wide = max(wide, columnsOf(cells[n]))
	}
	for n, c := range cells {
		space := strings.Repeat(" ", wide-columnsOf(c))
		if cells[n] = space + c; left {
			cells[n] = c + space
		}
	}
	return cells
}

// filled are the columns that a reader needs.
func (s *Sheet) filled() (kept []int) {
	for i, c := range s.Columns {
		empty := func(row []Cell) bool { return row[i].Kind == Empty || row[i].Kind == Words && row[i].Text == (Text{}) }
		if c.Format != Plain || len(s.Rows) == 0 || slices.ContainsFunc(s.Rows, func(row []Cell) bool { return !empty(row) }) {
			kept = append(kept, i)
		}
	}
	return kept
}

// toTheLeft tells whether a column is one of names or dates.
func (s *Sheet) toTheLeft(i int) bool {
	if f := s.Columns[i].Format; f != Plain {
		return f == Date || f == Moment
	}
	return !slices.ContainsFunc(s.Rows, func(row []Cell) bool { return row[i].Kind == Number })
}

// shown is a cell as people read it.
func (f Format) shown(c Cell, lang string) string {
	text := ""
	switch c.Kind {
	case Words:
		text = oneLine(c.Text.In(lang))
	case Number:
		text = f.number(c.Number)
		if c.Least {
			text = leastWords.In(lang) + " " + text
		}
	case Time:
		text = f.moment(c.Time)
	case Manual:
		return "____"
	case Withheld:
		return withheldWords.In(lang)
	case Unknown:
		return unknownWords.In(lang)
	}
	if c.Faint && text != "" {
		text += "*"
	}
	return text
}
