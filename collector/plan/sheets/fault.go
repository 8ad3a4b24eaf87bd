package sheets

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Fault is one thing that is wrong with a file, or that is worth knowing of it.
type Fault struct {
	File    string
	Sheet   string // of a workbook
	Line    int    // of the file or the sheet, from 1
	Column  int    // of the sheet or the CSV line, from 1
	Heading string // the column's heading, or the property of an event
	Value   string // as it stands there

	phrase phrase
	args   []any
}

// In says it in a language: zh or en.
func (f Fault) In(lang string) string {
	args := make([]any, len(f.args))
	for i, a := range f.args {
		args[i] = a
		if both, ok := a.(interface{ in(lang string) string }); ok {
			args[i] = both.in(lang)
		}
	}
	return f.place(lang) + ": " + fmt.Sprintf(f.phrase.in(lang), args...)
}

func (f Fault) String() string { return f.In("en") }

// place is such as 课表.xlsx: 课表!D7: 周次 "1-20", or timetable.csv:7: column 节次 (5) "3-1".
func (f Fault) place(lang string) string {
	var text strings.Builder
	text.WriteString(f.File)
	switch {
	case f.Sheet != "" && f.Column > 0:
		fmt.Fprintf(&text, ": %s!%s%d", f.Sheet, letters(f.Column), f.Line)
	case f.Sheet != "" && f.Line > 0:
		fmt.Fprintf(&text, ": %s!%d:%d", f.Sheet, f.Line, f.Line) // as Excel writes a whole row
	case f.Sheet != "":
		fmt.Fprintf(&text, ": %s", f.Sheet)
	case f.Line > 0:
		fmt.Fprintf(&text, ":%d", f.Line)
	}
	switch {
	case f.Heading == "":
	case f.Sheet == "" && f.Column > 0:
		fmt.Fprintf(&text, ": "+csvColumn.in(lang), f.Heading, f.Column)
	default:
		text.WriteString(": " + f.Heading)
	}
	if f.Value != "" {
		text.WriteString(" " + quoted(f.Value))
	}
	return text.String()
}

// Faults are all that is wrong with a file.
type Faults []Fault

// Error is one line a fault, in English.
func (f Faults) Error() string { return f.In("en") }

// In is one line a fault.
func (f Faults) In(lang string) string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.In(lang)
	}
	return strings.Join(lines, "\n")
}

// Err is nil if nothing is wrong.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// quoted is a value as it is shown: on one line, and no longer than one.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// letters names a column as a spreadsheet does: A, Z, AA.
func letters(column int) string {
	s := ""
	for ; column > 0; column = (column - 1) / 26 {
		s = string(rune('A'+(column-1)%26)) + s
	}
	return s
}

// cause is why a file cannot be read, without its name, which an fs.PathError would repeat.
func cause(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return err.Error()
}
