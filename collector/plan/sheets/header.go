package sheets

import (
	"slices"
	"strings"
)

// headingRows is how far down the headings may stand: above them there may be a title.
const headingRows = 10

// A header says which column of a grid is what.
type header struct {
	at      int // index of its row
	columns map[int]column
	titles  map[int]string // as they stand there
	place   [columnCount]int
	has     [columnCount]bool
	kind    Kind
	ill     bool // a fault of it has been told
}

// bare is a heading without a star and what stands in brackets.
func bare(heading string) string {
	h := squeezed(heading)
	if i := strings.IndexAny(h, "(["); i > 0 {
		h = h[:i]
	}
	return strings.Trim(h, "*:")
}

// findHeader takes the first row that has two known headings, or else the first row at all.
func (r *reader) findHeader(g grid, as Kind) header {
	at := 0
	for i := range min(len(g.rows), headingRows) {
		known := 0
		for _, c := range g.rows[i].cells {
			if _, ok := columnOf(c.text); ok {
				known++
			}
		}
		if known >= 2 {
			at = i
			break
		}
	}
	h := header{at: at, columns: map[int]column{}, titles: map[int]string{}, kind: as}
	for i, c := range g.rows[at].cells {
		if c.kind != empty {
			r.takeHeading(g, &h, i, c)
		}
	}
	if h.kind == Either {
		h.kind = h.guess()
	}
	if h.kind == Either {
		r.fault(place{sheet: g.sheet, line: g.rows[at].line}, lessonsOrBookings)
		return h
	}
	r.checkHeader(g, h)
	return h
}

func (r *reader) takeHeading(g grid, h *header, i int, c cell) {
	at := place{sheet: g.sheet, line: g.rows[h.at].line, column: i + 1, value: c.text}
	col, ok := columnOf(c.text)
	switch {
	case slices.ContainsFunc(r.Skip, func(s string) bool { return squeezed(s) == squeezed(c.text) }):
		r.note(at, skippedColumn)
	case !ok:
		r.unknownHeading(at)
	case h.has[col]:
		r.fault(at, twoHeadings, col, letters(h.place[col]+1))
	default:
		h.columns[i], h.titles[i], h.place[col], h.has[col] = col, c.text, i, true
	}
}

func (r *reader) unknownHeading(at place) {
	if meant := nearest(bare(at.value), headings()); meant != "" {
		r.fault(at, unknownHeadingMeant, meant)
		return
	}
	var all []string
	for _, t := range columnTable {
		all = append(all, t.zh+" "+t.en)
	}
	r.fault(at, unknownHeading, strings.Join(all, ", "))
}

// guess tells by the headings what the rows are.
func (h *header) guess() Kind {
	for _, c := range h.columns {
		if c.ofLessons() {
			return Lessons
		}
	}
	for _, title := range h.titles {
		if k := only[bare(title)]; k != Either {
			return k
		}
	}
	return Either
}

// checkHeader names the columns that are missing, once for all rows.
func (r *reader) checkHeader(g grid, h header) {
	at := place{sheet: g.sheet, line: g.rows[h.at].line}
	for i, c := range h.columns {
		if h.kind == Bookings && c.ofLessons() {
			r.fault(place{sheet: g.sheet, line: at.line, column: i + 1, value: h.titles[i]}, notOfBookings)
		}
	}
	for _, c := range []column{colText, colPurpose, colOrganisation} {
		if !h.has[c] && r.standIn(c) == "" {
			r.fault(at, missingColumn, c)
		}
	}
	if !h.has[colArea] && !h.has[colAssets] && r.Area == "" {
		r.fault(at, missingEither, colArea, colAssets)
	}
	if h.kind == Bookings {
		for _, c := range []column{colFrom, colTo} {
			if !h.has[c] {
				r.fault(at, missingColumn, c)
			}
		}
		return
	}
	recurs := [...]column{colTerm, colWeeks, colWeekday}
	for _, c := range recurs {
		if !h.has[c] && !h.has[colDates] && r.standIn(c) == "" {
			r.fault(at, missingEither, c, colDates)
		}
	}
	if !h.has[colPeriods] && !(h.has[colFrom] && h.has[colTo]) {
		r.fault(at, missingTimes, colPeriods, colFrom, colTo)
	}
}

// standIn is what holds for a whole file that does not say it.
func (r *reader) standIn(c column) string {
	switch c {
	case colTerm:
		return r.Term
	case colPurpose:
		return r.Purpose
	case colOrganisation:
		return r.Organisation
	}
	return ""
}
