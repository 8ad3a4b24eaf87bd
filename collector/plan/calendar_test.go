package plan

import (
	"os"
	"strings"
	"testing"
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
