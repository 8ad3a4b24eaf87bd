package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"basemeter/collector/utilisation"
)

// WriteCSV writes the rows under the names they have in JSON, in exact seconds. The mark in front makes Excel and WPS
// read it as UTF-8.
func WriteCSV(w io.Writer, rows []Row) error {
	head := []string{"base", "asset", "purpose", "affiliation", "assets",
		"running_s", "standby_s", "off_s", "fault_s", "unknown_s", "elapsed_s", "coverage", "estimated_s",
		"open_s", "planned_s", "planned_unknown_s", "effective_s", "open_use_s", "out_of_hours_s", "no_show_s", "attended_s", "corrected_s", "energy_kwh", "standby_kwh", "days_used",
		"allocation", "utilization_efficiency", "availability_iso"}
	return writeCSV(w, head, rows, func(r Row) []string {
		return []string{r.Base, r.Asset, r.Purpose, r.Affiliation, strconv.Itoa(r.Assets),
			r.Running.String(), r.Standby.String(), r.Off.String(), r.Fault.String(), r.Unknown.String(), r.Elapsed.String(), fraction(r.Coverage), r.Estimate.String(),
			r.Open.String(), r.Planned.String(), r.Untold.String(), r.Effective.String(), r.OpenUse.String(), r.OutOfHours.String(), r.NoShow.String(), r.Attended.String(), r.Corrected.String(),
			fraction(r.Energy), fraction(r.IdleEnergy), strconv.Itoa(r.Days), fraction(r.Allocation), fraction(r.Efficiency), fraction(r.Availability)}
	})
}

// WritePeopleCSV is WriteCSV for people.
func WritePeopleCSV(w io.Writer, rows []PeopleRow) error {
	head := []string{"base", "place", "purpose", "affiliation", "user_group", "person_s", "estimated_s", "visits"}
	return writeCSV(w, head, rows, func(r PeopleRow) []string {
		return []string{r.Base, r.Place, r.Purpose, r.Affiliation, r.UserGroup, r.Person.String(), r.Estimate.String(), strconv.FormatInt(r.Visits, 10)}
	})
}

// WriteFigureCSV is WriteCSV for figures, in the units of their metrics.
func WriteFigureCSV(w io.Writer, figures []FigureRow) error {
	head := []string{"base", "asset", "metric", "zh", "en", "unit", "value", "coverage", "estimated_s", "formula", "source"}
	return writeCSV(w, head, figures, func(f FigureRow) []string {
		return []string{f.Base, f.Asset, f.Metric, f.ZH, f.EN, string(f.Unit), fraction(f.Value), fraction(f.Coverage), f.Estimate.String(), f.Formula, f.Source}
	})
}

func writeCSV[T any](w io.Writer, head []string, rows []T, cells func(T) []string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	lines := [][]string{head}
	for _, r := range rows {
		lines = append(lines, cells(r))
	}
	return csv.NewWriter(w).WriteAll(lines)
}

func fraction(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }

// A column of a table. Names stand to the left, numbers to the right.
type column[T any] struct {
	zh, en string
	name   bool
	cell   func(T) string
}

// WriteTable writes machine-hours for a terminal, in Chinese (zh) or English (en). Words puts an id of the taxonomy into
// the reader's language.
func WriteTable(w io.Writer, rows []Row, lang string, words func(id string) string) error {
	name, in := "h", Seconds.Hours
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Elapsed >= msPerHour }) {
		name, in = "min", Seconds.Minutes
	}
	return writeColumns(w, rows, lang, []column[Row]{
		{"基地", "base", true, func(r Row) string { return r.Base }},
		{"设备", "asset", true, func(r Row) string { return cmp.Or(r.Asset, "× "+strconv.Itoa(r.Assets)) }},
		{"用途", "purpose", true, func(r Row) string { return words(r.Purpose) }},
		{"使用方", "user", true, func(r Row) string { return words(r.Affiliation) }},
		{"有效机时 " + name, "effective " + name, false, func(r Row) string { return in(r.Effective) }},
		{"运行 " + name, "running " + name, false, func(r Row) string { return in(r.Running) }},
		{"待机 " + name, "standby " + name, false, func(r Row) string { return in(r.Standby) }},
		{"停机 " + name, "off " + name, false, func(r Row) string { return in(r.Off) }},
		{"故障 " + name, "fault " + name, false, func(r Row) string { return in(r.Fault) }},
		{"未知 " + name, "unknown " + name, false, func(r Row) string { return in(r.Unknown) }},
		{"统计时长 " + name, "elapsed " + name, false, func(r Row) string { return in(r.Elapsed) }},
		{"覆盖率", "coverage", false, func(r Row) string { return fmt.Sprintf("%.1f %%", 100*r.Coverage) }},
	})
}

