package modbus

import (
	"errors"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/port"
)

// RTU is a line of devices on a serial port, which it may share with meters of another protocol. A port that is not
// there is a state: its sources are absent.
//
// A line keeps its wire's time, and so must whoever simulates one: where a late answer is to be feared, one that ends
// sooner than its bits can have passed is dropped.
func RTU(p *port.Port, now func() drivers.Instant) *Line {
	r := &rtu{port: p, char: p.Settings().Char(), gap: p.Settings().Gap()}
	// A request has eight characters, its answer five beside the registers, and a silence is before each.
	return newLine(r, price{13*r.char + 2*r.gap, 2 * r.char}, now)
}

// An rtu has no frame boundaries but the length that the question implies, and no word on which question an answer
// belongs to but the silence around both.
type rtu struct {
	port *port.Port
	char time.Duration // one character on the wire
	gap  time.Duration // the silence between two frames

	owed [256]debts // what each unit may still answer
	buf  [512]byte
}

func (r *rtu) Lock()   { r.port.Lock() }
func (r *rtu) Unlock() { r.port.Unlock() }
func (r *rtu) join()   { r.port.Join() }
func (r *rtu) leave()  { r.port.Leave() }

func (r *rtu) exchange(w wait, q *question) ([]byte, error) {
	for {
		fresh, err := r.port.Open()
		if err != nil {
			return nil, err
		}
		q.begins(0)
		if err = r.silence(w, q); err == nil {
			return r.converse(w, q)
		}
		q.ended(err, 0)
		if !errors.Is(err, errLost) {
			return nil, err
		}
		r.port.Close()
		if fresh {
			return nil, err
		}
		// It may have been plugged in again since.
	}
}

// converse leaves the line such that whoever speaks next may rely on it.
func (r *rtu) converse(w wait, q *question) ([]byte, error) {
	data, took, err := r.ask(w, q)
	q.ended(err, took)
	r.book(q, err)
	switch {
	case err == nil || isRefusal(err):
		return data, err
	case errors.Is(err, errLost):
		r.port.Close()
		return nil, err
	}
	r.port.Active, r.port.Hush = time.Now(), q.late()
	r.port.Drop() // nothing piles up there, so no Write blocks
	return nil, err
}

// silence waits until the line has been silent for as long as it has to be.
func (r *rtu) silence(w wait, q *question) error {
	end := time.Now().Add(r.port.Hush + q.pause + q.timeout)
	for {
		n, err := r.port.Read(r.buf[:], r.port.Active.Add(max(r.port.Hush, r.gap, q.pause)), w.over)
		if n == 0 || err != nil {
			return err
		}
		if r.port.Hush = max(r.port.Hush, q.late()); r.port.Active.After(end) {
			return errNoise
		}
	}
}

// ask sends q and sleeps while the answer passes, unless an early one has to be seen as such. Took is how long it was
// waited for.
func (r *rtu) ask(w wait, q *question) (data []byte, took time.Duration, err error) {
	q.tally.Asked()
	sent := time.Now()
	if err := r.port.Write(q.frame[:]); err != nil {
		return nil, 0, err
	}
	sent = sent.Add(time.Duration(len(q.frame)) * r.char)
	if !r.owes(q) {
		if err := w.sleep(sent.Add(r.gap + r.passes(q.size()))); err != nil {
			return nil, 0, err
		}
	}
	data, err = r.listen(w, q, sent)
	return data, max(0, r.port.Active.Sub(sent)-r.passes(len(data))), err
}

// passes is the time that an answer of so many data bytes takes on the wire.
func (r *rtu) passes(size int) time.Duration { return time.Duration(5+size) * r.char }

// listen waits for the answer to q, which was sent by then, whatever else is heard.
func (r *rtu) listen(w wait, q *question, sent time.Time) ([]byte, error) {
	// Whatever begins in time has passed by then. When it began cannot be seen: an adapter may hand it over in one piece.
	heard, end := r.buf[:0], sent.Add(q.waited+r.passes(q.size()))
	for len(heard) < len(r.buf) {
		n, err := r.port.Read(r.buf[len(heard):], end, w.over)
		switch {
		case err != nil:
			return nil, err
		case n == 0:
			return nil, verdict(heard, q)
		}
		heard = r.buf[:len(heard)+n]
		from, to := find(heard, q)
		switch {
		case to == 0: // the rest is on its way, as it seems
			if err := w.sleep(r.port.Active.Add(r.passes(q.size()) - time.Duration(len(heard))*r.char)); err != nil {
				return nil, err
			}
		case r.port.Active.Before(sent.Add(r.passes(q.size()))): // the wire cannot have brought it since it was asked for
			q.tally.Dropped()
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
	r.port.Hush = 0
	if echo := string(heard[:from]) == string(q.frame[:]); from > 0 && !echo || to < len(heard) {
		q.tally.Dropped()
		r.port.Hush = q.late()
	}
	return q.open(heard[from+1 : to-2])
}
