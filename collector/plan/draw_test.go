package plan

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// A school with one hall of two lathes. Each weekday of the term has its own lesson from 8 to 10, named by its first
// letter, so that a drawing shows whose lessons are taught.
const (
	schoolRegistry = `
base: {id: school, text_zh: 学校, kind: open_regional_center, owner: us, city: nanchang}
organisations:
  - {id: us, text_zh: 我校, affiliation: host}
  - {id: firm, text_zh: 公司, affiliation: outside}
areas: [{id: hall, text_zh: 车间}]
assets:
  - {id: lathe-1, text_zh: 车床, area: hall}
  - {id: lathe-2, text_zh: 车床, area: hall, from: 2025-09-10, until: 2026-01-07}
`
	schoolCalendar = `
terms: [{code: autumn, week1: 2025-09-01, weeks: 20}]
weekly:
  in_term: {mon-fri: [["08:00","12:00"],["14:00","17:00"]]}
  vacation: {mon-fri: [["09:00","11:30"]]}
holidays: [2025.json, 2026.json]
`
	schoolTimetable = `
lessons:
  - {id: m, text: 一, term: autumn, weeks: 1-20, weekday: mon, from: "08:00", to: "10:00", area: hall, purpose: student_training, organisation: us}
  - {id: t, text: 二, term: autumn, weeks: 1-20, weekday: tue, from: "08:00", to: "10:00", area: hall, purpose: student_training, organisation: us}
  - {id: w, text: 三, term: autumn, weeks: 1-20, weekday: wed, from: "08:00", to: "10:00", area: hall, purpose: student_training, organisation: us}
  - {id: h, text: 四, term: autumn, weeks: 1-20, weekday: thu, from: "08:00", to: "10:00", area: hall, purpose: student_training, organisation: us}
  - {id: f, text: 五, term: autumn, weeks: 1-20, weekday: fri, from: "08:00", to: "10:00", area: hall, purpose: student_training, organisation: us}
`
)

// school are the files of that plan, with what follows the texts above: "calendar.yaml" → "overrides: …".
func school(tb testing.TB, more map[string]string) fstest.MapFS {
	tb.Helper()
	files := fstest.MapFS{}
	for name, text := range map[string]string{registryFile: schoolRegistry, calendarFile: schoolCalendar, timetableFile: schoolTimetable, bookingsFile: ""} {
		if text += more[name]; text != "" {
			files[name] = file("%s", text)
		}
	}
	for _, year := range []string{"2025", "2026"} {
		files[year+".json"] = file("%s", holidayFile(tb, year))
	}
	return files
}

// loaded is the plan of files without faults.
func loaded(tb testing.TB, files fstest.MapFS) *Plan {
	tb.Helper()
	p, faults := load(files, "school")
	if err := faults.Err(); err != nil {
		tb.Fatal(err)
	}
	return p
}

func sound(tb testing.TB, more map[string]string) *Base {
	tb.Helper()
	return loaded(tb, school(tb, more)).Bases[0]
}

// drawn is a date from 8 to 18, a letter each half hour: . closed, o open, # maintenance, x not in service; the id of what
// it is used for, in capitals if it is closed. Behind it stands why it is open or closed at noon, and ? if that is
// provisional.
func drawn(b *Base, place, date string) string {
	var d Date
	if err := d.UnmarshalText([]byte(date)); err != nil {
		return err.Error()
	}
	var s strings.Builder
	slots := b.Slots(place, d.In(b.Zone), d.Add(1).In(b.Zone))
	for half := Clock(8 * 60); half < 18*60; half += 30 {
		if half > 8*60 && half%120 == 0 {
			s.WriteByte(' ')
		}
		s.WriteString(letter(at(slots, half.On(d, b.Zone))))
	}
	noon := at(slots, Clock(12*60).On(d, b.Zone))
	s.WriteString(" " + string(noon.OpenBy.Layer))
	if noon.Provisional {
		s.WriteByte('?')
	}
	return s.String()
}

func at(slots []Slot, t time.Time) Slot {
	for _, s := range slots {
		if !t.Before(s.From) && t.Before(s.To) {
			return s
		}
	}
	return Slot{}
}

func letter(s Slot) string {
	switch {
	case s.OpenBy.Layer == ByService:
		return "x"
	case s.Maintenance != nil:
		return "#"
	case len(s.Uses) > 0 && s.Open:
		return s.Uses[0].ID
	case len(s.Uses) > 0:
		return strings.ToUpper(s.Uses[0].ID)
	case s.Open:
		return "o"
	}
	return "."
}
