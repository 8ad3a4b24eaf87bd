package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// What is allowed and yet deserves a second look.
func TestWarnings(t *testing.T) {
	const quiet = "\noverrides: [{date: 2025-09-28, closed: true}, {date: 2025-10-11, closed: true}, {date: 2026-01-04, closed: true}]\n"
	if w := loaded(t, school(t, map[string]string{calendarFile: quiet})).Warnings; len(w) > 0 {
		t.Fatal(w)
	}
	for _, x := range []struct {
		file, old, new string
		number         int
		want           string
	}{
		{calendarFile, "{date: 2025-09-28, closed: true}, ", "", 1, `calendar.yaml:8:12: overrides: 2025-09-28 is a make-up work day (school/2025.json:31): no lessons are taught unless an override says follows_weekday or follows_date`},
		{calendarFile, ", 2026.json", "", 2, `calendar.yaml:6:11: holidays: no notice of 2026 is listed: 20 dates of terms are provisional`},
		{calendarFile, `mon-fri: [["09:00","11:30"]]`, `mon-thu: [["09:00","11:30"]]`, 8, `2025-01-26 is a make-up work day (school/2025.json:9), and the hours of Monday to Friday differ: it stays as its weekday unless an override says`},
		{calendarFile, `"09:00","11:30"`, `"09:00","11:31"`, 1, `calendar.yaml:5:24: weekly.vacation.mon-fri[0]: 11:31 is no multiple of 5 minutes`},
		{bookingsFile, "", `bookings:
  - {id: b1, text: b, from: 2025-11-17T13:00, to: 2025-11-19T13:00, assets: [lathe-1, lathe-2], purpose: tech_rd, organisation: us}
  - {id: b2, text: b, from: 2025-11-18T13:00, to: 2025-11-18T17:00, assets: [lathe-1, lathe-2], purpose: tech_rd, organisation: us}
  - {id: b3, text: b, from: 2025-11-19T13:00, to: 2025-11-19T17:00, area: hall, purpose: tech_rd, organisation: us}`,
			1, `bookings.yaml:3:5: bookings[1]: overlaps "b1" (school/bookings.yaml:2) on lathe-1; the one that begins first counts`},
	} {
		files := school(t, map[string]string{calendarFile: quiet})
		text := ""
		if f := files[x.file]; f != nil {
			text = string(f.Data)
		}
		files[x.file] = file("%s", strings.Replace(text, x.old, x.new, 1))
		p, faults := load(files, "school")
		if p != nil {
			faults = p.Warnings
		}
		if !strings.Contains(faults.Error(), x.want) || len(faults) != x.number {
			t.Errorf("%q → %q\n got %s\nwant %s", x.old, x.new, faults.Error(), x.want)
		}
	}
}

func TestWarningsOfLessons(t *testing.T) {
	p := loaded(t, school(t, map[string]string{timetableFile: `
  - {id: never, text: 一, term: autumn, weeks: "2,4", parity: odd, weekday: mon, from: "10:00", to: "11:00", area: hall, purpose: tech_rd, organisation: us}
  - {id: off, text: 一, term: autumn, weeks: "5", weekday: thu, from: "10:00", to: "11:00", area: hall, purpose: tech_rd, organisation: us}
  - {id: early, text: 一, term: autumn, weeks: 1-4, weekday: mon, from: "07:00", to: "09:00", area: hall, purpose: tech_rd, organisation: us}
`}))
	for _, want := range []string{
		"lessons[5]: never takes place: its weeks are all of the other parity, or its days all off",
		"lessons[6]: never takes place", // National Day
		"lessons[7]: 4 of 4 times outside opening hours, first on 2025-09-01",
	} {
		if !strings.Contains(p.Warnings.Error(), want) {
			t.Errorf("%s is not in\n%v", want, p.Warnings)
		}
	}
	short := school(t, nil)
	short[timetableFile] = file("%s", strings.ReplaceAll(schoolTimetable, "1-20", "1-17"))
	if want := "calendar.yaml:2:50: terms[0].weeks: nothing is taught after week 17 of 20; is the timetable whole?"; !strings.Contains(loaded(t, short).Warnings.Error(), want) {
		t.Errorf("%s is not in\n%v", want, loaded(t, short).Warnings)
	}
	exam := "  - {id: x, text: 考试, dates: [2026-01-12], from: \"08:00\", to: \"10:00\", area: hall, purpose: tech_rd, organisation: us}\n"
	short[timetableFile] = file("%s", strings.ReplaceAll(schoolTimetable, "1-20", "1-17")+exam)
	if w := loaded(t, short).Warnings; strings.Contains(w.Error(), "nothing is taught") {
		t.Errorf("there is an exam in the last week: %v", w)
	}
}

