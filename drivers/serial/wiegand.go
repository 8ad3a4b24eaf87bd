package serial

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// wiegands are the frames of Wiegand: a bit of even parity over the first half, itself included, the data, and a bit of
// odd parity over the second half. The halves of 37 bits share the one in the middle. (ESPHome, components/wiegand)
var wiegands = []struct{ bits, half int }{{26, 13}, {34, 17}, {37, 19}}

// A converter is a scanner's decode for converters that send all the bits of a frame, the parity too, as a line: 0s and
// 1s, or as many hex digits as hold them, 7, 9 or 10. One that checks the parity by itself and sends the data alone is
// a reader that prints lines.
type converter struct{ bits int } // 0: any

func newWiegand(c Config) (scanner, error) {
	known := func(w struct{ bits, half int }) bool { return w.bits == c.Bits }
	if c.Bits != 0 && !slices.ContainsFunc(wiegands, known) {
		return nil, fmt.Errorf("bits: %d is none of 26, 34, 37", c.Bits)
	}
	return newLines(c, converter{c.Bits}.decode)
}

func (c converter) decode(line []byte) (badge.Number, error) {
	for _, w := range wiegands {
		if c.bits != 0 && c.bits != w.bits {
			continue
		}
		if frame, ok := frameOf(line, w.bits); ok {
			return check(frame, w.bits, w.half)
		}
	}
	return badge.Number{}, fmt.Errorf("a line of %d characters is no Wiegand frame of %s: %w", len(line), c, drivers.ErrGarbled)
}

func (c converter) String() string {
	if c.bits == 0 {
		return "26, 34 or 37 bits"
	}
	return fmt.Sprintf("%d bits", c.bits)
}

// frameOf reads a frame of n bits, if the line is one.
func frameOf(line []byte, n int) (frame uint64, ok bool) {
	base := 16
	switch {
	case len(line) == n && len(bytes.Trim(line, "01")) == 0:
		base = 2
	case len(line) != (n+3)/4 || slices.ContainsFunc(line, func(b byte) bool { return !isHex(b) }):
		return 0, false
	}
	frame, err := strconv.ParseUint(string(line), base, n)
	return frame, err == nil // without err, which quotes the line
}

func check(frame uint64, n, half int) (badge.Number, error) {
	even, odd := bits.OnesCount64(frame>>(n-half)), bits.OnesCount64(frame&(1<<half-1))
	if even%2 != 0 || odd%2 != 1 {
		return badge.Number{}, errParity
	}
	return badge.Bits(n-2, frame>>1&(1<<(n-2)-1)), nil
}
