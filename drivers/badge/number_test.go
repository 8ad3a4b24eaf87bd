package badge

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"basemeter/drivers"
)

// goldenCard is the card 13 005D1DA5 of RDM6300's manual under the key 00 01 … 1F, worked out with Python's hmac.
const goldenCard = "25720e770e741eadb2e1ee62d3ac9456"

func TestPseudonym(t *testing.T) {
	golden := Bits(40, 0x13005D1DA5)
	if got := golden.Pseudonym(testKey()); got != goldenCard {
		t.Errorf("%s, want %s: what was stored is not comparable any more", got, goldenCard)
	}
	if golden.Pseudonym(Key{1}) == goldenCard {
		t.Error("two keys, one pseudonym")
	}
}

// The same information is the same number, however it is written; another amount of it is another number.
func TestNumbers(t *testing.T) {
	hex, decimal := must(Hex), must(Decimal)
	same := [][]Number{
		{Bits(40, 0x13005D1DA5), hex("13005D1DA5"), hex("13005d1da5")},
		{Bits(32, 0x005D1DA5), hex("005D1DA5"), decimal("0006102437")},
		{Bits(24, 0x5D1DA5), hex("5D1DA5"), must(Wiegand)("093,07589"), must(Wiegand)("93,7589")},
		{Bits(35, 0x005D1DA5)},
		{decimal("6102437")},
		{decimal("06102437")}, // which may be facility 61 and card 2437
		{decimal("9999999999")},
		{hex("0006102437")}, // as decimals it is another card
		{hex("5D1DA50")},
	}
	for i, numbers := range same {
		for _, n := range numbers {
			for j, others := range same {
				if equal := n == others[0]; equal != (i == j) {
					t.Errorf("group %d and %d: equal %t", i, j, equal)
				}
			}
		}
	}
}

func must(parse func([]byte) (Number, error)) func(string) Number {
	return func(digits string) Number {
		n, err := parse([]byte(digits))
		if err != nil {
			panic(err)
		}
		return n
	}
}

// As readers write the same four bytes of a UID, those that begin with 08 are random, whatever else there is.
func TestRandomNumbers(t *testing.T) {
	hex, decimal := must(Hex), must(Decimal)
	for _, c := range []struct {
		n    Number
		want bool
	}{
		{hex("08A1B2C3"), true},
		{hex("08a1b2c3"), true},
		{Bits(32, 0x08000000), true},
		{Bits(32, 0x08FFFFFF), true},
		{decimal("0144814787"), true}, // 08A1B2C3
		{decimal("144814787"), true},
		{decimal("00144814787"), true},
		{hex("07FFFFFF"), false},
		{hex("09000000"), false},
		{hex("88A1B2C3"), false},
		{hex("C3B2A108"), false},       // by a reader that turns the bytes around: only a second look tells
		{hex("08A1B2C3D4E5F6"), false}, // seven bytes: 08 is who made it
		{hex("0800A1B2C3"), false},     // a 125 kHz card
		{Bits(24, 0x08A1B2), false},
		{Bits(35, 0x08A1B2C3), false},
		{decimal("08123456"), false},
		{Number{}, false},
	} {
		if got := c.n.Random(); got != c.want {
			t.Errorf("%s: random %t", c.n.form, got)
		}
	}
}

func TestNoNumber(t *testing.T) {
	for _, c := range []struct {
		parse        func([]byte) (Number, error)
		digits, want string
	}{
		{Hex, "", "0 digits"},
		{Hex, "5D1", "3 digits"},
		{Hex, strings.Repeat("5", 21), "21 digits"},
		{Hex, "13005G1DA5", "character 6 of 10"},
		{Decimal, "610243A", "character 7 of 7"},
		{Decimal, "+6102437", "character 1 of 8"},
		{Wiegand, "256,02437", "8 and 16 bits"},
		{Wiegand, "061,65536", "8 and 16 bits"},
		{Wiegand, "06102437", "8 and 16 bits"},
		{Wiegand, "061,024,37", "8 and 16 bits"},
	} {
		if n, err := c.parse([]byte(c.digits)); n != (Number{}) || !errors.Is(err, drivers.ErrGarbled) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.digits, err, c.want)
		}
	}
}

// Whatever is made of digits, right or wrong, nothing that it says holds four of them in a row.
func TestNumbersStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9A-Fa-fG-Z,]{0,24}`).Draw(t, "digits")
		for _, parse := range []func([]byte) (Number, error){Hex, Decimal, Wiegand} {
			n, err := parse([]byte(digits))
			inside := struct{ N Number }{n}
			said := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %v", n, n, n, n, n, n, n, inside, err)
			for i := range max(0, len(digits)-3) {
				if strings.Contains(said, digits[i:i+4]) {
					t.Fatalf("%q says %q", digits, said)
				}
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add([]byte("13005D1DA5"))
	f.Add([]byte("0006102437"))
	f.Add([]byte("04A1B2C3D4E5F6"))
	f.Add([]byte("061,02437"))
	f.Fuzz(func(t *testing.T, digits []byte) {
		for name, parse := range map[string]func([]byte) (Number, error){"hex": Hex, "decimal": Decimal, "wiegand": Wiegand} {
			n, err := parse(digits)
			if (n == Number{}) == (err == nil) {
				t.Fatalf("%s: a number %t with %v", name, n != (Number{}), err)
			}
			if again, _ := parse(bytes.ToLower(digits)); err == nil && again != n {
				t.Fatalf("%s: %q is another number in small letters", name, digits)
			}
			if err != nil && (len(digits) > 3 && strings.Contains(err.Error(), string(digits)) || !errors.Is(err, drivers.ErrGarbled)) {
				t.Fatalf("%s: %q says %v", name, digits, err)
			}
		}
	})
}
