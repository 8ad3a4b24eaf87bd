package plan

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// A draft is a base while its files are read and held against each other.
type draft struct {
	root   fs.FS
	folder string // within root
	shown  string // the same folder, as faults name it

	registry, calendar, timetable, bookings document
	others                                  strict.Faults // of holiday files, and of files that nobody reads
	hints                                   strict.Faults // warnings likewise

	content
	known names
	base  *Base
}

// content is all that the files of a base say.
type content struct {
	Registry
	Calendar
	Timetable
	Bookings
	notices []notice
}

// load reads the files, checks each by itself and against those before it, and dates what is planned.
func (d *draft) load() {
	d.open(&d.registry, registryFile, true, &d.Registry)
	d.open(&d.calendar, calendarFile, true, &d.Calendar)
	d.open(&d.timetable, timetableFile, false, &d.Timetable)
	d.open(&d.bookings, bookingsFile, false, &d.Bookings)
	d.strangers()
	d.checkRegistry()
	d.checkCalendar()
	d.checkMaintenance()
	d.checkTimetable()
	d.checkBookings()
	if len(d.faults()) == 0 {
		d.base.settle(&d.content, d.registry.where)
		d.warnOfMakeUpDays()
		d.warnOfYears()
		d.warnOfOverlaps()
		d.warnOfUnusable()
		d.warnOfLessons()
	}
}

func (d *draft) open(file *document, name string, needed bool, into any) {
	file.open(d.root, path.Join(d.folder, name), path.Join(d.shown, name), needed, into)
}

// strangers are files that nobody reads: a misspelt name would silently leave a timetable out.
func (d *draft) strangers() {
	known := []string{registryFile, calendarFile, timetableFile, bookingsFile}
	entries, _ := fs.ReadDir(d.root, d.folder) // that it cannot be read is told by its files
	for _, e := range entries {
		name := e.Name()
		at := strict.Fault{File: path.Join(d.shown, name)}
		switch ext := path.Ext(name); {
		case e.IsDir() || strings.HasPrefix(name, "."):
		case (ext == ".yaml" || ext == ".yml") && !slices.Contains(known, name):
			at.Text = "not a file of a plan; allowed: " + strings.Join(known, ", ")
			d.others = append(d.others, at)
		case ext == ".json" && !slices.ContainsFunc(d.Holidays, func(h string) bool { return path.Clean(h) == name }):
			at.Text = "holidays of " + calendarFile + " does not name it, so it is not read"
			d.hints = append(d.hints, at)
		}
	}
}

func (d *draft) documents() []*document {
	return []*document{&d.registry, &d.calendar, &d.timetable, &d.bookings}
}

func (d *draft) faults() strict.Faults {
	var all strict.Faults
	for _, file := range d.documents() {
		all = append(all, file.Faults()...)
	}
	return append(all, d.others...)
}

func (d *draft) warnings() strict.Faults {
	var all strict.Faults
	for _, file := range d.documents() {
		slices.SortStableFunc(file.warnings, func(a, b strict.Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
		all = append(all, file.warnings...)
	}
	return append(all, d.hints...)
}
