package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/agent/clock"
	"basemeter/agent/counter"
	"basemeter/agent/live"
	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/sim"
)

// dial is a source that shows nothing, or why not.
type dial struct {
	name   string
	err    error
	closed int
}

func (d *dial) Name() string { return d.name }
func (d *dial) Close() error { d.closed++; return nil }
func (d *dial) Read(_ context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	return into, d.err
}

// However often an asset's rule changes, and whatever is read meanwhile, even a little ahead of the beat's own clock, its
// spells follow each other to the millisecond.
func TestAReloadLosesAndDoublesNoMillisecond(t *testing.T) {
	wall := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for seed := range uint64(200) {
		dice := rand.New(rand.NewPCG(seed, 1))
		at := func(mono time.Duration) drivers.Instant {
			drift := time.Duration(dice.IntN(3)) * time.Millisecond // a disciplined clock is slewed
			return drivers.Instant{Boot: "b", Mono: mono, Wall: wall.Add(mono + drift), Synced: true}
		}
		config := func() configs.Agent {
			running := float64(100 * (1 + dice.IntN(9)))
			return configs.Agent{Grid: configs.Duration(time.Second), Assets: []configs.Asset{{Name: "a", StaleAfter: configs.Duration(5 * time.Second),
				Thresholds: &configs.Thresholds{Point: "m/power", StandbyAbove: 50, RunningAbove: running}}}}
		}
		first := at(0)
		k := &keeper{log: slog.New(slog.DiscardHandler), spots: map[string]*spot{}, full: make(chan struct{}, 1), began: first, now: first}
		k.follow(config(), nil, first)
		mono := time.Duration(0)
		for range 40 {
			mono += time.Duration(dice.IntN(3000)) * time.Millisecond
			ahead := mono + time.Duration(dice.IntN(20))*time.Millisecond
			k.keep([]drivers.Reading{{Point: "m/power", Value: float64(dice.IntN(1200)), At: at(ahead)}})
			if dice.IntN(3) == 0 {
				k.follow(config(), nil, at(mono))
			}
		}
		last := k.assets[0].machine
		last.Stop(at(mono+time.Second), "the gateway ended")
		spells := append(k.facts.Spells, last.Take()...)
		until := spells[0].FromMS
		for _, s := range spells {
			if s.FromMS != until || s.ToMS <= s.FromMS {
				t.Fatalf("seed %d: a spell from %d to %d follows one to %d", seed, s.FromMS, s.ToMS, until)
			}
			until = s.ToMS
		}
		if whole := spells[len(spells)-1].ToMS - spells[0].FromMS; whole < (mono + time.Second).Milliseconds() {
			t.Fatalf("seed %d: %d ms of %v", seed, whole, mono)
		}
	}
}

// metered follows one asset with samples every so often.
func metered(every time.Duration) configs.Agent {
	return configs.Agent{Grid: configs.Duration(time.Second), Assets: []configs.Asset{{Name: "a", StaleAfter: configs.Duration(time.Hour),
		Thresholds: &configs.Thresholds{Point: "m/power", StandbyAbove: 50, RunningAbove: 800},
		Samples:    configs.Samples{Every: configs.Duration(every), Points: []string{"m/energy"}}}}}
}

func energy(anew bool) map[string]about {
	return map[string]about{"m/energy": {unit: "kWh", period: time.Second, anew: anew, counter: &counter.Rule{MaxRate: 1000}}}
}