// WritePeopleTable writes person-hours for a terminal.
func WritePeopleTable(w io.Writer, rows []PeopleRow, lang string, words func(id string) string) error {
	name, in := "h", Seconds.Hours
	if !slices.ContainsFunc(rows, func(r PeopleRow) bool { return r.Person >= msPerHour }) {
		name, in = "min", Seconds.Minutes
	}
	return writeColumns(w, rows, lang, []column[PeopleRow]{
		{"基地", "base", true, func(r PeopleRow) string { return r.Base }},
		{"地点", "place", true, func(r PeopleRow) string { return r.Place }},
		{"用途", "purpose", true, func(r PeopleRow) string { return words(r.Purpose) }},
		{"使用方", "user", true, func(r PeopleRow) string { return words(r.Affiliation) }},
		{"人员类别", "user group", true, func(r PeopleRow) string { return words(r.UserGroup) }},
		{"人时 " + name, "person-" + name, false, func(r PeopleRow) string { return in(r.Person) }},
		{"其中估计 " + name, "estimated " + name, false, func(r PeopleRow) string { return in(r.Estimate) }},
		{"人次", "visits", false, func(r PeopleRow) string { return strconv.FormatInt(r.Visits, 10) }},
	})
}

// WriteFigureTable writes figures for a terminal, each with its coverage and its formula.
func WriteFigureTable(w io.Writer, figures []FigureRow, lang string, _ func(id string) string) error {
	return writeColumns(w, figures, lang, []column[FigureRow]{
		{"基地", "base", true, func(f FigureRow) string { return f.Base }},
		{"设备", "asset", true, func(f FigureRow) string { return f.Asset }},
		{"指标", "figure", true, func(f FigureRow) string {
			if lang == "en" {
				return f.EN
			}
			return f.ZH
		}},
		{"数值", "value", false, func(f FigureRow) string { return f.shown() }},
		{"单位", "unit", true, func(f FigureRow) string { return string(f.Unit) }},
		{"覆盖率", "coverage", false, func(f FigureRow) string { return fmt.Sprintf("%.1f %%", 100*f.Coverage) }},
		{"算法", "formula", true, func(f FigureRow) string { return f.Formula }},
	})
}

// shown is the value as people write it: what is counted has no fraction, and a ratio three digits.
func (f FigureRow) shown() string {
	switch f.Unit {
	case utilisation.Visits, utilisation.People, utilisation.Days:
		return fmt.Sprintf("%.0f", f.Value)
	case utilisation.Ratio:
		return fmt.Sprintf("%.3f", f.Value)
	}
	return fmt.Sprintf("%.2f", f.Value)
}

const msPerHour = 3_600_000 // in less than an hour there would be nothing but 0.00 h

// writeColumns leaves out columns of names that no row fills.
func writeColumns[T any](w io.Writer, rows []T, lang string, columns []column[T]) error {
	columns = slices.DeleteFunc(columns, func(c column[T]) bool {
		return c.name && len(rows) > 0 && !slices.ContainsFunc(rows, func(r T) bool { return c.cell(r) != "" })
	})
	head := make([]string, len(columns))
	for i, c := range columns {
		if head[i] = c.zh; lang == "en" {
			head[i] = c.en
		}
	}
	lines := [][]string{head}
	for _, r := range rows {
		line := make([]string, len(columns))
		for i, c := range columns {
			line[i] = c.cell(r)
		}
		lines = append(lines, line)
	}
	return align(w, lines, func(i int) bool { return columns[i].name })
}

func align(w io.Writer, lines [][]string, left func(column int) bool) error {
	wide := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			wide[i] = max(wide[i], width(cell))
		}
	}
	for _, line := range lines {
		var text strings.Builder
		for i, cell := range line {
			space := strings.Repeat(" ", wide[i]-width(cell))
			if left(i) {
				text.WriteString(cell + space + "  ")
			} else {
				text.WriteString(space + cell + "  ")
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(text.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// width is how many columns a terminal gives a text: a Chinese character takes two.
func width(text string) int {
	n := 0
	for _, r := range text {
		if n++; r >= 0x2e80 {
			n++
		}
	}
	return n
}
