package plan

import (
	"slices"
	"testing"
	"time"
)

func date(tb testing.TB, text string) Date {
	tb.Helper()
	var d Date
	if err := d.UnmarshalText([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	return d
}

func season(tb testing.TB, text string) (s Season) {
	tb.Helper()
	if err := s.UnmarshalText([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if s.String() != text {
		tb.Errorf("%s is printed as %v", text, s)
	}
	return s
}

// A season of every year may run over its end; [from, until) is half-open in any case.
func TestSeasons(t *testing.T) {
	for _, c := range []struct {
		from, until string
		in, out     []string
	}{
		{"05-01", "10-01", []string{"2025-05-01", "2031-09-30"}, []string{"2025-04-30", "2025-10-01", "2025-01-01"}},
		{"10-01", "05-01", []string{"2025-10-01", "2025-12-31", "2026-01-01", "2024-02-29", "2026-04-30"}, []string{"2025-05-01", "2025-09-30"}},
		{"02-29", "03-01", []string{"2024-02-29"}, []string{"2025-02-28", "2025-03-01"}},
		{"2025-10-01", "2026-05-01", []string{"2025-10-01", "2026-04-30"}, []string{"2024-12-01", "2026-05-01", "2026-12-01"}},
	} {
		from, until := season(t, c.from), season(t, c.until)
		for _, d := range c.in {
			if !within(date(t, d), from, until) {
				t.Errorf("%s is not in [%s, %s)", d, c.from, c.until)
			}
		}
		for _, d := range c.out {
			if within(date(t, d), from, until) {
				t.Errorf("%s is in [%s, %s)", d, c.from, c.until)
			}
		}
	}
	if !within(date(t, "2025-01-01"), Season{}, Season{}) {
		t.Error("without a season, a date is in none")
	}
}

func TestDates(t *testing.T) {
	d := date(t, "2025-12-31")
	if d.Add(1) != (Date{2026, 1, 1}) || d.Add(-365) != (Date{2024, 12, 31}) || d.Weekday() != time.Wednesday || d.Since(Date{2024, 12, 31}) != 365 {
		t.Error("the arithmetic of dates is wrong")
	}
	if !d.Before(d.Add(1)) || d.Before(d) || d.Compare(Date{2025, 12, 30}) <= 0 || d.Compare(Date{2026, 1, 1}) >= 0 {
		t.Error("the order of dates is wrong")
	}
	for _, text := range []string{"2025-02-29", "2025-1-1", "1969-12-31", "2100-01-01", "", "2025-09-01T00:00"} {
		if new(Date).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is a date", text)
		}
	}
}

func TestClocksAndMoments(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	var m Moment
	if err := m.UnmarshalText([]byte("2025-12-31T24:00")); err != nil || !m.In(shanghai).Equal(time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("%v, %v", m.In(shanghai), err)
	}
	if err := m.UnmarshalText([]byte("2025-12-31 08:05")); err != nil || m.String() != "2025-12-31T08:05" {
		t.Errorf("%v, %v", m, err)
	}
	for _, text := range []string{"24:01", "8:00", "08:60", "0800", "", "08:00:00", "-1:00"} {
		if new(Clock).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is a time of day", text)
		}
	}
	for _, text := range []string{"2025-12-31", "2025-12-31T8:00", "2025-12-31T08:00Z", "2025-12-3108:00 "} {
		if new(Moment).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is a moment", text)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{"1-8,10,12-16": "1-8,10,12-16", "3、1，2": "1-3", " 5 - 6 , 9 ": "5-6,9", "63": "63", "1-63": "1-63"} {
		set, err := ParseNumbers(text)
		if err != nil || set.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, set, err, want)
		}
	}
	set, _ := ParseNumbers("1-3,8")
	if !slices.Equal(set.All(), []int{1, 2, 3, 8}) || set.Last() != 8 || !set.Has(8) || set.Has(4) || set.Has(-1) || set.Has(99) {
		t.Errorf("%v", set)
	}
	if !slices.Equal((set&odd).All(), []int{1, 3}) || !slices.Equal((set&even).All(), []int{2, 8}) || Numbers(0).Last() != 0 {
		t.Error("the parity is wrong")
	}
}

func TestDaysOfTheWeek(t *testing.T) {
	for key, want := range map[string][]time.Weekday{
		"mon": {1}, "周日": {0}, "7": {0}, "Tuesday": {2}, "mon-fri": {1, 2, 3, 4, 5}, "sat-mon": {6, 0, 1}, "周一至周三": {1, 2, 3},
		"daily": {1, 2, 3, 4, 5, 6, 0}, "每天": {1, 2, 3, 4, 5, 6, 0},
	} {
		if got, err := days(key); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s is %v, %v", key, got, err)
		}
	}
	for _, key := range []string{"", "mo", "mon-", "mon-fri-sat", "8", "0"} {
		if got, err := days(key); err == nil {
			t.Errorf("%q is %v", key, got)
		}
	}
}
