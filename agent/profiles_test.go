package agent

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/clock"
	"basemeter/agent/sampler"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/dlt645"
	"basemeter/drivers/modbus"
	"basemeter/drivers/mtconnect"
	"basemeter/drivers/port"
	"basemeter/drivers/sim"
)

// Each profile is carried out: a device that holds its sample values, at the far end of a real wire, is read as the agent
// reads it, and each point comes back as the profile says.
func TestEachProfileReadsItsSampleValues(t *testing.T) {
	for _, name := range configs.ProfileNames() {
		t.Run(name, func(t *testing.T) {
			p, faults := configs.FindProfile(name)
			if err := faults.Err(); err != nil {
				t.Fatal(err)
			}
			switch p.Protocol {
			case configs.Modbus:
				overModbus(t, p)
			case configs.DLT645:
				overDLT645(t, p)
			case configs.MTConnect:
				overMTConnect(t, p)
			default:
				t.Errorf("nobody carries out %s", p.Protocol)
			}
		})
	}
}

// overModbus asks two such devices, on a network and on a serial line: one that lets itself be read over the holes between
// its points, and one that refuses to.
func overModbus(t *testing.T, p configs.Profile) {
	words := sampleWords(t, p)
	units := map[byte]sim.Registers{1: sim.Fixed(words, true), 2: sim.Fixed(words, false)}
	listener := listenLocally(t)
	atTheFarEnd(t, func(ctx context.Context) error { return sim.ServeTCP(ctx, listener, units) })
	wire, settings := serialWire(t)
	atTheFarEnd(t, func(ctx context.Context) error { return sim.ServeRTU(ctx, wire, units, 0) })

	now := profileClock(t).Now
	for way, line := range map[string]*modbus.Line{"tcp": modbus.TCP(listener.Addr().String(), now), "rtu": modbus.RTU(port.New(settings), now)} {
		for unit, what := range map[int]string{1: "holes can be read", 2: "holes are refused"} {
			t.Run(way+", "+what, func(t *testing.T) {
				config := configs.Device{Name: "meter", Unit: unit, Timeout: patience, Period: aSecond, SlowPeriod: aMinute}
				device, err := modbusDevice(line, configs.Line{}, config, p)
				shows(t, device, err, p, sampleValues(p))
			})
		}
	}
}

func overDLT645(t *testing.T, p configs.Profile) {
	data := sampleData(t, p)
	meter := func(identifier uint32) ([]byte, bool) { d, ok := data[identifier]; return d, ok }
	wire, settings := serialWire(t)
	atTheFarEnd(t, func(ctx context.Context) error {
		return sim.ServeDLT645(ctx, wire, map[string]sim.DLT645{"000102030425": meter}, 0)
	})
	line := dlt645.New(port.New(settings), profileClock(t).Now)
	for _, address := range []string{"", "000102030425"} { // it is asked for, or known
		config := configs.Device{Name: "meter", Meter: address, Timeout: patience, Period: aSecond, SlowPeriod: aMinute}
		device, err := meterDevice(line, configs.Line{}, config, p)
		shows(t, device, err, p, sampleValues(p))
	}
}

// overMTConnect lets a machine go through all its states.
func overMTConnect(t *testing.T, p configs.Profile) {
	born := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	machine, now := sim.New(1, born, 1), born
	listener := listenLocally(t)
	atTheFarEnd(t, func(ctx context.Context) error {
		return sim.ServeMTConnect(ctx, listener, &sim.MTConnect{
			Machines: map[string]*sim.Machine{"cnc-1": machine}, Now: func() time.Time { return now }, Instance: 1,
		})
	})
	a := &Agent{clock: profileClock(t)}
	device, err := a.machine(configs.Line{Address: "http://" + listener.Addr().String()}, configs.Device{Name: "cnc", Device: "cnc-1", Timeout: patience, Period: aSecond}, p)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Asks[0].Source.Close()
	want := map[sim.State]map[string]float64{
		sim.Standby: {"running": 0, "held": 0, "available": 1},
		sim.Running: {"running": 1, "held": 0, "available": 1},
		sim.Fault:   {"running": 0, "held": 1, "available": 1},
	}
	met := map[sim.State]bool{}
	for len(met) < 4 && now.Before(born.Add(time.Hour)) {
		spell := machine.SpellAt(now)
		now = spell.To
		state := machine.StateAt(now)
		met[state] = true
		got, err := device.Asks[0].Source.Read(t.Context(), nil)
		if state == sim.Off {
			if len(got) > 0 || !errors.Is(err, mtconnect.ErrUnavailable) {
				t.Errorf("off: %v, %v", got, err)
			}
			continue
		}
		compare(t, got, err, "cnc", want[state])
	}
	if len(met) < 4 {
		t.Errorf("only %v were met", met)
	}
}

