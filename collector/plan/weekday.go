package plan

import (
	"fmt"
	"strings"
	"time"
)

// weekdays are the names that each day goes by, the first being ours. 1 to 7 count from Monday, as timetables do.
var weekdays = [7][]string{
	time.Monday:    {"mon", "monday", "周一", "星期一", "1"},
	time.Tuesday:   {"tue", "tuesday", "周二", "星期二", "2"},
	time.Wednesday: {"wed", "wednesday", "周三", "星期三", "3"},
	time.Thursday:  {"thu", "thursday", "周四", "星期四", "4"},
	time.Friday:    {"fri", "friday", "周五", "星期五", "5"},
	time.Saturday:  {"sat", "saturday", "周六", "星期六", "6"},
	time.Sunday:    {"sun", "sunday", "周日", "星期日", "周天", "7"},
}

// Weekday is the day that a word of a file means.
func Weekday(word string) (time.Weekday, error) {
	for day, names := range weekdays {
		for _, name := range names {
			if strings.EqualFold(word, name) {
				return time.Weekday(day), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no day of the week; allowed: mon, tue, wed, thu, fri, sat, sun, or 周一 to 周日", word)
}

// Day is the word of our files for a day of the week.
func Day(day time.Weekday) string { return weekdays[day][0] }

// days reads a key of the weekly hours: mon, mon-fri, 周一至周五, daily. A range may run over the end of the week.
func days(key string) ([]time.Weekday, error) {
	if key == "daily" || key == "每天" {
		key = "mon-sun"
	}
	from, to, ranged := strings.Cut(strings.Replace(key, "至", "-", 1), "-")
	first, err := Weekday(strings.TrimSpace(from))
	if err != nil {
		return nil, err
	}
	if !ranged {
		to = from
	}
	last, err := Weekday(strings.TrimSpace(to))
	if err != nil {
		return nil, err
	}
	all := []time.Weekday{first}
	for day := first; day != last; {
		day = (day + 1) % 7
		all = append(all, day)
	}
	return all, nil
}
