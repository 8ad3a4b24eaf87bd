package plan

import (
	"os"
	"strings"
	"testing"
	"time"
)

func holidayFile(tb testing.TB, year string) []byte {
	tb.Helper()
	text, err := os.ReadFile(samples + "/cn-" + year + ".json")
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// The holidays of 2025 and 2026, as a teacher knows them.
func TestDatesOfAYear(t *testing.T) {
	b := sound(t, map[string]string{calendarFile: `
overrides:
  - {date: 2025-10-11, follows_date: 2025-10-08, reason: 调休}
  - {date: 2026-01-04, follows_weekday: fri, reason: 调休}
  - {date: 2025-11-08, open: [["09:00","16:00"]], reason: 技能竞赛}
  - {date: 2025-11-11, open: [["09:00","16:00"]], reason: 开放日}
  - {date: 2025-12-24, closed: true, reason: 停电}
  - {date: 2025-12-27, follows_weekday: mon, open: [["08:00","12:00"]]}
  - {date: 2027-03-01, closed: true}
`})
	for _, c := range []struct{ date, why, want string }{
		{"2025-08-29", "a Friday before the term", "..oo ooo. .... .... .... vacation"},
		{"2025-08-31", "the Sunday before it", ".... .... .... .... .... vacation"},
		{"2025-09-01", "the first Monday", "mmmm oooo .... oooo oo.. in_term"},
		{"2025-09-26", "a Friday", "ffff oooo .... oooo oo.. in_term"},
		{"2025-09-27", "a Saturday that adjoins a make-up day", ".... .... .... .... .... in_term"},
		{"2025-09-28", "a Sunday of work; nobody says whose lessons", "oooo oooo .... oooo oo.. workday"},
		{"2025-09-30", "the day before the holiday", "tttt oooo .... oooo oo.. in_term"},
		{"2025-10-01", "National Day", ".... .... .... .... .... holiday"},
		{"2025-10-08", "the last day off", ".... .... .... .... .... holiday"},
		{"2025-10-09", "a Thursday after it", "hhhh oooo .... oooo oo.. in_term"},
		{"2025-10-11", "a Saturday that follows Wednesday the 8th", "wwww oooo .... oooo oo.. override"},
		{"2025-10-12", "a Sunday that adjoins it and is in no notice", ".... .... .... .... .... in_term"},
		{"2025-11-08", "a Saturday open for a contest", "..oo oooo oooo oooo .... override"},
		{"2025-11-11", "a Tuesday with other hours, but its own lessons", "TTtt oooo oooo oooo .... override"},
		{"2025-12-24", "a power cut", ".... .... .... .... .... override"},
		{"2025-12-27", "a Saturday with Monday's lessons and hours of its own", "mmmm oooo .... .... .... override"},
		{"2026-01-01", "New Year", ".... .... .... .... .... holiday"},
		{"2026-01-02", "a Friday off, which only the next year's file knows", ".... .... .... .... .... holiday"},
		{"2026-01-04", "a Sunday that follows Friday", "ffff oooo .... oooo oo.. override"},
		{"2026-01-05", "a Monday", "mmmm oooo .... oooo oo.. in_term"},
		{"2026-01-19", "the first Monday of the vacation", "..oo ooo. .... .... .... vacation"},
		{"2026-02-16", "Spring Festival", ".... .... .... .... .... holiday"},
		{"2026-02-28", "a Saturday of work in the vacation", "..oo ooo. .... .... .... workday"},
		{"2026-12-28", "the last Monday that the notices settle", "..oo ooo. .... .... .... vacation"},
		{"2026-12-29", "which the notice of 2027 may move", "..oo ooo. .... .... .... vacation?"},
		{"2027-02-01", "a date without a notice", "..oo ooo. .... .... .... vacation?"},
		{"2027-03-01", "but somebody has settled this one", ".... .... .... .... .... override"},
	} {
		if got := drawn(b, "lathe-1", c.date); squeezed(got) != squeezed(c.want) {
			t.Errorf("%s, %s\n got %s\nwant %s", c.date, c.why, got, c.want)
		}
	}
}

func squeezed(s string) string { return strings.ReplaceAll(s, " ", "") }

// The file of 2026 moves a day of December 2025.
func TestDecemberStandsInTheNextYearsFile(t *testing.T) {
	files := school(t, nil)
	files["2026.json"] = file(`{"year": 2026, "days": [
  {"name": "元旦", "date": "2025-12-28", "isOffDay": false},
  {"name": "元旦", "date": "2025-12-31", "isOffDay": true}]}`)
	b := loaded(t, files).Bases[0]
	for date, want := range map[string]string{
		"2025-12-28": "oooo oooo .... oooo oo.. workday",
		"2025-12-30": "tttt oooo .... oooo oo.. in_term",
		"2025-12-31": ".... .... .... .... .... holiday",
	} {
		if got := drawn(b, "lathe-1", date); got != want {
			t.Errorf("%s\n got %s\nwant %s", date, got, want)
		}
	}
	files[calendarFile] = file("%s", strings.Replace(schoolCalendar, ", 2026.json", "", 1))
	b = loaded(t, files).Bases[0]
	if got := drawn(b, "lathe-1", "2025-12-31"); got != "wwww oooo .... oooo oo.. in_term?" {
		t.Errorf("before the notice of 2026 is out: %s", got)
	}
}

// Where Monday to Friday differ, nobody knows by whose hours a make-up work day is open.
func TestMakeUpDaysWithoutCommonHours(t *testing.T) {
	files := school(t, nil)
	files[calendarFile] = file("%s", strings.Replace(schoolCalendar, `{mon-fri: [["08:00","12:00"],["14:00","17:00"]]}`,
		`{mon-thu: [["08:00","12:00"]], fri: [["08:00","10:00"]], sat: [["10:00","12:00"]]}`, 1))
	b := loaded(t, files).Bases[0]
	for date, want := range map[string]string{
		"2025-10-10": "ffff .... .... .... .... in_term",
		"2025-10-11": ".... oooo .... .... .... workday",
		"2025-09-28": ".... .... .... .... .... workday",
	} {
		if got := drawn(b, "lathe-1", date); got != want {
			t.Errorf("%s\n got %s\nwant %s", date, got, want)
		}
	}
}

// The first letters of the drawings are times of day; these are moments.
func TestTheLastMinuteBeforeAHoliday(t *testing.T) {
	files := school(t, nil)
	files[calendarFile] = file("%s", strings.Replace(schoolCalendar, `["14:00","17:00"]`, `["14:00","24:00"]`, 1))
	b := loaded(t, files).Bases[0]
	eve := Date{2025, 9, 30}
	slots := b.Slots("lathe-1", Clock(23*60+59).On(eve, b.Zone), Clock(1).On(eve.Add(1), b.Zone))
	if len(slots) != 2 || !slots[0].Open || slots[1].Open || !slots[0].To.Equal(Date{2025, 10, 1}.In(b.Zone)) || slots[1].OpenBy.Text != "国庆节、中秋节" {
		t.Errorf("%+v", slots)
	}
}

func TestAcademicYears(t *testing.T) {
	b := sound(t, nil)
	for _, c := range []struct{ at, from string }{
		{"2025-08-31T23:59:59.999+08:00", "2024-09-01"},
		{"2025-09-01T00:00:00+08:00", "2025-09-01"},
		{"2025-08-31T16:00:00Z", "2025-09-01"},
		{"2026-08-31T23:59:59+08:00", "2025-09-01"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		from, to := b.AcademicYear(at)
		if b.Date(from).String() != c.from || !to.Equal(from.AddDate(1, 0, 0)) || at.Before(from) || !at.Before(to) {
			t.Errorf("%s is in the year from %v to %v", c.at, from, to)
		}
	}
}

// The term begins with the academic year, at midnight of the base and not of Greenwich.
func TestTheTurnOfTheAcademicYear(t *testing.T) {
	b := sound(t, nil)
	if term := b.Term(Date{2025, 8, 31}); term != nil {
		t.Errorf("the vacation is in %v", term)
	}
	if term := b.Term(Date{2025, 9, 1}); term == nil || term.Code != "autumn" || term.End() != (Date{2026, 1, 19}) {
		t.Errorf("the first day is in %v", term)
	}
	turn := Date{2025, 9, 1}.In(b.Zone)
	slots := b.Slots("hall", turn.Add(-time.Minute), turn.Add(time.Minute))
	if len(slots) != 2 || slots[0].OpenBy.Layer != ByVacation || slots[1].OpenBy.Layer != ByTerm || !slots[0].To.Equal(turn) {
		t.Errorf("%+v", slots)
	}
}
