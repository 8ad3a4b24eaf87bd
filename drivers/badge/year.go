package badge

import (
	"fmt"
	"strconv"
	"time"
)

// A Year is an academic year, called by the calendar year in which it begins: 1 September to 31 August.
type Year int

// YearOf is the academic year of a moment, by the zone in which t stands.
func YearOf(t time.Time) Year {
	if t.Month() < time.September {
		return Year(t.Year() - 1)
	}
	return Year(t.Year())
}

// String is how people write it: 2026-2027.
func (y Year) String() string { return fmt.Sprintf("%04d-%04d", int(y), int(y)+1) }

// ParseYear is the inverse of String.
func ParseYear(s string) (Year, error) {
	if len(s) == 9 {
		if n, err := strconv.Atoi(s[:4]); err == nil && n >= 0 && Year(n).String() == s {
			return Year(n), nil
		}
	}
	return 0, fmt.Errorf("%q is no academic year, such as 2026-2027", s)
}
