// Package port is a serial port that comes and goes: opened when it is needed, lost when its adapter is pulled, found
// again by its name whatever number the kernel then gives it. It does not know what is said on it.
package port

import (
	"fmt"
	"sync"
	"time"

	"go.bug.st/serial"

	"basemeter/drivers"
)

// Settings are what all who speak on a line must agree on. There are always eight data bits.
type Settings struct {
	Name     string // /dev/serial/by-id/… or /dev/serial/by-path/…, never a number
	Baud     int
	Parity   string // none (or empty), even, odd
	StopBits int    // 1 (or 0), 2

	// Direction is who switches an RS-485 transceiver to sending: adapter (or empty), by itself; kernel, through RTS.
	Direction string
}

// Char is how long one character takes on the wire.
func (s Settings) Char() time.Duration {
	bits := 10
	if s.Parity == "even" || s.Parity == "odd" {
		bits++
	}
	if s.StopBits == 2 {
		bits++
	}
	return time.Second * time.Duration(bits) / time.Duration(s.Baud)
}

// Gap is the silence that Modbus devices need around frames: 3.5 characters, above 19200 baud 1.75 ms (Modbus over
// serial line 1.02, 2.5.1.1). Who shares a wire with them keeps it as well.
func (s Settings) Gap() time.Duration {
	if s.Baud > 19200 {
		return 1750 * time.Microsecond
	}
	return time.Second * 77 / 2 / time.Duration(s.Baud) // of the standard's 11 bits each
}

func (s Settings) mode() *serial.Mode {
	mode := &serial.Mode{BaudRate: s.Baud, DataBits: 8}
	switch s.Parity {
	case "even":
		mode.Parity = serial.EvenParity
	case "odd":
		mode.Parity = serial.OddParity
	}
	if s.StopBits == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	return mode
}

// ErrLost is a port that failed while it was used. Opening it again may help.
var ErrLost = fmt.Errorf("line lost: %w", drivers.ErrAbsent)

// nap is the longest a port is read without looking up. A read is not ended by closing its port: go.bug.st gives the
// descriptor back before it wakes the reader, which may then read from whatever file has got its number.
const nap = 50 * time.Millisecond

// A Port is one serial port, shared by those who speak on it, several protocols among them. Who wants to speak locks
// it first: a line holds one conversation at a time. All but New, Settings, Join and Leave need the lock.
type Port struct {
	// Active is when the line was last heard, or given up on, and Hush the silence that has to follow before anybody
	// may speak again: whoever had an unclean conversation makes it long enough for a late answer to pass.
	Active time.Time
	Hush   time.Duration

	settings Settings
	find     func(name string) (device string, err error)
	sync.Mutex
	users int
	open  serial.Port // nil while closed
	hold  hold        // while open is not nil
}

// New describes a port; Open opens it.
func New(s Settings) *Port { return &Port{settings: s, find: Find} }

// Settings are those of New.
func (p *Port) Settings() Settings { return p.settings }

// Join adds one who may open the port; the last one to Leave closes it.
func (p *Port) Join() {
	p.Lock()
	defer p.Unlock()
	p.users++
}

// Leave is the end of a Join.
func (p *Port) Leave() {
	p.Lock()
	defer p.Unlock()
	if p.users--; p.users == 0 {
		p.Close()
	}
}

// Open makes sure that the port is open, and reports whether it had to open it. The name is looked up each time. A port
// that is not there is a state: the error wraps ErrAbsent, and ErrBusy as well if another program has it.
func (p *Port) Open() (fresh bool, err error) {
	if p.open != nil {
		return false, nil
	}
	device, err := p.find(p.settings.Name)
	if err != nil {
		return false, err
	}
	if p.hold, err = take(device, p.settings.Direction); err == nil {
		if p.open, err = serial.Open(device, p.settings.mode()); err != nil {
			p.open = nil
			p.hold.release()
		}
	}
	if err != nil {
		return false, fmt.Errorf("open %s: %w: %w", p.settings.Name, drivers.ErrAbsent, err)
	}
	p.Active = time.Now()
	return true, nil
}

// Close closes the port until it is opened again.
func (p *Port) Close() {
	if p.open == nil {
		return
	}
	p.Drop()
	p.open.Close()
	p.hold.release()
	p.open = nil
}

// Drop throws away what was written and has not left: a driver waits up to 30 s for bytes that nobody takes, and a
// Write blocks when they pile up.
func (p *Port) Drop() { p.open.ResetOutputBuffer() }

// Write says b. An error wraps ErrLost; the port is then to be closed.
func (p *Port) Write(b []byte) error {
	if _, err := p.open.Write(b); err != nil {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return nil
}

// Read takes what comes before until, and moves Active; nothing, and no error, when the time is up. Over is asked now
// and then whether to give up, and its error returned. Any other error wraps ErrLost; the port is then to be closed.
func (p *Port) Read(into []byte, until time.Time, over func() error) (int, error) {
	for {
		if err := over(); err != nil {
			return 0, err
		}
		left := max(0, time.Until(until))
		p.open.SetReadTimeout(min(left, nap))
		n, err := p.read(into)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrLost, err)
		}
		if n > 0 {
			p.Active = time.Now()
			return n, nil
		}
		if left <= nap {
			return 0, nil
		}
	}
}

// read survives a descriptor beyond 1023, at which go.bug.st panics.
func (p *Port) read(into []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read port: %v", r)
		}
	}()
	return p.open.Read(into)
}
