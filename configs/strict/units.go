package strict

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time written as Go writes it: 300ms, 10s, 5m; or in whole days: 90d.
type Duration time.Duration

// D is the duration as the standard library's type.
func (d Duration) D() time.Duration { return time.Duration(d) }

const day = 24 * time.Hour

var days = regexp.MustCompile(`^[0-9]+d$`)

// ParseDuration reads a length of time: as Go writes it, or whole days: 90d.
func ParseDuration(s string) (Duration, error) {
	if integer.MatchString(s) && s != "0" {
		return 0, fmt.Errorf("%s has no unit; write %ss for seconds", s, s)
	}
	if days.MatchString(s) {
		n, err := strconv.Atoi(s[:len(s)-1])
		if err != nil || n > 36500 {
			return 0, fmt.Errorf("%s is more than a century", Shown(s))
		}
		return Duration(time.Duration(n) * day), nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d", Shown(s))
	}
	return Duration(d), nil
}

// UnmarshalText is ParseDuration.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDuration(string(text))
	return err
}

// String is the shortest form that ParseDuration reads.
func (d Duration) String() string {
	if d.D() >= 2*day && d.D()%day == 0 {
		return fmt.Sprintf("%dd", d.D()/day)
	}
	s := d.D().String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Bytes is a size written as 64KiB, 256MiB, 1GiB or a plain number of bytes.
type Bytes int64

var byteUnits = []struct {
	name string
	size int64
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// ParseBytes reads a size.
func ParseBytes(s string) (Bytes, error) {
	for _, u := range byteUnits {
		number, ok := strings.CutSuffix(s, u.name)
		number = strings.TrimRight(number, " ")
		if !ok || !integer.MatchString(number) {
			continue
		}
		n, err := strconv.ParseInt(number, 0, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.size {
			break
		}
		return Bytes(n * u.size), nil
	}
	return 0, fmt.Errorf("%s is not a size; allowed: such as 64KiB, 256MiB, 1GiB or a number of bytes", Shown(s))
}

// UnmarshalText is ParseBytes.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = ParseBytes(string(text))
	return err
}

// String is the largest unit that divides the size.
func (b Bytes) String() string {
	for _, u := range byteUnits {
		if b != 0 && int64(b)%u.size == 0 {
			return fmt.Sprintf("%d%s", int64(b)/u.size, u.name)
		}
	}
	return "0"
}
