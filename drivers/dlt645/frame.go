package dlt645

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// A frame is: start, address, start, control, length, data, checksum, end. Up to four wake bytes come before it.
const (
	wake     = 0xFE
	start    = 0x68
	end      = 0x16
	shift    = 0x33 // is added to each byte of data
	headLen  = 10   // to the length byte
	shortest = headLen + 2
	longest  = 4 + shortest + 255
)

// An address is twelve digits, as sent: the last two first.
type address [6]byte

// anyone is the address that whoever is alone on the line answers to, when asked for its own.
var anyone = address{0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA}

func parseAddress(s string) (address, error) {
	var a address
	if len(s) != 2*len(a) {
		return a, fmt.Errorf("address %q: want 12 digits", s)
	}
	for i, r := range s {
		if r < '0' || r > '9' {
			return a, fmt.Errorf("address %q: want 12 digits", s)
		}
		a[len(a)-1-i/2] |= byte(r-'0') << (4 * (1 - i%2))
	}
	if s == "999999999999" {
		return a, fmt.Errorf("address %q: that is everybody's", s)
	}
	return a, nil
}

func (a address) String() string {
	return fmt.Sprintf("%02X%02X%02X%02X%02X%02X", a[5], a[4], a[3], a[2], a[1], a[0])
}

// digits is false for an address that no meter can have.
func (a address) digits() bool {
	_, err := parseAddress(a.String())
	return err == nil
}

// A question is what one frame asks.
type question struct {
	control
	address    address
	identifier uint32 // of data
}

func (q question) String() string {
	if q.control == readAddress {
		return "the address"
	}
	return fmt.Sprintf("%08X of %v", q.identifier, q.address)
}

// append puts q on the wire, behind the four wake bytes that a master sends.
func (q question) append(to []byte) []byte {
	to = append(to, wake, wake, wake, wake, start)
	from := len(to) - 1
	to = append(append(to, q.address[:]...), start, q.code(), 0)
	if q.control == readData {
		to[len(to)-1] = 4
		name := q.name()
		to = append(to, name[:]...)
	}
	return append(to, sum(to[from:]), end)
}

func sum(frame []byte) (s byte) {
	for _, b := range frame {
		s += b
	}
	return s
}

// measure is the length of the sound frame that rest begins with. If there is none, missing says how many bytes it
// takes, at the least, to tell or to complete one; 0 if nothing can make one of it.
func measure(rest []byte) (length, missing int) {
	switch {
	case rest[0] != start, len(rest) > 7 && rest[7] != start:
		return 0, 0
	case len(rest) < headLen:
		return 0, shortest - len(rest)
	}
	n := shortest + int(rest[9])
	switch {
	case len(rest) < n:
		return 0, n - len(rest)
	case rest[n-1] != end, sum(rest[:n-2]) != rest[n-2]:
		return 0, 0
	}
	return n, 0
}

// A find is what was found when an answer was looked for: its frame at from to to, or neither.
type find struct {
	from, to int
	missing  int // bytes, at the least, of a frame that has begun
	foreign  int // sound answers that stood before it: other meters', and other questions'
}

// look finds the answer to q in what was heard, whatever stands around it. Pauses tell nothing: adapters and schedulers
// make and hide them.
func (q question) look(heard []byte) (f find) {
	for i := 0; i < len(heard); i++ {
		n, missing := measure(heard[i:])
		switch frame := heard[i : i+n]; {
		case n == 0 && missing > 0 && (f.missing == 0 || missing < f.missing):
			f.missing = missing
		case n == 0:
		case q.answeredBy(frame):
			f.from, f.to = i, i+n
			return f
		default:
			if frame[8]&0x80 != 0 {
				f.foreign++
			} // else it is a question: the echo of our own, mostly
			i += n - 1
		}
	}
	return f
}

// answeredBy wants a sound frame.
func (q question) answeredBy(frame []byte) bool {
	if q.control == readData && address(frame[1:7]) != q.address {
		return false
	}
	data := frame[headLen : len(frame)-2]
	switch frame[8] &^ 0x20 { // the bit of an answer that goes on elsewhere
	case q.code() | 0xC0:
		return len(data) > 0
	case q.code() | 0x80:
		return q.control == readAddress && len(data) == len(q.address) ||
			q.control == readData && len(data) >= 4 && [4]byte(data) == q.name()
	}
	return false
}

// name is the identifier as it is sent.
func (q question) name() (b [4]byte) {
	binary.LittleEndian.PutUint32(b[:], q.identifier)
	for i := range b {
		b[i] += shift
	}
	return b
}

// open takes the data out of the frame that answers q: what follows the identifier, or the address.
func (q question) open(frame []byte) ([]byte, error) {
	data := frame[headLen : len(frame)-2]
	for i := range data {
		data[i] -= shift
	}
	switch {
	case frame[8]&0x40 != 0:
		return nil, Refusal(data[0])
	case q.control == readAddress:
		return data, nil
	}
	return data[4:], nil
}

// verdict says what is wrong with heard, in which no answer to q was found when the time was up. Others' sound frames,
// our own echo and wake bytes are silence.
func (q question) verdict(heard []byte) error {
	err := errSilent
	for i := 0; i < len(heard); i++ {
		rest := heard[i:]
		n, missing := measure(rest)
		switch {
		case n > 0:
			i += n - 1
		case rest[0] == wake:
		case missing > 0 && q.begins(rest):
			return errShort
		case q.begins(rest):
			return errChecksum
		default:
			err = errNoise
		}
	}
	return err
}

// begins reports whether rest looks like the beginning of an answer to q.
func (q question) begins(rest []byte) bool {
	n := min(len(rest), 7)
	return rest[0] == start && (q.control == readAddress || bytes.Equal(rest[1:n], q.address[:n-1]))
}
