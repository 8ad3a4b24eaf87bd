package serial

import (
	"encoding/hex"
	"fmt"

	"basemeter/drivers"
)

// A frame of an RDM6300: STX, ten hex digits of number, two of checksum, ETX. The checksum is the XOR of the number's
// five bytes. STX and ETX cannot occur inside, so STX always begins a frame.
const (
	stx      = 0x02
	etx      = 0x03
	digits   = 12
	frameLen = 1 + digits + 1
)

var (
	errBroken   = fmt.Errorf("a frame broke off: %w", drivers.ErrGarbled)
	errChecksum = fmt.Errorf("a frame's checksum is wrong: %w", drivers.ErrGarbled)
)

// A scanner finds frames among what comes over the wire, wherever it begins to listen. What it holds must never be
// shown: it is a card's number.
type scanner struct {
	held [frameLen]byte
	n    int // bytes held; 0 between frames
}

// feed takes one byte and tells whether it completed a frame. An error names a frame that was begun and is lost; noise
// between frames is none. After either the scanner is ready for more.
func (s *scanner) feed(b byte) (number [5]byte, complete bool, err error) {
	if b == stx {
		if s.n > 0 {
			err = errBroken
		}
		s.held[0], s.n = b, 1
		return number, false, err
	}
	if s.n == 0 {
		return number, false, nil
	}
	s.held[s.n] = b
	s.n++
	if s.n < frameLen && isHex(b) {
		return number, false, nil
	}
	if s.n < frameLen || b != etx {
		s.n = 0
		return number, false, errBroken
	}
	s.n = 0
	return s.check()
}

// check decodes a frame that has the right form.
func (s *scanner) check() (number [5]byte, ok bool, err error) {
	var data [digits / 2]byte
	if _, err := hex.Decode(data[:], s.held[1:1+digits]); err != nil {
		panic("serial: feed took what is no digit") // without err, which quotes the digit
	}
	var sum byte
	for _, b := range data {
		sum ^= b
	}
	if sum != 0 { // five bytes and their XOR cancel out
		return number, false, errChecksum
	}
	return [5]byte(data[:5]), true, nil
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'F' || 'a' <= b && b <= 'f'
}
