package serial

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"testing"

	"basemeter/drivers/badge"
)

// framed puts parity around data, digit by digit: even over the first half, odd over the second.
func framed(n int, data uint64) uint64 {
	text, half := fmt.Sprintf("%0*b", n-2, data), (n-1)/2
	even, odd := strings.Count(text[:half], "1")%2, 1-strings.Count(text[len(text)-half:], "1")%2
	frame, err := strconv.ParseUint(fmt.Sprintf("%d%s%d", even, text, odd), 2, 64)
	if err != nil {
		panic(err)
	}
	return frame
}

func bitString(n int, data uint64) string { return fmt.Sprintf("%0*b", n, framed(n, data)) }

// The first two are examples of a manual (Civintec CN56, 6.4.3 and 6.4.5), the next two of other people's encoders
// (wiegand-encoder: facility 90, card 324; wiegand-26bit-calculator-php: facility 99, card 999).
func TestGoldenWiegand(t *testing.T) {
	for _, c := range []struct {
		line string
		bits int
		want badge.Number
	}{
		{"1" + "110101000001101110000001" + "0", 26, badge.Bits(24, 0xD41B81)},
		{"1" + "10001001110101000001101110000001" + "1", 34, badge.Bits(32, 0x89D41B81)},
		{"00101101000000001010001000", 26, badge.Bits(24, 90<<16|324)},
		{"0C607CF", 26, badge.Bits(24, 99<<16|999)},
		{"0c607cf", 26, badge.Bits(24, 99<<16|999)},
	} {
		for _, configured := range []int{0, 26, 34, 37} {
			got, err := converter{configured}.decode([]byte(c.line))
			right := got == c.want && err == nil
			if wanted := configured == 0 || configured == c.bits; right != wanted || !wanted && got != (badge.Number{}) {
				t.Errorf("%s with bits %d: right %t, %v", c.line, configured, right, err)
			}
		}
	}
}

// Any one bit wrong in a frame is seen.
func TestParity(t *testing.T) {
	for _, n := range []int{26, 34, 37} {
		good := framed(n, 0x5D1DA5)
		for _, line := range []func(uint64) string{
			func(f uint64) string { return fmt.Sprintf("%0*b", n, f) },
			func(f uint64) string { return fmt.Sprintf("%0*X", (n+3)/4, f) },
		} {
			if got, err := (converter{}).decode([]byte(line(good))); got != badge.Bits(n-2, 0x5D1DA5) {
				t.Errorf("%s: %v", line(good), err)
			}
			for bit := range n {
				if got, err := (converter{}).decode([]byte(line(good ^ 1<<bit))); got != (badge.Number{}) || err != errParity {
					t.Errorf("%d bits, bit %d wrong: %v", n, bit, err)
				}
			}
		}
	}
}

func TestNoWiegandFrame(t *testing.T) {
	for _, line := range []string{
		"", "0", bitString(26, 5) + "0", bitString(26, 5)[1:], strings.Repeat("2", 26), "5D1DA5", "00C607CF", "FFFFFFF",
		"0C607CG", "+C607CF", "0x607CF", "0_607CF", "090,00324",
	} {
		if got, err := (converter{}).decode([]byte(line)); got != (badge.Number{}) || err == nil || err == errParity {
			t.Errorf("%q: %v", line, err)
		}
	}
}

// Whatever comes, a number has the parity of its frame, and an error shows nothing of it.
func FuzzWiegand(f *testing.F) {
	f.Add([]byte("0C607CF"))
	for _, w := range wiegands {
		f.Add([]byte(bitString(w.bits, 0x5D1DA5)))
		f.Add(fmt.Appendf(nil, "%0*X", (w.bits+3)/4, framed(w.bits, 0x5D1DA5)))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 64 {
			return // the scanner takes no longer one; and its length may happen to be digits of it
		}
		got, err := converter{}.decode(line)
		wantNoDigits(t, line, err)
		if (got == badge.Number{}) != (err != nil) {
			t.Fatalf("%q: a number %t, %v", line, got != badge.Number{}, err)
		}
		if err != nil {
			return
		}
		n, base := len(line), 2
		if n < 26 {
			n, base = map[int]int{7: 26, 9: 34, 10: 37}[n], 16
		}
		frame, err := strconv.ParseUint(string(line), base, 64)
		if err != nil || bits.Len64(frame) > n || !slices.Contains([]int{26, 34, 37}, n) {
			t.Fatalf("%q is no frame: %v", line, err)
		}
		data := frame >> 1 & (1<<(n-2) - 1)
		if framed(n, data) != frame || got != badge.Bits(n-2, data) {
			t.Fatalf("%q: parity", line)
		}
	})
}
