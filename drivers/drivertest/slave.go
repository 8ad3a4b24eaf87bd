package drivertest

import (
	"encoding/binary"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A Slave is a Modbus device at the far end of a wire. Its functions are called by its own goroutines.
type Slave struct {
	Unit  byte
	Value func(function byte, address uint16) (value uint16, ok bool) // called when the question comes; not ok: exception 2
	Fault func() Fault                                                // called once a question; nil: no faults
	Delay time.Duration                                               // from the question to the answer
	Late  time.Duration                                               // how much more a late answer takes
	Baud  int                                                         // RTU: keep the time of such a wire, at 8N1; 0: answer at once

	Asked atomic.Int64 // questions
	Early atomic.Int64 // RTU with Baud: those that came within 3.5 characters of the answer before
}

// A question to a slave, as it was when it came.
type question struct {
	function       byte
	address, count uint16
	frame          []byte // as it stood on the wire
	fault          Fault
	answer         []byte // its PDU
	at             time.Time
}

func (s *Slave) take(pdu, frame []byte) *question {
	q := &question{
		function: pdu[0],
		address:  binary.BigEndian.Uint16(pdu[1:]),
		count:    binary.BigEndian.Uint16(pdu[3:]),
		frame:    frame,
		at:       time.Now(),
	}
	s.Asked.Add(1)
	if s.Fault != nil {
		q.fault = s.Fault()
	}
	switch q.fault {
	case Refusal:
		q.answer = []byte{q.function | 0x80, 4}
	case WrongLength:
		q.answer = s.read(q, q.count+16)
	default:
		q.answer = s.read(q, q.count)
	}
	return q
}

// read is the PDU that answers q with count registers or bits.
func (s *Slave) read(q *question, count uint16) []byte {
	perByte, bytes := 8, (int(count)+7)/8
	if q.function > 2 {
		perByte, bytes = 0, 2*int(count)
	}
	if q.function < 1 || q.function > 4 || bytes > 255 {
		return []byte{q.function | 0x80, 1}
	}
	pdu := append(make([]byte, 0, 260), q.function, byte(bytes))
	for i := range count {
		value, ok := s.Value(q.function, q.address+i)
		switch {
		case !ok:
			return []byte{q.function | 0x80, 2}
		case perByte == 0:
			pdu = append(pdu, byte(value>>8), byte(value))
		case i%8 == 0:
			pdu = append(pdu, byte(value&1))
		default:
			pdu[len(pdu)-1] |= byte(value&1) << (i % 8)
		}
	}
	return pdu
}

// delay is how long the device thinks about q.
func (s *Slave) delay(q *question) time.Duration {
	if q.fault == Late {
		return s.Delay + s.Late
	}
	return s.Delay
}

// A stop ends a slave's pauses.
type stop chan struct{}

func (s stop) pause(until time.Time) bool {
	select {
	case <-s:
		return false
	case <-time.After(time.Until(until) - 2*time.Millisecond):
	}
	if left := time.Until(until); left > 0 { // a wire is punctual, a runtime's timer a millisecond late
		rest := syscall.NsecToTimespec(int64(left))
		syscall.Nanosleep(&rest, nil)
	}
	return true
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
