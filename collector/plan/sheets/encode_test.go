package sheets

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"basemeter/collector/plan"
	"basemeter/configs/strict"
)

// loadsAgain writes both kinds and reads them as the plan does.
func loadsAgain(t interface {
	Helper()
	Errorf(string, ...any)
}, c Content) {
	t.Helper()
	var timetable plan.Timetable
	var bookings plan.Bookings
	for k, into := range map[Kind]any{Lessons: &timetable, Bookings: &bookings} {
		text := c.Encode(k, "课表.xlsx")
		d := strict.Document{File: "out.yaml", MaxBytes: 64 << 20}
		if d.Parse(text, into); len(d.Faults()) > 0 {
			t.Errorf("%v\n%s", d.Faults(), text)
			return
		}
	}
	for _, pair := range [][2]any{{c.Lessons, timetable.Lessons}, {c.Bookings, bookings.Bookings}} {
		if a, b := reflect.ValueOf(pair[0]), reflect.ValueOf(pair[1]); a.Len()+b.Len() > 0 && !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("wrote\n%+v\nread\n%+v", pair[0], pair[1])
		}
	}
}

func TestEncode(t *testing.T) {
	c := read1(t, "t.csv", []byte(typed), withPlan())
	c.Lessons[1].ID = "b"
	c.Lessons[1].Dates = []plan.Date{{Year: 2025, Month: 12, Day: 30}}
	c.Lessons[1].To = 600
	c.Bookings = []plan.Booking{{ID: "b-1", Text: "x", From: plan.Moment{Date: plan.Date{Year: 2025, Month: 10, Day: 11}, Clock: 780},
		To: plan.Moment{Date: plan.Date{Year: 2025, Month: 10, Day: 11}, Clock: 1440}, Use: plan.Use{Assets: []string{"lathe-01", "2025"}, Purpose: "p", Organisation: "o"}, People: 3}}
	want := `# basemeter plan import: 课 表.xlsx
# 由导入生成，手工修改会在下次导入时丢失。 Written by an import: edits by hand are lost at the next.
lessons:
  - {id: cnc-basic-1, text: 数控加工基础, term: 2025-2026-1, weeks: "1-8,10,12-16", parity: odd, weekday: tue, periods: "1-4", area: hall-a, purpose: student_training, organisation: nc-vtc, project: p-2025-007, class_size: 40}
  - {id: b, text: "焊接, 一", term: 2025-2026-1, weeks: "1-16", weekday: thu, dates: [2025-12-30], periods: "3-4", from: "00:00", to: "10:00", area: hall-b, purpose: student_training, organisation: nc-vtc, self_operated: true, class_size: 30}
`
	if got := string(c.Encode(Lessons, "课\n 表.xlsx")); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	want = `bookings:
  - {id: b-1, text: x, from: 2025-10-11T13:00, to: 2025-10-11T24:00, assets: [lathe-01, "2025"], purpose: p, organisation: o, people: 3}
`
	if got := string(c.Encode(Bookings, "x")); !strings.HasSuffix(got, want) {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if got := string(Content{}.Encode(Lessons, "x")); !strings.HasSuffix(got, "\nlessons: []\n") {
		t.Error(got)
	}
	loadsAgain(t, c)
	loadsAgain(t, Content{})
}

// Whatever a text is made of, the loader reads it as it was.
func TestEveryTextLoadsAgain(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune(`yesnolatru0123456789-.:,#'"{}[]&*!|>%@ ~?\车工甲　`)), 1, 12, -1),
		rapid.SampledFrom([]string{"null", "Yes", "~", "1e3", "0x1f", "1_000", "12:30", "2025-01-01", "- a", "a: b", "a #b", "<<", "=", ".inf", "甲 #乙", "1-2-3", "True"}))
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ToValidUTF8(text.Draw(t, "text"), "")
		c := Content{Lessons: []plan.Lesson{{ID: "a", Text: s, Term: s, Use: plan.Use{Project: s}}}}
		if s != "" {
			c.Lessons[0].Assets = []string{s}
		}
		loadsAgain(t, c)
	})
}
