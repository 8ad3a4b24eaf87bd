package vm

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/agent/live"
	"basemeter/agent/record"
	"basemeter/drivers/sim"
)

const password = "chalk-and-swarf"

// The agent's file. A line of the chip that nothing drives is low.
const config = `
base: nc-vtc-cnc
gateway: gw-01
batch_every: 1s
spool: {dir: /run/spool}
mqtt: {broker: "tcp://127.0.0.1:1883"} # nobody is there: facts stay in the spool
clock: {trust: always}
http: {listen: "0.0.0.0:9090", password_file: /etc/basemeter/page.password}
badge_key_file: /run/badge.key
lines:
  - name: pins
    kind: gpio
    devices:
      - {name: lamp, pin: "9030000.pl061:1", input: contact, closed: high, pull: none, settle: 5ms}
      - {name: flow, pin: "9030000.pl061:2", input: pulse, closed: high, pull: none, settle: 2ms}
  - name: rs485-1
    kind: rs485
    port: /dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_GW-A-if00-port0
    baud: 19200
    parity: even
    devices:
      - {name: meter, profile: sdm120, unit: 1, period: 200ms, points: [voltage, power]}
  - name: reader
    kind: hid-reader
    port: /dev/input/by-id/usb-QEMU_QEMU_USB_Keyboard_KBD-1-event-kbd
    digits: decimal
assets:
  - name: mill-01
    contacts:
      - {point: lamp/contact, state: running}
    otherwise: "off"
    dwell: 1s
`

// archiveOf is the gateway's root: its first process, the agent as it is shipped, and its configuration.
func archiveOf(t *testing.T) (file string) {
	t.Helper()
	dir := t.TempDir()
	files := []File{
		{"init", 0o755, executable(t, dir, "..", "./guest")},
		{"basemeter-agent", 0o755, executable(t, dir, "../..", "./cmd/basemeter-agent")},
		{"etc/basemeter/agent.yaml", 0o644, []byte(config)},
		{"etc/basemeter/page.password", 0o600, []byte(password + "\n")},
	}
	var b bytes.Buffer
	if err := WriteArchive(&b, files); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "root.cpio")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// executable is a static program for the gateway, of the module in a folder.
func executable(t *testing.T, dir, module, name string) []byte {
	t.Helper()
	file := filepath.Join(dir, filepath.Base(name))
	build := exec.Command("go", "build", "-C", module, "-trimpath", "-ldflags", "-s -w", "-o", file, name)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A meter is an SDM120 at the far end of an adapter. QEMU calls it.
type meter struct {
	socket string
	volts  float32
	watts  atomic.Uint32 // as the bits of a float32
}

func newMeter(t *testing.T) *meter {
	t.Helper()
	m := &meter{socket: filepath.Join(t.TempDir(), "meter"), volts: 230.5}
	l, err := net.Listen("unix", m.socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1) // its one word may come when the test has ended
	go func() { ended <- m.serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		l.Close()
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("meter: %v", err)
		}
	})
	return m
}

func (m *meter) serve(ctx context.Context, l net.Listener) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	return sim.ServeRTU(ctx, conn, map[byte]sim.Registers{1: m.registers}, 19200)
}

func (m *meter) registers(function byte, address, count uint16) ([]uint16, bool) {
	volts, watts := math.Float32bits(m.volts), m.watts.Load()
	words := map[uint16]uint16{0x00: uint16(volts >> 16), 0x01: uint16(volts), 0x0C: uint16(watts >> 16), 0x0D: uint16(watts)}
	return sim.Fixed(map[byte]map[uint16]uint16{4: words}, true)(function, address, count)
}

func (m *meter) show(watts float32) { m.watts.Store(math.Float32bits(watts)) }

// A gateway is the machine, seen through the page of its agent.
type gateway struct {
	*Machine
	t   *testing.T
	ctx context.Context
}

