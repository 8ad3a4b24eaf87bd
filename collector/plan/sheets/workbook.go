package sheets

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strings"
)

// What the sheets are called that are meant: the first of each as in the template, in Chinese and English.
var (
	lessonSheets  = []string{"课表", "lessons", "课程表", "timetable"}
	bookingSheets = []string{"预约", "bookings", "预约表"}
	helpSheets    = []string{"说明", "guide", "选项", "choices"} // of the template; nothing in them is to be imported
)

func kindOf(sheet string) Kind {
	switch name := squeezed(sheet); {
	case slices.Contains(lessonSheets, name):
		return Lessons
	case slices.Contains(bookingSheets, name):
		return Bookings
	}
	return Either
}

func (r *reader) readWorkbook(data []byte) {
	if bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}) { // an OLE file: a workbook of 2003, or an encrypted one
		r.fault(place{}, lockedWorkbook)
		return
	}
	b, err := openWorkbook(data)
	if err != nil {
		r.unopened(place{}, err, 0)
		return
	}
	if r.Sheet != "" {
		r.readNamed(b)
		return
	}
	named := false
	var others []grid
	for _, s := range b.sheets {
		kind := kindOf(s.name)
		if slices.Contains(helpSheets, squeezed(s.name)) {
			continue
		}
		g, ok := r.sheetOf(b, s)
		switch {
		case !ok || len(g.rows) == 0:
		case kind == Either || r.As != Either && kind != r.As:
			others = append(others, g)
			continue
		default:
			r.readGrid(g, kind)
		}
		named = named || kind != Either
	}
	switch {
	case !named && len(others) == 1:
		r.readGrid(others[0], r.As)
		return
	case !named && len(others) > 1:
		r.fault(place{}, whichSheet, b.names())
	}
	for _, g := range others {
		r.note(place{sheet: g.sheet}, sheetNotRead)
	}
}

func (r *reader) readNamed(b *workbook) {
	for _, s := range b.sheets {
		if squeezed(s.name) == squeezed(r.Sheet) {
			as := r.As
			if as == Either {
				as = kindOf(s.name)
			}
			if g, ok := r.sheetOf(b, s); ok {
				r.readGrid(g, as)
			}
			return
		}
	}
	r.fault(place{}, noSuchSheet, r.Sheet, b.names())
}

func (r *reader) sheetOf(b *workbook, s sheetRef) (grid, bool) {
	g, line, err := b.sheet(s)
	if err != nil {
		r.unopened(place{sheet: s.name}, err, line)
	}
	return g, err == nil
}

// unopened says why a workbook, or one of its sheets, cannot be read.
func (r *reader) unopened(at place, err error, line int) {
	at.line = line
	switch {
	case errors.Is(err, errUnpacked):
		at.line = 0
		r.fault(at, unpacksTooLarge, maxUnpackedBytes>>20)
	case errors.Is(err, errRows):
		r.fault(at, tooManyRows, maxRows)
	case errors.Is(err, errColumns):
		r.fault(at, tooManyColumns, maxColumns)
	case errors.Is(err, errMerged):
		r.fault(at, tooManyMerged)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm):
		r.fault(at, noWorkbook)
	default:
		r.fault(at, brokenWorkbook, err)
	}
}

func (b *workbook) names() string {
	var names []string
	for _, s := range b.sheets {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}
