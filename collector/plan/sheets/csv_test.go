package sheets

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"basemeter/collector/plan"
)

var (
	shanghai, _ = time.LoadLocation("Asia/Shanghai")
	purposes    = []Entry{{"student_training", "学生实习实训", "Student practice and training"}, {"employee_training", "企业员工培训", "Enterprise employee training"}}
	base        = Lists{
		Areas:         []Entry{{"hall-a", "数控车间", "CNC hall"}, {"hall-b", "焊接车间", ""}},
		Assets:        []Entry{{"lathe-01", "1 号数控车床", "CNC lathe 1"}, {"lathe-02", "2 号数控车床", ""}, {"mill-01", "铣床", ""}, {"mill-02", "铣床", ""}},
		Organisations: []Entry{{"nc-vtc", "南昌职业学院", ""}, {"firm-b", "乙公司", "Firm B"}},
		Projects:      []Entry{{"p-2025-007", "薄壁件工艺", ""}},
		Terms:         []plan.Term{{Code: "2025-2026-1", Week1: plan.Date{Year: 2025, Month: 9, Day: 1}, Weeks: 18}},
	}
)

// withPlan is how a file is read beside a plan.
func withPlan() Options { return Options{Purposes: purposes, Plan: &base, Zone: shanghai} }

// read1 reads a file that must have no faults.
func read1(t *testing.T, name string, data []byte, o Options) Content {
	t.Helper()
	c, faults := Parse(name, data, o)
	if err := faults.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// faulty reads a file and holds what is said of it to some lines.
func faulty(t *testing.T, name string, data []byte, o Options, want ...string) {
	t.Helper()
	_, faults := Parse(name, data, o)
	if got := faults.Error(); got != strings.Join(want, "\n") {
		t.Errorf("%s\ngot\n%s\nwant\n%s", data, got, strings.Join(want, "\n"))
	}
	for _, f := range faults {
		if strings.Contains(f.In("zh")+f.In("en"), "%!") {
			t.Errorf("%s", f.In("zh"))
		}
	}
}

const typed = `课程,编号,学期,周次,单双周,星期,节次,场地,设备,人数,用途,单位,项目,自主上机
数控加工基础,cnc-basic-1,2025-2026-1,"1-8,10,12-16",单,星期二,1-4,hall-a,,40,student_training,nc-vtc,p-2025-007,
"焊接, 一",,2025-2026学年第一学期,1-16周,,周四,第3-4节,焊接车间,,３０人,学生实习实训,南昌职业学院,,是
`

func lessons() []plan.Lesson {
	return []plan.Lesson{
		{ID: "cnc-basic-1", Text: "数控加工基础", Term: "2025-2026-1", Weeks: "1-8,10,12-16", Parity: "odd", Weekday: "tue", Periods: "1-4",
			Use: plan.Use{Area: "hall-a", Purpose: "student_training", Organisation: "nc-vtc", Project: "p-2025-007"}, ClassSize: 40},
		{ID: "thu-3-4-d4d1e8d6b4b8", Text: "焊接, 一", Term: "2025-2026-1", Weeks: "1-16", Weekday: "thu", Periods: "3-4",
			Use: plan.Use{Area: "hall-b", Purpose: "student_training", Organisation: "nc-vtc", SelfOperated: true}, ClassSize: 30},
	}
}

// However a program writes it, it is the same timetable.
func TestWaysOfWritingCSV(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(typed)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(typed)
	if err != nil {
		t.Fatal(err)
	}
	semicolons := strings.NewReplacer(",", ";", `"1-8,10,12-16"`, `1-8,10,12-16`, `"焊接, 一"`, `焊接, 一`).Replace(typed)
	tabs := strings.NewReplacer(",", "\t", `"1-8,10,12-16"`, `1-8,10,12-16`, `"焊接, 一"`, `焊接, 一`).Replace(typed)
	for name, text := range map[string]string{
		"as it is": typed, "with a mark": "\ufeff" + typed, "Windows": strings.ReplaceAll(typed, "\n", "\r\n"), "an old Mac": strings.ReplaceAll(typed, "\n", "\r"),
		"GBK": gbk, "UTF-16": utf16, "semicolons": semicolons, "tabs": tabs, "said": "sep=;\r\n" + semicolons, "empty lines": strings.ReplaceAll(typed, "\n", "\n\n,,,\n"),
		"a title": "2025 年秋季学期课表,,,\n" + typed, "English": strings.Replace(typed, "课程,编号,学期,周次,单双周,星期,节次,场地,设备,人数,用途,单位,项目,自主上机",
			"Text,ID,Term,Weeks,Parity,Weekday,Periods,Area,Assets,Class_Size,Purpose,Organisation,Project,Self_Operated", 1),
		"both": strings.Replace(typed, "课程,编号", "课程 text*,编号（id）", 1),
	} {
		c := read1(t, "timetable.csv", []byte(text), withPlan())
		want := lessons()
		if len(c.Lessons) == 2 { // its id is what it is; that it stays is tested below
			want[1].ID = c.Lessons[1].ID
		}
		if !reflect.DeepEqual(c.Lessons, want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, c.Lessons, want)
		}
	}
}

