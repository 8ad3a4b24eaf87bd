// Package serial is badge readers on a serial port: RDM6300 modules (125 kHz, EM4100), converters from Wiegand, and
// readers that print a line a card. What they share with other readers, the pseudonym first of all, is package badge's.
package serial

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/badge"
	"basemeter/drivers/port"
)

// The kinds of frame.
const (
	RDM6300 = "rdm6300"
	Wiegand = "wiegand"
	ASCII   = "ascii-reader"
)

// Config describes one reader. A zero value stands for the one named beside it.
type Config struct {
	Badge badge.Config
	Port  port.Settings // Baud 9600, as most are made
	Kind  string

	// Of a Wiegand converter.
	Bits int // 26, 34, 37, parity included; any of these

	// Of a reader that prints lines. The whole line has to match.
	Pattern string // a regular expression: one group is the number, or the one named card, with another named facility
	Digits  string // hex, decimal: how the number is written; there is none by default
	End     string // cr, lf, crlf, etx: what ends a line; any of CR, LF, ETX and NUL
	MaxLine int    // characters: 64
}

// A scanner finds frames among what comes over the wire, wherever it begins to listen. What it holds must never be
// shown: it is a card's number.
type scanner interface {
	// feed takes one byte, and gives the number that it completed or the zero one. An error names a frame that was
	// begun and is lost. After either the scanner is ready for more.
	feed(b byte) (badge.Number, error)

	begun() bool // a frame has begun that has not ended

	// reset forgets what was heard. After a silence the next byte begins a frame; otherwise it may be amid one.
	reset(silence bool)
}

var kinds = map[string]func(Config) (scanner, error){
	RDM6300: func(Config) (scanner, error) { return &rdm6300{}, nil },
	Wiegand: newWiegand,
	ASCII:   newASCII,
}

// New describes a reader; the first Read opens its port.
func New(c Config) (*badge.Reader, error) {
	w, err := newWire(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Badge.Name, err)
	}
	return badge.New(c.Badge, w, &w.tally), nil
}

func newWire(c Config) (*wire, error) {
	c.Port.Baud = cmp.Or(c.Port.Baud, 9600)
	c.MaxLine = cmp.Or(c.MaxLine, 64)
	scanner, ok := kinds[c.Kind]
	if !ok {
		return nil, fmt.Errorf("kind: %q is none of %v", c.Kind, slices.Sorted(maps.Keys(kinds)))
	}
	scan, err := scanner(c)
	if err != nil {
		return nil, err
	}
	return &wire{port: port.New(c.Port), now: c.Badge.Now, scan: scan}, nil
}

// gap is a silence that no frame has inside: at 1200 baud a character takes 8 ms, and a USB adapter sits on one for 16.
const gap = 100 * time.Millisecond

var (
	errBroken   = fmt.Errorf("a frame broke off: %w", drivers.ErrGarbled)
	errChecksum = fmt.Errorf("a frame's checksum is wrong: %w", drivers.ErrGarbled)
	errParity   = fmt.Errorf("a frame's parity is wrong: %w", drivers.ErrGarbled)
)

// A wire is a badge.Wire on a port that nobody else speaks on.
type wire struct {
	port  *port.Port
	now   func() drivers.Instant
	tally drivers.Tally

	scan   scanner
	buf    [64]byte
	unread []byte          // of buf: received, not yet scanned
	at     drivers.Instant // when they came
	heard  time.Time       // when the last came, or the port was opened
}

func (w *wire) Listen(until time.Time, over func() error) error {
	w.port.Lock()
	defer w.port.Unlock()
	if err := over(); err != nil {
		return err
	}
	if err := w.open(); err != nil {
		return err
	}
	if soon := time.Now().Add(gap); soon.Before(until) {
		until = soon // at which a silence is one
	}
	n, err := w.port.Read(w.buf[:], until, over)
	if err != nil {
		return w.lost(err)
	}
	return w.received(n)
}

func (w *wire) open() error {
	fresh, err := w.port.Open()
	if fresh {
		w.unread, w.heard = nil, time.Now()
		w.scan.reset(false)
	}
	return err
}

func (w *wire) lost(err error) error {
	if !errors.Is(err, port.ErrLost) {
		return err // over's
	}
	w.tally.Ended(drivers.Lost, 0)
	w.port.Close()
	return fmt.Errorf("read %s: %w", w.port.Settings().Name, err)
}

// received takes note of n bytes in buf, or of none. A frame does not go on after a gap: nothing came, or nobody
// listened, and what has come since may be amid another one.
func (w *wire) received(n int) error {
	broken := false
	if time.Since(w.heard) >= gap && (n == 0 || w.scan.begun()) {
		broken = w.scan.begun()
		w.scan.reset(n == 0)
	}
	if n > 0 {
		w.unread, w.at, w.heard = w.buf[:n], w.now(), time.Now()
	}
	if broken {
		return w.count(errBroken)
	}
	return nil
}

func (w *wire) Next() (badge.Number, drivers.Instant, error) {
	for len(w.unread) > 0 {
		b := w.unread[0]
		w.unread = w.unread[1:]
		number, err := w.scan.feed(b)
		if err != nil {
			return badge.Number{}, w.at, w.count(err)
		}
		if number != (badge.Number{}) {
			w.tally.Ended(drivers.Answered, 0)
			return number, w.at, nil
		}
	}
	return badge.Number{}, w.at, nil
}

func (w *wire) count(err error) error {
	outcome := drivers.Garbled
	if errors.Is(err, errChecksum) || errors.Is(err, errParity) {
		outcome = drivers.Damaged
	}
	w.tally.Ended(outcome, 0)
	return err
}

func (w *wire) Close() error {
	w.port.Lock()
	defer w.port.Unlock()
	w.port.Close()
	return nil
}
