package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// planFolder is a base with what the tests name.
func planFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"registry.yaml": `base: {id: nc, text_zh: 数控实训基地, kind: open_regional_center, owner: nc-vtc, city: nanchang}
organisations:
  - {id: nc-vtc, text_zh: 南昌职业学院, affiliation: host}
  - {id: firm-b, text_zh: 乙公司, affiliation: outside}
areas:
  - {id: hall-a, text_zh: 数控车间}
assets:
  - {id: lathe-01, text_zh: 1 号数控车床, area: hall-a}
`,
		"calendar.yaml": `terms:
  - {code: 2025-2026-1, week1: 2025-09-01, weeks: 18}
weekly: {in_term: {mon-fri: [["08:00","17:30"]]}, vacation: {}}
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const timetableCSV = "课程,编号,学期,周次,星期,节次,场地,用途,单位\n车工,l-1,2025-2026-1,1-8,周二,1-2,数控车间,学生实习实训,南昌职业学院\n"

func TestPlanImport(t *testing.T) {
	file, dir := written(t, "课表.csv", timetableCSV), planFolder(t)
	const entry = `lessons:
  - {id: l-1, text: 车工, term: 2025-2026-1, weeks: "1-8", weekday: tue, periods: "1-2", area: hall-a, purpose: student_training, organisation: nc-vtc}
