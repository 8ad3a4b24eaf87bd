package sim

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A Wire is a serial line without a UART: a pty. Drivers open Path, as they would a port; what they say is read here,
// and what is written here they hear. Drivers may come and go. Closing the wire unplugs it.
type Wire struct {
	Path   string
	master *os.File
	slave  *os.File // held open, or the line would hang up whenever no driver holds it
}

// OpenWire makes a wire. Unlike those of creack/pty it can be closed while it is being read.
func OpenWire() (*Wire, error) {
	w, err := openWire()
	if err != nil {
		return nil, fmt.Errorf("make a pty: %w", err)
	}
	return w, nil
}

func openWire() (*Wire, error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	w := &Wire{master: os.NewFile(uintptr(fd), "/dev/ptmx")}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		w.Path = fmt.Sprintf("/dev/pts/%d", number)
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		w.slave, err = os.OpenFile(w.Path, os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err == nil {
		err = makeRaw(int(w.slave.Fd()))
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// makeRaw stops the terminal from echoing what comes before a driver has opened it.
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

// Read takes what drivers have said.
func (w *Wire) Read(p []byte) (int, error) { return w.master.Read(p) }

// Write says it to drivers. What nobody listens to is lost, once the kernel's buffer is full, as on any line.
func (w *Wire) Write(p []byte) (int, error) {
	if err := w.master.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		return 0, err
	}
	n, err := w.master.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return len(p), nil
	}
	return n, err
}

// Close unplugs the wire: whoever holds either end meets an error. Closing it again does nothing.
func (w *Wire) Close() error {
	err := w.master.Close()
	if w.slave != nil {
		err = errors.Join(err, w.slave.Close())
	}
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