func start(t *testing.T, ctx context.Context) gateway {
	t.Helper()
	kernel, err := Kernel(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Start(Config{Dir: t.TempDir(), Kernel: kernel, Archive: archiveOf(t), Serve: 9090})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		off := m.Off()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if off != nil {
			t.Error(off)
		}
		if t.Failed() {
			t.Logf("the console:\n%s", m.Console())
		}
	})
	return gateway{m, t, ctx}
}

// until waits for the page to show what is wanted.
func (g gateway) until(what string, shows func(live.Floor) bool) (seen live.Floor) {
	g.t.Helper()
	begin := time.Now()
	for {
		ctx, cancel := context.WithTimeout(g.ctx, 2*time.Second)
		f, bad := live.Fetch(ctx, "http://"+g.Serves, password)
		cancel()
		if bad == nil {
			seen = f
		}
		if bad == nil && shows(f) {
			g.t.Logf("%5.2f s  %s", time.Since(begin).Seconds(), what)
			return seen
		}
		if off := g.Off(); off != nil {
			g.t.Fatalf("wait until %s: %v", what, off)
		}
		if err := pause(g.ctx, 20*time.Millisecond); err != nil {
			g.t.Fatalf("wait until %s: %v, %v\nseen last: %+v", what, err, bad, seen.Lines)
		}
	}
}

// says waits until the kernel has said something so many times.
func (g gateway) says(text string, times int) {
	g.t.Helper()
	for strings.Count(g.Console(), text) < times {
		if err := pause(g.ctx, 20*time.Millisecond); err != nil {
			g.t.Fatalf("wait for %q on the console: %v", text, err)
		}
	}
}

func device(f live.Floor, name string) live.Device {
	for _, l := range f.Lines {
		for _, d := range l.Devices {
			if d.Name == name {
				return d
			}
		}
	}
	return live.Device{}
}

func point(f live.Floor, name string) live.Point {
	of, _, _ := strings.Cut(name, "/")
	for _, p := range device(f, of).Points {
		if p.Name == name {
			return p
		}
	}
	return live.Point{}
}

// good tells whether a point has a value that was just read.
func good(f live.Floor, name string, value float64) bool {
	p := point(f, name)
	return p.Quality == record.Good && p.Value == value
}

// The agent is the machine's first process. Had it ended, the kernel would have panicked, and QEMU with it: what is seen
// at the end was seen by the agent of the beginning.
func TestGatewayOnVirtualHardware(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Second)
	defer cancel()
	g, m := start(t, ctx), newMeter(t)
	m.show(1180)
	adapter := Adapter{Serial: "GW-A", Line: m.socket}
	g.must(g.Plug(adapter))
	g.must(g.PlugKeyboard("KBD-1"))
	g.until("booted, and the lamp is dark", func(f live.Floor) bool { return good(f, "lamp/contact", 0) })
	g.until("the meter is read", func(f live.Floor) bool {
		return good(f, "meter/power", 1180) && good(f, "meter/voltage", 230.5)
	})
	g.lamp()
	g.pulses()
	g.replug(adapter, m)
	g.card()
}

// lamp switches a lamp, and wants each edge at the moment when it came.
func (g gateway) lamp() {
	g.t.Helper()
	const slack = 100 * time.Millisecond // the kernel's clock for what bounces ticks every few, and QEMU may be away
	var last, from, to time.Duration     // the last edge's stamp, and between which moments here it came
	begin := time.Now()
	for i, stands := range []time.Duration{0, 300 * time.Millisecond, 700 * time.Millisecond, 200 * time.Millisecond} {
		if err := pause(g.ctx, stands-(time.Since(begin)-to)); err != nil {
			g.t.Fatal(err)
		}
		lit := i%2 == 0
		before := time.Since(begin)
		g.drive(1, lit)
		after := time.Since(begin)
		want, state := 0.0, "off"
		if lit {
			want, state = 1, "running"
		}
		f := g.until("the lamp is "+state, func(f live.Floor) bool { return good(f, "lamp/contact", want) })
		at := time.Duration(point(f, "lamp/contact").MonoNS)
		if least, most := before-to-slack, after-from+slack; last > 0 && (at-last < least || at-last > most) {
			g.t.Errorf("edge %d is stamped %v after the one before; it came between %v and %v", i, at-last, least, most)
		}
		last, from, to = at, before, after
	}
}

