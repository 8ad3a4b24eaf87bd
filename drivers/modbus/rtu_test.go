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

// A quick device's answers are not waited for long, so that it costs its neighbours little once it is dead. When it
// hesitates only, its answers come long after they were given up on, and none of them becomes a value.
func TestRTULaterThanWasLearned(t *testing.T) {
	d := newStand(time.Millisecond, 400*time.Millisecond) // late by eight times what is learned
	s := source(t, rtuAt(d.slave.OnPort(t).Path, 115200), time.Second, registers(0, 1, 2, 4, 5, 8))
	read := func() (good int) {
		right := d.next(drivertest.None)
		got, err := s.Read(t.Context(), nil)
		if err != nil {
			return 0
		}
		for _, r := range got {
			if !right(r) {
				t.Errorf("%v is not what it showed when it was asked", r)
			}
		}
		return len(got)
	}
	for range 50 {
		read()
	}
	if got := s.device.tally.Patience(time.Second); got > 100*time.Millisecond {
		t.Fatalf("after fifty answers in a millisecond it is waited for %v", got)
	}
	for range 5 {
		d.next(drivertest.Late)
		s.Read(t.Context(), nil)
		for range 4 {
			read()
		}
	}
	for range 20 {
		if read() == 6 {
			return
		}
	}
	t.Error("it never came back")
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
	d := newStand(time.Millisecond, 0)
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