`
	out, said, code := command(t, "", "plan", "import", file, "--plan", dir)
	if code != 0 || said != "" || !strings.HasPrefix(out, "# basemeter plan import: 课表.csv\n") || !strings.HasSuffix(out, entry) {
		t.Errorf("exit %d, said %q, printed\n%s", code, said, out)
	}
	to := filepath.Join(dir, "timetable.yaml")
	for _, where := range []string{dir, to} { // the second time over what the first has written
		out, said, code = command(t, "", "plan", "import", file, "--plan", dir, "--out", where)
		if text, err := os.ReadFile(to); code != 0 || said != "" || err != nil || !strings.HasSuffix(string(text), entry) || out != "1 门课程："+file+" → "+to+"\n" {
			t.Errorf("exit %d, said %q, printed %q, %v, wrote\n%s", code, said, out, err, text)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestPlanImportLeavesOtherFilesAlone(t *testing.T) {
	file, dir := written(t, "课表.csv", timetableCSV), planFolder(t)
	to := filepath.Join(dir, "timetable.yaml")
	if err := os.WriteFile(to, []byte("lessons: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, said, code := command(t, "LANG=en", "plan", "import", file, "--plan", dir, "--out", to)
	text, _ := os.ReadFile(to)
	if code == 0 || string(text) != "lessons: []\n" || said != "basemeter: error: "+to+" was not written by an import; name another file, or say --replace\n" {
		t.Errorf("exit %d, said %q, left %q", code, said, text)
	}
	if out, said, code := command(t, "LANG=en", "plan", "import", file, "--plan", dir, "--out", to, "--replace"); code != 0 || out != "1 lessons from "+file+" to "+to+"\n" {
		t.Errorf("exit %d, said %q, printed %q", code, said, out)
	}
}

func TestPlanImportWritesNoFileThatCannotBeLoaded(t *testing.T) {
	rows := strings.Repeat("x", 1900)
	text := "课程,学期,周次,星期,节次,场地,用途,单位\n"
	for i := range 2500 {
		text += fmt.Sprint(rows, i) + ",2025-2026-1,1-8,周二,1-2,hall-a,student_training,nc-vtc\n"
	}
	to := filepath.Join(t.TempDir(), "t.yaml")
	_, said, code := command(t, "LANG=en", "plan", "import", written(t, "t.csv", text), "--out", to)
	if code == 0 || said != "basemeter: error: "+to+" would be larger than 4 MiB, the most a file of a plan may be; import fewer rows\n" {
		t.Errorf("exit %d, said %.200q", code, said)
	}
}

func TestPlanImportTellsAllFaults(t *testing.T) {
	file := written(t, "课表.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n车工,2025-2026-1,1-20,八,1-2,数控车问,学生实习实训,nc-vtc\n")
	to := filepath.Join(t.TempDir(), "timetable.yaml")
	out, said, code := command(t, "", "plan", "import", file, "--plan", planFolder(t), "--out", to)
	want := file + ":2: 列 周次（第 3 列） \"1-20\": 学期 2025-2026-1 只有 18 周\n" +
		file + ":2: 列 星期（第 4 列） \"八\": 不是星期几；允许：如 星期二、周二、2 或 Tue\n" +
		file + ":2: 列 场地（第 6 列） \"数控车问\": 没有 \"数控车问\"；是否为 \"数控车间\"？\n" +
		"basemeter: error: " + file + "：3 处错误，未导入\n"
	if code == 0 || out != "" || said != want {
		t.Errorf("exit %d, printed %q, said\n%s\nwant\n%s", code, out, said, want)
	}
	if _, err := os.Stat(to); err == nil {
		t.Error("something was written")
	}
}

func TestPlanTemplate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.xlsx")
	for lang, want := range map[string]string{
		"LANG=zh": file + ": 课表!A2: 编号 \"示例-1\": 是模板中的示例，未导入\n" + file + ": 课表!A3: 编号 \"示例-2\": 是模板中的示例，未导入\n" +
			file + ": 预约!A2: 编号 \"示例-1\": 是模板中的示例，未导入\n" + file + ": 没有可导入的内容\nbasemeter: error: " + file + "：1 处错误，未导入\n",
		"LANG=en": file + ": lessons!A2: id \"example-1\": is an example of the template and was not imported\n" + file + ": lessons!A3: id \"example-2\": is an example of the template and was not imported\n" +
			file + ": bookings!A2: id \"example-1\": is an example of the template and was not imported\n" + file + ": holds nothing to import\nbasemeter: error: " + file + ": 1 fault; nothing was imported\n",
	} {
		if out, said, code := command(t, lang, "plan", "template", file, "--plan", planFolder(t)); code != 0 || out+said != "" {
			t.Errorf("exit %d, said %q, printed %q", code, said, out)
		}
		if out, said, code := command(t, lang, "plan", "import", file); code == 0 || out != "" || said != want {
			t.Errorf("exit %d, printed %q, said\n%s\nwant\n%s", code, out, said, want)
		}
		if _, said, code := command(t, lang, "plan", "template", file); code == 0 || !strings.HasSuffix(said, "file exists\n") {
			t.Errorf("written over: exit %d, said %q", code, said)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if _, said, code := command(t, "", "plan", "template", "t.xls"); code == 0 || !strings.HasSuffix(said, "the name must end in .xlsx\n") {
		t.Errorf("exit %d, said %q", code, said)
	}
}

const calendarICS = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:车工\nDTSTART:20251014T080000\nDTEND:20251014T094000\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\nEND:VCALENDAR\n"

func TestPlanImportOfACalendar(t *testing.T) {
	file := written(t, "c.ics", calendarICS)
	said := []string{"plan", "import", file, "--purpose", "student_training", "--organisation", "nc-vtc", "--area", "hall-a"}
	out, _, code := command(t, "", said...)
	if code != 0 || strings.Count(out, "\n  - {id: 2025") != 2 || !strings.Contains(out, "from: 2025-10-21T08:00, to: 2025-10-21T09:40, area: hall-a") {
		t.Errorf("exit %d\n%s", code, out)
	}
	out, _, code = command(t, "", append(said, "--as", "lessons")...)
	if code != 0 || !strings.Contains(out, `dates: [2025-10-14, 2025-10-21], from: "08:00", to: "09:40"`) {
		t.Errorf("exit %d\n%s", code, out)
	}
	if _, words, code := command(t, "", append(said, "--timezone", "Mars")...); code == 0 || !strings.Contains(words, "--timezone: unknown time zone Mars") {
		t.Errorf("exit %d, said %q", code, words)
	}
}