// A booking of lathe-2 in hours of 18 November, drawn from 8 to 18, a letter an hour: b booked, # maintenance, . neither.
func TestBookingsThatCannotBe(t *testing.T) {
	const down = "maintenance: [{asset: lathe-2, from: 2025-11-18T11:00, to: 2025-11-18T13:00}]\n"
	for _, c := range []struct{ from, to, want string }{
		{"2025-11-18T09:00", "2025-11-18T11:00", ""}, // .bb##.....
		{"2025-11-18T09:00", "2025-11-18T12:00", "maintenance of lathe-2 is planned meanwhile (school/calendar.yaml:7)"}, // .bb##....., an hour shared
		{"2025-11-18T13:00", "2025-11-18T14:00", ""}, // ...##b....
		{"2025-09-09T23:00", "2025-09-10T01:00", "lathe-2 is not in service all of the time (school/registry.yaml:9)"},
		{"2026-01-06T09:00", "2026-01-07T00:00", ""},
		{"2026-01-06T09:00", "2026-01-07T01:00", "lathe-2 is not in service all of the time (school/registry.yaml:9)"},
	} {
		w := loaded(t, school(t, map[string]string{calendarFile: down, bookingsFile: "bookings:\n  - {id: b, text: b, from: " + c.from + ", to: " + c.to +
			", assets: [lathe-1, lathe-2], purpose: tech_rd, organisation: us}\n"})).Warnings.Error()
		if told := strings.Contains(w, "bookings[0]"); told != (c.want != "") || !strings.Contains(w, c.want) {
			t.Errorf("%s to %s: got\n%s\nwant %q", c.from, c.to, w, c.want)
		}
	}
}

// Monday's lesson m is 8 to 10 for student_training by us: mm.
func TestLessonsThatOverlap(t *testing.T) {
	for _, c := range []struct {
		from, to, use string
		told          bool
	}{
		{"09:00", "11:00", "purpose: tech_rd, organisation: us", true},            // mx, x
		{"09:00", "11:00", "purpose: student_training, organisation: firm", true}, // mx, x
		{"09:00", "11:00", "purpose: student_training, organisation: us", false},  // the same hall, and the same figure
		{"10:00", "11:00", "purpose: tech_rd, organisation: firm", false},         // mm, x
	} {
		w := loaded(t, school(t, map[string]string{timetableFile: `  - {id: x, text: 一, dates: [2025-09-01], area: hall, from: "` + c.from + `", to: "` + c.to + `", ` + c.use + "}\n"})).Warnings.Error()
		want := `lessons[5]: overlaps "m" (school/timetable.yaml:3) on lathe-1, first on 2025-09-01, for another`
		if strings.Count(w, "overlaps") != map[bool]int{true: 1}[c.told] || c.told && !strings.Contains(w, want) {
			t.Errorf("%s to %s, %s: got\n%s", c.from, c.to, c.use, w)
		}
	}
}

