package badge

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"

	"basemeter/drivers"
)

// A Number is a card's number, as much of it as a reader tells. Two are equal, and have one pseudonym, if they are the
// same information: the same value in as many bits.
//
//	40 bits   RDM6300; ten hex digits
//	32 bits   Wiegand 34; eight hex digits; ten decimal digits, if 32 bits hold them
//	24 bits   Wiegand 26; six hex digits; a facility and a card of 8 and 16 bits
//	35 bits   Wiegand 37
//
// The 24 bits of an EM4100 card are part of its 32, and these of its 40; yet other cards have the same part, so they
// are different numbers: a base whose readers tell different parts sees one card as two. So does one whose readers
// turn the bytes around, as some do with a MIFARE card's. Decimal digits of any other count are a number of their own,
// because they may be two numbers in a row (three digits of facility, five of card).
type Number struct{ form string }

// Format shows no number, whatever the verb.
func (n Number) Format(f fmt.State, _ rune) { io.WriteString(f, "a card") }

// Bits is a number of so many bits.
func Bits(bits int, value uint64) Number {
	digits := (bits + 3) / 4
	return ofBits(bits, fmt.Sprintf("%0*X", digits, value))
}

// ofBits names 40 bits after the reader that was the first: what was stored of its cards stays comparable.
func ofBits(bits int, hex string) Number {
	if bits == 40 {
		return Number{"rdm6300:" + hex}
	}
	return Number{fmt.Sprintf("%d bits:%s", bits, hex)}
}

// Of what is written as digits. Fewer are a key that somebody pressed; a UID has ten bytes at most.
const (
	minDigits = 4
	maxDigits = 20
)

// Hex is a number that is written in hexadecimal digits, four bits each.
func Hex(digits []byte) (Number, error) {
	if err := check(digits, isHex); err != nil {
		return Number{}, err
	}
	return ofBits(4*len(digits), string(bytes.ToUpper(digits))), nil
}

// Decimal is a number that is written in decimal digits.
func Decimal(digits []byte) (Number, error) {
	if err := check(digits, isDecimal); err != nil {
		return Number{}, err
	}
	if value, err := strconv.ParseUint(string(digits), 10, 64); err == nil && len(digits) == 10 && value <= math.MaxUint32 {
		return Bits(32, value), nil
	}
	return Number{fmt.Sprintf("%d decimals:%s", len(digits), digits)}, nil
}

// check tells where digits are wrong, never which they are.
func check(digits []byte, good func(byte) bool) error {
	if n := len(digits); n < minDigits || n > maxDigits {
		return fmt.Errorf("%d digits, where a card has %d to %d: %w", n, minDigits, maxDigits, drivers.ErrGarbled)
	}
	for i, b := range digits {
		if !good(b) {
			return fmt.Errorf("character %d of %d is no digit: %w", i+1, len(digits), drivers.ErrGarbled)
		}
	}
	return nil
}

func isDecimal(b byte) bool { return '0' <= b && b <= '9' }

func isHex(b byte) bool { return isDecimal(b) || 'A' <= b && b <= 'F' || 'a' <= b && b <= 'f' }

// Pseudonym is what a number is called outside: the same card, under the same key, always the same.
func (n Number) Pseudonym(key []byte) string {
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, n.form)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
