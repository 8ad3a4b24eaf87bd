package drivertest

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A Port is a pseudo-terminal with a slave behind it.
type Port struct {
	Path string // what the driver opens

	t      testing.TB
	slave  *Slave
	master *os.File
	tty    *os.File // kept open, so that the master may be read before the driver has opened its end
	stop   stop
	ended  sync.WaitGroup
}

// OnPort puts the slave on a serial port, until the test ends.
func (s *Slave) OnPort(t testing.TB) *Port {
	p := &Port{Path: filepath.Join(t.TempDir(), "port"), t: t, slave: s}
	p.Plug()
	t.Cleanup(p.Unplug)
	return p
}

// Plug gives the port back, at the same path.
func (p *Port) Plug() {
	var err error
	p.master, p.tty, err = openPTY()
	check(p.t, err)
	check(p.t, os.Symlink(p.tty.Name(), p.Path))
	p.stop = make(stop)
	asked := make(chan *question, 1000) // a slave hears what it has no time to answer yet
	p.ended.Go(func() { p.hear(asked) })
	p.ended.Go(func() { p.answer(asked) })
}

// openPTY opens a pseudo-terminal whose master's Close ends its Read, which the pty package's own does not.
func openPTY() (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close()
	fd, err := syscall.Dup(int(blocking.Fd()))
	if err != nil {
		return nil, nil, err
	}
	err = syscall.SetNonblock(fd, true) // before NewFile, which looks
	return os.NewFile(uintptr(fd), "ptmx"), tty, err
}

// Unplug takes the port away, as an adapter is pulled out.
func (p *Port) Unplug() {
	if p.stop == nil {
		return
	}
	check(p.t, os.Remove(p.Path))
	close(p.stop)
	p.master.Close()
	p.tty.Close()
	p.ended.Wait()
	p.stop = nil
}

// hear takes questions off the wire. All of them have eight bytes.
func (p *Port) hear(asked chan<- *question) {
	defer close(asked)
	heard, buf := []byte(nil), make([]byte, 256)
	for {
		n, err := p.master.Read(buf)
		if err != nil {
			return
		}
		heard = append(heard, buf[:n]...)
		for ; len(heard) >= 8; heard = heard[8:] {
			frame := heard[:8:8]
			if crc16(frame[:6]) != [2]byte(frame[6:]) {
				p.t.Errorf("not a question: % x", frame)
			}
			if frame[0] == p.slave.Unit {
				asked <- p.slave.take(frame[1:6], frame)
			}
		}
	}
}

func (p *Port) answer(asked <-chan *question) {
	var free time.Time // when the wire was free after the last answer
	for q := range asked {
		if q.at.Before(free) {
			p.slave.Early.Add(1)
		}
		for _, b := range p.slave.bursts(q) {
			// A UART hands bytes over when they have passed: the question after its own time, the answer at its end.
			begin := q.at.Add(p.slave.passes(8) + max(p.slave.delay(q), p.slave.silence()))
			end := later(begin, free).Add(p.slave.passes(len(b)))
			if !p.stop.pause(end) {
				return
			}
			free = time.Now().Add(p.slave.silence())
			p.master.Write(b)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// passes is the time that bytes take on the wire.
func (s *Slave) passes(bytes int) time.Duration {
	if s.Baud == 0 {
		return 0
	}
	return time.Duration(bytes) * 10 * time.Second / time.Duration(s.Baud)
}

// silence is 3.5 characters.
func (s *Slave) silence() time.Duration { return s.passes(7) / 2 }

// bursts is what is heard after q, in pieces with a silence between them.
func (s *Slave) bursts(q *question) [][]byte {
	noise := []byte{0x00, 0xFF, s.Unit, q.function, 0x55}
	frame := rtuFrame(s.Unit, q.answer)
	switch q.fault {
	case Silent:
		return nil
	case NoiseBefore:
		return [][]byte{append(noise, frame...)}
	case NoiseAfter:
		return [][]byte{append(frame, noise...)}
	case Stranger:
		return [][]byte{rtuFrame(s.Unit+1, q.answer), frame}
	case Echo:
		return [][]byte{append(q.frame, frame...)}
	case Corrupt:
		bit := int(s.Asked.Load()) * 11 % (8 * len(frame)) // another each time
		frame[bit/8] ^= 1 << (bit % 8)
	case CutShort:
		frame = frame[:len(frame)/2]
	case OneShort:
		frame = frame[:len(frame)-1]
	case OtherUnit:
		frame = rtuFrame(s.Unit+1, q.answer)
	}
	return [][]byte{frame}
}

func rtuFrame(unit byte, pdu []byte) []byte {
	frame := append([]byte{unit}, pdu...)
	crc := crc16(frame)
	return append(frame, crc[:]...)
}

// crc16 works on the mirrored polynomial, unlike most, and returns the bytes as they are sent.
func crc16(data []byte) [2]byte {
	var crc uint16 = 0xFFFF
	for _, b := range data {
		for bit := range 8 {
			in := uint16(b>>bit) & 1
			top := crc >> 15
			crc <<= 1
			if in != top {
				crc ^= 0x8005
			}
		}
	}
	mirrored := uint16(0)
	for i := range 16 {
		mirrored |= crc >> i & 1 << (15 - i)
	}
	return [2]byte{byte(mirrored), byte(mirrored >> 8)}
}