// All faults of all files come together; what only follows from them does not.
func TestAllFaultsAtOnce(t *testing.T) {
	files := school(t, map[string]string{bookingsFile: "bookings: [{id: B}]"})
	for name, edit := range map[string][2]string{
		registryFile: {"areas: [{id: hall", "areas: [{id: Hall"}, calendarFile: {"week1: 2025-09-01", "week1: 1.9.2025"}, "2026.json": {`"isOffDay"`, `"isOffday"`},
	} {
		files[name] = file("%s", strings.Replace(string(files[name].Data), edit[0], edit[1], 1))
	}
	files["timetabel.yaml"] = file("lessons: []")
	_, faults := load(files, "school")
	const want = `school/registry.yaml:6:14: areas[0].id: "Hall" does not fit; allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit
school/calendar.yaml:2:31: terms[0].week1: "1.9.2025" is not a date; allowed: such as 2025-09-01, from 1970 to 2099
school/bookings.yaml:1:12: bookings[0].text: is missing; expected what it is for`
	if got := faults.Error(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, want := range []string{
		`school/bookings.yaml:1:17: bookings[0].id: "B" does not fit`,
		`school/timetabel.yaml: not a file of a plan; allowed: registry.yaml, calendar.yaml, timetable.yaml, bookings.yaml`,
		`school/2026.json:8:46: days[0].isOffday: unknown key; allowed: name, date, isOffDay`,
	} {
		if !strings.Contains(faults.Error(), want) {
			t.Errorf("%s is not in\n%v", want, faults)
		}
	}
	if strings.Contains(faults.Error(), "no area is called") || strings.Contains(faults.Error(), "timetable.yaml:") {
		t.Errorf("what follows is told too:\n%v", faults)
	}
}

// Bases stand in folders of their own and may share the files of notices.
func TestSeveralBases(t *testing.T) {
	files := fstest.MapFS{"cn.json": file("%s", holidayFile(t, "2025")), ".git/config": file("")}
	for _, id := range []string{"two", "one"} {
		files[id+"/registry.yaml"] = file("%s", strings.Replace(schoolRegistry, "id: school", "id: "+id, 1))
		files[id+"/calendar.yaml"] = file("%s", strings.Replace(schoolCalendar, "[2025.json, 2026.json]", "[../cn.json]", 1))
	}
	p := loaded(t, files)
	if len(p.Bases) != 2 || p.Base("one") != p.Bases[0] || p.Base("two").ID != "two" || p.Base("three") != nil {
		t.Errorf("%v", p.Bases)
	}
	if got := drawn(p.Base("one"), "hall", "2025-10-01"); got != ".... .... .... .... .... holiday" {
		t.Error(got)
	}
	files["two/registry.yaml"] = files["one/registry.yaml"]
	if _, faults := load(files, "x"); len(faults) != 1 || faults[0].String() != `x/two/registry.yaml:2:12: base.id: another base is called "one"; choose another` {
		t.Error(faults)
	}
	delete(files, "two/registry.yaml")
	if _, faults := load(files, "x"); len(faults) != 1 || faults[0].String() != `x/two/registry.yaml: file does not exist` {
		t.Error(faults)
	}
}

func TestFoldersWithoutAPlan(t *testing.T) {
	dir := t.TempDir()
	if _, faults := Load(dir); faults.Error() != dir+": holds no registry.yaml, nor folders of bases that do" {
		t.Error(faults)
	}
	if _, faults := Load(filepath.Join(dir, "none")); faults.Error() != filepath.Join(dir, "none")+": no such file or directory" {
		t.Error(faults)
	}
	if err := os.WriteFile(filepath.Join(dir, registryFile), []byte(schoolRegistry), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, faults := Load(dir); faults.Error() != filepath.Join(dir, calendarFile)+": no such file or directory" {
		t.Error(faults)
	}
}

// What says the same has the same version, however it is written down.
func TestVersions(t *testing.T) {
	first := loaded(t, school(t, nil)).Version
	if len(first) != 12 || strings.Trim(first, "0123456789abcdef") != "" {
		t.Errorf("the version is %q", first)
	}
	for _, x := range []struct {
		name, old, new string
		same           bool
	}{
		{calendarFile, "weekly:", "# hours\nweekly:", true},
		{calendarFile, "[2025.json, 2026.json]", "[2026.json, 2025.json]", true},
		{calendarFile, `mon-fri: [["09:00","11:30"]]`, `"mon-fri": [['09:00', '11:30']]`, true},
		{registryFile, "{id: us, text_zh: 我校, affiliation: host}", "{affiliation: host, id: us, text_zh: 我校}", true},
		{registryFile, "id: firm, text_zh: 公司", "id: firm, text_zh: 大公司", false},
		{calendarFile, "11:30", "11:35", false},
		{calendarFile, ", 2026.json", "", false},
		{timetableFile, "weeks: 1-20", "weeks: 1-19", false},
	} {
		files := edited(t, x.name, x.old, x.new)
		if got := loaded(t, files).Version; (got == first) != x.same {
			t.Errorf("%s → %s: the same is %t", x.old, x.new, got == first)
		}
	}
	files := school(t, nil)
	lessons := strings.SplitAfter(strings.TrimSpace(schoolTimetable)+"\n", "\n")
	lessons[1], lessons[2] = lessons[2], lessons[1]
	files[timetableFile] = file("%s", strings.Join(lessons, ""))
	if got := loaded(t, files).Version; got != first {
		t.Error("the order of lessons counts")
	}
}

// What SJ3 asks for came later. A plan that does not say it is the same plan as before, so no hour is judged anew.
func TestWhatIsNotSaidOfAnAssetIsNoPartOfTheVersion(t *testing.T) {
	for _, text := range []string{canonical(Asset{ID: "a"}), canonical(Organisation{ID: "o"})} {
		for _, key := range []string{"Model", "Specification", "PriceYuan", "InCharge", "SchoolCode"} {
			if strings.Contains(text, key) {
				t.Errorf("%s is in %s", key, text)
			}
		}
	}
	before := loaded(t, school(t, nil)).Version
	if after := loaded(t, edited(t, registryFile, "until: 2026-01-07", "until: 2026-01-07, price_yuan: 1.5")).Version; after == before {
		t.Error("a price is no part of the version")
	}
}
