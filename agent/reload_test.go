package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/agent/live"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers/sim"
)

// A plant is one Modbus TCP server whose units show what a test puts there: power at 0x000C and energy at 0x0048, as
// an SDM120 does. It remembers how often each unit was asked.
type plant struct {
	address string
	mu      sync.Mutex
	power   map[byte]float32
	energy  map[byte]float32
	asked   [8]atomic.Int64
}

func newPlant(t *testing.T) *plant {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &plant{address: listener.Addr().String(), power: map[byte]float32{1: 1240, 2: 100, 3: 5}, energy: map[byte]float32{1: 50, 2: 60, 3: 70}}
	units := map[byte]sim.Registers{}
	for unit := range byte(4) {
		units[unit] = func(_ byte, address, count uint16) ([]uint16, bool) {
			p.asked[unit].Add(1)
			return p.registers(unit, int(address), int(count)), true
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	var served sync.WaitGroup
	served.Go(func() { sim.ServeTCP(ctx, listener, units) })
	t.Cleanup(func() { stop(); served.Wait() })
	return p
}

func (p *plant) registers(unit byte, address, count int) []uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := make([]uint16, count)
	for i := range words {
		at := address + i
		bits := uint32(0)
		switch at &^ 1 {
		case 0x000C:
			bits = math.Float32bits(p.power[unit])
		case 0x0048:
			bits = math.Float32bits(p.energy[unit])
		}
		words[i] = uint16(bits >> (16 * (1 - at%2)))
	}
	return words
}

func (p *plant) put(unit byte, power, energy float32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.power[unit], p.energy[unit] = power, energy
}

// running is an agent at work, on a configuration whose lines and assets a test writes.
type running struct {
	*Agent
	t    *testing.T
	dir  string
	head string
}

func work(t *testing.T, parts string) *running {
	t.Helper()
	dir := t.TempDir()
	r := &running{t: t, dir: dir, head: `
base: b
gateway: gw
grid: 1s
batch_every: 1s
spool: {dir: spool}
mqtt: {broker: "tcp://127.0.0.1:9"}
clock: {trust: always}
http: {listen: ""}
badge_key_file: key
`}
	a, err := New(r.config(parts), nil, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	r.Agent = a
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *running) config(parts string) configs.Agent {
	r.t.Helper()
	c, faults := configs.Parse[configs.Agent](filepath.Join(r.dir, "agent.yaml"), []byte(r.head+parts))
	if len(faults) > 0 {
		r.t.Fatal(faults)
	}
	return c
}

// until waits for something to be so on the floor.
func (r *running) until(what string, so func(live.Floor) bool) live.Floor {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		f := r.Floor()
		if so(f) {
			return f
		}
		if time.Now().After(end) {
			text, _ := json.MarshalIndent(f, "", " ")
			r.t.Fatalf("waited for %s:\n%s", what, text)
		}
		select {
		case <-r.t.Context().Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func pointOf(f live.Floor, name string) live.Point {
	for _, l := range f.Lines {
		for _, d := range l.Devices {
			for _, p := range d.Points {
				if p.Name == name {
					return p
				}
			}
		}
	}
	return live.Point{Quality: "no such point"}
}

func stateOf(f live.Floor, asset string) string {
	for _, a := range f.Assets {
		if a.Name == asset {
			return a.State
		}
	}
	return "no such asset"
}

func hall(address string, devices ...string) string {
	return "lines:\n- {name: hall, kind: modbus-tcp, address: \"" + address + "\", devices: [" + strings.Join(devices, ", ") + "]}\n"
}

func meter(unit int, more string) string {
	return fmt.Sprintf("{name: m%d, profile: sdm120, unit: %d, period: 100ms, slow_period: 100ms, points: [power, energy_import]%s}", unit, unit, more)
}

func lathe(name string, unit, running int) string {
	return fmt.Sprintf("- {name: %s, thresholds: {point: m%d/power, standby_above: 40, running_above: %d}, dwell: 0s, stale_after: 5s, samples: {every: 1s, points: [m%d/power, m%d/energy_import]}}\n",
		name, unit, running, unit, unit)
}

func TestTheFloorShowsWhatIsAndWhy(t *testing.T) {
	p := newPlant(t)
	r := work(t, hall(p.address, meter(1, ""), meter(2, ""))+"assets:\n"+lathe("a", 1, 800)+lathe("b", 2, 800))
	f := r.until("both machines to be known", func(f live.Floor) bool { return stateOf(f, "a") == "running" && stateOf(f, "b") == "standby" })
	if f.Assets[0].Why != "m1/power = 1240 ≥ 800 W" || f.Assets[1].Why != "m2/power = 100 ≥ 40 W" {
		t.Errorf("because %q and %q", f.Assets[0].Why, f.Assets[1].Why)
	}
	if p := pointOf(f, "m1/power"); p.Value != 1240 || p.Unit != "W" || p.Quality != record.Good || p.AgeMS > 3000 || p.MonoNS == 0 {
		t.Errorf("%+v", p)
	}
	d := f.Lines[0].Devices[0]
	if d.Name != "m1" || d.Line != "hall" || d.Unit != "1" || d.Profile != "sdm120" || d.Answers == 0 || d.P99MS == 0 || d.Load == 0 {
		t.Errorf("%+v", d)
	}
	h := r.health(r.clock.Now())
	if len(h.Devices) != 2 || h.Devices[1].Name != "m2" || h.Devices[1].Answers == 0 {
		t.Errorf("health says %+v", h.Devices)
	}
	page := httptest.NewServer(r.handler())
	defer page.Close()
	for path, want := range map[string]string{
		"/": "m1/power = 1240", "/v1/live": `"name":"m1/power"`, "/metrics": `basemeter_agent_device_answers_total{line="hall",device="m1"}`, "/health": `"devices":[{"name":"m1"`,
	} {
		if got := get(t, page.URL+path); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s:\n%.500s", path, want, got)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Only what differs begins anew; no other is asked less often for it, and no millisecond of anybody is lost.
func TestReload(t *testing.T) {
	p := newPlant(t)
	before := hall(p.address, meter(1, ""), meter(2, "")) + "assets:\n" + lathe("a", 1, 800) + lathe("b", 2, 800)
	r := work(t, before)
	r.until("both machines to be known", func(f live.Floor) bool { return stateOf(f, "a") == "running" && stateOf(f, "b") == "standby" })
	kept := r.fleet.now()[0]
	old := r.keeper.assets[0].machine
	after := hall(p.address, meter(1, ""), meter(2, ", timeout: 300ms"), meter(3, "")) + "assets:\n" + lathe("a", 1, 800) + lathe("b", 2, 50) + lathe("c", 3, 800)
	if err := r.Reload(t.Context(), r.config(after)); err != nil {
		t.Fatal(err)
	}
	f := r.until("the new ones to count", func(f live.Floor) bool { return stateOf(f, "c") == "off" && stateOf(f, "b") == "running" })
	now := r.fleet.now()[0]
	if now.line != kept.line || now.hung[0] != kept.hung[0] || now.hung[1] == kept.hung[1] || len(now.hung) != 3 {
		t.Error("what did not differ was begun anew, or what did was not")
	}
	if r.keeper.assets[0].machine != old || stateOf(f, "a") != "running" {
		t.Error("an asset that did not differ was begun anew")
	}
	if err := r.Reload(t.Context(), r.config(before)); err != nil {
		t.Fatal(err)
	}
	r.until("the third to go", func(f live.Floor) bool { return len(f.Lines[0].Devices) == 2 && stateOf(f, "c") == "no such asset" })
	asked := p.asked[3].Load()
	r.until("time to pass", func(live.Floor) bool { return p.asked[1].Load() > 60 })
	if p.asked[3].Load() != asked {
		t.Error("a device that was taken out is still asked")
	}
}

func TestAReloadThatCannotBeChangesNothing(t *testing.T) {
	p := newPlant(t)
	parts := hall(p.address, meter(1, "")) + "assets:\n" + lathe("a", 1, 800)
	r := work(t, parts)
	r.until("it to run", func(f live.Floor) bool { return stateOf(f, "a") == "running" })
	was := r.fleet.now()[0]
	bad := r.config(hall(p.address, meter(1, ""), meter(2, "")) + "assets:\n" + lathe("a", 1, 800) + lathe("b", 2, 800))
	bad.Lines[0].Devices[1].Profile = filepath.Join(r.dir, "gone.yaml") // since it was checked
	if err := r.Reload(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "m2") {
		t.Errorf("%v", err)
	}
	now := r.fleet.now()[0]
	if len(now.hung) != 1 || now.hung[0] != was.hung[0] || len(r.Floor().Assets) != 1 {
		t.Error("half of it counts")
	}
	r.Refuse(errors.New("agent.yaml:3:1: lines: is missing"))
	r.until("the fault to be said", func(f live.Floor) bool {
		return slices.ContainsFunc(f.Faults, func(s string) bool { return strings.HasPrefix(s, "configuration: ") })
	})
	later := r.config(parts)
	later.Base, later.BatchEvery = "other", configs.Duration(5*time.Second)
	if err := r.Reload(t.Context(), later); !errors.Is(err, ErrRestart) || !strings.HasPrefix(err.Error(), "base, batch_every:") {
		t.Errorf("%v", err)
	}
	if len(r.Floor().Faults) != 0 {
		t.Errorf("a sound file leaves %q", r.Floor().Faults)
	}
}

// A counter that jumps is not booked; what it showed is kept, and flagged.
func TestACountersGrowthIsPublishedWithItsFlags(t *testing.T) {
	p := newPlant(t)
	r := work(t, hall(p.address, meter(1, ""))+"assets:\n"+lathe("a", 1, 800))
	energy := func(f live.Floor) live.Point { return pointOf(f, "m1/energy_import") }
	r.until("a first value", func(f live.Floor) bool { return energy(f).Value == 50 })
	p.put(1, 1240, 50.5)
	r.until("growth", func(f live.Floor) bool { return energy(f).Value == 50.5 && energy(f).Flag == "" })
	p.put(1, 1240, 123456)
	f := r.until("a jump", func(f live.Floor) bool { return energy(f).Value == 123456 })
	if energy(f).Quality != record.Glitch || energy(f).Flag != "glitch" {
		t.Errorf("%+v", energy(f))
	}
	p.put(1, 1240, 51)
	r.until("the jump to be over", func(f live.Floor) bool { return energy(f).Value == 51 && energy(f).Quality == record.Good })
	changes, flags := 0.0, map[string]bool{}
	r.until("samples of all that", func(live.Floor) bool {
		changes, flags = 0, map[string]bool{}
		for _, s := range r.spooled() {
			for _, v := range s.Values {
				if v.Name == "energy_import_change" {
					changes += v.Number
				}
			}
			for _, flag := range s.Flags {
				flags[flag.Name+" "+flag.Kind] = true
			}
		}
		return changes >= 1
	})
	if changes != 1 || !flags["energy_import first"] || !flags["energy_import glitch"] {
		t.Errorf("it counted %v, and said %v", changes, flags)
	}
}

// spooled are the samples in the spool.
func (r *running) spooled() (samples []record.Sample) {
	for after := uint64(0); ; {
		sequence, payload, ok, err := r.spool.Next(after)
		if err != nil {
			r.t.Fatal(err)
		}
		if !ok {
			return samples
		}
		facts, err := record.DecodeFacts(payload)
		if err != nil {
			r.t.Fatal(err)
		}
		samples, after = append(samples, facts.Samples...), sequence
	}
}

func TestWhoMayLookIn(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "in") })
	for _, c := range []struct {
		password, host, said string
		want                 int
	}{
		{"", "127.0.0.1:8090", "", 200}, {"", "localhost:8090", "", 200}, {"", "[::1]:8090", "", 200}, {"", "localhost", "", 200},
		{"", "evil.example:8090", "", 421}, {"", "192.168.1.5:8090", "", 421},
		{"secret", "192.168.1.5:8090", "secret", 200}, {"secret", "192.168.1.5:8090", "", 401}, {"secret", "127.0.0.1", "secre", 401},
	} {
		request := httptest.NewRequest("GET", "/", nil)
		request.Host = c.host
		if c.said != "" {
			request.SetBasicAuth("anybody", c.said)
		}
		answer := httptest.NewRecorder()
		guarded(c.password, page).ServeHTTP(answer, request)
		if answer.Code != c.want || (answer.Body.String() == "in") != (c.want == 200) {
			t.Errorf("%+v: %d %s", c, answer.Code, answer.Body)
		}
	}
	if _, err := New(configs.Agent{HTTP: configs.AgentHTTP{PasswordFile: "/nowhere"}, Spool: configs.Spool{Dir: t.TempDir()}}, nil,
		Options{Log: slog.New(slog.DiscardHandler)}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without its password file: %v", err)
	}
}

// A table of cards that cannot be read is a fault until it can, whatever becomes of the configuration meanwhile.
func TestATableOfCardsThatCannotBeRead(t *testing.T) {
	p := newPlant(t)
	parts := hall(p.address, meter(1, "")) + "assets:\n" + lathe("a", 1, 800)
	r := work(t, parts)
	told := func(f live.Floor) bool {
		return slices.ContainsFunc(f.Faults, func(s string) bool { return strings.Contains(s, "cards.csv:3: it does not count") })
	}
	r.CardsRead(errors.New("cards.csv:3: it does not count the 1 cards above it"))
	if err := r.Reload(t.Context(), r.config(parts)); err != nil {
		t.Fatal(err)
	}
	if f := r.Floor(); !told(f) {
		t.Errorf("faults %q", f.Faults)
	}
	r.CardsRead(nil)
	if f := r.Floor(); told(f) {
		t.Errorf("once it can be read: faults %q", f.Faults)
	}
}
