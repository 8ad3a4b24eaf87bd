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
	"strings"

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

// Random tells whether a number is one that a card makes anew each time it is given power, so that nobody can be known
// again by it. A UID of four bytes whose first is 08h is such a number (ISO/IEC 14443-3; NXP AN10927 rev. 4.1): phones have
// one, and cards that were set to. This sees it where a reader tells all four bytes, the first one first. Of others only
// a second look tells, after the card was out of the field; and of 125 kHz cards one in 256 looks the same by chance.
func (n Number) Random() bool {
	form, digits, _ := strings.Cut(n.form, ":")
	switch {
	case form == "32 bits":
		return strings.HasPrefix(digits, "08")
	case strings.HasSuffix(form, " decimals"): // printed without leading zeros, or with more of them than we expect
		value, err := strconv.ParseUint(digits, 10, 32)
		return err == nil && value>>24 == 0x08
	}
	return false
}

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

// Wiegand is a number that is written as the two parts that a Wiegand frame of 26 bits has, a facility of 8 bits and a
// card of 16, as 061,02437 is.
func Wiegand(text []byte) (Number, error) {
	facility, card, _ := bytes.Cut(text, []byte(","))
	return Pair(facility, card, 10)
}

// Pair is Wiegand of the two parts, in digits of that base.
func Pair(facility, card []byte, base int) (Number, error) {
	f, err := strconv.ParseUint(string(facility), base, 8)
	c, err2 := strconv.ParseUint(string(card), base, 16)
	if err != nil || err2 != nil { // neither of which is shown: they quote the digits
		return Number{}, fmt.Errorf("a facility and a card that are no numbers of 8 and 16 bits: %w", drivers.ErrGarbled)
	}
	return Bits(24, f<<16|c), nil
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
func (n Number) Pseudonym(key Key) string {
	mac := hmac.New(sha256.New, key[:])
	io.WriteString(mac, n.form)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
