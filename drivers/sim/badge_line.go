package sim

import (
	"fmt"
	"math/bits"
)

// WiegandBits is what a converter sends that prints each bit of a Wiegand frame of 26, 34 or 37 bits.
func WiegandBits(n int) func(card uint64) []byte {
	return func(card uint64) []byte { return fmt.Appendf(nil, "%0*b\r\n", n, wiegand(n, card)) }
}

// WiegandHex is what a converter sends that prints the whole frame, its parity included, in hexadecimal.
func WiegandHex(n int) func(card uint64) []byte {
	return func(card uint64) []byte { return fmt.Appendf(nil, "%0*X\r\n", (n+3)/4, wiegand(n, card)) }
}

// wiegand is a frame of n bits: even parity over the first half of the data, the data, odd parity over the second half.
// The halves of an odd number share the bit in the middle.
func wiegand(n int, card uint64) uint64 {
	size := n - 2
	half := (size + 1) / 2
	card &= 1<<size - 1
	even := uint64(bits.OnesCount64(card>>(size-half)) % 2)
	odd := uint64(1 - bits.OnesCount64(card&(1<<half-1))%2)
	return even<<(n-1) | card<<1 | odd
}

// Line is what a reader sends that prints a line a card, with the card's lower bits as the format says: "ID=%010d\r\n".
func Line(format string, n int) func(card uint64) []byte {
	return func(card uint64) []byte { return fmt.Appendf(nil, format, card&(1<<n-1)) }
}
