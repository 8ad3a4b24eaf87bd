package modbus

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
	"basemeter/drivers/port"
)

// rtuAt is a line on the port of that name.
func rtuAt(name string, baud int) *Line {
	return RTU(port.New(port.Settings{Name: name, Baud: baud}), noTime)
}

// An adapter is pulled out, and back under another number. Its name stays.
func TestRTUReplugged(t *testing.T) {
	byID := filepath.Join(t.TempDir(), "usb-FTDI-if00-port0")
	plug := func(path string) {
		os.Remove(byID)
		if err := os.Symlink(path, byID); err != nil {
			t.Fatal(err)
		}
	}
	d := newStand(3*time.Millisecond, 0)
	s := source(t, rtuAt(byID, 115200), 200*time.Millisecond, registers(0))
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("not there yet: %v", err)
	}
	first := d.slave.OnPort(t)
	plug(first.Path)
	for _, wire := range []*drivertest.Port{first, d.slave.OnPort(t)} {
		plug(wire.Path)
		right := d.next(drivertest.None)
		if got, err := s.Read(t.Context(), nil); err != nil || !right(got[0]) {
			t.Errorf("%v, %v", got, err)
		}
		wire.Unplug()
		if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
			t.Errorf("pulled: %v", err)
		}
	}
}
