package collector

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var (
	academicYear = regexp.MustCompile(`^(20\d\d)-(20\d\d)$`)
	calendarYear = regexp.MustCompile(`^20\d\d$`)
	month        = regexp.MustCompile(`^(20\d\d)-(0[1-9]|1[0-2])$`)
)

// period is the span of 2025-2026, an academic year from 1 September to 31 August; of 2025, a calendar year; of 2025-09,
// a month; or of a term of the plan, such as 2025-2026-1. Days are cut at the base's midnight.
func (s schedule) period(name string) (from, to time.Time, err error) {
	zone := s.zone()
	first := func(year, month int) time.Time { return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, zone) }
	number := func(text string) int { n, _ := strconv.Atoi(text); return n } // digits, by the expression
	if m := academicYear.FindStringSubmatch(name); m != nil && number(m[2]) == number(m[1])+1 {
		return first(number(m[1]), 9), first(number(m[2]), 9), nil
	}
	if m := month.FindStringSubmatch(name); m != nil {
		return first(number(m[1]), number(m[2])), first(number(m[1]), number(m[2])+1), nil
	}
	if calendarYear.MatchString(name) {
		return first(number(name), 1), first(number(name)+1, 1), nil
	}
	if s.base != nil {
		for _, t := range s.base.Terms {
			if t.Code == name {
				begin := t.Week1.In(zone)
				return begin, begin.AddDate(0, 0, 7*t.Weeks), nil
			}
		}
	}
	return from, to, fmt.Errorf("period: %q is none; allowed: 2025-2026 (academic year), 2025, 2025-09, or a term of the plan", name)
}

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

func (s schedule) zone() *time.Location {
	if s.base == nil {
		return beijing
	}
	return s.base.Zone
}
