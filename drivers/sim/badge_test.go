package sim

import (
	"bytes"
	"testing"
)

// The first two are examples of a manual (Civintec CN56, 6.4.3 and 6.4.5), the next one of another encoder
// (wiegand-26bit-calculator-php: facility 99, card 999); the one of 37 bits was worked out by hand.
func TestSays(t *testing.T) {
	for _, c := range []struct {
		says func(uint64) []byte
		card uint64
		want string
	}{
		{nil, 0x13005D1DA5, golden},
		{WiegandBits(26), 0xD41B81, "1" + "110101000001101110000001" + "0\r\n"},
		{WiegandBits(34), 0x89D41B81, "1" + "10001001110101000001101110000001" + "1\r\n"},
		{WiegandHex(26), 99<<16 | 999, "0C607CF\r\n"},
		{WiegandHex(26), 0xFF<<24 | 99<<16 | 999, "0C607CF\r\n"}, // only 24 bits of it
		{WiegandBits(37), 1 << 17, "1" + "00000000000000000" + "1" + "00000000000000000" + "0\r\n"},
		{WiegandHex(37), 1 << 17, "1000040000\r\n"},
		{Line("ID=%010d\r", 32), 0x13005D1DA5, "ID=0006102437\r"},
		{Line("\n%010X\r", 40), 0x13005D1DA5, "\n13005D1DA5\r"},
	} {
		var wire bytes.Buffer
		b := BadgeReader{Wire: &wire, Says: c.says}
		if err := b.Show(t.Context(), c.card, 0); err != nil || wire.String() != c.want {
			t.Errorf("card %X: %q, %v, want %q", c.card, wire.String(), err, c.want)
		}
	}
}
