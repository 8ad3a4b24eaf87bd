// Package table is what every export is made of: a document of sheets with typed cells and headings in both languages.
// Figures, forms and lists become one of these once; it is then written as a table for a terminal, as CSV or as a
// workbook. It knows nothing of machines, people or the ledger.
package table

import "time"

// A Text is the same in both languages. EN may be empty if it is a name that has none.
type Text struct{ ZH, EN string }

// In is the text in a language, zh or en.
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

// A Document is one export.
type Document struct {
	Title  Text
	File   string    // its name without an extension, of a-z, 0-9, - and _
	Made   time.Time // what a workbook says of when it was made; zero: nothing is said
	Sheets []Sheet
}

// A Sheet is one table, with what a reader must know of it above and below.
type Sheet struct {
	ID      string // of a-z, 0-9, - and _
	Title   Text
	Above   []Text // lines above the table: period, place, version
	Columns []Column
	Rows    [][]Cell // each as long as Columns
	Below   []Text   // notes below it
	Charts  []Chart
}

// A Column is what its cells have in common.
type Column struct {
	ID     string // its heading for programs: effective_hours. Each once in a sheet, and never notes
	Head   Text
	Unit   string // h, person-h, visits, kWh; empty: none. Shown with the heading
	Format Format
	Help   Text // what it means, in one sentence
	Worth  Worth
}

// A Worth is how much a column matters where there is no room for all. The zero value is that of most.
type Worth int8

// The worths that are not of most. The first column of a sheet is vital whatever is said of it.
const (
	Spare Worth = iota - 1
	Useful
	Vital // without it the others say nothing
)

// A Format is how numbers and times of a column are shown. What is stored is not rounded.
type Format uint8

// The formats. The zero value is that of names.
const (
	Plain   Format = iota
	Whole          // 1,234
	Decimal        // 1,234.56
	Percent        // a ratio of 1: 45.6 %
	Date           // 2026-03-01, by the clock that the time carries
	Moment         // 2026-03-01 08:00
	Mixed          // 1,234 or 1,234.56, of rows that count and rows that measure
)

// A Kind says what a cell holds.
type Kind uint8

// The kinds of cells. The zero value is an empty one.
const (
	Empty    Kind = iota
	Words         // Text
	Number        // Number
	Time          // Time
	Manual        // to be filled in by hand: telemetry cannot know it
	Withheld      // of fewer than five people, or such a figure could be worked out
	Unknown       // it cannot be told; Text says why
)

// A Cell is one value.
type Cell struct {
	Kind   Kind
	Text   Text
	Number float64
	Time   time.Time
	Faint  bool // to be read with care: its coverage is below the floor
	Least  bool // a lower bound of a number of which a part is not told
}

// A Chart draws some columns of its sheet.
type Chart struct {
	Kind   ChartKind
	Title  Text
	Labels string   // the id of the column of the labels
	Values []string // the ids of the columns that are drawn
	Rows   int      // how many rows, from the first; 0: all
}

// A ChartKind is how a chart is drawn.
type ChartKind uint8

// The kinds of charts.
const (
	Bars ChartKind = iota
	StackedBars
	Line
)

// Say is a cell of words that are the same in both languages.
func Say(text string) Cell { return Cell{Kind: Words, Text: Text{ZH: text, EN: text}} }

// SayIn is a cell of words in both.
func SayIn(text Text) Cell { return Cell{Kind: Words, Text: text} }

// Amount is a cell with a number.
func Amount(n float64) Cell { return Cell{Kind: Number, Number: n} }

// At is a cell with a moment or, by its column's format, a date.
func At(t time.Time) Cell { return Cell{Kind: Time, Time: t} }
