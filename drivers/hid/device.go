package hid

import (
	"encoding/binary"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"basemeter/drivers/port"
)

// From linux/input.h, as the architectures that Go knows number them except MIPS and PowerPC.
const (
	eviocgrab     = 0x40044590 // _IOW('E', 0x90, int)
	eviocsclockid = 0x400445a0 // _IOW('E', 0xa0, int)
)

// openNamed opens a device by a name that stays, whatever its number is now, and whether or not udev has made a link.
func openNamed(name string) (int, error) {
	path, err := port.FindInput(name)
	if err != nil {
		return -1, err
	}
	return openDevice(path)
}

// openDevice opens and grabs an event device. It is opened for reading, so nothing can be written to it, a lamp on the
// reader included.
func openDevice(path string) (int, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.IoctlSetInt(fd, eviocgrab, 1); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("grab: %w", err)
	}
	// Its stamps are by the wall clock otherwise, which may step between a key and our looking at it.
	if err := unix.IoctlSetPointerInt(fd, eviocsclockid, unix.CLOCK_BOOTTIME); err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("choose a clock: %w", err)
	}
	return fd, nil
}

func boottime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		panic(fmt.Sprintf("hid: CLOCK_BOOTTIME: %v", err)) // Linux has had it since 2.6.39
	}
	return time.Duration(ts.Nano())
}

// An event is a struct input_event: a timeval of two longs, u16, u16, s32. For a process of 32 bits they have 4 bytes
// each, whatever its time_t and its kernel: linux/input.h calls them __kernel_ulong_t, evdev's input-compat.h cuts them.
type event struct {
	at         time.Duration
	kind, code uint16
	value      int32
}

const (
	longSize  = int(unsafe.Sizeof(uintptr(0)))
	eventSize = 2*longSize + 8
)

// decode reads one event of the bytes' beginning.
func decode(b []byte) event {
	native := binary.NativeEndian
	return event{
		at:    time.Duration(long(b))*time.Second + time.Duration(long(b[longSize:]))*time.Microsecond,
		kind:  native.Uint16(b[2*longSize:]),
		code:  native.Uint16(b[2*longSize+2:]),
		value: int32(native.Uint32(b[2*longSize+4:])),
	}
}

func long(b []byte) uint64 {
	if longSize == 4 {
		return uint64(binary.NativeEndian.Uint32(b))
	}
	return binary.NativeEndian.Uint64(b)
}
