package modbus

import (
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

// One attempt to dial is one for all devices of the line: the others fail at once until the next.
func TestTCPPausesBetweenAttemptsToDial(t *testing.T) {
	server := floats(t, 1)
	l := TCP(server.Address, noTime)
	s, neighbour := source(t, l, time.Second, points(t, "4:0 f32")), source(t, l, time.Second, points(t, "4:0 f32"))
	server.Unplug()
	s.Read(t.Context(), nil)
	wire := l.wire.(*tcp)
	for want := firstPause; want <= lastPause; want *= 2 {
		if left := time.Until(wire.retry); wire.pause != want || left > want || left < want/2 {
			t.Errorf("pause %v, %v of it left, want %v", wire.pause, left, want)
		}
		wire.retry = time.Now().Add(want)
		_, err := neighbour.Read(t.Context(), nil)
		if !errors.Is(err, errLost) || !strings.Contains(err.Error(), "connection refused; dialled again in "+want.String()) || wire.pause != want {
			t.Errorf("in a pause of %v: %v", want, err)
		}
		wire.retry = time.Time{}
		s.Read(t.Context(), nil)
	}
	if wire.pause != lastPause {
		t.Errorf("pause %v, want %v at last", wire.pause, lastPause)
	}
	server.Plug()
	wire.retry = time.Time{}
	for _, s := range []*Source{s, neighbour} {
		if _, err := s.Read(t.Context(), nil); err != nil || wire.pause != 0 {
			t.Errorf("%v, pause %v", err, wire.pause)
		}
	}
}

// A peer that hangs up on whoever comes is as good as gone; one that garbles an answer is not.
func TestTCPHungUpOn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	s := source(t, TCP(listener.Addr().String(), noTime), time.Second, registers(0))
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, errLost) || s.line.wire.(*tcp).pause != firstPause {
		t.Errorf("%v, pause %v", err, s.line.wire.(*tcp).pause)
	}
	d := newStand(0, 0)
	s = source(t, TCP(d.slave.OnServer(t).Address, noTime), time.Second, registers(0))
	d.next(drivertest.Corrupt)
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrGarbled) {
		t.Error(err)
	}
	if _, err := s.Read(t.Context(), nil); err != nil {
		t.Errorf("after a garbled answer: %v", err)
	}
}

// A peer that closed an idle connection is asked again at once.
func TestTCPIdleConnectionClosed(t *testing.T) {
	server := floats(t, 1)
	s := source(t, TCP(server.Address, noTime), time.Second, points(t, "4:0 f32"))
	for range 3 {
		if _, err := s.Read(t.Context(), nil); err != nil {
			t.Error(err)
		}
		server.Unplug()
		server.Plug()
	}
	if st := s.Stats(); st.Lost != 2 {
		t.Errorf("%+v, want 2 lost", st)
	}
}

// A peer that went without a word is dialled again after a few questions.
func TestTCPSilentPeer(t *testing.T) {
	d := newStand(0, 0)
	var mute atomic.Bool
	mute.Store(true)
	d.slave.Fault = func() drivertest.Fault {
		if mute.Load() {
			return drivertest.Silent
		}
		return drivertest.None
	}
	s := source(t, TCP(d.slave.OnServer(t).Address, noTime), 10*time.Millisecond, registers(0))
	for range enough {
		if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
			t.Error(err)
		}
	}
	if s.line.wire.(*tcp).conn != nil {
		t.Error("it clings to its connection")
	}
	mute.Store(false)
	if _, err := s.Read(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
