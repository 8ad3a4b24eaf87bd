package modbus

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestHolesAreReadOverUntilTheDeviceRefuses(t *testing.T) {
	answers := map[uint16]uint16{0: 10, 1: 11, 4: 14, 5: 15}
	var listed atomic.Bool // it answers for what its manual lists, and nothing else
	slave := &drivertest.Slave{Unit: unit, Value: func(_ byte, address uint16) (uint16, bool) {
		v, known := answers[address]
		return v, known || !listed.Load()
	}}
	for _, refuses := range []bool{false, true} {
		listed.Store(refuses)
		l := TCP(slave.OnServer(t).Address, noTime)
		fast := []Point{{Name: "a", Function: function(3), Address: 0, Type: "u16"}, {Name: "b", Function: function(3), Address: 4, Type: "u16"}}
		sources, err := l.Sources(Device{Name: "meter", Unit: unit, MaxHole: 4}, fast, append(fast, Point{Name: "c", Function: function(3), Address: 5, Type: "u16"}))
		if err != nil {
			t.Fatal(err)
		}
		for round, want := range []drivers.Stats{{Requests: 1, Answers: 1}, {Requests: 2, Answers: 2}, {Requests: 3, Answers: 3}} {
			s, values := sources[round%2], 2+round%2
			if refuses { // one refusal, then two questions each time
				want = drivers.Stats{Requests: want.Requests*2 + 1, Answers: want.Answers * 2, Refusals: 1}
			}
			got, err := s.Read(t.Context(), nil)
			if err != nil || len(got) != values || got[0].Value != 10 || got[1].Value != 14 {
				t.Errorf("refuses: %v: %v, %v", refuses, got, err)
			}
			st := s.Stats()
			if st.P50, st.P99 = 0, 0; st != want {
				t.Errorf("refuses: %v: %+v, want %+v", refuses, st, want)
			}
		}
		for _, s := range sources {
			s.Close()
		}
	}
}

func TestADeviceSaysWhatItIs(t *testing.T) {
	words := []uint16{0x5344, 0x4D31, 0x3230, 0x2000, 0x0001, 0xE240, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE}
	slave := &drivertest.Slave{Unit: unit, Value: func(_ byte, address uint16) (uint16, bool) {
		if int(address) >= len(words) {
			return 0, false
		}
		return words[address], true
	}}
	l := TCP(slave.OnServer(t).Address, noTime)
	for _, c := range []struct {
		identity Identity
		want     string
	}{
		{Identity{function(3), 0, "text", 4}, "SDM120"},
		{Identity{function(3), 4, "u32", 0}, "123456"},
		{Identity{function(3), 6, "u64", 0}, "18446744073709551614"},
		{Identity{function(3), 8, "i32", 0}, "-2"},
	} {
		s, err := l.Source(Device{Name: "meter", Unit: unit, Points: registers(0), Identity: &c.identity})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if got, err := s.Identity(t.Context()); got != c.want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, c.want)
		}
	}
	nowhere := source(t, l, time.Second, registers(0))
	if got, err := nowhere.Identity(t.Context()); got != "" || err != nil {
		t.Errorf("%q, %v of a device that says nothing", got, err)
	}
	for _, wrong := range []Identity{{function(3), 0, "text", 0}, {function(1), 0, "text", 4}, {function(3), 0xFFFF, "text", 2}, {function(3), 0, "words", 1}, {function(1), 0, "bit", 1}} {
		if _, err := l.Source(Device{Name: "meter", Unit: unit, Points: registers(0), Identity: &wrong}); err == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}

func TestProbing(t *testing.T) {
	const timeout = 200 * time.Millisecond
	d := newStand(3*time.Millisecond, timeout)
	for name, l := range map[string]*Line{"rtu": rtuAt(d.slave.OnPort(t).Path, 115200), "tcp": TCP(d.slave.OnServer(t).Address, noTime)} {
		s := source(t, l, timeout, registers(0))
		for _, c := range []struct {
			fault drivertest.Fault
			want  error
		}{{drivertest.None, nil}, {drivertest.Refusal, nil}, {drivertest.Silent, drivers.ErrAbsent}} {
			d.next(c.fault)
			if err := s.Probe(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("%s, %v: %v, want %v", name, c.fault, err, c.want)
			}
		}
		right := d.next(drivertest.None)
		if got, err := s.Read(t.Context(), nil); err != nil || !right(got[0]) {
			t.Errorf("%s, after the probes: %v, %v", name, got, err)
		}
	}
}