// pulses are counted exactly, at 50 a second; slower where this machine cannot drive them so fast.
func (g gateway) pulses() {
	g.t.Helper()
	const pulses, level = 100, 10 * time.Millisecond
	before, begin := g.counted(), time.Now()
	for i := range 2 * pulses {
		edge := time.Now()
		g.drive(2, i%2 == 0)
		// Its whole time if it came in time; half of it, which is still more than settle, to catch up.
		g.must(pause(g.ctx, max(level-time.Since(edge), level/2)))
	}
	took := time.Since(begin)
	if counted := g.counted() - before; counted != pulses {
		g.t.Errorf("%v of %d pulses counted, driven in %v", counted, pulses, took)
	}
}

// counted is the count once the counter has spoken twice: what came before is then in it.
func (g gateway) counted() float64 {
	g.t.Helper()
	spoken := func(f live.Floor) bool { return point(f, "flow/count").Quality == record.Good }
	f := g.until("the counter speaks", spoken)
	for range 2 {
		last := point(f, "flow/count").MonoNS
		f = g.until("the counter speaks again", func(f live.Floor) bool { return spoken(f) && point(f, "flow/count").MonoNS > last })
	}
	if d := device(f, "flow"); d.Overruns != 0 {
		g.t.Errorf("%d edges lost", d.Overruns)
	}
	return point(f, "flow/count").Value
}

// replug pulls the adapter's cable. When it is back, another has its number.
func (g gateway) replug(a Adapter, m *meter) {
	g.t.Helper()
	g.says("attached to ttyUSB0", 1)
	g.must(g.Pull(a.Serial))
	gone := g.until("the meter is absent", func(f live.Floor) bool { return device(f, "meter").Absent })
	if p := point(gone, "meter/power"); p.Quality != record.Absent {
		g.t.Errorf("the power of an absent meter is %s", p.Quality)
	}
	g.until("the lamp is still watched", func(f live.Floor) bool { return point(f, "lamp/contact").MonoNS > point(gone, "lamp/contact").MonoNS })
	other := newMeter(g.t)
	other.show(9999)
	g.must(g.Plug(Adapter{Serial: "GW-B", Line: other.socket}))
	g.says("attached to ttyUSB0", 2)
	m.show(350)
	g.must(g.Plug(a))
	g.says("attached to ttyUSB1", 1)
	back := g.until("the meter is read again", func(f live.Floor) bool { return good(f, "meter/power", 350) && !device(f, "meter").Absent })
	if was, is := device(gone, "meter"), device(back, "meter"); is.Answers <= was.Answers || is.Requests < is.Answers {
		g.t.Errorf("%d answers to %d requests, after %d: the agent began anew", is.Answers, is.Requests, was.Answers)
	}
}

// card types a number, as a reader does that is a keyboard.
func (g gateway) card() {
	g.t.Helper()
	g.until("the reader is open", func(f live.Floor) bool { d := device(f, "reader"); return d.Name != "" && d.Error == "" })
	for _, key := range []string{"0", "0", "1", "2", "3", "4", "5", "ret"} {
		g.must(g.Type(key))
	}
	f := g.until("a card is seen", func(f live.Floor) bool { return device(f, "reader").Answers > 0 })
	if d := device(f, "reader"); d.Answers != 1 || d.Garbled != 0 {
		g.t.Errorf("%d cards and %d broken numbers, want 1 and 0", d.Answers, d.Garbled)
	}
}

func (g gateway) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g gateway) drive(line int, high bool) {
	g.t.Helper()
	g.must(g.Drive(g.ctx, line, high))
}
