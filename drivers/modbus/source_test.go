package modbus

import (
	"errors"
	"io"
	"math"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

// floats is a slave whose f32 at register 2n is values[n].
func floats(t *testing.T, values ...float32) *drivertest.Server {
	s := &drivertest.Slave{Unit: unit, Value: func(_ byte, address uint16) (uint16, bool) {
		if int(address) >= 2*len(values) {
			return 0, false
		}
		bits := math.Float32bits(values[address/2])
		return uint16(bits >> (16 * (1 - address%2))), true
	}}
	return s.OnServer(t)
}

func TestNotANumberIsNoReading(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	all := points(t, "4:0 f32, 4:2 f32, 4:4 f32")
	s := source(t, TCP(floats(t, nan, 1.5, inf).Address, noTime), time.Second, all)
	got, err := s.Read(t.Context(), nil)
	if err != nil || len(got) != 1 || got[0].Value != 1.5 || got[0].Point != "meter/4:2 f32" {
		t.Errorf("%v, %v, want only 1.5", got, err)
	}
	s = source(t, TCP(floats(t, nan, nan, inf).Address, noTime), time.Second, all)
	if got, err = s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrGarbled) || len(got) != 0 {
		t.Errorf("%v, %v, want garbled", got, err)
	}
}

func TestRefusalOfOneRequest(t *testing.T) {
	s := source(t, TCP(floats(t, 1, 2).Address, noTime), time.Second, points(t, "4:0 f32, 4:2 f32, 4:52 f32"))
	got, err := s.Read(t.Context(), nil)
	var e Exception
	if !errors.As(err, &e) || e != 2 || len(got) != 2 {
		t.Errorf("%v, %v, want two values and exception 2", got, err)
	}
	if want := "meter: read 2 input registers at 0x0034: exception 2, illegal data address"; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	st := s.Stats()
	if st.P50 <= 0 || st.P99 < st.P50 {
		t.Errorf("it waited %v and %v for its answers", st.P50, st.P99)
	}
	if st.P50, st.P99 = 0, 0; st != (drivers.Stats{Requests: 2, Answers: 1, Refusals: 1}) {
		t.Errorf("%+v", st)
	}
}

func TestReadingsAreStampedAfterTheAnswer(t *testing.T) {
	calls := time.Duration(0)
	now := func() drivers.Instant { calls++; return drivers.Instant{Mono: calls} }
	s := source(t, TCP(floats(t, 1, 2, 3).Address, now), time.Second, points(t, "4:0 f32, 4:4 f32"))
	got, err := s.Read(t.Context(), make([]drivers.Reading, 1))
	if err != nil || len(got) != 3 || got[1].At.Mono != 1 || got[2].At.Mono != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestDevicesThatMakeNoSense(t *testing.T) {
	l := TCP("127.0.0.1:1", noTime)
	for want, d := range map[string]Device{
		"no points":               {},
		"200 registers":           {MaxRegisters: 200, Points: registers(0)},
		"longer than the 1":       {MaxRegisters: 1, Points: points(t, "4:0 f32")},
		"beyond 0xFFFF":           {Points: points(t, "4:65535 f32")},
		`"f32" cannot be read`:    {Points: points(t, "1:0 f32")},
		`"bit" cannot be read`:    {Points: points(t, "3:0 bit")},
		`"u8" cannot be read`:     {Points: points(t, "3:0 u8")},
		`cannot be read from not`: {Points: []Point{{Type: "u16"}}},
	} {
		d.Name = "meter-1"
		if _, err := l.Source(d); err == nil || !strings.HasPrefix(err.Error(), "meter-1: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestRTUPortsThatAreNone(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, file + "-missing"} {
		s := source(t, rtuAt(path, 9600), time.Second, registers(0))
		if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// go.bug.st panics on a descriptor beyond 1023.
func TestRTUManyFilesOpen(t *testing.T) {
	port := newStand(3*time.Millisecond, 0).slave.OnPort(t)
	s := source(t, rtuAt(port.Path, 115200), time.Second, registers(0))
	var files []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Skip(err)
		}
		files = append(files, f)
		if f.Fd() > 1023 {
			break
		}
	}
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("%v, want absent", err)
	}
	for _, f := range files {
		f.Close()
	}
	if _, err := s.Read(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// A device of one register has but one probe. An answer to it that comes at once can only be a late one: at 1200 baud
// the wire takes longer.
func TestRTUTooEarly(t *testing.T) {
	d := newStand(0, 0)
	s := source(t, rtuAt(d.slave.OnPort(t).Path, 1200), 100*time.Millisecond, registers(0))
	d.next(drivertest.Silent)
	for range 2 {
		if got, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) || len(got) > 0 {
			t.Errorf("%v, %v, want absent", got, err)
		}
	}
	if st := s.Stats(); st.Foreign != 1 {
		t.Errorf("%+v, want one dropped", st)
	}
}

// The late answer comes while its device is asked again, and the new answer right behind it; or, on a busy machine,
// both at once.
func TestRTULateInTheWaitForTheProbe(t *testing.T) {
	const timeout = 100 * time.Millisecond
	d := newStand(10*time.Millisecond, 0)
	d.slave.Late = timeout + timeout/2 + 40*time.Millisecond
	s := source(t, rtuAt(d.slave.OnPort(t).Path, 115200), timeout, registers(0))
	d.next(drivertest.Late)
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Error(err)
	}
	right := d.next(drivertest.None)
	if got, err := s.Read(t.Context(), nil); err == nil && !right(got[0]) || err != nil && !errors.Is(err, errTwice) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRTUAnsweredTwice(t *testing.T) {
	q := newQuestion(1, request{function(4), 0, 2})
	q.tally = new(drivers.Tally)
	answer := unhex(t, "01 04 04 4366 3334 1B 38")
	if _, err := new(rtu).accept(append(answer, answer...), 0, len(answer), &q); err != errTwice {
		t.Errorf("%v", err)
	}
}

// One source's silence does not keep another's line from it, and its late answer is not the other's.
func TestRTUNeighbours(t *testing.T) {
	d := newStand(3*time.Millisecond, 50*time.Millisecond)
	l := rtuAt(d.slave.OnPort(t).Path, 115200)
	dead, err := l.Source(Device{Name: "dead", Unit: unit + 1, Points: registers(0), Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	alive := source(t, l, time.Second, registers(0))
	for range 3 {
		if _, err := dead.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
			t.Error(err)
		}
		if _, err := alive.Read(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	dead.Close()
	if _, err := dead.Read(t.Context(), nil); err == nil {
		t.Error("read after Close")
	}
	if _, err := alive.Read(t.Context(), nil); err != nil {
		t.Errorf("a neighbour's Close: %v", err)
	}
}

func TestSteadyReadsDoNotAllocate(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go answerZeros(listener)
	s := source(t, TCP(listener.Addr().String(), noTime), time.Second, points(t, "4:0 f32, 4:2 f32, 4:4 f32"))
	readings := make([]drivers.Reading, 0, 3)
	ctx := t.Context()
	if n := testing.AllocsPerRun(200, func() {
		if _, err := s.Read(ctx, readings); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a read", n)
	}
}

// answerZeros answers three floats on one connection, and allocates nothing once it runs.
func answerZeros(listener net.Listener) {
	conn, err := listener.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	in, out := make([]byte, 12), make([]byte, 21)
	out[5], out[6], out[7], out[8] = 15, unit, 4, 12
	for {
		if _, err := io.ReadFull(conn, in); err != nil {
			return
		}
		copy(out, in[:2])
		conn.Write(out)
	}
}
