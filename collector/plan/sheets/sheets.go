// Package sheets reads what a school has into the plan: its timetable and its bookings, typed by a person into a
// spreadsheet (XLSX or CSV) or exported by a calendar (ICS), and writes the spreadsheet to type them into.
//
// Reading is strict where a guess could be wrong, and lenient where it could not: 星期二, 周二 and Tue are one day, but
// 9月1日 has no year. All faults of a file come together, each with its cell. It does not know the calendar's
// opening hours, nor what a period's clock times are, and looks at no other file: what cells may name, its caller says.
package sheets

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"basemeter/collector/plan"
)

// What a file may hold at most. A school's term has some thousand lessons.
const (
	maxFileBytes = 16 << 20
	maxRows      = 50_000
	maxColumns   = 64
	maxCellRunes = 2000
	mostPeople   = 10_000 // as the plan has it
)

// Kind is what rows or events become.
type Kind int

const (
	Either Kind = iota // as the names of sheets and columns say
	Lessons
	Bookings
)

// Entry is one thing that a cell may name by its id or by its text.
type Entry struct{ ID, TextZH, TextEN string }

// Lists are the things of a plan that cells may name.
type Lists struct {
	Areas, Assets, Organisations, Projects []Entry
	Terms                                  []plan.Term
}

// ListsOf takes the lists out of a plan.
func ListsOf(r plan.Registry, c plan.Calendar) Lists {
	l := Lists{Terms: c.Terms}
	for _, a := range r.Areas {
		l.Areas = append(l.Areas, Entry{a.ID, a.TextZH, a.TextEN})
	}
	for _, a := range r.Assets {
		l.Assets = append(l.Assets, Entry{a.ID, a.TextZH, a.TextEN})
	}
	for _, o := range r.Organisations {
		l.Organisations = append(l.Organisations, Entry{o.ID, o.TextZH, o.TextEN})
	}
	for _, p := range r.Projects {
		l.Projects = append(l.Projects, Entry{p.ID, p.TextZH, p.TextEN})
	}
	return l
}

// Options say how to read a file.
type Options struct {
	Sheet    string // of a workbook; empty: those named for it, or the only one
	As       Kind
	Skip     []string       // headings of columns that are not to be read
	Purposes []Entry        // those of the taxonomy
	Plan     *Lists         // nil: cells hold ids, which are not looked up
	Zone     *time.Location // the base's, for calendars

	// What the file itself does not say.
	Term, Purpose, Organisation, Area string
}

// Content is what a file comes to.
type Content struct {
	Lessons  []plan.Lesson
	Bookings []plan.Booking
	Notes    []Fault // what was left out on purpose; they have the form of faults and stop nothing
}

// Read reads a file ending in .xlsx, .csv or .ics.
func Read(path string, o Options) (Content, Faults) {
	name := filepath.ToSlash(path)
	f, err := os.Open(path)
	if err != nil {
		return Content{}, Faults{{File: name, phrase: unreadable, args: []any{cause(err)}}}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return Content{}, Faults{{File: name, phrase: unreadable, args: []any{cause(err)}}}
	}
	return Parse(name, data, o)
}

// Parse is Read for a file's bytes; name says where they are from, and by its ending what they are.
func Parse(name string, data []byte, o Options) (Content, Faults) {
	r := &reader{Options: o, file: name, taken: map[string]place{}}
	r.index()
	if o.Zone == nil {
		r.Zone = time.UTC
	}
	switch ending := strings.ToLower(filepath.Ext(name)); {
	case len(data) > maxFileBytes:
		r.fault(place{}, fileTooLarge, maxFileBytes>>20)
	case ending == ".csv" || ending == ".txt" || ending == ".tsv":
		r.readCSV(data)
	case ending == ".xlsx" || ending == ".xlsm":
		r.readWorkbook(data)
	case ending == ".ics":
		r.readCalendar(data)
	case ending == ".xls":
		r.fault(place{}, oldWorkbook)
	default:
		r.fault(place{}, unknownFormat)
	}
	if len(r.faults) == 0 && len(r.Lessons)+len(r.Bookings) == 0 {
		r.fault(place{}, nothingToImport)
	}
	r.order()
	return r.Content, r.faults
}

// A reader holds what has been read so far.
type reader struct {
	Options
	Content
	file   string
	faults Faults
	taken  map[string]place // where an id was given

	purposes, areas, assets, organisations, projects names
}

func (r *reader) fault(at place, p phrase, args ...any) {
	r.faults = append(r.faults, r.at(at, p, args))
}

func (r *reader) note(at place, p phrase, args ...any) { r.Notes = append(r.Notes, r.at(at, p, args)) }

func (r *reader) at(at place, p phrase, args []any) Fault {
	return Fault{File: r.file, Sheet: at.sheet, Line: at.line, Column: at.column, Heading: at.heading, Value: at.value, phrase: p, args: args}
}

// A place is where in a file something stands: a cell of a sheet, a field of a line, or a property of a calendar.
type place struct {
	sheet          string
	line, column   int // from 1; 0 if it is about more than one
	heading, value string
}