func TestAnIDIsTheSameAtTheNextImport(t *testing.T) {
	id := func(row string) string {
		return read1(t, "t.csv", []byte("课程,学期,周次,星期,节次,场地,人数,用途,单位\n"+row), withPlan()).Lessons[0].ID
	}
	first := id("焊接,2025-2026-1,1-16,周四,3-4,hall-b,30,student_training,nc-vtc")
	if first != "thu-3-4-0f306e39b6e3" {
		t.Errorf("%s: plans that were imported before now change", first)
	}
	if again := id("焊接,2025-2026学年第1学期,第1-16周,4,0304节,焊接车间,35,学生实习实训,南昌职业学院"); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	if other := id("焊接,2025-2026-1,1-16,周五,3-4,hall-b,30,student_training,nc-vtc"); other == first {
		t.Errorf("another day, the same id: %s", other)
	}
}

func TestBookingsFromCSV(t *testing.T) {
	c := read1(t, "b.csv", []byte(`事由,日期,开始,结束,设备,人数,用途,单位,自主上机
乙公司员工培训,,2025-10-11 13:00,17:00,1 号数控车床、lathe-02,12,企业员工培训,乙公司,是
通宵,2025/10/12,20:00,24:00,lathe-01,,employee_training,Firm B,否
几天,,2025-10-13 08:00,2025-10-15 17:00,LATHE-01,,employee_training,firm-b,
`), withPlan())
	use := plan.Use{Assets: []string{"lathe-01"}, Purpose: "employee_training", Organisation: "firm-b"}
	both := use
	both.Assets, both.SelfOperated = []string{"lathe-01", "lathe-02"}, true
	on := func(day, hour int) plan.Moment {
		return plan.Moment{Date: plan.Date{Year: 2025, Month: 10, Day: day}, Clock: plan.Clock(hour * 60)}
	}
	want := []plan.Booking{
		{Text: "乙公司员工培训", From: on(11, 13), To: on(11, 17), Use: both, People: 12},
		{Text: "通宵", From: on(12, 20), To: on(12, 24), Use: use}, {Text: "几天", From: on(13, 8), To: on(15, 17), Use: use},
	}
	for i := range c.Bookings {
		if !strings.HasPrefix(c.Bookings[i].ID, []string{"20251011-1300-", "20251012-2000-", "20251013-0800-"}[i]) {
			t.Errorf("id %s", c.Bookings[i].ID)
		}
		c.Bookings[i].ID = ""
	}
	if !reflect.DeepEqual(c.Bookings, want) {
		t.Errorf("\n%+v\nwant\n%+v", c.Bookings, want)
	}
}

