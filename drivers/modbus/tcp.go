package modbus

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	"basemeter/drivers"
)

const (
	dialBound  = 3 * time.Second
	firstPause = 500 * time.Millisecond // between two attempts to dial; it doubles
	lastPause  = time.Minute
	stall      = 250 * time.Millisecond // for which a network may well say nothing: a lost packet is sent again after 200 ms
	enough     = 3                      // questions in a row that nothing answered: the peer may have gone without a word
)

// TCP is a line of devices behind one address, host:port.
func TCP(address string, now func() drivers.Instant) *Line {
	// A round trip costs more than any registers.
	return newLine(&tcp{address: address}, price{time.Millisecond, time.Microsecond}, now)
}

// A tcp numbers its questions, so an answer to another question is known when it comes.
type tcp struct {
	sync.Mutex
	users   int
	address string
	conn    net.Conn  // nil while there is none
	active  time.Time // when it was made, or the last conversation on it ended
	proven  bool      // conn has brought an answer
	silent  int       // questions in a row that nothing answered

	pause time.Duration // before the next attempt to dial, which is
	retry time.Time     // not made before this
	why   error         // the last attempt failed

	id    uint16
	out   [12]byte
	buf   [520]byte // two frames
	heard int       // bytes in buf
	frame [260]byte // the last that was taken out of buf
}

func (t *tcp) join() {
	t.Lock()
	defer t.Unlock()
	t.users++
}

func (t *tcp) leave() {
	t.Lock()
	defer t.Unlock()
	if t.users--; t.users == 0 {
		t.close()
	}
}

func (t *tcp) settle(wait, []question) error { return nil }

func (t *tcp) probe(probes []question) *question { return &probes[0] }

func (t *tcp) exchange(w wait, q *question) ([]byte, error) {
	for {
		fresh, err := t.open(w)
		if err != nil {
			return nil, err
		}
		if err := w.sleep(t.active.Add(q.pause)); err != nil {
			return nil, err
		}
		q.begins(stall)
		q.tally.Asked()
		sent := time.Now()
		data, err := t.converse(w, q)
		t.active = time.Now()
		q.ended(err, t.active.Sub(sent))
		if t.keep(err) {
			return data, err
		}
		t.drop(err)
		if fresh || !errors.Is(err, errLost) {
			return nil, err
		}
		// Peers close what lies idle: ask again on a new connection.
	}
}

// keep says whether the connection is still good after an exchange that ended with err. Half a frame that stays behind
// would hide where the next one begins.
func (t *tcp) keep(err error) bool {
	switch {
	case err == nil || isRefusal(err) || err == errNobody:
		t.proven, t.silent, t.pause = true, 0, 0
		return true
	case err == errSilent:
		t.silent++
		return t.silent < enough
	case errors.Is(err, errLost) || errors.Is(err, drivers.ErrGarbled):
		return false
	}
	return t.heard == 0 // cancelled
}

func (t *tcp) converse(w wait, q *question) ([]byte, error) {
	t.id++
	binary.BigEndian.PutUint16(t.out[0:], t.id)
	t.out[5] = byte(copy(t.out[6:], q.frame[:6]))
	// Never blocks: at most a few questions are unanswered on a connection.
	if _, err := t.conn.Write(t.out[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	for end := time.Now().Add(q.waited); ; {
		frame, err := t.take(w, end)
		switch {
		case err != nil:
			return nil, err
		case binary.BigEndian.Uint16(frame) != t.id:
			q.tally.Dropped()
		case frame[6] != q.unit:
			return nil, errForeign
		default:
			data, err := q.open(frame[7:])
			if e, refused := err.(Exception); refused && (e == 10 || e == 11) { // a gateway's word on a unit behind it
				return nil, errNobody
			}
			return data, err
		}
	}
}

// take is the next whole frame, valid until the next call.
func (t *tcp) take(w wait, end time.Time) ([]byte, error) {
	for {
		frame, err := cut(t.buf[:t.heard])
		if err != nil {
			return nil, err
		}
		if frame != nil {
			frame = t.frame[:copy(t.frame[:], frame)]
			t.heard = copy(t.buf[:], t.buf[len(frame):t.heard])
			return frame, nil
		}
		if err := t.hear(w, end); err != nil {
			return nil, err
		}
	}
}

// cut is the first frame of heard, or nil while it is not whole. A frame is: transaction, protocol (0), length of the
// rest, unit, PDU.
func cut(heard []byte) ([]byte, error) {
	if len(heard) < 6 {
		return nil, nil
	}
	protocol, length := binary.BigEndian.Uint16(heard[2:]), int(binary.BigEndian.Uint16(heard[4:]))
	if protocol != 0 || length < 3 || length > 254 {
		return nil, errNoise
	}
	if len(heard) < 6+length {
		return nil, nil
	}
	return heard[:6+length], nil
}

// hear waits for more bytes.
func (t *tcp) hear(w wait, end time.Time) error {
	for {
		if err := w.over(); err != nil {
			return err
		}
		left := time.Until(end)
		if left <= 0 && t.heard > 0 {
			return errShort
		} else if left <= 0 {
			return errSilent
		}
		t.conn.SetReadDeadline(time.Now().Add(min(left, nap)))
		n, err := t.conn.Read(t.buf[t.heard:])
		t.heard += n
		switch {
		case n > 0:
			return nil
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("%w: %w", errLost, err)
		}
	}
}

// open reports whether it had to dial.
func (t *tcp) open(w wait) (fresh bool, err error) {
	if t.conn != nil {
		return false, nil
	}
	if time.Now().Before(t.retry) {
		return false, t.lost()
	}
	ctx, cancel := context.WithTimeout(w.ctx, dialBound)
	defer cancel()
	defer context.AfterFunc(w.life, cancel)()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", t.address)
	if err != nil {
		if over := w.over(); over != nil {
			return false, over
		}
		t.backOff(err)
		return false, t.lost()
	}
	t.conn, t.proven, t.silent, t.heard, t.active = conn, false, 0, 0, time.Now()
	return true, nil
}

// drop hangs up after err. A peer that takes connections only to close them is not dialled again at once.
func (t *tcp) drop(err error) {
	t.close()
	if !t.proven && errors.Is(err, errLost) {
		t.backOff(fmt.Errorf("%s takes connections and closes them", t.address))
	}
}

// backOff keeps all devices of the line from dialling for a while: it would fail them as well, and take each its time.
func (t *tcp) backOff(err error) {
	t.pause = min(max(2*t.pause, firstPause), lastPause)
	t.retry = time.Now().Add(t.pause - rand.N(t.pause/4)) // gateways that lost one peer do not come back as one
	t.why = err
}

// lost says when the peer is dialled again.
func (t *tcp) lost() error {
	again := max(0, time.Until(t.retry)).Round(100 * time.Millisecond)
	return fmt.Errorf("%w: %w; dialled again in %v", errLost, t.why, again)
}

func (t *tcp) close() {
	if t.conn != nil {
		t.conn.Close()
		t.conn = nil
	}
}
