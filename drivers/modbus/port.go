package modbus

import (
	"fmt"
	"time"

	"go.bug.st/serial"

	"basemeter/drivers"
)

// open reports whether it had to open the port.
func (r *rtu) open() (fresh bool, err error) {
	if r.port != nil {
		return false, nil
	}
	mode := &serial.Mode{BaudRate: r.serial.Baud, DataBits: 8}
	switch r.serial.Parity {
	case "even":
		mode.Parity = serial.EvenParity
	case "odd":
		mode.Parity = serial.OddParity
	}
	if r.serial.StopBits == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	port, err := serial.Open(r.serial.Port, mode)
	if err != nil {
		return false, fmt.Errorf("open %s: %w: %w", r.serial.Port, drivers.ErrAbsent, err)
	}
	r.port, r.active = port, time.Now()
	return true, nil
}

func (r *rtu) close() {
	if r.port == nil {
		return
	}
	r.port.ResetOutputBuffer() // a driver waits up to 30 s for bytes that nobody takes
	r.port.Close()
	r.port = nil
}

// hear reads what comes before until; nothing (and no error) when the time is up.
func (r *rtu) hear(w wait, into []byte, until time.Time) (int, error) {
	for {
		if err := w.over(); err != nil {
			return 0, err
		}
		left := max(0, time.Until(until))
		r.port.SetReadTimeout(min(left, nap))
		n, err := r.read(into)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", errLost, err)
		}
		if n > 0 {
			r.active = time.Now()
			return n, nil
		}
		if left <= nap {
			return 0, nil
		}
	}
}

// read survives a descriptor beyond 1023, at which go.bug.st panics.
func (r *rtu) read(into []byte) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read port: %v", p)
		}
	}()
	return r.port.Read(into)
}
