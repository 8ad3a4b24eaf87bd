package gpio

import (
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/pin"
)

// An edge is what the kernel saw on a line.
type edge struct {
	high bool
	at   time.Duration // on CLOCK_MONOTONIC, by the kernel
	lost uint64        // edges just before it, for which the kernel had no room
}

// An edger is a pin whose edges are stamped, and are kept while nobody takes them.
type edger interface {
	// watch stands for In. It asks for edges only of levels that have stood for settle, unless that is 0. Then what an
	// edge tells, and what level does, was so settled before; 0 if there will be all edges.
	watch(pull periph.Pull, settle time.Duration) (settled time.Duration, err error)
	// take is the oldest edge that was not taken yet. It does not wait if timeout is 0, and has no end if it is negative.
	take(timeout time.Duration) (e edge, ok bool, err error)
	// level is the level now. As with take, an error means that the pin is gone.
	level() (periph.Level, error)
}

// kernelKeeps is how many edges wait in the kernel while nobody takes them: ten seconds of pulses at 50 Hz. It is the
// most that it agrees to; unasked it keeps 16 (drivers/gpio/gpiolib-cdev.c, linereq_create).
const kernelKeeps = 1024

// A line is one line of a GPIO chip, through the kernel's character device. It is a periph.io pin that can only be read,
// and gives what periph.io's own throws away: the kernel's stamp of each edge, and that edges were lost.
//
// It speaks the kernel's own language, as go-gpiocdev 0.9.1 keeps the size of the buffer to itself.
type line struct {
	place place
	file  *os.File // nil while it is not watched
	conn  syscall.RawConn
	last  uint32 // the number of the last edge
}

// watch takes the line. A kernel or a chip that cannot debounce is asked without: then we do.
func (l *line) watch(pull periph.Pull, settle time.Duration) (settled time.Duration, err error) {
	l.Halt() // how it takes its leave does not matter
	chip, err := os.Open("/dev/" + l.place.chip)
	if err != nil {
		return 0, l.place.explain(err)
	}
	defer chip.Close()
	r := request(l.place.offset, pull, settle)
	err = uapi.GetLine(chip.Fd(), &r)
	if err != nil && settle > 0 && !errors.Is(err, unix.EBUSY) {
		settle, r = 0, request(l.place.offset, pull, 0)
		err = uapi.GetLine(chip.Fd(), &r)
	}
	if err != nil {
		return 0, l.place.explain(err)
	}
	return settle, l.open(int(r.Fd))
}

var biases = map[periph.Pull]uapi.LineFlagV2{
	periph.PullUp: uapi.LineFlagV2BiasPullUp, periph.PullDown: uapi.LineFlagV2BiasPullDown, periph.Float: uapi.LineFlagV2BiasDisabled,
}

// request asks for both edges, stamped by CLOCK_MONOTONIC, which is what the kernel takes unless told otherwise.
func request(offset int, pull periph.Pull, settle time.Duration) uapi.LineRequest {
	r := uapi.LineRequest{Lines: 1, EventBufferSize: kernelKeeps}
	r.Offsets[0] = uint32(offset)
	copy(r.Consumer[:], "basemeter")
	r.Config.Flags = uapi.LineFlagV2Input | uapi.LineFlagV2EdgeBoth | biases[pull]
	if settle > 0 {
		r.Config.AddAttribute(uapi.LineConfigAttribute{Attr: uapi.DebouncePeriod(settle).Encode(), Mask: 1})
	}
	return r
}

// open begins to read edges from a descriptor, which is then the line's.
func (l *line) open(fd int) error {
	if err := unix.SetNonblock(fd, true); err != nil { // before NewFile, which looks at it
		return errors.Join(err, unix.Close(fd))
	}
	file := os.NewFile(uintptr(fd), l.place.String())
	conn, err := file.SyscallConn()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	l.file, l.conn, l.last = file, conn, 0
	return nil
}

func (l *line) take(timeout time.Duration) (e edge, ok bool, err error) {
	if l.file == nil {
		return edge{}, false, os.ErrClosed
	}
	var end time.Time
	if timeout > 0 {
		end = time.Now().Add(timeout)
	}
	if err := l.file.SetReadDeadline(end); err != nil {
		return edge{}, false, err
	}
	var raw [48]byte // struct gpio_v2_line_event; the kernel gives whole ones
	n := 0
	waited := l.conn.Read(func(fd uintptr) bool {
		n, err = unix.Read(int(fd), raw[:])
		return timeout == 0 || !errors.Is(err, unix.EAGAIN)
	})
	if errors.Is(waited, os.ErrDeadlineExceeded) || waited == nil && errors.Is(err, unix.EAGAIN) {
		return edge{}, false, nil
	}
	if err := cmp.Or(waited, err); err != nil {
		return edge{}, false, err
	}
	var event uapi.LineEvent
	if _, err := binary.Decode(raw[:n], binary.NativeEndian, &event); err != nil {
		return edge{}, false, err
	}
	e = edge{high: event.ID == uapi.LineEventRisingEdge, at: time.Duration(event.Timestamp), lost: gap(l.last, event.LineSeqno)}
	l.last = event.LineSeqno
	return e, true, nil
}

// gap is how many edges lie between two that came one after the other, by their numbers, which begin at 1: the kernel
// drops the oldest when its buffer is full.
func gap(last, now uint32) uint64 { return uint64(now - last - 1) }

func (l *line) level() (periph.Level, error) {
	if l.file == nil {
		return periph.Low, os.ErrClosed
	}
	values := uapi.LineValues{Mask: 1}
	var err error
	closed := l.conn.Control(func(fd uintptr) { err = uapi.GetLineValuesV2(fd, &values) })
	return values.Get(0) == 1, cmp.Or(closed, err)
}

// In is watch for who knows periph.io alone. It gives both edges.
func (l *line) In(pull periph.Pull, _ periph.Edge) error {
	_, err := l.watch(pull, 0)
	return err
}

// Read is the level now; low if it cannot be read.
func (l *line) Read() periph.Level {
	level, _ := l.level()
	return level
}

// WaitForEdge is for who only wants to know that there was one.
func (l *line) WaitForEdge(timeout time.Duration) bool {
	_, ok, _ := l.take(timeout)
	return ok
}

// Halt gives the line back.
func (l *line) Halt() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file, l.conn = nil, nil
	return file.Close()
}

func (l *line) String() string           { return l.place.String() }
func (l *line) Name() string             { return l.place.String() }
func (l *line) Number() int              { return l.place.offset }
func (l *line) Function() string         { return string(l.Func()) }
func (l *line) Func() pin.Func           { return periph.IN }
func (l *line) Pull() periph.Pull        { return periph.PullNoChange }
func (l *line) DefaultPull() periph.Pull { return periph.PullNoChange }
