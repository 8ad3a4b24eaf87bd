// Package modbus asks Modbus devices, over a serial line (RTU) or TCP, and turns their registers into numbers. It does
// not know what a value means, nor when it is time to ask.
//
// It only reads. A Function holds one of the four reading functions or nothing, and no other byte of function ever
// reaches a wire.
//
// Whatever happens on the wire, a value is only returned when the device gave it for this very question. TCP numbers
// its questions. RTU does not, so there it takes rules: see rtu.go and doubt.go.
package modbus

import (
	"errors"
	"fmt"

	"basemeter/drivers"
	"basemeter/drivers/port"
)

// Function says which of a device's four tables is read.
type Function struct{ code byte }

// FunctionOf is the function with this code: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers.
func FunctionOf(code int) (Function, error) {
	if code < 1 || code > 4 {
		return Function{}, fmt.Errorf("function %d does not read: want 1 to 4", code)
	}
	return Function{byte(code)}, nil
}

func (f Function) bits() bool { return f.code <= 2 }

// most is how many bits or registers fit one answer.
func (f Function) most() int {
	if f.bits() {
		return 2000
	}
	return 125
}

func (f Function) String() string {
	return [5]string{"nothing", "coils", "discrete inputs", "holding registers", "input registers"}[f.code]
}

// Exception is a device's refusal to answer.
type Exception byte

func (e Exception) Error() string {
	return fmt.Sprintf("exception %d, %s", byte(e), e.meaning())
}

// meaning is from the Modbus application protocol 1.1b3, section 7.
func (e Exception) meaning() string {
	switch e {
	case 1:
		return "illegal function"
	case 2:
		return "illegal data address"
	case 3:
		return "illegal data value"
	case 4:
		return "device failure"
	case 5:
		return "acknowledge"
	case 6:
		return "device busy"
	case 8:
		return "memory parity"
	case 10:
		return "gateway path unavailable"
	case 11:
		return "gateway target did not respond"
	}
	return "not in the standard"
}

// refusesForGood is a refusal that asking again would not change, as it may of a busy device (5, 6).
func refusesForGood(err error) bool {
	e, refused := err.(Exception)
	return refused && e != 5 && e != 6
}

func isRefusal(err error) bool {
	_, ok := err.(Exception)
	return ok
}

// What can become of a question, apart from an answer and an Exception.
var (
	errClosed   = errors.New("closed")
	errSilent   = drivers.ErrAbsent
	errLost     = port.ErrLost
	errNobody   = fmt.Errorf("the gateway reaches nobody: %w", drivers.ErrAbsent)
	errForeign  = fmt.Errorf("%w: another question's", drivers.ErrGarbled)
	errLength   = fmt.Errorf("%w: wrong length", drivers.ErrGarbled)
	errShort    = fmt.Errorf("%w: cut short", drivers.ErrGarbled)
	errChecksum = fmt.Errorf("%w: checksum", drivers.ErrGarbled)
	errNoise    = fmt.Errorf("%w: noise", drivers.ErrGarbled)
	errTwice    = fmt.Errorf("%w: answered twice", drivers.ErrGarbled)
)
