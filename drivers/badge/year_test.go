package badge

import (
	"testing"
	"time"
)

func TestYears(t *testing.T) {
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	for at, want := range map[string]string{
		"2026-08-31T15:59:59Z": "2025-2026", // 23:59:59 in Shanghai
		"2026-08-31T16:00:00Z": "2026-2027",
		"2026-12-31T23:59:59Z": "2026-2027",
		"2027-01-01T00:00:00Z": "2026-2027",
		"1970-01-01T00:00:00Z": "1969-1970",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		year := YearOf(moment.In(shanghai))
		if year.String() != want {
			t.Errorf("%s is of %v, want %s", at, year, want)
		}
		if again, err := ParseYear(want); again != year || err != nil {
			t.Errorf("%s is read as %v, %v", want, again, err)
		}
	}
	for _, text := range []string{"", "2026", "2026-2028", "2026/2027", "26-27", "2026-2027 ", "+026-0027", "-001-0000"} {
		if year, err := ParseYear(text); err == nil {
			t.Errorf("%q is read as %v", text, year)
		}
	}
}