// What a counter has counted since the last sample survives a reload, also one that changes how often samples are taken,
// and does not wait for the old next one.
func TestGrowthAndSamplesSurviveAReload(t *testing.T) {
	start := drivers.Instant{Boot: "b", Wall: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), Synced: true}
	at := func(s int) drivers.Instant {
		i := start
		i.Mono, i.Wall = time.Duration(s)*time.Second, i.Wall.Add(time.Duration(s)*time.Second)
		return i
	}
	k := &keeper{log: slog.New(slog.DiscardHandler), spots: map[string]*spot{}, full: make(chan struct{}, 1), began: start, now: start}
	show := func(s int, kwh float64) { k.keep([]drivers.Reading{{Point: "m/energy", Value: kwh, At: at(s)}}) }
	k.follow(metered(time.Hour), energy(false), start)
	show(1, 50)
	show(10, 50.5)
	k.follow(metered(10*time.Second), energy(false), at(11))
	show(22, 51)
	if n := len(k.facts.Samples); n != 2 {
		t.Fatalf("%d samples, want one at once and one ten seconds after the reload", n)
	}
	values := k.facts.Samples[1].Values
	if last := values[len(values)-1]; last.Name != "energy_change" || last.Number != 1 {
		t.Errorf("the second sample says %+v, want 1 kWh", last)
	}
	// Another meter in its place has another total, which is no energy.
	k.follow(metered(10*time.Second), energy(true), at(23))
	if q := k.shown([]string{"m/energy"}, false, at(23))[0]; q.Quality != record.None {
		t.Errorf("a device that was never read is shown as %+v", q)
	}
	show(40, 53)
	values = k.facts.Samples[len(k.facts.Samples)-1].Values
	if last := values[len(values)-1]; last.Number != 0 || k.spots["m/energy"].flag != counter.First {
		t.Errorf("from one meter to another it counted %+v", last)
	}
}

// answeringOf is how the only device of a line answers when its source has been asked often enough.
func answeringOf(t *testing.T, period time.Duration, failure error, enough func(answering) bool) answering {
	t.Helper()
	source := &slowDial{dial{name: "d", err: failure}}
	h := &hung{config: configs.Device{Name: "d"}, asked: sampler.Device{Name: "d", Asks: []sampler.Ask{{Source: source, Period: period}}}}
	l := &loop{config: configs.Line{Name: "l"}, hung: []*hung{h}, line: sampler.New([]sampler.Device{h.asked}, func([]drivers.Reading) {}, func(sampler.Change) {})}
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { l.line.Run(ctx) })
	defer func() { stop(); done.Wait() }()
	for end := time.Now().Add(10 * time.Second); ; <-time.After(5 * time.Millisecond) {
		d := l.answers(drivers.Instant{Wall: time.Now()})[0]
		if enough(d) {
			return d
		}
		if time.Now().After(end) {
			t.Fatalf("%+v", d)
		}
	}
}

// A slowDial takes a moment.
type slowDial struct{ dial }

func (d *slowDial) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Millisecond):
	}
	return d.dial.Read(ctx, into)
}

func (d *slowDial) Stats() drivers.Stats { return drivers.Stats{Answers: 1} }

func TestWhoListensLoadsNothingAndWhoRefusesIsAFault(t *testing.T) {
	busy := func(d answering) bool { return d.Answers > 0 && d.Load > 0 }
	if d := answeringOf(t, 10*time.Millisecond, nil, busy); d.fault || d.reason != "" {
		t.Errorf("%+v", d)
	}
	refusal := errors.New("d: read power: illegal data address")
	if d := answeringOf(t, 10*time.Millisecond, refusal, func(d answering) bool { return d.reason != "" }); !d.fault || d.Absent || d.SinceMS == 0 || d.reason != "read power: illegal data address" {
		t.Errorf("a device that refuses: %+v", d)
	}
	rounds := 0
	if d := answeringOf(t, 0, nil, func(answering) bool { rounds++; return rounds > 10 }); d.Load != 0 {
		t.Errorf("a source that listens loads its line with %v", d.Load)
	}
	fresh := &loop{config: configs.Line{Name: "l"}, hung: []*hung{{config: configs.Device{Name: "new"}}}, line: sampler.New(nil, nil, nil)}
	if d := fresh.answers(drivers.Instant{})[0]; d.Name != "new" || d.Line != "l" {
		t.Errorf("a device that has only just been hung there is called %q", d.Name)
	}
}

// A loop that a plan has ended does not come back with the fleet's start.
func TestALoopThatEndedDoesNotStart(t *testing.T) {
	source := &dial{name: "d"}
	f := &fleet{keep: func([]drivers.Reading) {}, tell: func(sampler.Change) {}}
	f.wire = func(configs.Line) (wire, error) {
		return func(configs.Device, configs.Profile) (sampler.Device, error) { return listening(source), nil }, nil
	}
	p := f.plan([]configs.Line{{Name: "gate", Kind: configs.Wiegand}})
	f.retire(p)
	f.begin(p)
	l := f.loops[0]
	f.retire(f.plan(nil))
	ctx, stop := context.WithCancel(t.Context())
	f.ctx = ctx
	f.start(l)
	stop()
	f.group.Wait()
	if l.stop != nil || source.closed != 1 || len(f.loops) != 0 {
		t.Errorf("it runs again: %v, closed %d times", l.stop != nil, source.closed)
	}
}