func TestLessonsOnDates(t *testing.T) {
	c := read1(t, "t.csv", []byte("课程,日期,开始,结束,场地,用途,单位\n考试,\"2025-12-31、2025/12/30,20251230\",8:00,10:00,hall-a,student_training,nc-vtc\n"), withPlan())
	v := c.Lessons[0]
	if len(v.Dates) != 2 || v.Dates[0].String() != "2025-12-30" || v.From != 480 || v.To != 600 || v.Term != "" {
		t.Errorf("%+v", v)
	}
}

func TestWhatAFileDoesNotSay(t *testing.T) {
	o := Options{Purposes: purposes, Term: "2025-2026-1", Purpose: "学生实习实训", Organisation: "nc-vtc", Area: "hall-a"}
	v := read1(t, "t.csv", []byte("课程,周次,星期,节次\n车工,1-8,1,1-2\n"), o).Lessons[0]
	if v.Term != "2025-2026-1" || v.Purpose != "student_training" || v.Organisation != "nc-vtc" || v.Area != "hall-a" {
		t.Errorf("%+v", v)
	}
	o.Purpose, o.Area = "学生实训", "数控车间"
	faulty(t, "t.csv", []byte("课程,周次,星期,节次\n车工,1-8,1,1-2\n"), o,
		`t.csv: area "数控车间": is no id; names can be looked up in a plan only: say --plan`,
		`t.csv: purpose "学生实训": "学生实训" is not known; did you mean "学生实习实训"?`,
		`t.csv:1: there is no column 用途 (purpose)`,
		`t.csv:1: there is no column 场地 (area), nor 设备 (assets)`)
}

