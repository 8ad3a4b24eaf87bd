package serial

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// golden is the frame of the manual: card 13 005D1DA5, checksum F6.
const golden = "\x0213005D1DA5F6\x03"

var goldenNumber = badge.Bits(40, 0x13005D1DA5)

// hear is what a scanner makes of bytes: "golden", "other" or what is wrong with each frame.
func hear(s scanner, input []byte) []string {
	var heard []string
	for _, b := range input {
		number, err := s.feed(b)
		switch {
		case errors.Is(err, errBroken):
			heard = append(heard, "broken")
		case errors.Is(err, errChecksum):
			heard = append(heard, "checksum")
		case errors.Is(err, errParity):
			heard = append(heard, "parity")
		case err != nil:
			heard = append(heard, "mismatch")
		case number == goldenNumber:
			heard = append(heard, "golden")
		case number != badge.Number{}:
			heard = append(heard, "other")
		}
	}
	return heard
}

func TestRDM6300(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"golden", golden, "[golden]"},
		{"twice", golden + golden, "[golden golden]"},
		{"small letters", "\x0213005d1da5f6\x03", "[golden]"},
		{"all zero", "\x02000000000000\x03", "[other]"},
		{"noise between frames is nothing", "\xff3F" + golden + "\x03\x0312" + golden, "[golden golden]"},
		{"listening from the middle", golden[5:] + golden, "[golden]"},
		{"sum instead of XOR", "\x0213005D1DA532\x03", "[checksum]"},
		{"one digit wrong", "\x0213005D1DA4F6\x03" + golden, "[checksum golden]"},
		{"a letter that is no digit", "\x0213005G1DA5F6\x03" + golden, "[broken golden]"},
		{"cut short", golden[:9] + golden, "[broken golden]"},
		{"a byte missing", golden[:4] + golden[5:] + golden, "[broken golden]"},
		{"a byte too many", golden[:13] + "0" + golden[13:] + golden, "[broken golden]"},
		{"a stray STX", "\x02" + golden, "[broken golden]"},
		{"not yet complete", golden[:13], "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(hear(&rdm6300{}, []byte(c.input))); got != c.want {
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
		for _, heard := range hear(&rdm6300{}, frame) {
			if heard != "broken" && heard != "checksum" && !isSameDigit(frame, bit/8) {
				t.Errorf("bit %d wrong: heard %s", bit, heard)
			}
		}
	}
}

// isSameDigit tells whether the flipped bit only made a small letter of a digit.
func isSameDigit(frame []byte, i int) bool { return bytes.ToUpper(frame)[i] == golden[i] }

func FuzzRDM6300(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(golden[:9] + golden))
	f.Add([]byte("\x02\x02\x03" + golden[3:] + golden))
	f.Add([]byte("\x0213005D1DA532\x03"))
	form := regexp.MustCompile("\x02[0-9A-Fa-f]{12}\x03$")
	f.Fuzz(func(t *testing.T, input []byte) {
		var s rdm6300
		for i, b := range input {
			number, err := s.feed(b)
			complete := number != badge.Number{}
			if err != nil && (complete || !errors.Is(err, drivers.ErrGarbled)) {
				t.Fatalf("complete %t with %v", complete, err)
			}
			frame := form.Find(input[:i+1])
			if complete != (frame != nil && good(frame)) {
				t.Fatalf("complete %t after %q", complete, input[:i+1])
			}
			if complete && !isHexOf(number, frame[1:11]) {
				t.Fatalf("another number from %q", frame)
			}
			wantNoDigits(t, input[:i+1], err)
		}
		if got := hear(&s, []byte(golden)); len(got) == 0 || got[len(got)-1] != "golden" {
			t.Fatalf("after %q a good frame is not heard", input)
		}
	})
}

func good(frame []byte) bool {
	data, err := hex.DecodeString(string(frame[1:13]))
	return err == nil && data[0]^data[1]^data[2]^data[3]^data[4] == data[5]
}

func isHexOf(n badge.Number, digits []byte) bool {
	want, err := badge.Hex(digits)
	return err == nil && n == want
}

// wantNoDigits holds that an error shows nothing, four characters in a row, of a number that was sent.
func wantNoDigits(t *testing.T, sent []byte, err error) {
	t.Helper()
	if err == nil {
		return
	}
	said := err.Error()
	for i := range len(sent) - 3 {
		four := sent[i : i+4]
		if len(bytes.Trim(four, "0123456789ABCDEFabcdef")) == 0 && bytes.ContainsAny(four, "0123456789") && bytes.Contains([]byte(said), four) {
			t.Fatalf("%q says %s", sent, said)
		}
	}
}
