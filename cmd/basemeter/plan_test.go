package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const samplePlan = "../../configs/plan"

// changedPlan is a copy of the sample with some texts of it replaced: old, new, old, new, ….
func changedPlan(t *testing.T, texts ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(dir, os.DirFS(samplePlan)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, []byte(strings.NewReplacer(texts...).Replace(string(text))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPlanCheck(t *testing.T) {
	for lang, want := range map[string]string{"en": `../../configs/plan: no faults, 0 warnings, version *
  nc-vtc-cnc CNC training base
    areas 2, assets 3, organisations 3, groups of cards 3
    lessons 6, taking place 63 times; bookings 3; maintenance 2
    open 37.5 h a week in term, 12.5 h in the vacation
    terms 2, with 266 dates, 0 of them provisional
`, "zh": `../../configs/plan：没有错误，0 条提醒，版本 *
  nc-vtc-cnc 数控实训基地
    场地 2，设备 3，单位 3，卡组 3
    课程 6 门，上课 63 次；预约 3；检修 2
    每周开放：学期内 37.5 小时，假期 12.5 小时
    学期 2 个，共 266 天，其中暂定 0 天
`} {
		out, said, code := command(t, "", "plan", "check", samplePlan, "--lang", lang)
		head, tail, _ := strings.Cut(want, "*")
		if code != 0 || said != "" || !strings.HasPrefix(out, head) || !strings.HasSuffix(out, tail) {
			t.Errorf("exit %d, said %q, printed\n%s\nwant\n%s", code, said, out, want)
		}
	}
}

func TestPlanCheckTellsFaultsAndWarnings(t *testing.T) {
	dir := changedPlan(t, "area: hall-a, quota", "area: hall-b, quota", "2026-01-04, follows_date: 2026-01-02", "2026-01-04, follows_date: 2026-1-2", "people: 12", "peeple: 12")
	out, said, code := command(t, "", "plan", "check", dir)
	if want := dir + `/registry.yaml:57:72: assets[1].area: no area is called "hall-b"; did you mean "hall-a"? allowed: hall-a, lab-east
` + dir + `/calendar.yaml:48:38: overrides[2].follows_date: "2026-1-2" is not a date; allowed: such as 2025-09-01, from 1970 to 2099
` + dir + `/bookings.yaml:4:104: bookings[0].peeple: unknown key; did you mean "people"? allowed: id, text, from, to, area, assets, purpose, organisation, project, self_operated, people
`; code != 1 || said != "basemeter: error: 3 faults\n" || out != want {
		t.Errorf("exit %d, said %q, printed\n%s\nwant\n%s", code, said, out, want)
	}
	dir = changedPlan(t, "  - {date: 2026-01-04, follows_date: 2026-01-02, reason: 调休}\n", "", "[cn-2025.json, cn-2026.json]", "[cn-2025.json]")
	out, said, code = command(t, "", "plan", "check", dir)
	if want := "提醒：" + dir + "/calendar.yaml:41:11: holidays: no notice of 2026 is listed: 146 dates of terms are provisional\n" +
		"提醒：" + dir + "/cn-2026.json: holidays of calendar.yaml does not name it, so it is not read\n" + dir + "：没有错误，2 条提醒"; code != 0 || said != "" || !strings.HasPrefix(out, want) {
		t.Errorf("exit %d, said %q, printed\n%s\nwant\n%s", code, said, out, want)
	}
}

func TestPlanShow(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--date", "2025-10-11", "--asset", "lathe-01", "--lang", "en"}, `nc-vtc-cnc/lathe-01 CNC lathe 1, 2025-10-11 sat, 2025-2026-1, week 6
00:00–08:00  closed  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
08:00–12:00  open  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
12:00–13:00  closed  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
13:00–14:00  closed  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
             booking  b-2025-0017 乙公司员工培训, Enterprise employee training, Firm B (Outside organisation or the public), 12 people, they run the machine themselves  ../../configs/plan/bookings.yaml:4
14:00–17:00  open  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
             booking  b-2025-0017 乙公司员工培训, Enterprise employee training, Firm B (Outside organisation or the public), 12 people, they run the machine themselves  ../../configs/plan/bookings.yaml:4
             displaced lesson  cnc-prod-1 数控综合实训, Student practice and training, Nanchang vocational college (Host organisation), 16 people  ../../configs/plan/timetable.yaml:19
17:00–17:30  open  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
             lesson  cnc-prod-1 数控综合实训, Student practice and training, Nanchang vocational college (Host organisation), 16 people  ../../configs/plan/timetable.yaml:19
17:30–24:00  closed  override 调休 (as 2025-10-08)  ../../configs/plan/calendar.yaml:47
`},
		{[]string{"--date", "2025-10-11", "--asset", "lathe-01", "--time", "17:20"}, `nc-vtc-cnc/lathe-01 1 号数控车床，2025-10-11 周六，2025-2026-1 第 6 周
17:00–17:30  开放  校历调整 调休（按 2025-10-08）  ../../configs/plan/calendar.yaml:47
             课程  cnc-prod-1 数控综合实训，学生实习实训，南昌职业学院（本单位），16 人  ../../configs/plan/timetable.yaml:19
`},
		{[]string{"--date", "2025-12-01", "--asset", "lathe-01", "--time", "08:00"}, `nc-vtc-cnc/lathe-01 1 号数控车床，2025-12-01 周一，2025-2026-1 第 14 周
08:00–12:00  开放  学期内 mon-fri  ../../configs/plan/calendar.yaml:35
             检修  年检  ../../configs/plan/calendar.yaml:56
`},
		{[]string{"--date", "2026-02-16", "--asset", "hall-a"}, `nc-vtc-cnc/hall-a 数控车间，2026-02-16 周一，假期
00:00–24:00  关闭  节假日 春节  ../../configs/plan/cn-2026.json:14
`},
		{[]string{"--date", "2030-01-01", "--asset", "lathe-01"}, `nc-vtc-cnc/lathe-01 1 号数控车床，2030-01-01 周二，假期
00:00–24:00  不在用  不在用  ../../configs/plan/registry.yaml:41
`},
		{[]string{"--date", "2029-12-31", "--asset", "sim-01", "--time", "10:00"}, `nc-vtc-cnc/sim-01 1 号仿真机，2029-12-31 周一，假期
09:00–11:30  开放  假期 mon-fri，暂定：尚无放假通知  ../../configs/plan/calendar.yaml:36
`},
	} {
		out, said, code := command(t, "", append([]string{"plan", "show", samplePlan}, c.args...)...)
		if code != 0 || said != "" || out != c.want {
			t.Errorf("%v: exit %d, said %q, printed\n%s\nwant\n%s", c.args, code, said, out, c.want)
		}
	}
}

func TestPlanShowRefuses(t *testing.T) {
	two := t.TempDir()
	for _, name := range []string{"one", "two"} {
		if err := os.CopyFS(filepath.Join(two, name), os.DirFS(changedPlan(t, "id: nc-vtc-cnc", "id: "+name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{samplePlan, "--date", "2025-10-11", "--asset", "lathe-1"}, `--asset: no asset or area is called "lathe-1"; there are: hall-a, lab-east, lathe-01, mill-01, sim-01`},
		{[]string{samplePlan, "--date", "11.10.2025", "--asset", "lathe-01"}, `--date: "11.10.2025" is not a date; allowed: such as 2025-09-01, from 1970 to 2099`},
		{[]string{samplePlan, "--date", "2025-10-11", "--time", "8", "--asset", "lathe-01"}, `--time: "8" is not a time of day; allowed: such as "08:00", up to "24:00"`},
		{[]string{samplePlan, "--date", "2025-10-11", "--time", "24:00", "--asset", "lathe-01"}, `--time: 24:00 is the next date's 00:00; allowed: 00:00 to 23:59`},
		{[]string{two, "--date", "2025-10-11", "--asset", "lathe-01"}, "--base: several bases have lathe-01; name one"},
	} {
		out, said, code := command(t, "", append([]string{"plan", "show"}, c.args...)...)
		if code == 0 || out != "" || !strings.Contains(said, c.want) {
			t.Errorf("%v: exit %d, said %q, printed %q; want %q", c.args, code, said, out, c.want)
		}
	}
	if out, _, code := command(t, "", "plan", "show", two, "--date", "2025-10-11", "--asset", "lathe-01", "--base", "two"); code != 0 || !strings.HasPrefix(out, "two/lathe-01 ") {
		t.Errorf("exit %d, printed %s", code, out)
	}
}

func TestPlanDiff(t *testing.T) {
	dir := changedPlan(t, `weeks: "1-8,10,12-16"`, `weeks: "1-9"`, "people: 12", "people: 14", "until: 2030-01-01", "until: 2029-01-01")
	out, said, code := command(t, "", "plan", "diff", samplePlan, dir, "--lang", "en", "--lines", "9")
	_, lines, _ := strings.Cut(out, "\n")
	if want := `nc-vtc-cnc/hall-a
  2025-10-11  13:00–14:00  closed booking b-2025-0017 (Enterprise employee training, Firm B (Outside organisation or the public), 12 people, they run the machine themselves) → closed booking b-2025-0017 (Enterprise employee training, Firm B (Outside organisation or the public), 14 people, they run the machine themselves)
  2025-10-11  14:00–17:00  open booking b-2025-0017 lesson cnc-prod-1 (Enterprise employee training, Firm B (Outside organisation or the public), 12 people, they run the machine themselves) → open booking b-2025-0017 lesson cnc-prod-1 (Enterprise employee training, Firm B (Outside organisation or the public), 14 people, they run the machine themselves)
  2025-10-28  08:00–11:40  open → open lesson cnc-basic-1
  2025-11-25  08:00–11:40  open lesson cnc-basic-1 → open
  2025-12-09  08:00–11:40  open lesson cnc-basic-1 → open
nc-vtc-cnc/lathe-01
`; code != 0 || said != "" || !strings.HasPrefix(lines, want) || !strings.HasSuffix(lines, "\nand 4 more\ndifferent: 3 places, 26 asset-hours, 16 hours of bases\n") {
		t.Errorf("exit %d, said %q, printed\n%s\nwant\n%s", code, said, out, want)
	}
	out, said, code = command(t, "", "plan", "diff", samplePlan, dir, "--from", "2029-01-01", "--to", "2029-01-02")
	_, lines, _ = strings.Cut(out, "\n")
	if want := `nc-vtc-cnc/lathe-01
  2029-01-01  00:00–09:00  关闭（暂定） → 不在用
  2029-01-01  09:00–11:30  开放（暂定） → 不在用
  2029-01-01  11:30–24:00  关闭（暂定） → 不在用
有变化：1 处，24 设备小时，24 个基地小时
`; code != 0 || said != "" || lines != want {
		t.Errorf("exit %d, said %q, printed\n%s\nwant\n%s", code, said, out, want)
	}
	if out, _, code := command(t, "", "plan", "diff", samplePlan, samplePlan); code != 0 || !strings.HasSuffix(out, "\n有变化：0 处，0 设备小时，0 个基地小时\n") {
		t.Errorf("exit %d, printed\n%s", code, out)
	}
}

// A span that ends before it begins is a mistake, and not two plans that agree.
func TestPlanDiffRefuses(t *testing.T) {
	for _, to := range []string{"2025-10-11", "2025-10-10"} {
		out, said, code := command(t, "", "plan", "diff", samplePlan, samplePlan, "--from", "2025-10-11", "--to", to)
		if code != 1 || said != "basemeter: error: --to: is not after --from\n" || out != "" {
			t.Errorf("exit %d, said %q, printed %q", code, said, out)
		}
	}
}

func TestOneFaultIsNotSeveral(t *testing.T) {
	_, said, code := command(t, "", "plan", "check", changedPlan(t, "people: 12", "peeple: 12"))
	if code != 1 || said != "basemeter: error: 1 fault\n" {
		t.Errorf("exit %d, said %q", code, said)
	}
}
