package serial

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

func newScanner(t testing.TB, c Config) scanner {
	c.MaxLine = 16
	s, err := kinds[c.Kind](c)
	if err != nil {
		t.Fatal(err)
	}
	s.reset(true)
	return s
}

func TestLines(t *testing.T) {
	const card = "13005D1DA5"
	for _, c := range []struct{ name, end, input, want string }{
		{"any end", "", card + "\r" + card + "\n" + card + "\x03" + card + "\x00", "[golden golden golden golden]"},
		{"CR LF", "", card + "\r\n" + card + "\r\n", "[golden golden]"},
		{"STX … CR LF ETX", "", "\x02" + card + "\r\n\x03\x02" + card + "\r\n\x03", "[golden golden]"},
		{"STX amid a line", "", card[:4] + "\x02" + card + "\r", "[broken golden]"},
		{"empty lines", "", "\r\n\r\n\x00", "[]"},
		{"mismatch", "", card + "0\r" + card + "\r", "[mismatch golden]"},
		{"not printable", "", "\xff" + card + "\r" + card + "\r", "[mismatch golden]"},
		{"long", "", strings.Repeat("0", 17) + "\r" + card + "\r", "[mismatch golden]"},
		{"not yet complete", "", card, "[]"},
		{"CR alone", "cr", card + "\r" + card + "\n" + card + "\r", "[golden mismatch]"},
		{"LF alone", "lf", card + "\n" + card + "\r\n", "[golden mismatch]"},
		{"ETX alone", "etx", "\x02" + card + "\x03\x02" + card + "\r\x03", "[golden mismatch]"},
		{"CR LF is one", "crlf", card + "\r\n\r\n" + card + "\r\n", "[golden golden]"},
		{"LF without CR", "crlf", card + "\n" + card + "\r\n" + card + "\r\n", "[mismatch golden]"},
		{"long before CR LF", "crlf", strings.Repeat("0", 30) + "\r\n" + card + "\r\n", "[mismatch golden]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScanner(t, Config{Kind: ASCII, Pattern: "([0-9A-F]{10})", Digits: "hex", End: c.end})
			if got := fmt.Sprint(hear(s, []byte(c.input))); got != c.want {
				t.Errorf("heard %s, want %s", got, c.want)
			}
		})
	}
}

func TestPattern(t *testing.T) {
	none := badge.Number{}
	for _, c := range []struct {
		pattern, digits, line string
		want                  badge.Number
	}{
		{`ID=(\d+) ?`, "decimal", "ID=0006102437 ", badge.Bits(32, 6102437)},
		{`(?P<card>\d+)(;.*)?`, "decimal", "0006102437;x", badge.Bits(32, 6102437)},
		{`([0-9A-F]{6})`, "hex", "5D1DA5", badge.Bits(24, 0x5D1DA5)}, // Priority 1 WIE232-A, of Wiegand 26
		{`(?P<facility>\d{3}),(?P<card>\d{5})`, "decimal", "093,07589", badge.Bits(24, 0x5D1DA5)},
		{`(?P<facility>..)-(?P<card>.{4})`, "hex", "5D-1DA5", badge.Bits(24, 0x5D1DA5)},
		{`(?P<facility>\d{3}),(?P<card>\d{5})`, "decimal", "256,07589", none},
		{`(?P<facility>\d{3}),(?P<card>\d{5})`, "decimal", "093,65536", none},
		{`(\w+)`, "decimal", "00061024A7", none},
		{`(\w+)`, "hex", "12", none},
		{`(\d+)?`, "decimal", "x", none},
		{`x|(\d+)`, "decimal", "x", none}, // the group took no part
		{`(\d+)|x`, "decimal", "0006102437x", none},
	} {
		p, err := compile(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		p.base = map[string]int{"hex": 16, "decimal": 10}[c.digits]
		got, err := p.decode([]byte(c.line))
		if got != c.want || (err == nil) == (got == none) || err != nil && !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("%s on %s: right %t, %v", c.pattern, c.line, got == c.want, err)
		}
	}
}

// Whatever comes, a number is the digits of a whole line, an error shows nothing of one, and the next line is heard.
func FuzzLines(f *testing.F) {
	f.Add([]byte("13005D1DA5\r\n0006102437\r\n"))
	f.Add([]byte("\x0213005D1DA5\x03\x02130\x02"))
	f.Add([]byte("5D1DA5\x0000\n\r12345678901234567\r"))
	f.Fuzz(func(t *testing.T, input []byte) {
		s := newScanner(t, Config{Kind: ASCII, Pattern: "([0-9A-Fa-f]+)", Digits: "hex"})
		for i, b := range input {
			number, err := s.feed(b)
			heard := input[:i]
			line := heard[bytes.LastIndexAny(heard, "\x02\r\n\x03\x00")+1:]
			sound := strings.ContainsRune("\r\n\x03\x00", rune(b)) && len(line) <= 16 && len(bytes.Trim(line, "0123456789ABCDEFabcdef")) == 0 && len(line) >= 4
			if sound != (number != badge.Number{}) || sound && !isHexOf(number, line) {
				t.Fatalf("a number %t after %q", number != badge.Number{}, input[:i+1])
			}
			wantNoDigits(t, input[:i+1], err)
		}
		if got := hear(s, []byte("\x0213005D1DA5\r")); len(got) == 0 || got[len(got)-1] != "golden" {
			t.Fatalf("after %q a good line is not heard", input)
		}
	})
}
