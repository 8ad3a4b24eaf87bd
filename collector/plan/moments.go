package plan

import (
	"cmp"
	"fmt"
	"time"
)

// A Date is a day by the base's calendar. Its zero value is none.
type Date struct{ Year, Month, Day int }

// The years that a plan may speak of. Machines are older than plans; the contract's last moment is the end of 2099.
const (
	firstYear = 1970
	lastYear  = 2099
)

// UnmarshalText reads 2025-09-01.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return fmt.Errorf("%q is not a date; allowed: such as 2025-09-01, from %d to %d", text, firstYear, lastYear)
	}
	*d = DateOf(t)
	return nil
}

// DateOf is the day that t lies in, by t's own zone.
func DateOf(t time.Time) Date {
	y, m, day := t.Date()
	return Date{y, int(m), day}
}

// In is the midnight that begins the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, zone)
}

// midnight is In, but none if there is none.
func (d Date) midnight(zone *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.In(zone).UTC()
}

// Add is some days later, or earlier.
func (d Date) Add(days int) Date { return DateOf(d.In(time.UTC).AddDate(0, 0, days)) }

// Weekday is which day of the week it is.
func (d Date) Weekday() time.Weekday { return d.In(time.UTC).Weekday() }

// Compare is negative if d comes before e, and positive if it comes after it.
func (d Date) Compare(e Date) int {
	return cmp.Or(d.Year-e.Year, d.Month-e.Month, d.Day-e.Day)
}

// Before tells whether d comes before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// Since counts the days from e to d.
func (d Date) Since(e Date) int {
	return int(d.In(time.UTC).Sub(e.In(time.UTC)) / (24 * time.Hour))
}

// AcademicYear is the half-open year that d lies in as the ministry's forms count it: from 1 September to 31 August
// (SJ1-SJ7, 高等学校实验室信息统计).
func (d Date) AcademicYear() (from, until Date) {
	year := d.Year
	if d.Month < 9 {
		year--
	}
	return Date{year, 9, 1}, Date{year + 1, 9, 1}
}

// IsZero tells whether there is none.
func (d Date) IsZero() bool { return d == Date{} }

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// A Clock is a time of day, in minutes since midnight: 0 to 1440, which ends the day.
type Clock int

// UnmarshalText reads 08:00, and 24:00.
func (c *Clock) UnmarshalText(text []byte) error {
	if string(text) == "24:00" {
		*c = 24 * 60
		return nil
	}
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("08:00") {
		return fmt.Errorf(`%q is not a time of day; allowed: such as "08:00", up to "24:00"`, text)
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// On is the moment at which a clock in the zone shows c on the day d.
func (c Clock) On(d Date, zone *time.Location) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, int(c)/60, int(c)%60, 0, 0, zone)
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// A Moment is a date and a time of day by the base's clock. Its zero value is none.
type Moment struct {
	Date  Date
	Clock Clock
}

// UnmarshalText reads 2025-12-01T08:00.
func (m *Moment) UnmarshalText(text []byte) error {
	if len(text) != len("2025-12-01T08:00") || text[10] != 'T' && text[10] != ' ' {
		return fmt.Errorf("%q is not a date and time; allowed: such as 2025-12-01T08:00, by the base's clock", text)
	}
	if err := m.Date.UnmarshalText(text[:10]); err != nil {
		return err
	}
	return m.Clock.UnmarshalText(text[11:])
}

// In is the moment in the base's zone.
func (m Moment) In(zone *time.Location) time.Time { return m.Clock.On(m.Date, zone) }

// IsZero tells whether there is none.
func (m Moment) IsZero() bool { return m == Moment{} }

func (m Moment) String() string { return m.Date.String() + "T" + m.Clock.String() }

// A Season is a day of every year, its Year being 0, or of one. Its zero value is none.
type Season struct{ Date }

// UnmarshalText reads 05-01, or 2025-05-01.
func (s *Season) UnmarshalText(text []byte) error {
	if t, err := time.Parse("01-02", string(text)); err == nil {
		s.Date = Date{0, int(t.Month()), t.Day()}
		return nil
	}
	if s.Date.UnmarshalText(text) != nil {
		return fmt.Errorf("%q is not a day; allowed: such as 05-01 of every year, or 2025-05-01", text)
	}
	return nil
}

// EveryYear tells whether it comes again.
func (s Season) EveryYear() bool { return s.Year == 0 }

func (s Season) String() string {
	if s.EveryYear() {
		return fmt.Sprintf("%02d-%02d", s.Month, s.Day)
	}
	return s.Date.String()
}

// within tells whether d lies in [from, until). Of every year's days, those from October until May lie in winter: the
// span runs over the end of the year. No span at all is always.
func within(d Date, from, until Season) bool {
	if from.IsZero() {
		return true
	}
	if from.EveryYear() {
		d.Year = 0
	}
	begun, over := !d.Before(from.Date), !d.Before(until.Date)
	if until.Before(from.Date) {
		return begun || !over
	}
	return begun && !over
}
