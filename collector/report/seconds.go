package report

import (
	"fmt"
	"math"
	"strconv"
)

// Seconds are kept as milliseconds and written as seconds with three decimals: 1234 is 1.234.
type Seconds int64

func (s Seconds) String() string {
	if s < 0 {
		return "-" + (-s).String()
	}
	return fmt.Sprintf("%d.%03d", int64(s)/1000, int64(s)%1000)
}

// Hours are for people: two decimals, rounded once.
func (s Seconds) Hours() string { return fmt.Sprintf("%.2f", float64(s)/3_600_000) }

// Minutes are for people who look at less than an hour.
func (s Seconds) Minutes() string { return fmt.Sprintf("%.2f", float64(s)/60_000) }

// MarshalJSON writes a number.
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// most is how many seconds a float64 holds to the millisecond: 71 000 asset-years.
const most = 1 << 51 / 1000

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Seconds) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return fmt.Errorf("seconds: %w", err)
	}
	if !(math.Abs(f) < most) {
		return fmt.Errorf("seconds: %s is not a length of time", text)
	}
	*s = Seconds(math.Round(f * 1000))
	return nil
}
