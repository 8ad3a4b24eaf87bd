package sheets

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"basemeter/collector/plan"
)

// A year before or after these was mistyped, or is a number that is no date.
const firstYear, lastYear = 1990, 2099

// weekdays are the ways in which a day of the week is written, Monday first, and first of each the plan's own.
var weekdays = [7][]string{
	{"mon", "monday", "一", "1"}, {"tue", "tuesday", "tues", "二", "2"}, {"wed", "wednesday", "三", "3"},
	{"thu", "thursday", "thur", "thurs", "四", "4"}, {"fri", "friday", "五", "5"}, {"sat", "saturday", "六", "6"},
	{"sun", "sunday", "日", "天", "7"},
}

// parseWeekday reads 星期二, 周二, 二, 2 and Tue.
func parseWeekday(s string) (string, *wrong) {
	s = strings.TrimSuffix(squeezed(s), ".")
	for _, prefix := range []string{"星期", "礼拜", "周"} {
		s = strings.TrimPrefix(s, prefix)
	}
	for _, names := range weekdays {
		for _, name := range names {
			if s == name {
				return names[0], nil
			}
		}
	}
	return "", no(badWeekday)
}

var (
	dateForm  = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)(.*)$`)
	plainDate = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`)
	yearless  = regexp.MustCompile(`^(\d{1,2}月\d{1,2}日?|\d{1,2}[-/.]\d{1,2}(日)?|\d{1,2}-[a-z]{3}|[a-z]{3}-\d{1,2})$`)
	clockForm = regexp.MustCompile(`^(上午|早上|下午|晚上)?(\d{1,2})(?::|点|时)(\d{1,2})?分?(?::(\d\d)(?:\.0+)?)?(am|pm)?$`)
)

// splitDate takes the date off the beginning of a text.
func splitDate(s string) (d plan.Date, rest string, w *wrong) {
	s = strings.ToLower(fold(s))
	if yearless.MatchString(squeezed(s)) {
		return d, "", no(noYear)
	}
	m := dateForm.FindStringSubmatch(strings.ReplaceAll(strings.ReplaceAll(s, "年 ", "年"), "月 ", "月"))
	if m == nil {
		if m = plainDate.FindStringSubmatch(s); m == nil {
			return d, "", no(badDate)
		}
		m = append(m, "")
	}
	var numbers []int
	for _, digits := range m[1 : len(m)-1] {
		if n, err := strconv.Atoi(digits); err == nil {
			numbers = append(numbers, n)
		}
	}
	d, w = dateOf(numbers[0], numbers[1], numbers[2])
	return d, strings.TrimSpace(m[len(m)-1]), w
}

func dateOf(year, month, day int) (plan.Date, *wrong) {
	d := plan.DateOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
	switch {
	case d != (plan.Date{Year: year, Month: month, Day: day}):
		return plan.Date{}, no(noSuchDate)
	case year < firstYear || year > lastYear:
		return plan.Date{}, no(farYear, firstYear, lastYear)
	}
	return d, nil
}

// parseDate reads 2025/9/1, 2025-09-01, 2025.9.1 and 2025年9月1日. A time behind it must be midnight, which is how
// programs write a date as a date and time.
func parseDate(s string) (plan.Date, *wrong) {
	d, rest, w := splitDate(s)
	if w != nil || rest == "" {
		return d, w
	}
	if c, w := parseClock(strings.TrimPrefix(rest, "t")); w != nil || c != 0 {
		return plan.Date{}, no(badDate)
	}
	return d, nil
}

// parseClock reads 8:00, 08：00, 8点30分, 下午2:00 and 2:00 PM.
func parseClock(s string) (plan.Clock, *wrong) {
	m := clockForm.FindStringSubmatch(squeezed(s))
	if m == nil || (m[1] != "" && m[5] != "") || (m[3] == "" && !strings.ContainsAny(m[0], "点时")) {
		return 0, no(badClock)
	}
	hour, _ := strconv.Atoi(m[2])
	minute, _ := strconv.Atoi("0" + m[3])
	second, _ := strconv.Atoi("0" + m[4])
	late := m[5] == "pm" || m[1] == "下午" || m[1] == "晚上"
	if m[1] != "" || m[5] != "" {
		if hour < 1 || hour > 12 || (hour == 12 && m[1] == "晚上") {
			return 0, no(badClock)
		}
		if hour == 12 && !(m[1] == "上午" || m[1] == "早上") {
			hour = 0
		}
		if late {
			hour += 12
		}
	}
	c := plan.Clock(hour*60 + minute)
	switch {
	case minute > 59 || c > 24*60:
		return 0, no(badClock)
	case second != 0:
		return 0, no(seconds)
	}
	return c, nil
}

// parseMoment reads a date and a time of day.
func parseMoment(s string) (plan.Moment, *wrong) {
	d, rest, w := splitDate(s)
	switch {
	case w != nil:
		return plan.Moment{}, w
	case rest == "":
		return plan.Moment{}, no(noTime)
	}
	c, w := parseClock(strings.TrimPrefix(rest, "t"))
	return plan.Moment{Date: d, Clock: c}, w
}

// A workbook counts days, from one of two days on; the first, made to have the same leap years as an older program,
// takes 1900 for one. So it is right from March 1900 on.
func serialDate(n float64, since int) (plan.Date, *wrong) {
	first := plan.Date{Year: 1899, Month: 12, Day: 30}
	if since == 1904 {
		first = plan.Date{Year: 1904, Month: 1, Day: 1}
	}
	if !(n >= 0 && n < 100_000) || n != math.Trunc(n) {
		return plan.Date{}, no(badDate)
	}
	d := first.Add(int(n))
	return dateOf(d.Year, d.Month, d.Day)
}

// serialClock is a part of a day, which numbers cannot hold exactly.
func serialClock(n float64) (plan.Clock, *wrong) {
	if !(n >= 0 && n <= 1) {
		return 0, no(badClock)
	}
	s := int(math.Round(n * 24 * 60 * 60))
	if s%60 != 0 {
		return 0, no(seconds)
	}
	return plan.Clock(s / 60), nil
}

func (c cell) asDate(since int) (plan.Date, *wrong) {
	if c.kind != number {
		return parseDate(c.text)
	}
	if plainDate.MatchString(c.text) && !c.date {
		return parseDate(c.text)
	}
	return serialDate(c.number, since)
}

func (c cell) asClock() (plan.Clock, *wrong) {
	if c.kind != number {
		return parseClock(c.text)
	}
	return serialClock(c.number)
}

// asMoment takes the day from elsewhere if the cell only holds a time; the day is zero if there is none.
func (c cell) asMoment(day plan.Date, since int) (plan.Moment, *wrong) {
	if !day.IsZero() {
		if clock, w := c.asClock(); w == nil {
			return plan.Moment{Date: day, Clock: clock}, nil
		}
	}
	if c.kind != number {
		return parseMoment(c.text)
	}
	d, clock, w := plan.Date{}, plan.Clock(0), no(noTime)
	if whole := math.Floor(c.number); whole != c.number {
		if clock, w = serialClock(c.number - whole); clock == 24*60 { // rounded up
			clock, whole = 0, whole+1
		}
		if w == nil {
			d, w = serialDate(whole, since)
		}
	} else if _, bad := serialDate(c.number, since); bad != nil {
		w = bad
	}
	return plan.Moment{Date: d, Clock: clock}, w
}
