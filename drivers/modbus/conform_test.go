package modbus

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

const unit = 7

func function(code int) Function {
	f, err := FunctionOf(code)
	if err != nil {
		panic(err)
	}
	return f
}

func noTime() drivers.Instant { return drivers.Instant{} }

// A stand is a slave whose registers tell which they are, and which question they answer.
type stand struct {
	mu    sync.Mutex
	round uint16
	fault drivertest.Fault
	slave *drivertest.Slave
}

func newStand(delay, timeout time.Duration) *stand {
	d := &stand{}
	d.slave = &drivertest.Slave{Unit: unit, Delay: delay, Late: timeout + 60*time.Millisecond - delay}
	d.slave.Value = func(_ byte, address uint16) (uint16, bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.round*64 + address, address < 64
	}
	d.slave.Fault = func() drivertest.Fault {
		d.mu.Lock()
		defer d.mu.Unlock()
		f := d.fault
		d.fault = drivertest.None
		return f
	}
	return d
}

func (d *stand) next(f drivertest.Fault) func(drivers.Reading) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.round++
	d.fault = f
	round := d.round
	return func(r drivers.Reading) bool {
		var address int
		fmt.Sscanf(r.Point, "meter/%d", &address)
		return r.Value == float64(round*64+uint16(address))
	}
}

// registers are points named after their addresses.
func registers(addresses ...uint16) []Point {
	var points []Point
	for _, a := range addresses {
		points = append(points, Point{Name: fmt.Sprint(a), Function: function(3), Address: a, Type: "u16"})
	}
	return points
}

func source(t testing.TB, l *Line, timeout time.Duration, points []Point) *Source {
	t.Helper()
	s, err := l.Source(Device{Name: "meter", Unit: unit, Points: points, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// singles has a source for each register, which leaves a driver nothing to tell their answers apart by but time.
func singles(t *testing.T, l *Line, timeout time.Duration) []drivers.Source {
	var sources []drivers.Source
	for a := range uint16(5) {
		sources = append(sources, source(t, l, timeout, registers(a)))
	}
	return sources
}

var (
	rtuFaults = []drivertest.Fault{
		drivertest.NoiseBefore, drivertest.NoiseAfter, drivertest.Stranger, drivertest.Echo, drivertest.Corrupt,
		drivertest.WrongLength, drivertest.CutShort, drivertest.OneShort, drivertest.OtherUnit, drivertest.Refusal,
		drivertest.Silent, drivertest.Late,
	}
	tcpFaults = []drivertest.Fault{
		drivertest.Stranger, drivertest.Corrupt, drivertest.WrongLength, drivertest.CutShort, drivertest.OneShort,
		drivertest.OtherUnit, drivertest.Refusal, drivertest.Silent, drivertest.Late,
	}
)

func (d *stand) rtu(t *testing.T, timeout time.Duration) *drivertest.Bench {
	port := d.slave.OnPort(t)
	baud := d.slave.Baud
	if baud == 0 {
		baud = 115200 // faster than the slave answers
	}
	l := rtuAt(port.Path, baud)
	return &drivertest.Bench{
		Sources: singles(t, l, timeout), Next: d.next, Faults: rtuFaults, Unplug: port.Unplug, Plug: port.Plug,
	}
}

func (d *stand) tcp(t *testing.T, timeout time.Duration) *drivertest.Bench {
	server := d.slave.OnServer(t)
	return &drivertest.Bench{
		Sources: singles(t, TCP(server.Address, noTime), timeout), Next: d.next, Faults: tcpFaults,
		Unplug: server.Unplug, Plug: server.Plug,
	}
}

func TestConform(t *testing.T) {
	t.Parallel()
	timeout := drivertest.Timeout(200 * time.Millisecond)
	for _, delay := range []time.Duration{3 * time.Millisecond, 50 * time.Millisecond} {
		t.Run(fmt.Sprintf("rtu/%v", delay), func(t *testing.T) {
			t.Parallel()
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench { return newStand(delay, timeout).rtu(t, timeout) })
		})
		t.Run(fmt.Sprintf("tcp/%v", delay), func(t *testing.T) {
			t.Parallel()
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench { return newStand(delay, timeout).tcp(t, timeout) })
		})
	}
	t.Run("rtu/9600", func(t *testing.T) {
		t.Parallel()
		drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
			d := newStand(3*time.Millisecond, timeout)
			d.slave.Baud = 9600
			return d.rtu(t, timeout)
		})
	})
}

func TestHammer(t *testing.T) {
	t.Parallel()
	const timeout = 30 * time.Millisecond
	late := time.Duration(1.3 * float64(timeout))
	t.Run("rtu, single registers", func(t *testing.T) {
		t.Parallel()
		d := newStand(2*time.Millisecond, timeout)
		d.slave.Late = late
		drivertest.Hammer(t, d.rtu(t, timeout), 40)
	})
	t.Run("rtu, answers up to two questions late", func(t *testing.T) {
		t.Parallel()
		d := newStand(2*time.Millisecond, timeout)
		d.slave.Late = 2 * timeout
		b := d.rtu(t, timeout)
		b.Sources = []drivers.Source{source(t, b.Sources[0].(*Source).line, timeout, registers(0, 1, 2, 4, 5, 8))}
		drivertest.Hammer(t, b, 60)
	})
	t.Run("tcp", func(t *testing.T) {
		t.Parallel()
		d := newStand(2*time.Millisecond, timeout)
		d.slave.Late = 3 * timeout
		drivertest.Hammer(t, d.tcp(t, timeout), 60)
	})
}
