package modbus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"basemeter/drivers"
)

// A request is what both transports carry: so many bits or registers of a table.
type request struct {
	function Function
	address  uint16
	count    int
}

func (r request) String() string {
	return fmt.Sprintf("%d %v at 0x%04X", r.count, r.function, r.address)
}

// size is the number of data bytes that answer it.
func (r request) size() int {
	if r.function.bits() {
		return (r.count + 7) / 8
	}
	return 2 * r.count
}

// open takes the data out of the PDU that answers r.
func (r request) open(pdu []byte) ([]byte, error) {
	if len(pdu) < 2 {
		return nil, errShort
	}
	switch {
	case pdu[0] == r.function.code|0x80 && len(pdu) == 2 && pdu[1] != 0:
		return nil, Exception(pdu[1])
	case pdu[0] != r.function.code:
		return nil, errForeign
	case int(pdu[1]) != r.size() || len(pdu) != 2+r.size():
		return nil, errLength
	}
	return pdu[2:], nil
}

// A question is a request to one device, ready to be sent.
type question struct {
	request
	unit    byte
	frame   [8]byte       // unit, PDU, checksum: as RTU sends it; TCP leaves the checksum out
	timeout time.Duration // the longest wait for an answer
	pause   time.Duration // the silence the device wants before it
	tally   *drivers.Tally

	waited time.Duration // for an answer to begin, this time: what was learned, and timeout at most
}

func newQuestion(unit byte, r request) question {
	q := question{request: r, unit: unit}
	q.frame[0], q.frame[1] = unit, r.function.code
	binary.BigEndian.PutUint16(q.frame[2:], r.address)
	binary.BigEndian.PutUint16(q.frame[4:], uint16(r.count))
	binary.LittleEndian.PutUint16(q.frame[6:], checksum(q.frame[:6]))
	return q
}

// begins sets for how long the answer is worth waiting for, and no less than least.
func (q *question) begins(least time.Duration) {
	q.waited = min(max(q.tally.Patience(q.timeout), least), q.timeout)
}

// ended counts what became of the question. Took is from its end to the beginning of the answer, if there was one. A
// question that was cancelled has not ended.
func (q *question) ended(err error, took time.Duration) {
	switch {
	case err == nil:
		q.tally.Ended(drivers.Answered, took)
	case isRefusal(err):
		q.tally.Ended(drivers.Refused, took)
	case errors.Is(err, errLost):
		q.tally.Ended(drivers.Lost, 0)
	case errors.Is(err, drivers.ErrAbsent):
		q.tally.Ended(drivers.Silent, 0)
	case errors.Is(err, errChecksum):
		q.tally.Ended(drivers.Damaged, 0)
	case errors.Is(err, drivers.ErrGarbled):
		q.tally.Ended(drivers.Garbled, 0)
	}
}

// late is for how long after it was given up on an answer is still expected to turn up.
func (q *question) late() time.Duration { return q.waited / 2 }