// A block that no source asks for, and units that nobody knows.
func TestRegisters(t *testing.T) {
	const timeout = 200 * time.Millisecond
	d := newStand(3*time.Millisecond, timeout)
	for name, l := range map[string]*Line{"rtu": rtuAt(d.slave.OnPort(t).Path, 115200), "tcp": TCP(d.slave.OnServer(t).Address, noTime)} {
		d.next(drivertest.None)
		d.mu.Lock()
		d.round = 1
		d.mu.Unlock()
		got, err := l.Registers(t.Context(), unit, function(3), 2, 2, time.Second)
		if err != nil || string(got) != "\x00\x42\x00\x43" {
			t.Errorf("%s: % X, %v", name, got, err)
		}
		if _, err := l.Registers(t.Context(), unit, function(3), 900, 1, 0); !errors.Is(err, Exception(2)) {
			t.Errorf("%s: %v of a register that is not there", name, err)
		}
		if _, err := l.Registers(t.Context(), unit+1, function(3), 2, 2, 30*time.Millisecond); !errors.Is(err, drivers.ErrAbsent) {
			t.Errorf("%s: %v of a unit that is not there", name, err)
		}
		d.next(drivertest.Late)
		if _, err := l.Registers(t.Context(), unit, function(3), 2, 2, timeout); !errors.Is(err, drivers.ErrAbsent) {
			t.Errorf("%s: %v of a late answer", name, err)
		}
		right := d.next(drivertest.None)
		got, err = l.Registers(t.Context(), unit, function(3), 2, 2, timeout)
		if err != nil || !right(drivers.Reading{Point: "meter/2", Value: float64(binary.BigEndian.Uint16(got))}) {
			t.Errorf("%s: % X, %v after a late answer", name, got, err)
		}
		for _, r := range []request{{function(3), 0xFFFF, 2}, {function(3), 0, 0}, {function(4), 0, 126}, {Function{}, 0, 1}} {
			if _, err := l.Registers(t.Context(), unit, r.function, r.address, r.count, time.Second); err == nil {
				t.Errorf("asked for %v", r)
			}
		}
	}
}

// A device that wants silence before it is spoken to gets it, also when its neighbour has spoken last.
func TestADeviceGetsItsPause(t *testing.T) {
	const pause = 60 * time.Millisecond
	var mu sync.Mutex
	var asked []time.Time
	slave := &drivertest.Slave{Unit: unit, Value: func(byte, uint16) (uint16, bool) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, time.Now())
		return 1, true
	}}
	for name, l := range map[string]*Line{"rtu": rtuAt(slave.OnPort(t).Path, 115200), "tcp": TCP(slave.OnServer(t).Address, noTime)} {
		s, err := l.Source(Device{Name: "meter", Unit: unit, Points: registers(0, 9), Pause: pause})
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		asked = nil
		mu.Unlock()
		for range 2 {
			if _, err := s.Read(t.Context(), nil); err != nil {
				t.Fatal(name, err)
			}
		}
		s.Close()
		mu.Lock()
		for i := 1; i < len(asked); i++ {
			if apart := asked[i].Sub(asked[i-1]); apart < pause-5*time.Millisecond {
				t.Errorf("%s: asked again after %v", name, apart)
			}
		}
		mu.Unlock()
	}
}

// A gateway says of a unit behind it that it does not answer: to us that unit is absent, and the others are not.
func TestAGatewayThatReachesNobody(t *testing.T) {
	conn := gatewayTo(t, map[byte]bool{unit: true})
	l := TCP(conn, noTime)
	there := source(t, l, time.Second, registers(0))
	dead, err := l.Source(Device{Name: "dead", Unit: unit + 1, Points: registers(0)})
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	for range 4 {
		if _, err := dead.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
			t.Error(err)
		}
		if _, err := there.Read(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	if st := dead.Stats(); st.Timeouts != 4 || st.Refusals != 0 {
		t.Errorf("%+v", st)
	}
}

// gatewayTo is a gateway behind which only some units answer, with zeros.
func gatewayTo(t *testing.T, units map[byte]bool) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for in := make([]byte, 12); ; {
			if _, err := io.ReadFull(conn, in); err != nil {
				return
			}
			out := append(append([]byte{}, in[:5]...), 5, in[6], in[7], 2, 0, 0)
			if !units[in[6]] {
				out = append(append([]byte{}, in[:5]...), 3, in[6], in[7]|0x80, 0x0B)
			}
			conn.Write(out)
		}
	}()
	return listener.Addr().String()
}
