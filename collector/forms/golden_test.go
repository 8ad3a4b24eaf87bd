package forms

import (
	"bytes"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"basemeter/collector/table"
)

var update = flag.Bool("update", false, "write the golden files anew; read them then")

// Every form, in both languages. Read the files: they are what people get.
func TestFormsAsText(t *testing.T) {
	for _, f := range All() {
		for _, lang := range []string{"zh", "en"} {
			var got strings.Builder
			for _, s := range made(t, source(), request(f.ID)).Sheets {
				if s.ID == "summary" || s.ID == "definitions" { // which grow with the dictionary; they have tests of their own
					continue
				}
				got.WriteString("# " + s.ID + "\n")
				if err := write(f.ID)(&got, s, lang); err != nil {
					t.Fatal(err)
				}
				got.WriteString("\n")
			}
			file := filepath.Join("testdata", f.ID+"."+lang+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || got.String() != string(want) {
				t.Errorf("%s: %v, got\n%s", file, err, got.String())
			}
		}
	}
}

// write is WriteText, but for the workbook of everything, whose headings are those of the dictionary.
func write(form string) func(io.Writer, table.Sheet, string) error {
	if form == "utilisation" {
		return table.WriteCSV
	}
	return table.WriteText
}

// What a workbook holds is what the document says, cell by cell.
func TestFormsAsWorkbooks(t *testing.T) {
	for _, form := range All() {
		for _, lang := range []string{"zh", "en"} {
			d := made(t, source(), request(form.ID))
			var w bytes.Buffer
			if err := table.WriteXLSX(&w, d, lang); err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(bytes.NewReader(w.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			names := f.GetSheetList()
			for n, s := range d.Sheets {
				rows, err := f.GetRows(names[n], excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				same(t, form.ID+" "+lang+" "+s.ID, s, rows[len(s.Above)+3:], lang)
			}
			f.Close()
		}
	}
}

func same(t *testing.T, where string, s table.Sheet, rows [][]string, lang string) {
	t.Helper()
	for r, row := range s.Rows {
		for c, cell := range row {
			got := ""
			if r < len(rows) && c < len(rows[r]) {
				got = rows[r][c]
			}
			if cell.Kind == table.Number {
				if n, err := strconv.ParseFloat(got, 64); err != nil || math.Abs(n-cell.Number) > 1e-9*math.Abs(cell.Number) { // it is read back with 15 digits
					t.Errorf("%s, row %d, %s: %q, want %v", where, r+1, s.Columns[c].ID, got, cell.Number)
				}
			} else if want := stored(cell, lang); want != "?" && got != want {
				t.Errorf("%s, row %d, %s: %q, want %q", where, r+1, s.Columns[c].ID, got, want)
			}
		}
	}
}

// stored is what a workbook keeps of a cell; ?: a date, which the writer's own test reads.
func stored(c table.Cell, lang string) string {
	switch c.Kind {
	case table.Words:
		return c.Text.In(lang)
	case table.Withheld:
		return map[string]string{"zh": "不公布", "en": "withheld"}[lang]
	case table.Unknown:
		return map[string]string{"zh": "无法得知", "en": "not known"}[lang]
	case table.Time:
		return "?"
	}
	return ""
}
