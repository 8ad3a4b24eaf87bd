// Package hid is badge readers that are keyboards to the kernel: they type a card's number and press Enter. What they
// share with other readers, the pseudonym first of all, is package badge's.
//
// A reader is grabbed while it is open, so that what it types ends up nowhere else, as in a console's login prompt.
package hid

import (
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// Config describes one reader.
type Config struct {
	Badge  badge.Config
	Device string // /dev/input/by-id/…-event-kbd
	Digits string // hex, decimal: how the number is typed
}

// New describes a reader; the first Read opens its device.
func New(c Config) (*badge.Reader, error) {
	w, err := newWire(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Badge.Name, err)
	}
	return badge.New(c.Badge, w, &w.tally), nil
}

func newWire(c Config) (*wire, error) {
	w := &wire{path: c.Device, now: c.Badge.Now, open: openNamed, fd: -1}
	switch c.Digits {
	case "hex":
		w.keys.number = badge.Hex
	case "decimal":
		w.keys.number = badge.Decimal
	default:
		return nil, fmt.Errorf("digits: %q is neither hex nor decimal", c.Digits)
	}
	return w, nil
}

// slice bounds one wait for events: so soon does a Listen look up. Closing the device under a blocked read would not
// end it.
const slice = 50 * time.Millisecond

// A wire is a badge.Wire on an event device.
type wire struct {
	path  string
	now   func() drivers.Instant
	open  func(path string) (fd int, err error)
	tally drivers.Tally

	fd     int // -1 while closed
	keys   keyboard
	buf    [64 * eventSize]byte // as many as the kernel keeps for a keyboard
	unread []byte               // of buf
	at     drivers.Instant      // when they were read
	clock  time.Duration        // and what the clock of their stamps then showed
}

func (w *wire) Listen(until time.Time, over func() error) error {
	for {
		if err := over(); err != nil {
			return err
		}
		if err := w.ready(); err != nil {
			return err
		}
		left := max(0, time.Until(until))
		n, err := w.receive(min(left, slice))
		if err != nil {
			w.tally.Ended(drivers.Lost, 0)
			w.Close() // whether the dead device closes well changes nothing
			return fmt.Errorf("read %s: %w: %w", w.path, drivers.ErrAbsent, err)
		}
		w.unread, w.at, w.clock = w.buf[:n], w.now(), boottime()
		if n == 0 {
			err = w.keys.silence(w.clock)
		}
		if n > 0 || err != nil || left <= slice {
			return w.count(err)
		}
	}
}

func (w *wire) ready() error {
	if w.fd >= 0 {
		return nil
	}
	fd, err := w.open(w.path)
	if err != nil {
		return fmt.Errorf("open %s: %w: %w", w.path, drivers.ErrAbsent, err)
	}
	w.fd, w.unread = fd, nil
	w.keys.lose(boottime())
	return nil
}

// receive fills buf. No bytes and no error: none came.
func (w *wire) receive(wait time.Duration) (int, error) {
	polled := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}
	ready, err := unix.Poll(polled, int(wait.Milliseconds()))
	if err == nil && ready == 0 || errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := unix.Read(w.fd, w.buf[:])
	switch {
	case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR):
		return 0, nil
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	case n%eventSize != 0: // the kernel gives whole events
		return 0, fmt.Errorf("%d bytes, where an event has %d", n, eventSize)
	}
	return n, nil
}

func (w *wire) Next() (badge.Number, drivers.Instant, error) {
	for len(w.unread) > 0 {
		e := decode(w.unread)
		w.unread = w.unread[eventSize:]
		if e.overrun() {
			w.tally.Overrun(1)
		}
		number, at, err := w.keys.feed(e)
		if err != nil {
			return badge.Number{}, w.at, w.count(err)
		}
		if number != (badge.Number{}) {
			w.tally.Ended(drivers.Answered, 0)
			return number, w.instant(at), nil
		}
	}
	return badge.Number{}, w.at, nil
}

// instant is when the clock of the events showed at: as long ago as that clock says. An event does not come from the
// future, whatever its stamp.
func (w *wire) instant(at time.Duration) drivers.Instant {
	return w.at.Earlier(max(0, w.clock-at))
}

func (w *wire) count(err error) error {
	if err != nil {
		w.tally.Ended(drivers.Garbled, 0)
	}
	return err
}

func (w *wire) Close() error {
	if w.fd < 0 {
		return nil
	}
	err := unix.Close(w.fd) // which ends the grab
	w.fd = -1
	return err
}
