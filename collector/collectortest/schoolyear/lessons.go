package schoolyear

import (
	"slices"
	"strconv"
	"strings"
)

// Periods of a day, from and to, by table.
var (
	winter    = [6][2]string{{"08:00", "08:45"}, {"08:55", "09:40"}, {"10:00", "10:45"}, {"10:55", "11:40"}, {"14:00", "14:45"}, {"14:55", "15:40"}}
	summer    = [6][2]string{{"08:00", "08:45"}, {"08:55", "09:40"}, {"10:00", "10:45"}, {"10:55", "11:40"}, {"14:30", "15:15"}, {"15:25", "16:10"}}
	eastWin   = [6][2]string{{"08:30", "09:15"}, {"09:25", "10:10"}, {"10:30", "11:15"}, {"11:20", "12:05"}, {"14:10", "14:55"}, {"15:05", "15:50"}}
	eastSum   = [6][2]string{{"08:30", "09:15"}, {"09:25", "10:10"}, {"10:30", "11:15"}, {"11:20", "12:05"}, {"14:40", "15:25"}, {"15:35", "16:20"}}
	weekdays  = [8]string{"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	summerOn  = "05-01"
	summerOff = "10-01"
)

// periods is the table of a date on a campus.
func (d date) periods(campus string) [6][2]string {
	monthDay := d.String()[5:]
	isSummer := monthDay >= summerOn && monthDay < summerOff
	switch {
	case campus == "east" && isSummer:
		return eastSum
	case campus == "east":
		return eastWin
	case isSummer:
		return summer
	}
	return winter
}

// A lesson is taught in each term, in the weeks it names.
type lesson struct {
	id, text      string
	weekday       int
	first, last   int // periods
	weeks, parity string
	places        []string // an area, or assets
	purpose       string
	organisation  string
	project       string
	group         string // of the cards that come
	size          int
}

const train = "student_training"

var lessons = []lesson{
	{"turn-1", "数控车削基础", 1, 1, 4, "1-16", "", []string{"hall-a"}, train, "nc-vtc", "p-2025-007", "cnc-2401", 36},
	{"turn-4", "螺纹加工", 1, 5, 6, "2-18", "even", []string{"lathe-01", "lathe-02"}, train, "nc-vtc", "", "mech-2301", 12},
	{"turn-2", "车削工艺", 2, 1, 2, "1-8,10,12-16", "odd", []string{"hall-a"}, train, "nc-vtc", "", "cnc-2401", 40},
	{"turn-0", "车工考证", 2, 1, 2, "3-9", "", []string{"lathe-04"}, train, "nc-vtc", "", "mech-2301", 4},
	{"mill-1", "数控铣削基础", 2, 3, 4, "1-18", "", []string{"hall-b"}, train, "nc-vtc", "", "mech-2301", 30},
	{"mill-2", "铣削工艺", 3, 1, 4, "1-17", "odd", []string{"hall-b"}, train, "nc-vtc", "", "mech-2301", 34},
	{"mill-3", "多轴加工", 3, 1, 4, "2-18", "even", []string{"hall-b"}, train, "nc-vtc", "p-2025-007", "cnc-2401", 28},
	{"robot-1", "机器人编程", 3, 3, 4, "1-20", "", []string{"lab-c"}, train, "nc-vtc", "", "cnc-2401", 24},
	{"robot-2", "机器人运维", 4, 1, 2, "1-19", "", []string{"robot-01", "robot-02"}, train, "nc-vtc", "", "cnc-2401", 10},
	{"robot-4", "订单班", 4, 3, 4, "5-15", "", []string{"lab-c"}, "employee_training", "firm-a", "", "firm-a-emp", 14},
	{"turn-3", "车铣复合", 4, 5, 6, "2-17", "", []string{"hall-a"}, train, "nc-vtc", "", "cnc-2401", 32},
	{"mill-4", "模具制造", 5, 1, 2, "1-18", "", []string{"hall-b"}, train, "nc-vtc", "", "mech-2301", 30},
	{"mill-5", "精密测量", 5, 2, 3, "4-14", "", []string{"mill-01", "mill-02"}, train, "nc-vtc", "", "cnc-2401", 8},
	{"turn-5", "综合实训", 5, 1, 4, "9-18", "", []string{"hall-a"}, train, "nc-vtc", "", "cnc-2401", 36},
	{"robot-3", "教师研修", 5, 5, 6, "1-20", "odd", []string{"lab-c"}, "teacher_training", "nc-vtc", "", "staff", 12},
}

// An exam is a lesson of given dates and hours.
var exam = struct {
	id, from, to string
	dates        []string
	assets       []string
}{"exam-1", "08:00", "10:00", []string{"2025-12-30", "2026-01-06"}, []string{"lathe-01", "lathe-05"}}

// in tells whether the lesson is taught in a week.
func (l *lesson) in(week int) bool {
	if l.parity == "odd" && week%2 == 0 || l.parity == "even" && week%2 == 1 {
		return false
	}
	return slices.Contains(weekNumbers(l.weeks), week)
}

// weekNumbers of "1-8,10".
func weekNumbers(text string) (weeks []int) {
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		first, _ := strconv.Atoi(low)
		last, _ := strconv.Atoi(high)
		for week := first; week <= last; week++ {
			weeks = append(weeks, week)
		}
	}
	return weeks
}