const (
	patience = configs.Duration(10 * time.Second)
	aSecond  = configs.Duration(time.Second)
	aMinute  = configs.Duration(time.Minute)
)

// shows reads what a device shows: first what is fast, then everything.
func shows(t *testing.T, device sampler.Device, err error, p configs.Profile, want map[string]float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, ask := range device.Asks {
			ask.Source.Close()
		}
	}()
	for i, ask := range device.Asks {
		due := map[string]float64{}
		for _, point := range p.Points {
			if i == len(device.Asks)-1 || !point.Slow {
				due[point.Name] = want[point.Name]
			}
		}
		got, err := ask.Source.Read(t.Context(), nil)
		compare(t, got, err, device.Name, due)
	}
}

func compare(t *testing.T, got []drivers.Reading, err error, device string, want map[string]float64) {
	t.Helper()
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d readings, want %d; %v", len(got), len(want), err)
	}
	for _, r := range got {
		v, ok := want[strings.TrimPrefix(r.Point, device+"/")]
		if !ok || math.Abs(r.Value-v) > 1e-6*max(1, math.Abs(v)) {
			t.Errorf("%s is %v, want %v", r.Point, r.Value, v)
		}
	}
}

// sampleValues are what the profile says its golden frames hold, which is each of its points.
func sampleValues(p configs.Profile) map[string]float64 {
	values := map[string]float64{}
	for _, g := range p.Golden {
		for name, v := range g.Values {
			values[name] = v
		}
	}
	return values
}

// sampleWords are the registers of the golden frames, by function and address, that belong to some point.
func sampleWords(t *testing.T, p configs.Profile) map[byte]map[uint16]uint16 {
	long := map[string]int{"u16": 1, "i16": 1, "u32": 2, "i32": 2, "f32": 2, "u64": 4, "i64": 4, "f64": 4}
	words := map[byte]map[uint16]uint16{}
	for _, g := range p.Golden {
		asked, answer := frameOf(t, g.Request), frameOf(t, g.Response)
		function, first := asked[1], int(binary.BigEndian.Uint16(asked[2:]))
		if words[function] == nil {
			words[function] = map[uint16]uint16{}
		}
		for at := first; at < first+int(answer[2])/2; at++ {
			if slices.ContainsFunc(p.Points, func(p configs.Point) bool { return p.Address <= at && at < p.Address+long[p.Type] }) {
				words[function][uint16(at)] = binary.BigEndian.Uint16(answer[3+2*(at-first):])
			}
		}
	}
	return words
}

// sampleData are what the golden frames hold, by identifier: a frame is ten bytes, identifier and data with 0x33 on each
// byte, two bytes; wake bytes may come before it.
func sampleData(t *testing.T, p configs.Profile) map[uint32][]byte {
	all := map[uint32][]byte{}
	for _, g := range p.Golden {
		answer := frameOf(t, g.Response)
		for answer[0] == 0xFE {
			answer = answer[1:]
		}
		data := slices.Clone(answer[10 : len(answer)-2])
		for i := range data {
			data[i] -= 0x33
		}
		all[binary.LittleEndian.Uint32(data)] = data[4:]
	}
	return all
}

func frameOf(t *testing.T, text string) []byte {
	frame, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

func profileClock(t *testing.T) *clock.Clock {
	c, err := clock.Open(filepath.Join(t.TempDir(), "clock.json"), "always")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func listenLocally(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func serialWire(t *testing.T) (*sim.Wire, port.Settings) {
	wire, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	return wire, port.Settings{Name: wire.Path, Baud: 115200}
}

// atTheFarEnd serves until the test has ended, which waits for it.
func atTheFarEnd(t *testing.T, serve func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}
