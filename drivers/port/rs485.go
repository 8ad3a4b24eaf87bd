package port

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ErrBusy is a port that another program has.
var ErrBusy = errors.New("another program has it")

// A hold keeps a port from other programs that ask, and sets what go.bug.st, which hides its descriptor, does not.
// TIOCEXCL, which go.bug.st sets, does not stop root.
type hold int // a descriptor

func take(device, direction string) (hold, error) {
	fd, err := unix.Open(device, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, busy(err)
	}
	h := hold(fd)
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		h.release()
		return -1, ErrBusy
	}
	if direction == "kernel" {
		err = switchDirection(fd)
	}
	if err != nil {
		h.release()
		return -1, err
	}
	return h, nil
}

// busy is what TIOCEXCL comes to for those whom it stops.
func busy(err error) error {
	if errors.Is(err, unix.EBUSY) {
		return ErrBusy
	}
	return err
}

func (h hold) release() { unix.Close(int(h)) }

// From linux/serial.h.
const (
	rs485Enabled   = 1 << 0
	rs485RTSOnSend = 1 << 1
)

// serialRS485 is its struct serial_rs485.
type serialRS485 struct {
	flags       uint32
	before      uint32 // milliseconds between RTS and the first bit
	after       uint32
	unspecified [5]uint32
}

// switchDirection makes the kernel raise RTS while it sends, so that a transceiver drives the line for just that long.
func switchDirection(fd int) error {
	s := serialRS485{flags: rs485Enabled | rs485RTSOnSend}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCSRS485, uintptr(unsafe.Pointer(&s)))
	switch errno {
	case 0:
		return nil
	case unix.ENOTTY, unix.ENOSYS: // the latter under emulation
		return errors.New("direction kernel: its driver cannot switch a transceiver; leave direction out if the adapter does it by itself, as those on USB do, or use a UART whose driver can")
	}
	return fmt.Errorf("direction kernel: %w", errno)
}
