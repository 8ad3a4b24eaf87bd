package plan

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What the machines are used for on Tuesday 18 November 2025 and around it.
func TestUsesOfAPlace(t *testing.T) {
	const use = ", purpose: tech_rd, organisation: firm}"
	b := sound(t, map[string]string{
		bookingsFile: "bookings:" +
			"\n  - {id: a, text: a, from: 2025-11-18T09:00, to: 2025-11-18T13:00, assets: [lathe-1]" + use +
			"\n  - {id: b, text: b, from: 2025-11-18T10:00, to: 2025-11-18T16:00, area: hall" + use +
			"\n  - {id: c, text: c, from: 2025-11-22T22:00, to: 2025-11-23T10:00, assets: [lathe-2]" + use +
			"\n  - {id: d, text: d, from: 2026-01-06T09:00, to: 2026-01-08T09:00, assets: [lathe-2]" + use,
		calendarFile: "maintenance:" +
			"\n  - {asset: lathe-2, from: 2025-11-18T11:00, to: 2025-11-18T15:00, reason: 年检}" +
			"\n  - {area: hall, from: 2025-11-19T08:00, to: 2025-11-19T09:00}",
	})
	for _, c := range []struct{ place, date, want string }{
		{"lathe-1", "2025-11-18", "ttaa aaaa AABB bbbb oo.. in_term"}, // its own booking began before the area's
		{"lathe-2", "2025-11-18", "tttt bb## #### ##bb oo.. in_term"},
		{"hall", "2025-11-18", "ttaa aaaa AABB bbbb oo.. in_term"}, // and one machine's maintenance closes no hall
		{"lathe-1", "2025-11-19", "##ww oooo .... oooo oo.. in_term"},
		{"hall", "2025-11-19", "##ww oooo .... oooo oo.. in_term"},
		{"lathe-2", "2025-11-23", "CCCC .... .... .... .... in_term"}, // a Sunday, from the night before
		{"lathe-2", "2025-09-09", "xxxx xxxx xxxx xxxx xxxx service"},
		{"lathe-2", "2025-09-10", "wwww oooo .... oooo oo.. in_term"},
		{"lathe-2", "2026-01-06", "ttdd dddd DDDD dddd ddDD in_term"},
		{"lathe-2", "2026-01-07", "xxxx xxxx xxxx xxxx xxxx service"},
		{"hall", "2026-01-07", "dddd dddd DDDD dddd ddDD in_term"}, // it is still booked, wherever the machine is
		{"lathe-3", "2026-01-07", ".... .... .... .... .... "},
	} {
		if got := drawn(b, c.place, c.date); got != c.want {
			t.Errorf("%s on %s\n got %s\nwant %s", c.place, c.date, got, c.want)
		}
	}
}

// The first counts, and the others are kept.
func TestPrecedence(t *testing.T) {
	b := sound(t, map[string]string{bookingsFile: `bookings:
  - {id: b-9, text: 九, from: 2025-11-18T08:30, to: 2025-11-18T09:00, area: hall, purpose: tech_rd, organisation: firm, people: 3}
  - {id: b-2, text: 二, from: 2025-11-18T08:45, to: 2025-11-18T09:00, area: hall, purpose: tech_rd, organisation: firm}
  - {id: b-1, text: 一, from: 2025-11-18T08:45, to: 2025-11-18T09:00, area: hall, purpose: tech_rd, organisation: firm}
`})
	from := Clock(8*60+50).On(Date{2025, 11, 18}, b.Zone)
	slots := b.Slots("lathe-1", from, from.Add(time.Minute))
	var ids []string
	for _, o := range slots[0].Uses {
		ids = append(ids, o.ID)
	}
	if !slices.Equal(ids, []string{"b-9", "b-1", "b-2", "t"}) {
		t.Errorf("the uses are %v", ids)
	}
	first, lesson := slots[0].Uses[0], slots[0].Uses[3]
	if first.Where.String() != "school/bookings.yaml:2" || first.Affiliation != "outside" || first.People != 3 || first.Layer != ByBooking {
		t.Errorf("%+v", first.Entry)
	}
	if lesson.Where.String() != "school/timetable.yaml:4" || lesson.Affiliation != "host" || lesson.Purpose != "student_training" || lesson.Layer != ByTimetable {
		t.Errorf("%+v", lesson.Entry)
	}
}

// times are those of a lesson on the dates of a term, in the base's clock.
func times(b *Base, id string) []string {
	var all []string
	for _, o := range b.Occurrences {
		if o.ID == id {
			all = append(all, o.From.In(b.Zone).Format("01-02 15:04")+o.To.In(b.Zone).Format("-15:04"))
		}
	}
	return all
}

const tables = `
periods:
  - table: {"1": ["08:00","08:45"], "2": ["08:55","09:40"], "3": ["10:00","10:45"], "4": ["11:06","11:50"], "5": ["14:00","14:45"]}
  - {campus: east, from: 10-08, until: 05-01, table: {"1": ["08:30","09:15"]}}
  - {campus: east, from: 2025-12-01, until: 2025-12-09, table: {"1": ["09:00","09:45"]}}
`

