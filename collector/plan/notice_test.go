package plan

import (
	"strings"
	"testing"
)

// Each fault stands where it is in the file.
func TestFaultsOfNotices(t *testing.T) {
	const head = "{\n  \"$schema\": \"…\", \"papers\": [\"…\"],\n"
	for text, want := range map[string]string{
		``:                                `x.json:1:1: ends too early; the format is that of github.com/NateScarlet/holiday-cn`,
		`[]`:                              `x.json:1:2: expected {; the format is that of github.com/NateScarlet/holiday-cn`,
		`{"year": 2025, "days": []} x`:    `x.json:1:27: something follows the end`,
		`{"year": 2025, "days": [`:        `x.json:1:25: ends too early; the format is that of github.com/NateScarlet/holiday-cn`,
		`{"days": []}`:                    `x.json:1:1: year: is missing or out of bounds; allowed: 1970 to 2099`,
		`{"year": 25, "days": []}`:        `x.json:1:1: year: is missing or out of bounds; allowed: 1970 to 2099`,
		`{"year": "2025"}`:                `x.json:1:10: year: is a string; expected as in holiday-cn`,
		`{"year": 2025, "dates": []}`:     `x.json:1:23: dates: unknown key; allowed: year, days, papers, $schema, $id`,
		`{"year": 2025, "year": 2025}`:    `x.json:1:16: JSON: duplicate object member name`,
		`{"year": 2025, "days": {}}`:      `x.json:1:25: expected [; the format is that of github.com/NateScarlet/holiday-cn`,
		`{"year": 2025, "days": [{}, 1]}`: "x.json:1:25: days[0]: has no date or no isOffDay\nx.json:1:29: days[1]: is a number; expected as in holiday-cn",
		head + `"year": 2025, "days": [` + "\n" + `{"name": "元旦", "date": "2025-1-1", "isOffDay": true}]}`:                              `x.json:4:24: days[0].date: "2025-1-1" is not a date; allowed: such as 2025-09-01, from 1970 to 2099`,
		head + `"year": 2025, "days": [` + "\n" + `{"name": "元旦", "date": "2025-01-01", "isOff": true}]}`:                               `x.json:4:38: days[0].isOff: unknown key; allowed: name, date, isOffDay`,
		head + `"year": 2025, "days": [` + "\n" + `{"name": "元旦", "date": "2025-01-01", "isOffDay": "true"}]}`:                          `x.json:4:50: days[0].isOffDay: is a string; expected as in holiday-cn`,
		head + `"year": 2025, "days": [` + "\n" + `{"date": "2025-01-01"}, {"date": "2025-01-02"}, {"date": "x"}, {"isOffDay": true}]}`: "x.json:4:1: days[0]: has no date or no isOffDay\nx.json:4:25: days[1]: has no date or no isOffDay\nx.json:4:58: days[2].date: \"x\" is not a date; allowed: such as 2025-09-01, from 1970 to 2099\nx.json:4:64: days[3]: has no date or no isOffDay",
	} {
		if _, faults := parseNotice("x.json", []byte(text)); faults.Error() != want {
			t.Errorf("%s\n got %s\nwant %s", text, faults.Error(), want)
		}
	}
}

func TestNoticesThatContradict(t *testing.T) {
	for days, want := range map[string]string{
		`{"name": "x", "date": "2024-11-30", "isOffDay": true}`:                                                         `school/2026.json:1:25: 2024-11-30: does not belong to the notice of 2026; allowed: its dates, and those of December before`,
		`{"name": "x", "date": "2027-01-01", "isOffDay": true}`:                                                         `school/2026.json:1:25: 2027-01-01: does not belong to the notice of 2026; allowed: its dates, and those of December before`,
		`{"name": "x", "date": "2026-01-04", "isOffDay": true}, {"name": "x", "date": "2026-01-04", "isOffDay": false}`: `school/2026.json:1:80: 2026-01-04: school/2026.json:1 says the opposite`,
	} {
		files := school(t, nil)
		files["2026.json"] = file(`{"year": 2026, "days": [%s]}`, days)
		if _, faults := load(files, "school"); faults.Error() != want {
			t.Errorf("%s\n got %s\nwant %s", days, faults.Error(), want)
		}
	}
}

// The files of holiday-cn itself: a byte order mark, keys that say where they come from, a year that has no notice yet.
func TestNoticesAsPublished(t *testing.T) {
	files := school(t, nil)
	files["2027.json"] = file("%s", "\ufeff"+`{"$schema": "https://raw.githubusercontent.com/NateScarlet/holiday-cn/master/schema.json", "$id": "…", "year": 2027, "papers": [], "days": []}`)
	files[calendarFile] = file("%s", strings.Replace(schoolCalendar, "2026.json", "2026.json, 2027.json", 1))
	p := loaded(t, files)
	if got := drawn(p.Bases[0], "hall", "2027-01-04"); got != "..oo ooo. .... .... .... vacation?" {
		t.Error(got)
	}
	if want := "school/2027.json has no days: the notice of 2027 is not out yet, and its dates are provisional"; !strings.Contains(p.Warnings.Error(), want) {
		t.Errorf("warned of %v", p.Warnings)
	}
}

func FuzzNotice(f *testing.F) {
	f.Add(holidayFile(f, "2026"))
	f.Add([]byte(`{"year": 2025, "days": [{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		n, faults := parseNotice("x", text)
		for _, day := range n.days {
			if day.IsOff == nil || day.Date.IsZero() || day.line < 1 {
				t.Fatalf("%+v", day)
			}
		}
		for _, one := range faults {
			if one.Line < 1 || one.Column < 1 || one.Text == "" {
				t.Fatalf("%+v", one)
			}
		}
	})
}
