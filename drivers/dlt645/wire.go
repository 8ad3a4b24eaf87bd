package dlt645

import (
	"bytes"
	"errors"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/port"
)

// A turn is one question, from the silence before it to its end.
type turn struct {
	wait
	*meter
	question
	patience time.Duration // until the answer begins
	sent     time.Time     // when the last byte of the question has passed
}

// late is for how long after its time is up the line is left to an answer.
func (t *turn) late() time.Duration { return t.patience / 2 }

// exchange asks q, and hands the data of its answer to take, unless that is nil: valid until take returns.
func (l *Line) exchange(w wait, m *meter, q question, take func([]byte) error) error {
	for {
		fresh, err := l.port.Open()
		if err != nil {
			return err
		}
		t := &turn{wait: w, meter: m, question: q, patience: m.tally.Patience(m.timeout)}
		if err = l.silence(w, m, 0); err == nil {
			err = l.converse(t, take)
		}
		if !errors.Is(err, port.ErrLost) {
			return err
		}
		l.port.Close()
		if fresh {
			return err
		}
		// It may have been plugged in again since.
	}
}

// converse speaks and listens, and leaves the line such that whoever speaks next may rely on it.
func (l *Line) converse(t *turn, take func([]byte) error) error {
	m := t.meter
	m.tally.Asked()
	data, took, err := l.ask(t)
	if err == nil && !l.owes(t.question) {
		l.settled(t.question)
	}
	switch {
	case err == nil && take != nil:
		err = take(data)
	case err == nil, isRefusal(err):
	default:
		if !errors.Is(err, errChecksum) { // that was the answer
			l.owe(t.question)
		}
		l.port.Active, l.port.Hush = time.Now(), t.late()
		l.port.Drop() // nothing piles up there, so no Write blocks
	}
	m.ended(err, took)
	return err
}

func (m *meter) ended(err error, took time.Duration) {
	switch {
	case err == nil:
		m.tally.Ended(drivers.Answered, took)
	case isRefusal(err):
		m.tally.Ended(drivers.Refused, took)
	case errors.Is(err, port.ErrLost):
		m.tally.Ended(drivers.Lost, 0)
	case errors.Is(err, drivers.ErrAbsent):
		m.tally.Ended(drivers.Silent, 0)
	case errors.Is(err, errChecksum):
		m.tally.Ended(drivers.Damaged, 0)
	case errors.Is(err, drivers.ErrGarbled):
		m.tally.Ended(drivers.Garbled, 0)
	} // what was cancelled has not ended
}

// silence waits until the line has been silent for as long as it has to be, and least. What it hears is thrown away.
func (l *Line) silence(w wait, m *meter, least time.Duration) error {
	p, least := l.port, max(l.gap, m.pause, least)
	end := time.Now().Add(max(p.Hush, least) + m.timeout)
	for {
		n, err := p.Read(l.buf[:], p.Active.Add(max(p.Hush, least)), w.over)
		if n == 0 || err != nil {
			return err
		}
		if p.Hush = max(p.Hush, m.timeout/2); p.Active.After(end) {
			return errNoise
		}
	}
}

// ask returns the data of the answer to t, and how long it was waited for.
func (l *Line) ask(t *turn) (data []byte, took time.Duration, err error) {
	frame := t.append(l.out[:0])
	now := time.Now()
	if err := l.port.Write(frame); err != nil {
		return nil, 0, err
	}
	t.sent = now.Add(l.passes(len(frame)))
	heard, f, err := l.listen(t)
	for range f.foreign {
		t.tally.Dropped()
	}
	if err != nil {
		return nil, 0, err
	}
	data, err = l.accept(t, heard, f)
	return data, max(0, l.port.Active.Sub(t.sent)-l.passes(f.to-f.from)), err
}

// lull is how long bytes that follow each other may be apart: a USB adapter sits on them for 16 ms.
const lull = 50 * time.Millisecond

// listen waits for the answer to t, whatever else is heard, and sleeps while the rest of a frame passes. How long the
// answer is, only the answer says.
func (l *Line) listen(t *turn) (heard []byte, f find, err error) {
	heard = l.buf[:0]
	until := t.sent.Add(t.patience)
	last := until.Add(l.passes(longest) + lull)
	early := 0
	for len(heard) < len(l.buf) {
		n, err := l.port.Read(l.buf[len(heard):], until, t.over)
		if err != nil {
			return nil, f, err
		}
		if n == 0 {
			return nil, f, t.verdict(heard)
		}
		heard = l.buf[:len(heard)+n]
		f = t.look(heard)
		f.foreign += early
		switch {
		case f.missing > 0 && f.to == 0: // it began in time
			passed := l.port.Active.Add(l.passes(f.missing))
			until = earlier(later(until, passed.Add(lull)), last)
			if err := t.sleep(passed); err != nil {
				return nil, f, err
			}
		case f.to > 0 && l.owes(t.question) && l.port.Active.Before(t.sent.Add(l.passes(f.to-f.from))):
			early++ // the wire cannot have brought it since it was asked for
			heard = heard[:0]
		case f.to > 0:
			return heard, f, nil
		}
	}
	return nil, f, errNoise
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// accept takes the answer that was found in heard, unless another one follows it.
func (l *Line) accept(t *turn, heard []byte, f find) ([]byte, error) {
	if more := t.look(heard[f.to:]); more.to > 0 {
		return nil, errTwice
	}
	before := bytes.TrimPrefix(heard[:f.from], l.out[:len(t.append(l.out[:0]))]) // an adapter's echo
	l.port.Hush = 0
	if len(bytes.Trim(before, "\xFE")) > 0 || f.to < len(heard) {
		l.port.Hush = t.late()
	}
	return t.open(heard[f.from:f.to])
}

// findAddress asks whoever is alone on the line for its address.
func (l *Line) findAddress(w wait, m *meter) error {
	q := question{control: readAddress, address: anyone}
	return l.exchange(w, m, q, func(data []byte) error {
		m.address = address(data)
		if m.known = m.address.digits(); !m.known {
			return errDigits
		}
		return nil
	})
}

// alone listens for a second meter, after the first has answered to everybody's address.
func (l *Line) alone(w wait, m *meter) error {
	n, err := l.port.Read(l.buf[:], l.port.Active.Add(m.timeout), w.over)
	if n > 0 {
		l.port.Hush = m.timeout / 2
		return errTwice
	}
	return err
}
