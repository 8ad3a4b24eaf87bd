package serial

import (
	"encoding/hex"

	"basemeter/drivers/badge"
)

// A frame of an RDM6300: STX, ten hex digits of number, two of checksum, ETX. The checksum is the XOR of the number's
// five bytes. STX and ETX cannot occur inside, so STX always begins a frame.
const (
	stx      = 0x02
	etx      = 0x03
	digits   = 12
	frameLen = 1 + digits + 1
)

type rdm6300 struct {
	held [frameLen]byte
	n    int // bytes held; 0 between frames
}

func (s *rdm6300) begun() bool { return s.n > 0 }
func (s *rdm6300) reset(bool)  { s.n = 0 }

// feed passes over noise between frames.
func (s *rdm6300) feed(b byte) (badge.Number, error) {
	if b == stx {
		broken := s.n > 0
		s.held[0], s.n = b, 1
		if broken {
			return badge.Number{}, errBroken
		}
		return badge.Number{}, nil
	}
	if s.n == 0 {
		return badge.Number{}, nil
	}
	s.held[s.n] = b
	s.n++
	if s.n < frameLen && isHex(b) {
		return badge.Number{}, nil
	}
	if s.n < frameLen || b != etx {
		s.n = 0
		return badge.Number{}, errBroken
	}
	s.n = 0
	return s.check()
}

// check decodes a frame that has the right form.
func (s *rdm6300) check() (badge.Number, error) {
	var data [digits / 2]byte
	if _, err := hex.Decode(data[:], s.held[1:1+digits]); err != nil {
		panic("serial: feed took what is no digit") // without err, which quotes the digit
	}
	var sum byte
	var number uint64
	for _, b := range data {
		sum ^= b
	}
	if sum != 0 { // five bytes and their XOR cancel out
		return badge.Number{}, errChecksum
	}
	for _, b := range data[:5] {
		number = number<<8 | uint64(b)
	}
	return badge.Bits(40, number), nil
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'F' || 'a' <= b && b <= 'f'
}