// Breaks of up to twenty minutes are part of the lesson; tables change with the season and the campus.
func TestPeriods(t *testing.T) {
	files := school(t, map[string]string{calendarFile: tables, timetableFile: `
  - {id: breaks, text: 一, dates: [2025-09-02], periods: 1-5, area: hall, purpose: tech_rd, organisation: us}
  - {id: east, text: 一, dates: [2025-10-07, 2025-10-08, 2025-12-01, 2025-12-08, 2025-12-09], periods: "1", area: lab, purpose: tech_rd, organisation: us}
  - {id: odd, text: 一, term: autumn, weeks: "1-5,8", parity: 单周, weekday: 周二, periods: "2", assets: [lathe-1], purpose: tech_rd, organisation: us}
`})
	files[registryFile] = file("%s", strings.Replace(schoolRegistry, "areas: [", "areas: [{id: lab, text_zh: 机房, campus: east}, ", 1))
	b := loaded(t, files).Bases[0]
	for id, want := range map[string][]string{
		"breaks": {"09-02 08:00-10:45", "09-02 11:06-11:50", "09-02 14:00-14:45"},
		"east":   {"10-07 08:00-08:45", "10-08 08:30-09:15", "12-01 09:00-09:45", "12-08 09:00-09:45", "12-09 08:30-09:15"},
		"odd":    {"09-02 08:55-09:40", "09-16 08:55-09:40", "09-30 08:55-09:40"},
	} {
		if got := times(b, id); !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", id, got, want)
		}
	}
}

func TestPeriodsThatAreNotThere(t *testing.T) {
	for lesson, want := range map[string]string{
		`periods: 1-6, dates: [2025-09-02]`:                              `lessons[5].periods: there is no period 6 on 2025-09-02; allowed: 1-5`,
		`periods: 1-2, dates: [2025-09-02, 2025-12-08], assets: [sim-1]`: `lessons[5].periods: there is no period 2 on 2025-12-08; allowed: 1`,
		`periods: "1", dates: [2025-12-08], assets: [sim-1, lathe-1]`:    `lessons[5].assets: they stand on several campuses, ["east" ""], whose periods may differ; write a lesson for each`,
		`periods: "a", dates: [2025-12-08], assets: [sim-1]`:             `lessons[5].periods: "a" is not a list of numbers`,
	} {
		if !strings.Contains(lesson, "assets") {
			lesson += ", area: hall"
		}
		files := school(t, map[string]string{calendarFile: tables, timetableFile: "  - {id: x, text: 一, purpose: tech_rd, organisation: us, " + lesson + "}\n"})
		files[registryFile] = file("%s", strings.NewReplacer("areas: [", "areas: [{id: lab, text_zh: 机房, campus: east}, ",
			"assets:\n", "assets:\n  - {id: sim-1, text_zh: 机, area: lab}\n").Replace(schoolRegistry))
		if _, faults := load(files, "school"); len(faults) != 1 || !strings.Contains(faults.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", lesson, faults, want)
		}
	}
}

// A lesson from 8:03 to 9:47 is one, whatever the grid: its edges are where they are.
func TestALessonAcrossTheGrid(t *testing.T) {
	p := loaded(t, school(t, map[string]string{timetableFile: `
  - {id: x, text: 一, dates: [2025-09-06], from: "08:03", to: "09:47", area: hall, purpose: tech_rd, organisation: us}
`}))
	b := p.Bases[0]
	day := Date{2025, 9, 6}
	slots := b.Slots("lathe-1", day.In(b.Zone), day.Add(1).In(b.Zone))
	if len(slots) != 3 || !slots[1].From.Equal(Clock(8*60+3).On(day, b.Zone)) || !slots[1].To.Equal(Clock(9*60+47).On(day, b.Zone)) {
		t.Errorf("%+v", slots)
	}
	if !strings.Contains(p.Warnings.Error(), "lessons[5].to: 08:03 is no multiple of 5 minutes, on which the gateways' records are cut") {
		t.Errorf("warned of %v", p.Warnings)
	}
}

// A Wednesday of the term is made up for in the vacation.
func TestAMakeUpDayOutsideTheTerm(t *testing.T) {
	b := sound(t, map[string]string{calendarFile: "overrides: [{date: 2026-01-24, follows_date: 2025-12-31}]"})
	if got := drawn(b, "lathe-1", "2026-01-24"); got != "wwww oooo .... oooo oo.. override" {
		t.Error(got)
	}
	slot := b.Slots("hall", Date{2026, 1, 24}.In(b.Zone), Date{2026, 1, 24}.In(b.Zone).Add(time.Hour))[0]
	if slot.OpenBy.Like != "2025-12-31" || slot.OpenBy.Where.String() != "school/calendar.yaml:7" {
		t.Errorf("%+v", slot.OpenBy)
	}
}
