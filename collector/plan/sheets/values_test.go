package sheets

import (
	"testing"

	"basemeter/collector/plan"
)

// told is a value, or what is said of it.
func told(value string, w *wrong) string {
	if w != nil {
		return "! " + Fault{File: "f", phrase: w.phrase, args: w.args}.In("en")[len("f: "):]
	}
	return value
}

func TestWeeks(t *testing.T) {
	for typed, want := range map[string]string{
		"1-8,10,12-16":        "1-8,10,12-16",
		"1-8周,10周(双)":         "1-8,10",
		"1-8周,10-16周(双)":      "1-8,10,12,14,16",
		"1-16周（单）":            "1-16 odd",
		"1-7(单),9-15(单)":      "1-7,9-15 odd",
		"单周1-15":              "1-15 odd",
		"2－16双周":              "2-16 even",
		"第1—8周":               "1-8",
		"１～８，１０":              "1-8,10",
		"1、3、5周":              "1,3,5",
		"1至8":                 "1-8",
		"第3周":                 "3",
		"5-8,1-6":             "1-8",
		"1-8[单],9-16[双]":      "1,3,5,7,10,12,14,16",
		"1 - 8":               "1-8",
		"1-16(odd)":           "1-16 odd",
		"8-1":                 "! 8 to 1 runs backwards",
		"0-3":                 "! is out of bounds; allowed: 1 to 53",
		"1-60":                "! is out of bounds; allowed: 1 to 53",
		"9周(双)":               "! 9 is not even",
		"1月8日":                "! has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4",
		"8-Jan":               "! has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4",
		"45665":               "! has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4",
		"单1-8双":               "! are no weeks; allowed: such as 1-8,10,12-16 or 1-15周(单)",
		",":                   "! are no weeks; allowed: such as 1-8,10,12-16 or 1-15周(单)",
		"all":                 "! are no weeks; allowed: such as 1-8,10,12-16 or 1-15周(单)",
		"99999999999999999-1": "! are no weeks; allowed: such as 1-8,10,12-16 or 1-15周(单)",
	} {
		weeks, parity, w := parseWeeks(typed)
		if parity != "" {
			weeks += " " + parity
		}
		if got := told(weeks, w); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for typed, want := range map[string]string{
		"1-4": "1-4", "第3-4节": "3-4", "３－４": "3-4", "3,4节": "3-4", "3、4": "3-4", "5": "5", "第5节": "5", "[03-04]节": "3-4",
		"0102": "1-2", "0304节": "3-4", "091011": "9-11", "1-2,5-6": "1-2,5-6", "第1节-第2节": "1-2", "(1~2)": "1-2",
		"4-3":    "! 4 to 3 runs backwards",
		"0":      "! is out of bounds; allowed: 1 to 30",
		"3月4日":   "! has been turned into a date by the spreadsheet program; format the column as text and type it again, such as 3-4",
		"上午":     "! are no periods; allowed: such as 3-4, 第3-4节 or 1-2,5-6",
		"(),[]":  "! are no periods; allowed: such as 3-4, 第3-4节 or 1-2,5-6",
		"1-2-3":  "! are no periods; allowed: such as 3-4, 第3-4节 or 1-2,5-6",
		"010299": "! is out of bounds; allowed: 1 to 30",
	} {
		if got := told(parsePeriods(typed)); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestWeekdays(t *testing.T) {
	for want, all := range map[string][]string{
		"mon": {"星期一", "周一", "一", "1", "Mon", "MONDAY", "礼拜一", "１"},
		"tue": {"星期二", "周 二", "二", "2", "Tue.", "tues"},
		"sun": {"星期日", "星期天", "周日", "周天", "日", "天", "7", "Sunday"},
		"! is no day of the week; allowed: such as 星期二, 周二, 2 or Tue": {"0", "8", "周", "星期", "二二", "T", "周二、周四"},
	} {
		for _, typed := range all {
			if got := told(parseWeekday(typed)); got != want {
				t.Errorf("%s: %s, want %s", typed, got, want)
			}
		}
	}
}

func TestParities(t *testing.T) {
	for typed, want := range map[string]string{
		"单": "odd", "单周": "odd", "ODD": "odd", "双": "even", "even": "even", "每周": "", "": "",
		"奇": "! is neither 单 nor 双, odd nor even; empty: every week",
	} {
		if got := told(parseParity(typed)); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for typed, want := range map[string]string{
		"2025-09-01": "2025-09-01", "2025-9-1": "2025-09-01", "2025/9/1": "2025-09-01", "2025.9.1": "2025-09-01",
		"2025年9月1日": "2025-09-01", "２０２５／９／１": "2025-09-01", "20250901": "2025-09-01", "2025年 9月 1日": "2025-09-01",
		"2025-09-01 00:00:00": "2025-09-01", "2025-09-01T00:00:00": "2025-09-01",
		"9月1日":              "! has no year; allowed: such as 2025-09-01",
		"9/1":               "! has no year; allowed: such as 2025-09-01",
		"1-Sep":             "! has no year; allowed: such as 2025-09-01",
		"9/1/2025":          "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"25/9/1":            "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-9/1":          "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-09-01 08:00":  "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-09-01 周一":     "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-02-29":        "! is a date that the calendar does not have",
		"2025-13-01":        "! is a date that the calendar does not have",
		"0225-09-01":        "! is not between the years 1990 and 2099",
		"2025-09-01~09-05":  "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-09-011":       "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-9-1-2":        "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"明天":                "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025年09月31日 00:00": "! is a date that the calendar does not have",
	} {
		d, w := parseDate(typed)
		if got := told(d.String(), w); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestClocks(t *testing.T) {
	for typed, want := range map[string]string{
		"8:00": "08:00", "08：00": "08:00", "０８：３０": "08:30", "24:00": "24:00", "0:00": "00:00", "8:00:00": "08:00", "8点": "08:00",
		"8点30分": "08:30", "14时": "14:00", "下午2:00": "14:00", "上午 8:30": "08:30", "2:00 PM": "14:00", "12:30 am": "00:30",
		"12:30pm": "12:30", "下午12:10": "12:10", "上午12:00": "12:00",
		"8":        "! is no time of day; allowed: such as 08:00, up to 24:00",
		"8:":       "! is no time of day; allowed: such as 08:00, up to 24:00",
		"0800":     "! is no time of day; allowed: such as 08:00, up to 24:00",
		"24:01":    "! is no time of day; allowed: such as 08:00, up to 24:00",
		"8:60":     "! is no time of day; allowed: such as 08:00, up to 24:00",
		"14:00 PM": "! is no time of day; allowed: such as 08:00, up to 24:00",
		"下午2:00pm": "! is no time of day; allowed: such as 08:00, up to 24:00",
		"晚上12:00":  "! is no time of day; allowed: such as 08:00, up to 24:00",
		"8:00:30":  "! has seconds; allowed: whole minutes",
	} {
		c, w := parseClock(typed)
		if got := told(c.String(), w); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	for typed, want := range map[string]string{
		"2025-10-11 13:00": "2025-10-11T13:00", "2025/10/11 13:00:00": "2025-10-11T13:00", "2025年10月11日 下午1:00": "2025-10-11T13:00",
		"2025-10-11T13:00": "2025-10-11T13:00", "2025-10-11 24:00": "2025-10-11T24:00", "20251011": "! has no time of day; allowed: such as 2025-10-11 13:00",
		"2025-10-11":     "! has no time of day; allowed: such as 2025-10-11 13:00",
		"10月11日 13:00":   "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"13:00":          "! is no date; allowed: such as 2025-09-01 or 2025/9/1",
		"2025-10-11 1pm": "! is no time of day; allowed: such as 08:00, up to 24:00",
	} {
		m, w := parseMoment(typed)
		if got := told(m.String(), w); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

// A spreadsheet program counts days; the numbers are those that Excel shows.
func TestSerials(t *testing.T) {
	day := plan.Date{Year: 2025, Month: 10, Day: 11}
	for _, c := range []struct {
		name string
		got  string
		want string
	}{
		{"a date", dateText(numberCell(45901, true), 1900), "2025-09-01"},
		{"a date of 1904", dateText(numberCell(44439, true), 1904), "2025-09-01"},
		{"a date that lost its format", dateText(numberCell(45901, false), 1900), "2025-09-01"},
		{"a number that reads as one", dateText(numberCell(20250901, false), 1900), "2025-09-01"},
		{"a date with a time", dateText(numberCell(45901.5, true), 1900), "! is no date; allowed: such as 2025-09-01 or 2025/9/1"},
		{"far", dateText(numberCell(1, true), 1900), "! is not between the years 1990 and 2099"},
		{"farther", dateText(numberCell(1e300, true), 1900), "! is no date; allowed: such as 2025-09-01 or 2025/9/1"},
		{"below", dateText(numberCell(-1, true), 1900), "! is no date; allowed: such as 2025-09-01 or 2025/9/1"},
		{"a time", clockText(numberCell(1.0/3, true)), "08:00"},
		{"a time that is not exact", clockText(numberCell(0.33333333333333304, true)), "08:00"},
		{"the end of a day", clockText(numberCell(1, true)), "24:00"},
		{"seconds", clockText(numberCell(8.5/1440, true)), "! has seconds; allowed: whole minutes"},
		{"an hour as a number", clockText(numberCell(8, false)), "! is no time of day; allowed: such as 08:00, up to 24:00"},
		{"a moment", momentText(numberCell(45941+13.0/24, true), plan.Date{}, 1900), "2025-10-11T13:00"},
		{"a moment just before midnight", momentText(numberCell(45940.9999999, true), plan.Date{}, 1900), "2025-10-11T00:00"},
		{"a time beside a date", momentText(numberCell(13.0/24, true), day, 1900), "2025-10-11T13:00"},
		{"a moment beside a date", momentText(numberCell(45942+13.0/24, true), day, 1900), "2025-10-12T13:00"},
		{"a day without a time", momentText(numberCell(45941, true), plan.Date{}, 1900), "! has no time of day; allowed: such as 2025-10-11 13:00"},
		{"a text beside a date", momentText(textCell("13:00"), day, 1900), "2025-10-11T13:00"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
}

func dateText(c cell, since int) string {
	d, w := c.asDate(since)
	return told(d.String(), w)
}

func clockText(c cell) string {
	v, w := c.asClock()
	return told(v.String(), w)
}

func momentText(c cell, day plan.Date, since int) string {
	m, w := c.asMoment(day, since)
	return told(m.String(), w)
}

func TestNearest(t *testing.T) {
	known := headings()
	for word, want := range map[string]string{"课成": "课程", "周數": "周次", "weekdy": "weekday", "purpse": "purpose", "备注": "", "xyz": "", "教师": "教室"} {
		if got := nearest(word, known); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

// Whatever is typed is read or refused, and what is read is in the form of the plan.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"1-8周,10周(双)", "第3-4节", "星期二", "2025年9月1日 下午1:00", "0102", "8：00", "单1-8双", "２０２５－９－１"} {
		f.Add(s, 45901.25)
	}
	f.Fuzz(func(t *testing.T, s string, n float64) {
		if weeks, parity, w := parseWeeks(s); w == nil {
			if again, other, w := parseWeeks(weeks); w != nil || again != weeks || other != "" || parity != "" && parity != "odd" && parity != "even" {
				t.Errorf("weeks %q: %q, %q", s, weeks, parity)
			}
		}
		if periods, w := parsePeriods(s); w == nil {
			if again, w := parsePeriods(periods); w != nil || again != periods {
				t.Errorf("periods %q: %q", s, periods)
			}
		}
		if day, w := parseWeekday(s); w == nil {
			if again, w := parseWeekday(day); w != nil || again != day {
				t.Errorf("weekday %q: %q", s, day)
			}
		}
		if m, w := parseMoment(s); w == nil {
			var again plan.Moment
			if err := again.UnmarshalText([]byte(m.String())); err != nil || again != m {
				t.Errorf("moment %q: %v", s, m)
			}
		}
		for _, c := range []cell{numberCell(n, true), numberCell(n, false), textCell(s)} {
			if d, w := c.asDate(1900); w == nil && (d.Year < firstYear || d.Year > lastYear) {
				t.Errorf("%v: %v", c, d)
			}
			if v, w := c.asClock(); w == nil && (v < 0 || v > 24*60) {
				t.Errorf("%v: %v", c, v)
			}
			if m, w := c.asMoment(plan.Date{}, 1904); w == nil && m.Date.Year < firstYear {
				t.Errorf("%v: %v", c, m)
			}
		}
		nearest(s, []string{s + "x", "weeks"})
	})
}
