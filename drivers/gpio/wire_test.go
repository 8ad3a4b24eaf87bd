package gpio

import (
	"encoding/binary"
	"os"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
)

// A wire is a line that a test drives: edges come as the kernel gives them, but through a pipe. It knows how to go.
type wire struct {
	*line
	t       *testing.T
	high    bool
	settles bool // it settles what it is asked to
	gone    bool

	far     *os.File // nil while nobody watches
	number  uint32
	watched int
}

func newWire(t *testing.T) *wire {
	w := &wire{line: &line{}, t: t, high: true}
	t.Cleanup(w.hangUp)
	return w
}

func (w *wire) source() (periph.PinIn, error) { return w, nil }

func (w *wire) watch(_ periph.Pull, settle time.Duration) (time.Duration, error) {
	if w.gone {
		return 0, unix.ENODEV
	}
	w.hangUp()
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return 0, err
	}
	w.far, w.number = os.NewFile(uintptr(ends[1]), "far"), 0
	w.watched++
	if !w.settles {
		settle = 0
	}
	return settle, w.open(ends[0])
}

func (w *wire) level() (periph.Level, error) {
	if w.gone {
		return periph.Low, unix.ENODEV
	}
	return periph.Level(w.high), nil
}

// put is an edge with a stamp of so long ago.
func (w *wire) put(high bool, age time.Duration) {
	w.high = high
	if w.far == nil {
		return
	}
	w.number++
	e := uapi.LineEvent{Timestamp: uint64(monotonic() - age), ID: uapi.LineEventFallingEdge, LineSeqno: w.number}
	if high {
		e.ID = uapi.LineEventRisingEdge
	}
	if err := binary.Write(w.far, binary.NativeEndian, e); err != nil {
		w.t.Error(err)
	}
}

func (w *wire) hangUp() {
	if w.far != nil {
		w.far.Close()
		w.far = nil
	}
}

func (w *wire) pull() { w.gone = true; w.hangUp() }
func (w *wire) plug() { w.gone = false }

func realNow() drivers.Instant {
	return drivers.Instant{Mono: monotonic(), Wall: time.Now()} // this machine does not sleep while it tests
}
