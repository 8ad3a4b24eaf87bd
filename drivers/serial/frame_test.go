package serial

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"basemeter/drivers"
)

// golden is the frame of the manual: card 13 005D1DA5, checksum F6.
const golden = "\x0213005D1DA5F6\x03"

var goldenNumber = [5]byte{0x13, 0x00, 0x5D, 0x1D, 0xA5}

// hear is what a scanner makes of bytes: a number, "broken" or "checksum" for each frame.
func hear(input []byte) []string {
	var s scanner
	var heard []string
	for _, b := range input {
		number, complete, err := s.feed(b)
		switch {
		case errors.Is(err, errBroken):
			heard = append(heard, "broken")
		case errors.Is(err, errChecksum):
			heard = append(heard, "checksum")
		case complete:
			heard = append(heard, fmt.Sprintf("%X", number))
		}
	}
	return heard
}

func TestScanner(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"golden", golden, "[13005D1DA5]"},
		{"twice", golden + golden, "[13005D1DA5 13005D1DA5]"},
		{"small letters", "\x0213005d1da5f6\x03", "[13005D1DA5]"},
		{"all zero", "\x02000000000000\x03", "[0000000000]"},
		{"noise between frames is nothing", "\xff3F" + golden + "\x03\x0312" + golden, "[13005D1DA5 13005D1DA5]"},
		{"listening from the middle", golden[5:] + golden, "[13005D1DA5]"},
		{"sum instead of XOR", "\x0213005D1DA532\x03", "[checksum]"},
		{"one digit wrong", "\x0213005D1DA4F6\x03" + golden, "[checksum 13005D1DA5]"},
		{"a letter that is no digit", "\x0213005G1DA5F6\x03" + golden, "[broken 13005D1DA5]"},
		{"cut short", golden[:9] + golden, "[broken 13005D1DA5]"},
		{"a byte missing", golden[:4] + golden[5:] + golden, "[broken 13005D1DA5]"},
		{"a byte too many", golden[:13] + "0" + golden[13:] + golden, "[broken 13005D1DA5]"},
		{"a stray STX", "\x02" + golden, "[broken 13005D1DA5]"},
		{"not yet complete", golden[:13], "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(hear([]byte(c.input))); got != c.want {
				t.Errorf("heard %s, want %s", got, c.want)
			}
		})
	}
}

// Any one bit wrong in a frame: no number, least of all another card's.
func TestFlippedBits(t *testing.T) {
	for bit := range 8 * len(golden) {
		frame := []byte(golden)
		frame[bit/8] ^= 1 << (bit % 8)
		for _, heard := range hear(frame) {
			if heard != "broken" && heard != "checksum" && !isSameDigit(frame, bit/8) {
				t.Errorf("bit %d wrong: heard %s", bit, heard)
			}
		}
	}
}

// isSameDigit tells whether the flipped bit only made a small letter of a digit.
func isSameDigit(frame []byte, i int) bool { return bytes.ToUpper(frame)[i] == golden[i] }

func FuzzScanner(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(golden[:9] + golden))
	f.Add([]byte("\x02\x02\x03" + golden[3:] + golden))
	f.Add([]byte("\x0213005D1DA532\x03"))
	form := regexp.MustCompile("\x02[0-9A-Fa-f]{12}\x03$")
	f.Fuzz(func(t *testing.T, input []byte) {
		var s scanner
		for i, b := range input {
			number, complete, err := s.feed(b)
			if err != nil && (complete || !errors.Is(err, drivers.ErrGarbled)) {
				t.Fatalf("complete %t with %v", complete, err)
			}
			frame := form.Find(input[:i+1])
			if complete != (frame != nil && good(frame)) {
				t.Fatalf("complete %t after %q", complete, input[:i+1])
			}
			if complete && fmt.Sprintf("%x", number) != string(bytes.ToLower(frame[1:11])) {
				t.Fatalf("%X from %q", number, frame)
			}
		}
		if got := hear(append(input, golden...)); len(got) == 0 || got[len(got)-1] != fmt.Sprintf("%X", goldenNumber) {
			t.Fatalf("after %q a good frame is not heard", input)
		}
	})
}

func good(frame []byte) bool {
	data, err := hex.DecodeString(string(frame[1:13]))
	return err == nil && data[0]^data[1]^data[2]^data[3]^data[4] == data[5]
}
