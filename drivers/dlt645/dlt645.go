// Package dlt645 asks DL/T 645-2007 meters on a serial line that they may share with Modbus devices, and turns their
// digits into numbers. It does not know what a value means, nor when it is time to ask.
//
// It only reads. A control holds "read data" or "read the address" and has no room for anything else, so no other code
// ever reaches a wire.
//
// An answer names its meter and what it answers, so it is never taken for another one's. What it does not name is the
// moment at which it was asked for: see doubt.go. Its checksum is a sum of eight bits, which sees every single wrong
// bit and most of the rest; the parity of the line, the digits and the length that is known beforehand see more.
package dlt645

import (
	"errors"
	"fmt"

	"basemeter/drivers"
)

// A control says what a question is for.
type control bool

const (
	readData    control = false
	readAddress control = true
)

// code is from DL/T 645-2007, as are those of the answers: 0x80 more, and 0x40 more again for a refusal.
func (c control) code() byte {
	if c == readAddress {
		return 0x13
	}
	return 0x11
}

// Refusal is a meter's word that it will not answer. It does not say to what.
type Refusal byte

// Error says what the bits mean that a reader can meet.
func (r Refusal) Error() string {
	switch {
	case r&0x02 != 0:
		return fmt.Sprintf("refused with 0x%02X, no such data", byte(r))
	case r&0x04 != 0:
		return fmt.Sprintf("refused with 0x%02X, not allowed", byte(r))
	}
	return fmt.Sprintf("refused with 0x%02X", byte(r))
}

func isRefusal(err error) bool {
	_, ok := err.(Refusal)
	return ok
}

// What can become of a question, apart from an answer and a Refusal.
var (
	errClosed   = errors.New("closed")
	errSilent   = drivers.ErrAbsent
	errLength   = fmt.Errorf("%w: wrong length", drivers.ErrGarbled)
	errShort    = fmt.Errorf("%w: cut short", drivers.ErrGarbled)
	errChecksum = fmt.Errorf("%w: checksum", drivers.ErrGarbled)
	errNoise    = fmt.Errorf("%w: noise", drivers.ErrGarbled)
	errTwice    = fmt.Errorf("%w: answered twice", drivers.ErrGarbled)
	errDigits   = fmt.Errorf("%w: no digits", drivers.ErrGarbled)
)