func TestFaultsOfRows(t *testing.T) {
	const head = "课程,编号,学期,周次,单双周,星期,节次,日期,开始,结束,场地,设备,人数,用途,单位,项目,自主上机\n"
	sound := map[string]string{"课程": "车工", "学期": "2025-2026-1", "周次": "1-8", "星期": "2", "节次": "1-2", "场地": "hall-a", "用途": "student_training", "单位": "nc-vtc"}
	columns := strings.Split(strings.TrimSpace(head), ",")
	for _, c := range []struct {
		change map[string]string
		want   []string
	}{
		{map[string]string{}, nil},
		{map[string]string{"课程": ""}, []string{`t.csv:2: column 课程 (1): is missing`}},
		{map[string]string{"编号": "课1"}, []string{`t.csv:2: column 编号 (2) "课1": does not fit; allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit`}},
		{map[string]string{"编号": "示例-1"}, []string{`t.csv:2: column 编号 (2) "示例-1": marks an example of the template; empty it, or give the row an id of its own`}},
		{map[string]string{"学期": "2025-2026-2"}, []string{`t.csv:2: column 学期 (3) "2025-2026-2": "2025-2026-2" is not known; did you mean "2025-2026-1"?`}},
		{map[string]string{"周次": "1-20"}, []string{`t.csv:2: column 周次 (4) "1-20": term 2025-2026-1 has 18 weeks`}},
		{map[string]string{"周次": "", "星期": ""}, []string{`t.csv:2: column 周次 (4): is missing`, `t.csv:2: column 星期 (6): is missing`}},
		{map[string]string{"周次": "1-8(单)", "单双周": "双"}, []string{`t.csv:2: column 单双周 (5) "双": contradicts what the weeks say`}},
		{map[string]string{"节次": "3月4日"}, []string{`t.csv:2: column 节次 (7) "3月4日": has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4`}},
		{map[string]string{"节次": ""}, []string{`t.csv:2: column 节次 (7): is missing`}},
		{map[string]string{"节次": "", "开始": "8:00", "结束": "8:00"}, []string{`t.csv:2: column 结束 (10) "8:00": is not later than the beginning, 08:00`}},
		{map[string]string{"节次": "", "开始": "8:00"}, []string{`t.csv:2: column 结束 (10): is missing`}},
		{map[string]string{"开始": "8:00"}, []string{`t.csv:2: column 开始 (9) "8:00": stands beside 节次 (periods); leave one of them empty`}},
		{map[string]string{"日期": "2025-12-30"}, []string{
			`t.csv:2: column 学期 (3) "2025-2026-1": goes with weeks of a term, not with 日期 (dates); leave one of them empty`,
			`t.csv:2: column 周次 (4) "1-8": goes with weeks of a term, not with 日期 (dates); leave one of them empty`,
			`t.csv:2: column 星期 (6) "2": goes with weeks of a term, not with 日期 (dates); leave one of them empty`}},
		{map[string]string{"场地": "数控车問"}, []string{`t.csv:2: column 场地 (11) "数控车問": "数控车問" is not known; did you mean "数控车间"?`}},
		{map[string]string{"场地": "1号数控车床"}, []string{`t.csv:2: column 场地 (11) "1号数控车床": belongs under 设备 (assets)`}},
		{map[string]string{"场地": "", "设备": "焊接车间"}, []string{`t.csv:2: column 设备 (12) "焊接车间": belongs under 场地 (area)`}},
		{map[string]string{"场地": ""}, []string{`t.csv:2: has neither 场地 (area) nor 设备 (assets)`}},
		{map[string]string{"设备": "lathe-01"}, []string{`t.csv:2: column 设备 (12) "lathe-01": stands beside 场地 (area); a lesson or booking takes an area as a whole, or assets`}},
		{map[string]string{"场地": "", "设备": "lathe-01、1号数控车床"}, []string{`t.csv:2: column 设备 (12) "lathe-01、1号数控车床": lathe-01 stands here twice`}},
		{map[string]string{"场地": "", "设备": "铣床"}, []string{`t.csv:2: column 设备 (12) "铣床": is the name of several: mill-01, mill-02; write the id`}},
		{map[string]string{"场地": "", "设备": "、"}, []string{`t.csv:2: column 设备 (12) "、": "、" is not known; allowed: lathe-01, lathe-02, mill-01, mill-02`}},
		{map[string]string{"人数": "四十"}, []string{`t.csv:2: column 人数 (13) "四十": is no whole number from 0 to 10000`}},
		{map[string]string{"人数": "40.5"}, []string{`t.csv:2: column 人数 (13) "40.5": is no whole number from 0 to 10000`}},
		{map[string]string{"人数": "NaN"}, []string{`t.csv:2: column 人数 (13) "NaN": is no whole number from 0 to 10000`}},
		{map[string]string{"用途": "xyz"}, []string{`t.csv:2: column 用途 (14) "xyz": "xyz" is not known; allowed: student_training, employee_training`}},
		{map[string]string{"自主上机": "也许"}, []string{`t.csv:2: column 自主上机 (17) "也许": is neither 是 nor 否, yes nor no`}},
		{map[string]string{"课程": strings.Repeat("长", 2001)}, []string{`t.csv:2: column 课程 (1) "` + strings.Repeat("长", 60) + `…": is longer than 2000 letters`}},
		{map[string]string{"课程": "", "周次": "0", "星期": "八", "节次": "x", "人数": "-1"}, []string{ // all at once
			`t.csv:2: column 课程 (1): is missing`, `t.csv:2: column 周次 (4) "0": is out of bounds; allowed: 1 to 53`,
			`t.csv:2: column 星期 (6) "八": is no day of the week; allowed: such as 星期二, 周二, 2 or Tue`,
			`t.csv:2: column 节次 (7) "x": are no periods; allowed: such as 3-4, 第3-4节 or 1-2,5-6`,
			`t.csv:2: column 人数 (13) "-1": is no whole number from 0 to 10000`}},
	} {
		var fields []string
		for _, name := range columns {
			value, changed := c.change[name]
			if !changed {
				value = sound[name]
			}
			fields = append(fields, value)
		}
		faulty(t, "t.csv", []byte(head+strings.Join(fields, ",")+"\n"), withPlan(), c.want...)
	}
}

