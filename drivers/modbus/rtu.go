package modbus

import (
	"errors"
	"fmt"
	"time"

	"go.bug.st/serial"

	"basemeter/drivers"
)

// Serial is a serial port with eight data bits.
type Serial struct {
	Port     string // /dev/serial/by-id/…
	Baud     int
	Parity   string // none (or empty), even, odd
	StopBits int    // 1 (or 0), 2
}

// RTU is a line of devices on a serial port. A port that is not there is a state: its sources are absent.
//
// A line keeps its wire's time, and so must whoever simulates one: where a late answer is to be feared, one that ends
// sooner than its bits can have passed is dropped.
func RTU(s Serial, now func() drivers.Instant) *Line {
	bits := 10
	if s.Parity == "even" || s.Parity == "odd" {
		bits++
	}
	if s.StopBits == 2 {
		bits++
	}
	r := &rtu{serial: s, char: time.Second * time.Duration(bits) / time.Duration(s.Baud)}
	r.gap = 1750 * time.Microsecond
	if s.Baud <= 19200 {
		r.gap = time.Second * 77 / 2 / time.Duration(s.Baud) // 3.5 characters of the standard's 11 bits
	}
	r.hush = r.gap
	return newLine(r, now)
}

// An rtu has no frame boundaries but the length that the question implies, and no word on which question an answer
// belongs to but the silence around both.
type rtu struct {
	serial Serial
	port   serial.Port   // nil while closed
	char   time.Duration // one character on the wire
	gap    time.Duration // the silence between two frames

	active time.Time     // when the line was last heard, or given up on
	hush   time.Duration // the silence that has to follow: gap, or after anything unclean the time of a late answer
	owed   [256]debts    // what each unit may still answer
	buf    [512]byte
}

func (r *rtu) exchange(w wait, q *question) ([]byte, error) {
	for {
		fresh, err := r.open()
		if err != nil {
			return nil, err
		}
		data, err := r.converse(w, q)
		q.counts.ended(err)
		if !errors.Is(err, errLost) {
			return data, err
		}
		r.close()
		if fresh {
			return nil, err
		}
		// It may have been plugged in again since.
	}
}

func (r *rtu) converse(w wait, q *question) ([]byte, error) {
	if err := r.silence(w, q); err != nil {
		return nil, err
	}
	data, err := r.ask(w, q)
	if err == nil || isRefusal(err) {
		return data, err
	}
	if !errors.Is(err, errChecksum) { // that was the answer
		r.owe(q)
	}
	r.active, r.hush = time.Now(), q.late()
	r.port.ResetOutputBuffer() // nothing piles up there, so no Write blocks
	return nil, err
}

// silence waits until the line has been silent for as long as it has to be.
func (r *rtu) silence(w wait, q *question) error {
	end := time.Now().Add(r.hush + q.timeout)
	for {
		n, err := r.hear(w, r.buf[:], r.active.Add(r.hush))
		if n == 0 || err != nil {
			return err
		}
		if r.hush = max(r.hush, q.late()); r.active.After(end) {
			return errNoise
		}
	}
}

// ask sends q and sleeps while the answer passes, unless an early one has to be seen as such.
func (r *rtu) ask(w wait, q *question) ([]byte, error) {
	q.counts.requests.Add(1)
	sent := time.Now()
	if _, err := r.port.Write(q.frame[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	sent = sent.Add(time.Duration(len(q.frame)) * r.char)
	if !r.owes(q) {
		if err := w.sleep(sent.Add(r.gap + r.passes(q))); err != nil {
			return nil, err
		}
	}
	return r.listen(w, q, sent)
}

// passes is the time that the answer to q takes on the wire.
func (r *rtu) passes(q *question) time.Duration { return time.Duration(5+q.size()) * r.char }

// listen waits for the answer to q, which was sent by then, whatever else is heard.
func (r *rtu) listen(w wait, q *question, sent time.Time) ([]byte, error) {
	heard, end := r.buf[:0], sent.Add(q.timeout)
	for len(heard) < len(r.buf) {
		n, err := r.hear(w, r.buf[len(heard):], end)
		switch {
		case err != nil:
			return nil, err
		case n == 0:
			return nil, verdict(heard, q)
		case len(heard) == 0:
			end = end.Add(r.passes(q)) // it began in time
		}
		heard = r.buf[:len(heard)+n]
		from, to := find(heard, q)
		switch {
		case to == 0: // the rest is on its way, as it seems
			if err := w.sleep(r.active.Add(r.passes(q) - time.Duration(len(heard))*r.char)); err != nil {
				return nil, err
			}
		case r.active.Before(sent.Add(r.passes(q))): // the wire cannot have brought it since it was asked for
			q.counts.foreign.Add(1)
			heard = heard[:0]
		default:
			return r.accept(heard, from, to, q)
		}
	}
	return nil, errNoise
}

// accept takes the answer that stands at heard[from:to], unless another one follows it.
func (r *rtu) accept(heard []byte, from, to int, q *question) ([]byte, error) {
	if _, more := find(heard[to:], q); more > 0 {
		return nil, errTwice
	}
	r.hush = r.gap
	if echo := string(heard[:from]) == string(q.frame[:]); from > 0 && !echo || to < len(heard) {
		q.counts.foreign.Add(1)
		r.hush = q.late()
	}
	return q.open(heard[from+1 : to-2])
}
