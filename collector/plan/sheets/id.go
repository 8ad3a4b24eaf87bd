package sheets

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"basemeter/collector/plan"
)

// id is what the row says, if it says one.
func (l *line) id() string {
	return read(l, colID, func(s string) (string, *wrong) {
		id := strings.ToLower(fold(s))
		if !idForm.MatchString(id) {
			return "", no(badID)
		}
		return id, nil
	})
}

// free notes an id, and tells whether it was not taken.
func (l *line) free(id string) bool {
	at := l.at(colID)
	if at.value == "" {
		at = place{sheet: l.g.sheet, line: l.row.line}
	}
	return l.claim(id, at)
}

// claim notes where an id is used. One that is derived is used twice by rows that say the same.
func (r *reader) claim(id string, at place) bool {
	before, used := r.taken[id]
	switch {
	case !used:
		r.taken[id] = at
		return true
	case at.value == "" && before.value == "":
		r.fault(at, sameAgain, before.line)
	default:
		at.value = id
		r.fault(at, idTaken, before.line)
	}
	return false
}

// A row without an id gets one that is derived from what it is, when and where, so that it is the same at the next
// import; the day comes first, so that a file in the order of its ids can be read.
func lessonID(v plan.Lesson) string {
	day := v.Weekday
	if len(v.Dates) > 0 {
		day = compact(v.Dates[0])
	}
	time := v.Periods
	if time == "" {
		time = clockOf(v.From)
	}
	return day + "-" + time + "-" + digest(v.Text, v.Term, v.Weeks, v.Parity, v.Weekday, v.Dates, v.Periods, v.From, v.To, v.Area, v.Assets, v.Organisation)
}

// bookingID tells occurrences of one series of a calendar apart by its uid, which is empty for a row.
func bookingID(v plan.Booking, uid string) string {
	return compact(v.From.Date) + "-" + clockOf(v.From.Clock) + "-" + digest(uid, v.Text, v.From, v.To, v.Area, v.Assets, v.Organisation)
}

func compact(d plan.Date) string { return fmt.Sprintf("%04d%02d%02d", d.Year, d.Month, d.Day) }

func clockOf(c plan.Clock) string { return fmt.Sprintf("%02d%02d", int(c)/60, int(c)%60) }

func digest(parts ...any) string {
	sum := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(sum, "%v\x00", p)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// order sorts by id, so that a file changes where a row does.
func (r *reader) order() {
	slices.SortFunc(r.Lessons, func(a, b plan.Lesson) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.Bookings, func(a, b plan.Booking) int { return cmp.Compare(a.ID, b.ID) })
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