func TestFaultsOfFiles(t *testing.T) {
	const row = "车工,2025-2026-1,1-8,2,1-2,hall-a,student_training,nc-vtc\n"
	for _, c := range []struct{ name, text, want string }{
		{"t.csv", "", "t.csv: holds nothing to import"},
		{"t.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n", "t.csv: holds nothing to import"},
		{"t.xls", "", "t.xls: is in the format of Excel 97-2003; save it as .xlsx"},
		{"t.doc", "", "t.doc: the name must end in .xlsx, .csv or .ics"},
		{"t.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n\xff\xff\xff", "t.csv: is neither UTF-8 nor GBK; save it as CSV UTF-8"},
		{"t.csv", "课程,\x00", "t.csv: is neither UTF-8 nor GBK; save it as CSV UTF-8"},
		{"t.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n" + row + "\"铣工,2025\n" + row, `t.csv:3: has a quotation mark (") that is not doubled, or not closed; the lines behind it were not read`},
		{"t.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n" + row + row, "t.csv:3: says the same as line 2; if both are meant, give each an id"},
		{"t.csv", "课程,编号,学期,周次,星期,节次,场地,用途,单位\n车工,A1,2025-2026-1,1-8,2,1-2,hall-a,student_training,nc-vtc\n钳工,a1,2025-2026-1,1-8,2,1-2,hall-a,student_training,nc-vtc\n",
			`t.csv:3: column 编号 (2) "a1": the id is taken by line 2`},
		{"t.csv", "课程,学期,周次,星期,节次,场地,用途,单位\n车工,2025-2026-1,1-8,2,1-2,hall-a,student_training,nc-vtc,备用\n", `t.csv:2 "备用": has no heading`},
		{"t.csv", "课成,学期,周次,星期,节次,场地,用途,单位,周数,乱七八糟\n" + row, `t.csv:1: there is no column 课程 (text)
t.csv:1 "课成": unknown column; did you mean "课程"? Else leave it out with --skip
t.csv:1 "周数": unknown column; did you mean "周次"? Else leave it out with --skip
t.csv:1 "乱七八糟": unknown column; leave it out with --skip; allowed: 课程 text, 编号 id, 学期 term, 周次 weeks, 单双周 parity, 星期 weekday, 节次 periods, 开始 from, 结束 to, 日期 dates, 场地 area, 设备 assets, 人数 class_size, 用途 purpose, 单位 organisation, 项目 project, 自主上机 self_operated`},
		{"t.csv", "课程,学期,学期,周次,星期,节次,场地,用途,单位\n", `t.csv:1 "学期": 学期 (term) stands above column B as well`},
		{"t.csv", "课程,周次\n车工,1-8\n", `t.csv:1: there is no column 用途 (purpose)
t.csv:1: there is no column 单位 (organisation)
t.csv:1: there is no column 场地 (area), nor 设备 (assets)
t.csv:1: there is no column 学期 (term), nor 日期 (dates)
t.csv:1: there is no column 星期 (weekday), nor 日期 (dates)
t.csv:1: there is no column 节次 (periods), nor both 开始 (from) and 结束 (to)`},
		{"t.csv", "事由,开始,星期,场地,用途,单位\n", `t.csv:1: there is no column 学期 (term), nor 日期 (dates)
t.csv:1: there is no column 周次 (weeks), nor 日期 (dates)
t.csv:1: there is no column 节次 (periods), nor both 开始 (from) and 结束 (to)`},
		{"t.csv", "名称,日期,开始,结束,场地,用途,单位\nx,2025-01-01,8:00,9:00,hall-a,student_training,nc-vtc\n", "t.csv:1: cannot tell whether these are lessons or bookings; say so with --as"},
		{"t.csv", "事由,日期,开始,结束,场地,用途,单位\nx,\"2025-01-01,2025-01-02\",8:00,9:00,hall-a,student_training,nc-vtc\n", `t.csv:2: column 日期 (2) "2025-01-01,2025-01-02": a booking has one date; write a row for each`},
		{"t.csv", "随便写的\n没有表头\n", "t.csv:1: cannot tell whether these are lessons or bookings; say so with --as\nt.csv:1 \"随便写的\": unknown column; leave it out with --skip; allowed: 课程 text, 编号 id, 学期 term, 周次 weeks, 单双周 parity, 星期 weekday, 节次 periods, 开始 from, 结束 to, 日期 dates, 场地 area, 设备 assets, 人数 class_size, 用途 purpose, 单位 organisation, 项目 project, 自主上机 self_operated"},
	} {
		faulty(t, c.name, []byte(c.text), withPlan(), c.want)
	}
	o := withPlan()
	o.As = Bookings
	faulty(t, "t.csv", []byte("课程,开始,结束,星期,场地,用途,单位\n"), o, `t.csv:1 "星期": a booking has no such column; if these are lessons, say --as lessons`)
}