// Reloads up to the very end leave nothing open, and race with nothing.
func TestReloadsWhileTheAgentEnds(t *testing.T) {
	p := newPlant(t)
	one := hall(p.address, meter(1, "")) + "assets:\n" + lathe("a", 1, 800)
	two := hall(p.address, meter(1, ", timeout: 300ms"), meter(2, "")) + "assets:\n" + lathe("a", 1, 50) + lathe("b", 2, 800)
	r := &running{t: t, dir: t.TempDir(), head: "base: b\ngateway: gw\nspool: {dir: spool}\nmqtt: {broker: \"tcp://127.0.0.1:9\"}\nclock: {trust: always}\nhttp: {listen: \"\"}\nbadge_key_file: key\n"}
	a, err := New(r.config(one), nil, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			if err := a.Reload(ctx, r.config([]string{two, one}[n%2])); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			if n == 6 {
				stop()
			}
		}
	})
	if err := a.Run(ctx); err != nil {
		t.Error(err)
	}
	done.Wait()
}

// A page that could not be served is still said after a reload; a configuration that was refused is not.
func TestAReloadKeepsTheFaultThatItDoesNotMend(t *testing.T) {
	p := newPlant(t)
	parts := hall(p.address, meter(1, ""))
	r := work(t, parts)
	r.leaveOut(pageFault, errors.New("in use"))
	r.Refuse(errors.New("half a file"))
	if err := r.Reload(t.Context(), r.config(parts)); err != nil {
		t.Fatal(err)
	}
	if f := strings.Join(r.Floor().Faults, "; "); f != "http: left out: in use" {
		t.Errorf("faults: %q", f)
	}
}

// Two hundred devices, all of them in trouble, fit into a health message.
func TestHealthOfManyDevices(t *testing.T) {
	k, err := clock.Open(filepath.Join(t.TempDir(), "clock.json"), "always")
	if err != nil {
		t.Fatal(err)
	}
	var h record.Health
	d := record.Device{Name: strings.Repeat("n", 32), Line: "rs485-1", Absent: true, SinceMS: k.Now().Wall.UnixMilli(), Identity: strings.Repeat("i", 32), Load: 0.12345678901234567,
		Requests: 1e12, Answers: 1e12, Refusals: 1e9, Timeouts: 1e9, Checksums: 1e9, Garbled: 1e9, Lost: 1e9, Foreign: 1e9, Overruns: 1e9, P50MS: 123.456, P99MS: 123.456}
	for i := range 200 {
		h.Devices = append(h.Devices, d)
		h.Faults = append(h.Faults, fmt.Sprintf("%s-%d: read power at 0x000C: nothing answered", d.Name, i))
	}
	data, err := json.Marshal(h)
	if err != nil || len(data) > record.MaxBatchBytes/2 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// Who renames a line, or sets it otherwise, has the same port opened by another, which only one may hold.
func TestALineIsHandedOverWithItsPort(t *testing.T) {
	far, settings := serialWire(t)
	profile, faults := configs.FindProfile("sdm120")
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	units := map[byte]sim.Registers{1: sim.Fixed(sampleWords(t, profile), true)}
	atTheFarEnd(t, func(ctx context.Context) error { return sim.ServeRTU(ctx, far, units, 0) })
	line := func(name string, baud int) string {
		return fmt.Sprintf("lines:\n- {name: %s, kind: rs485, port: %s, baud: %d, timeout: 1s, devices: [%s]}\n", name, settings.Name, baud, meter(1, ""))
	}
	r := work(t, line("old", 9600))
	for _, now := range []struct {
		name string
		baud int
	}{{"old", 9600}, {"new", 9600}, {"new", 19200}} {
		if err := r.Reload(t.Context(), r.config(line(now.name, now.baud))); err != nil {
			t.Fatal(err)
		}
		since := r.clock.Now().Mono
		r.until(fmt.Sprint("readings of ", now), func(f live.Floor) bool {
			return len(f.Lines) == 1 && f.Lines[0].Name == now.name && f.Lines[0].Devices[0].Error == "" && pointOf(f, "m1/power").MonoNS > int64(since)
		})
	}
}
