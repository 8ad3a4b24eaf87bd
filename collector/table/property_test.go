package table

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// texts are what somebody may call a machine.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"_x0041_", "=1+1", " 车床 ", "a\nb", "a,b;\"c\"", "'", "", "&<>", "😀", "-5", "1e5", "0012", "TRUE", "2026-03-01"}))
}

// Whatever a text is, it comes back, and no program takes it for anything else than a text.
func TestTextsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText().Draw(t, "text")
		s := Sheet{ID: "s", Title: Text{ZH: "题"}, Columns: []Column{{ID: "a", Head: Text{ZH: "甲"}}, {ID: "b", Head: Text{ZH: "乙"}}}, Rows: [][]Cell{{Say(text), Amount(1)}}}
		var w bytes.Buffer
		if err := WriteCSV(&w, s, "zh"); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.String(), "\ufeff"))).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%v: %q", err, lines)
		}
		unix := func(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") } // as CSV is read
		if got := lines[1][0]; unix(got) != unix(text) && unix(got) != unix("'"+text) || got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
			t.Fatalf("CSV: %q, want %q", got, text)
		}
		w.Reset()
		if err := WriteXLSX(&w, Document{Sheets: []Sheet{s}}, "zh"); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(w.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := f.GetCellValue("题", "A4", excelize.Options{RawCellValue: true})
		if err != nil || plain(got) != plain(text) {
			t.Fatalf("XLSX: %q %v, want %q", got, err, text)
		}
		if b, err := f.GetCellValue("题", "B4"); err != nil || b != "1" {
			t.Fatalf("the cell beside it: %q %v", b, err)
		}
	})
}

// plain leaves out what XML cannot hold, and what stands for it.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || r == unicode.ReplacementChar || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, text)
}