func TestFaultsInChinese(t *testing.T) {
	_, faults := Parse("课表.csv", []byte("课程,学期,周次,星期,节次,场地,用途,单位\n车工,2025-2026-1,1-20,2,3-1,hall-a,student_training,nc-vtc\n"), withPlan())
	want := "课表.csv:2: 列 周次（第 3 列） \"1-20\": 学期 2025-2026-1 只有 18 周\n课表.csv:2: 列 节次（第 5 列） \"3-1\": 3 到 1 顺序颠倒"
	if got := faults.In("zh"); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestFilesAreBounded(t *testing.T) {
	faulty(t, "t.csv", make([]byte, maxFileBytes+1), withPlan(), "t.csv: larger than 16 MiB")
	_, faults := Parse("t.csv", []byte("课程,学期\n"+strings.Repeat("a\n", maxRows)), withPlan())
	if len(faults) == 0 || faults[0].String() != "t.csv:50001: more than 50000 rows" {
		t.Errorf("%v", faults[0])
	}
	_, faults = Parse("t.csv", []byte("课程,学期\n"+strings.Repeat(",", maxColumns)+"x\n"), withPlan())
	if len(faults) == 0 || faults[0].String() != "t.csv:2: more than 64 columns" {
		t.Errorf("%v", faults[0])
	}
}

func TestColumnsThatAreLeftOut(t *testing.T) {
	o := withPlan()
	o.Skip = []string{"教师", "备注"}
	c := read1(t, "t.csv", []byte("课程,教师,学期,周次,星期,节次,场地,用途,单位,备注\n车工,王某,2025-2026-1,1-8,2,1-2,hall-a,student_training,nc-vtc,带工装\n"), o)
	if len(c.Lessons) != 1 || len(c.Notes) != 2 || c.Notes[0].String() != `t.csv:1 "教师": the column was left out` {
		t.Errorf("%+v %v", c.Lessons, c.Notes)
	}
}

// Every phrase is there in both languages, with the same blanks in the same order.
func TestPhrases(t *testing.T) {
	for p := range phraseCount {
		en, zh := p.in("en"), p.in("zh")
		if en == "" || zh == "" || blanks(en) != blanks(zh) {
			t.Errorf("%d: %q, %q", p, en, zh)
		}
	}
}

func blanks(s string) string {
	found := ""
	for i := range len(s) - 1 {
		if s[i] == '%' {
			found += s[i+1 : i+2]
		}
	}
	return found
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(typed))
	f.Add([]byte("sep=;\n事由;日期;开始;结束;设备\nx;2025-1-1;8:00;9:00;lathe-01"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("\xb1\xe0\xba\xc5,\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) { held(t, "f.csv", data, withPlan()) })
}

// held holds what is read of any bytes to what is promised: all or nothing, and each fault with its place.
func held(t *testing.T, name string, data []byte, o Options) {
	t.Helper()
	c, faults := Parse(name, data, o)
	for _, f := range faults {
		if f.File != name || f.Column > 0 && f.Line == 0 || !bytes.Contains(data, []byte("%!")) && strings.Contains(f.In("zh")+f.In("en"), "%!") {
			t.Errorf("%v", f)
		}
	}
	if len(faults) == 0 && len(c.Lessons)+len(c.Bookings) == 0 {
		t.Error("neither content nor faults")
	}
	if len(faults) == 0 {
		loadsAgain(t, c)
	}
}
