package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"basemeter/drivers"
	"basemeter/drivers/sim"
)

// A bus is a pty with devices of several settings on it. A pty carries whatever is said at any speed, so the bus looks
// at what the driver has set, and hands a question only to those who would have understood it.
type bus struct {
	*sim.Wire
	tty *os.File

	mu    sync.Mutex
	asked map[place]bool
}

// A member is the devices of one setting.
type member struct {
	units  map[byte]sim.Registers
	meters map[string]sim.DLT645
}

func newBus(t *testing.T, members map[string]member) *bus {
	t.Helper()
	w, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(w.Path, os.O_RDWR|unix.O_NOCTTY, 0) // before the driver has it for itself
	if err != nil {
		t.Fatal(err)
	}
	b := &bus{Wire: w, tty: tty, asked: map[place]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var ends sync.WaitGroup
	t.Cleanup(func() { stop(); b.Close(); tty.Close(); ends.Wait() })
	ears := map[Setting]*io.PipeWriter{}
	for text, m := range members {
		set, err := ParseSetting(text)
		if err != nil {
			t.Fatal(err)
		}
		ear, mouth := io.Pipe()
		ears[set] = mouth
		ends.Go(func() { sim.ServeMixed(ctx, end{ear, b}, m.units, m.meters, set.Baud) })
	}
	ends.Go(func() { b.carry(ears) })
	return b
}

// An end is where the devices of one setting hear and speak.
type end struct {
	*io.PipeReader
	io.Writer
}

func (b *bus) carry(ears map[Setting]*io.PipeWriter) {
	buf := make([]byte, 256)
	for {
		n, err := b.Read(buf)
		if err != nil {
			return
		}
		set := b.setting()
		b.mu.Lock()
		for i := 0; i < n; i += request { // several, if this machine is busy
			b.asked[place{set.Baud, set.Parity, buf[i]}] = true
		}
		b.mu.Unlock()
		for hears, ear := range ears {
			if set.Baud == hears.Baud && set.Parity == hears.Parity {
				ear.Write(buf[:n])
			}
		}
	}
}

// setting is what the driver has set. A pty drops PARENB; the check of what comes in is set along with it, and stays.
func (b *bus) setting() Setting {
	t, err := unix.IoctlGetTermios(int(b.tty.Fd()), unix.TCGETS)
	if err != nil {
		return Setting{}
	}
	s := Setting{Parity: "none", StopBits: 1}
	switch t.Cflag & unix.CBAUD {
	case unix.B38400:
		s.Baud = 38400
	case unix.B57600:
		s.Baud = 57600
	case unix.B115200:
		s.Baud = 115200
	}
	switch {
	case t.Iflag&unix.INPCK != 0 && t.Cflag&unix.PARODD != 0:
		s.Parity = "odd"
	case t.Iflag&unix.INPCK != 0:
		s.Parity = "even"
	}
	if t.Cflag&unix.CSTOPB != 0 {
		s.StopBits = 2
	}
	return s
}

func machine() *sim.Machine { return sim.New(1, time.Now().Add(-time.Hour), 1) }

func settings(t *testing.T, texts ...string) (all []Setting) {
	t.Helper()
	for _, text := range texts {
		s, err := ParseSetting(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func search(t *testing.T, o Options) (Search, []Found) { return searchTelling(t, o, func(Progress) {}) }

func searchTelling(t *testing.T, o Options, told func(Progress)) (Search, []Found) {
	t.Helper()
	s, err := Plan(o)
	if err != nil {
		t.Fatal(err)
	}
	var found []Found
	began := time.Now()
	if err := s.Run(t.Context(), told, func(f Found) { found = append(found, f) }); err != nil {
		t.Fatal(err)
	}
	t.Logf("took %v, announced %v to %v", time.Since(began).Round(time.Millisecond), s.Takes(0), s.Takes(len(found)))
	return s, found
}

// Six devices among 247 units, with their settings.
func TestSixAmongAll(t *testing.T) {
	t.Parallel()
	m := machine()
	b := newBus(t, map[string]member{
		"115200 8N1": {units: map[byte]sim.Registers{1: sim.SDM120(m, time.Now), 33: sim.SDM630(m, time.Now), 247: sim.PZEM016(m, time.Now)}},
		"57600 8E1":  {units: map[byte]sim.Registers{1: sim.SDM630(m, time.Now), 32: sim.SDM120(m, time.Now), 200: sim.PZEM016(m, time.Now)}},
	})
	want := map[place]string{
		{115200, "none", 1}: "sdm120", {115200, "none", 33}: "sdm630", {115200, "none", 247}: "pzem016",
		{57600, "even", 1}: "sdm630", {57600, "even", 32}: "sdm120", {57600, "even", 200}: "pzem016",
	}
	// All of these have the same first question, which halves the time that this test takes.
	o := Options{Port: b.Path, Known: meterKinds[1:4], Turnaround: 10 * time.Millisecond, Settings: settings(t, "115200 8N1", "57600 8E1")}
	told := map[place]bool{}
	_, found := searchTelling(t, o, func(p Progress) { told[place{p.Setting.Baud, p.Setting.Parity, p.Unit}] = true })
	b.mu.Lock()
	asked := len(b.asked)
	b.mu.Unlock()
	if len(told) != 2*247 || asked < 247 || asked > 2*247 { // a bus on a busy machine overhears some
		t.Errorf("%d units told of and %d heard, want 247 at each setting", len(told), asked)
	}
	missed := unnamed(t, want, found)
	if len(missed) > 0 { // by a machine too busy to answer in 10 ms: what it then says belongs to nobody
		o.Turnaround, o.Units = 200*time.Millisecond, missed
		_, again := search(t, o)
		missed = unnamed(t, want, append(found, again...))
	}
	if len(missed) > 0 {
		t.Errorf("not found: units %v of %v", missed, want)
	}
}

// unnamed are the units that were not found, or not told to be what they are. Another name for one is wrong, and so is a
// name for nobody.
func unnamed(t *testing.T, want map[place]string, found []Found) (units []byte) {
	t.Helper()
	left := maps.Clone(want)
	for _, f := range found {
		at := place{f.Setting.Baud, f.Setting.Parity, f.Unit}
		if f.best() == want[at] {
			delete(left, at)
		} else if f.best() != "" {
			t.Errorf("%v, want %q", f, want[at])
		}
	}
	for at := range left {
		units = append(units, at.unit)
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// Both protocols on one line, a setting with nobody at it, and what is then to be written into agent.yaml.
func TestMixedLine(t *testing.T) {
	t.Parallel()
	m := machine()
	b := newBus(t, map[string]member{
		"38400 8E1": {
			units:  map[byte]sim.Registers{2: sim.DTSU666(m, time.Now), 9: nothing},
			meters: map[string]sim.DLT645{"000102030425": sim.DLT645Meter(m, time.Now)},
		},
		"38400 8O1": {units: map[byte]sim.Registers{3: sim.SDM120(m, time.Now)}},
	})
	s, found := search(t, Options{Port: b.Path, Known: meterKinds, Turnaround: 100 * time.Millisecond, Units: []byte{2, 3, 9, 40},
		Settings: settings(t, "115200 8N1", "38400 8E1", "38400 8O1", "38400 8E2")})
	want := `lines:
  - name: rs485-1
    kind: rs485
    port: "PORT"
    baud: 38400
    parity: even
    stop_bits: 1
    devices:
      - {name: meter-000102030425, profile: dlt645, meter: "000102030425"}
      - {name: dtsu666-2, profile: dtsu666, unit: 2}
      # unit 9 at 38400 8E1: it answers, but as no kind that is known here does: a profile can be written for it
  # These are set otherwise. On the same line they work once they are set like those above.
  # - name: rs485-1
  #   kind: rs485
  #   port: "PORT"
  #   baud: 38400
  #   parity: odd
  #   stop_bits: 1
  #   devices:
  #     - {name: sdm120-3, profile: sdm120, unit: 3}
`
	if got := s.YAML(found); got != strings.ReplaceAll(want, "PORT", b.Path) {
		t.Errorf("%s", got)
	}
}

func nothing(byte, uint16, uint16) ([]uint16, bool) { return nil, false }

// floats holds 32-bit floats in input registers.
func floats(values map[uint16]float32) sim.Registers {
	return func(function byte, address, count uint16) ([]uint16, bool) {
		words := make([]uint16, count)
		for at, v := range values {
			bits := math.Float32bits(v)
			for i, w := range [2]uint16{uint16(bits >> 16), uint16(bits)} {
				if at := int(at) + i - int(address); at >= 0 && at < len(words) {
					words[at] = w
				}
			}
		}
		return words, function == 4
	}
}

func TestSeveralKindsFit(t *testing.T) {
	t.Parallel()
	b := newBus(t, map[string]member{"115200 8N1": {units: map[byte]sim.Registers{
		1: floats(map[uint16]float32{0: 230, 2: 231, 4: 229, 0x46: 50}), // three phases: one phase fits as well
		2: floats(map[uint16]float32{0: 230, 0x46: 50}),
		3: floats(map[uint16]float32{0: 230, 0x46: float32(math.NaN())}),
		4: floats(nil),
	}}})
	_, found := search(t, Options{Port: b.Path, Known: meterKinds, Turnaround: 100 * time.Millisecond, Units: []byte{1, 2, 3, 4}, Settings: settings(t, "115200 8N1")})
	want := []string{"sdm630 sdm120", "sdm120", "", ""}
	if len(found) != len(want) {
		t.Fatalf("%v", found)
	}
	for i, f := range found {
		var names []string
		for _, fit := range f.Fits {
			names = append(names, fit.Name)
		}
		if got := strings.Join(names, " "); got != want[i] || (f.Doubt == "") != (len(names) == 1) {
			t.Errorf("%v, want %q", f, want[i])
		}
	}
	if got := found[0].String(); got != "unit 1 at 115200 8N1: sdm630 (voltage_l1 230 V, voltage_l2 231 V, voltage_l3 229 V, frequency 50 Hz), or sdm120 (voltage 230 V, frequency 50 Hz): what it shows fits each of these, so look at its label" {
		t.Error(got)
	}
}

// A liar answers each question to one of its units with the same garbage.
func liar(t *testing.T, garbage []byte, units ...byte) string {
	t.Helper()
	w, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	var ends sync.WaitGroup
	t.Cleanup(func() { w.Close(); ends.Wait() })
	ends.Go(func() {
		for buf := make([]byte, 256); ; {
			n, err := w.Read(buf)
			if err != nil {
				return
			}
			if n > 0 && slices.Contains(units, buf[0]) {
				w.Write(append(append([]byte{}, buf[:2]...), garbage...))
			}
		}
	})
	return w.Path
}

func TestGarbage(t *testing.T) {
	t.Parallel()
	o := Options{Known: meterKinds, Turnaround: 30 * time.Millisecond, Units: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Settings: settings(t, "115200 8N1")}
	o.Port = liar(t, []byte{2, 0x12, 0x34, 0xFF, 0xFF}, 5)
	if _, found := search(t, o); len(found) != 1 || found[0].Unit != 5 || found[0].Protocol != "" || !strings.Contains(found[0].Doubt, "two devices with the same unit") {
		t.Errorf("%v", found)
	}
	o.Port = liar(t, []byte{2, 0x12, 0x34, 0xFF, 0xFF}, o.Units...)
	if _, found := search(t, o); len(found) != 1 || found[0].Unit != 0 || !strings.Contains(found[0].Doubt, "noise") {
		t.Errorf("%v", found)
	}
}

// Two DL/T 645 meters answer the question for an address at once.
func TestTwoMeters(t *testing.T) {
	t.Parallel()
	m := sim.DLT645Meter(machine(), time.Now)
	b := newBus(t, map[string]member{"38400 8E1": {meters: map[string]sim.DLT645{"000102030425": m, "998877665544": m}}})
	_, found := search(t, Options{Port: b.Path, Known: meterKinds, Units: []byte{}, Settings: settings(t, "38400 8E1")})
	if len(found) != 1 || found[0].Meter != "" || !strings.Contains(found[0].String(), "several such meters") {
		t.Errorf("%v", found)
	}
}

func TestBehindAGateway(t *testing.T) {
	t.Parallel()
	m := machine()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var ends sync.WaitGroup
	t.Cleanup(func() { stop(); ends.Wait() })
	ends.Go(func() {
		sim.ServeTCP(ctx, listener, map[byte]sim.Registers{1: sim.SDM630(m, time.Now), 17: sim.DTSU666(m, time.Now), 247: sim.SDM120(m, time.Now)})
	})
	s, found := search(t, Options{Address: listener.Addr().String(), Known: meterKinds})
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%d %s", f.Unit, f.best()))
	}
	if want := "1 sdm630, 17 dtsu666, 247 sdm120"; strings.Join(got, ", ") != want {
		t.Errorf("%v", got)
	}
	if yaml := s.YAML(found); !strings.Contains(yaml, "kind: modbus-tcp\n    address: \""+listener.Addr().String()) {
		t.Error(yaml)
	}
}

// A gateway may keep silent for units that are not there, and then the driver dials more and more rarely. A search asks
// each all the same.
func TestBehindASilentGateway(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[byte]int{}
	var ends sync.WaitGroup
	t.Cleanup(func() { listener.Close(); ends.Wait() })
	ends.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			ends.Go(func() {
				defer conn.Close()
				for in := make([]byte, 12); ; {
					if _, err := io.ReadFull(conn, in); err != nil {
						return
					}
					mu.Lock()
					asked[in[6]]++
					mu.Unlock()
					if in[6] == 9 {
						conn.Write([]byte{in[0], in[1], 0, 0, 0, 3, in[6], in[7] | 0x80, 2})
					}
				}
			})
		}
	})
	_, found := search(t, Options{Address: listener.Addr().String(), Units: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, Turnaround: 20 * time.Millisecond})
	if len(found) != 1 || found[0].Unit != 9 {
		t.Errorf("%v", found)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != 9 || asked[1] != 2 || asked[8] != 2 {
		t.Errorf("asked %v", asked)
	}
}

func TestNothingCanBeAsked(t *testing.T) {
	w, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	run := func(ctx context.Context, o Options, progress func(Progress)) error {
		s, err := Plan(o)
		if err != nil {
			t.Fatal(err)
		}
		return s.Run(ctx, progress, func(f Found) { t.Errorf("found %v", f) })
	}
	still := func(Progress) {}
	if err := run(t.Context(), Options{Port: "/dev/serial/by-id/usb-none"}, still); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "/dev/serial/by-id/usb-none") {
		t.Error(err)
	}
	if err := run(t.Context(), Options{Address: "127.0.0.1:1"}, still); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	other, err := serial(Options{Port: w.Path}, Setting{9600, "none", 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), Options{Port: w.Path}, still); err == nil || !strings.Contains(err.Error(), "systemctl stop basemeter-agent") {
		t.Error(err)
	}
	other.close()
	ctx, cancel := context.WithCancel(t.Context())
	if err := run(ctx, Options{Port: w.Path, Turnaround: time.Millisecond}, func(p Progress) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	pulled := func(p Progress) {
		if p.Unit == 3 {
			w.Close()
		}
	}
	if err := run(t.Context(), Options{Port: w.Path, Turnaround: time.Millisecond}, pulled); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("pulled: %v", err)
	}
}

func TestNumbers(t *testing.T) {
	f := binary.BigEndian.AppendUint32(nil, math.Float32bits(230.5))
	for _, c := range []struct {
		kind string
		data []byte
		low  bool
		want float64
	}{
		{"f32", f, false, 230.5}, {"f32", []byte{f[2], f[3], f[0], f[1]}, true, 230.5}, {"i16", []byte{0xFF, 0xFE}, false, -2},
		{"u16", []byte{0xFF, 0xFE}, false, 65534}, {"i32", []byte{0, 1, 0xFF, 0xFF}, true, -65535}, {"u64", []byte{0, 0, 0, 0, 0, 1, 0, 0}, false, 65536},
		{"f64", binary.BigEndian.AppendUint64(nil, math.Float64bits(-1.5)), false, -1.5}, {"bit", []byte{1}, false, 1},
	} {
		if got := number(c.kind, inOrder(c.data, c.low)); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
