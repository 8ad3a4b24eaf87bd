package agent

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/clock"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers"
)

// A gateway is an agent on a machine whose power, clock and wires a test works. Each run of its process watches an asset
// of a name of its own, so that every spell tells by which run it was seen.
type gateway struct {
	t      *rapid.T
	dir    string
	config configs.Agent

	real   time.Time // how late it really is
	boot   string
	booted time.Time     // when the machine was
	wrong  time.Duration // by how much its wall clock is ahead
	synced bool

	full bool // the disk

	*Agent
	runs     []*run
	readings []reading
}

// A run is one life of the process.
type run struct {
	asset       string
	boot        string
	began, died time.Time
	orderly     bool
	estimated   bool // its boot's clock was never set
	dated       bool // a clock was set in its boot, or in one before
	lost        bool // no clock was set in its boot nor before it
	wrong       bool // its clock was set to a wrong time while it was called right
}

// A reading is what the meter showed at a moment, to a run.
type reading struct {
	at    time.Time
	state record.State
	run   *run
}

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const staleAfter = 5 * time.Second

func (g *gateway) look() clock.Face {
	return clock.Face{Mono: g.real.Sub(g.booted), Wall: g.real.Add(g.wrong), Synced: g.synced}
}

func (g *gateway) start() {
	r := &run{asset: fmt.Sprintf("run-%d", len(g.runs)), boot: g.boot, began: g.real}
	c := g.config
	c.Assets = []configs.Asset{{Name: r.asset, Thresholds: &configs.Thresholds{Point: "m/power", StandbyAbove: 20, RunningAbove: 800},
		StaleAfter: configs.Duration(staleAfter)}}
	k, err := clock.New(filepath.Join(g.dir, "clock.json"), g.boot, g.look)
	if err != nil {
		g.t.Fatal(err)
	}
	if g.Agent, err = assemble(c, nil, Options{Log: slog.New(slog.DiscardHandler)}, k); err != nil {
		g.t.Fatal(err)
	}
	g.keeper.spool = fullDisk{g.spool, &g.full}
	g.runs = append(g.runs, r)
	if len(g.runs) > 1 {
		before := g.runs[len(g.runs)-2]
		r.dated = before.dated
		r.wrong = before.wrong && before.boot == r.boot
	}
	r.dated = r.dated || g.synced
	g.checkClock()
}

// A fullDisk refuses while it is full.
type fullDisk struct {
	appender
	full *bool
}

func (d fullDisk) Append(payload, mark []byte) (uint64, error) {
	if *d.full {
		return 0, errors.New("no space left on device")
	}
	return d.appender.Append(payload, mark)
}

func (g *gateway) run() *run { return g.runs[len(g.runs)-1] }

// work lets the process read its meter once a second, and do what it does each second.
func (g *gateway) work(seconds int, state record.State) {
	for range seconds {
		g.pass(time.Second)
		if state != record.Unknown {
			now := g.clock.Now()
			watts := map[record.State]float64{record.Off: 1, record.Standby: 100, record.Running: 1000}[state]
			g.keeper.keep([]drivers.Reading{{Point: "m/power", Value: watts, At: now}})
			g.readings = append(g.readings, reading{g.real, state, g.run()})
		}
		g.checkClock()
		g.keeper.tick(g.clock.Now(), false)
	}
}

func (g *gateway) pass(d time.Duration) { g.real = g.real.Add(d) }

// end is the end of the process, orderly or not. What a killed process had in memory is gone.
func (g *gateway) end(orderly bool) {
	r := g.run()
	r.died, r.orderly = g.real, orderly
	if orderly {
		if err := g.keeper.stop(g.clock.Now()); err != nil {
			g.t.Fatal(err)
		}
	}
	if err := g.spool.Close(); err != nil {
		g.t.Fatal(err)
	}
}

// reboot is a power cut. The machine has no clock battery: it believes that it is 1970.
func (g *gateway) reboot() {
	g.end(false)
	g.pass(7 * time.Second)
	g.boot, g.booted = fmt.Sprintf("boot-%d", len(g.runs)), g.real
	g.synced, g.wrong = false, time.Unix(0, 0).Sub(g.real)
	g.pass(5 * time.Second)
	g.start()
}

// sync sets the clock right.
func (g *gateway) sync() {
	g.synced, g.wrong = true, 0
	for _, r := range g.runs {
		r.dated = r.dated || r.boot == g.boot
	}
	g.checkClock()
}

// step is a time service that is mistaken.
func (g *gateway) step(by time.Duration) {
	if !g.synced {
		g.synced, g.wrong = true, 0
	}
	g.wrong += by
	for _, r := range g.runs {
		if r.boot == g.boot {
			r.wrong, r.dated = true, true // facts of this boot that are not yet dated will be dated by it
		}
	}
	g.checkClock()
}

// messages are what the centre would receive, and the spells in it, by the run that saw them.
func (g *gateway) messages() (byRun map[string][]record.Spell, sent [][]byte) {
	byRun = map[string][]record.Spell{}
	for after := uint64(0); ; {
		sequence, payload, ok, err := g.spool.Next(after)
		if err != nil {
			g.t.Fatal(err)
		}
		if !ok {
			return byRun, sent
		}
		after = sequence
		message, err := g.message(sequence, payload)
		if errors.Is(err, clock.ErrNever) {
			g.lose(payload)
			continue
		}
		if err != nil {
			g.t.Fatalf("batch %d: %v", sequence, err)
		}
		sent = append(sent, message)
		batch, err := record.DecodeBatch(message)
		if err != nil {
			g.t.Fatalf("batch %d: %v\n%s", sequence, err, message)
		}
		for _, s := range batch.Spells {
			byRun[s.Asset] = append(byRun[s.Asset], s)
		}
	}
}

// lose notes the run whose facts have no date. The gateway gives them up and says so.
func (g *gateway) lose(payload []byte) {
	facts, err := record.DecodeFacts(payload)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range g.runs {
		r.lost = r.lost || slices.ContainsFunc(facts.Spells, func(s record.Spell) bool { return s.Asset == r.asset })
	}
}

// Whatever is read, however the process ends, whatever the clock does: every run accounts for its time, to the
// millisecond if it ended orderly, and but for what the last seconds in memory cost if it was killed. What it claims to
// know it did read, at that very moment. No spell crosses a line of the grid.
func TestTimeIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("/dev/shm", "conserve-") // in memory: the spool's syncs are tested where it lives
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		g := &gateway{t: t, dir: dir, real: monday, boot: "boot", booted: monday.Add(-time.Minute), synced: true}
		g.config = configs.Agent{
			Base: "base", Gateway: "gw", BatchEvery: configs.Duration(rapid.IntRange(1, 20).Draw(t, "batch")) * configs.Duration(time.Second),
			Grid:  configs.Duration(rapid.SampledFrom([]int{1, 10, 60, 300, 3600}).Draw(t, "grid")) * configs.Duration(time.Second),
			Spool: configs.Spool{Dir: dir, MaxBytes: 64 << 20, MaxAge: configs.Duration(10000 * time.Hour)},
		}
		if !rapid.Bool().Draw(t, "synced at first") {
			g.synced, g.wrong = false, time.Unix(0, 0).Sub(g.real)
		}
		g.start()
		for range rapid.IntRange(1, 15).Draw(t, "events") {
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0:
				g.reboot()
			case 1:
				g.end(rapid.Bool().Draw(t, "orderly"))
				g.pass(time.Duration(rapid.IntRange(0, 30_000).Draw(t, "down")) * time.Millisecond)
				g.start()
			case 2:
				g.sync()
			case 3:
				g.step(time.Duration(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "step")) * time.Millisecond)
			case 4:
				g.full = true
				g.work(rapid.IntRange(1, 40).Draw(t, "full"), record.Standby)
				g.full = false
				g.work(25, record.Running)
			default:
				state := record.State(rapid.IntRange(0, 3).Draw(t, "state"))
				g.work(rapid.IntRange(1, 40).Draw(t, "seconds"), state)
			}
		}
		g.sync()
		g.work(1, record.Running)
		g.end(true)
		g.pass(time.Second)
		g.start() // to read the spool
		g.sync()
		defer g.spool.Close()
		spells, sent := g.messages()
		g.step(rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "step before sending again"))
		if _, again := g.messages(); !slices.EqualFunc(sent, again, bytes.Equal) {
			t.Fatal("a batch sent again is not the same")
		}
		g.verify(spells)
	})
}

func (g *gateway) verify(spells map[string][]record.Spell) {
	for _, r := range g.runs[:len(g.runs)-1] {
		if r.lost {
			if r.dated {
				g.t.Fatalf("%s has no date, although a clock had been set", r.asset)
			}
			continue
		}
		own := spells[r.asset]
		var sum int64
		for _, s := range own {
			r.estimated = r.estimated || s.Estimated
			sum += s.ToMS - s.FromMS
			if grid := time.Duration(g.config.Grid).Milliseconds(); s.FromMS/grid != (s.ToMS-1)/grid {
				g.t.Fatalf("%s: %+v crosses a line of the grid", r.asset, s)
			}
		}
		// What waits in memory, since the last mark, and what was not settled when it was written.
		slack := (markEvery + time.Duration(g.config.BatchEvery) + staleAfter + 2*time.Second).Milliseconds()
		if lived := r.died.Sub(r.began).Milliseconds(); r.orderly && sum != lived || sum > lived || sum < lived-slack {
			g.t.Fatalf("%s lived %d ms (orderly: %v) and accounts for %d", r.asset, lived, r.orderly, sum)
		}
		if !r.wrong && !r.estimated {
			g.verifyDates(r, own)
		}
	}
}

// verifyDates holds each spell against what the meter showed.
func (g *gateway) verifyDates(r *run, own []record.Spell) {
	slices.SortFunc(own, func(a, b record.Spell) int { return cmp.Compare(a.FromMS, b.FromMS) })
	for i, s := range own {
		from, to := time.UnixMilli(s.FromMS), time.UnixMilli(s.ToMS)
		if from.Before(r.began) || to.After(r.died) || i > 0 && s.FromMS < own[i-1].ToMS {
			g.t.Fatalf("%s lived from %v to %v and claims %+v after %+v", r.asset, r.began, r.died, s, own[max(0, i-1)])
		}
		if s.State == record.Unknown {
			continue
		}
		last := reading{}
		for _, seen := range g.readings {
			if seen.run != r || !seen.at.Before(to) {
				continue
			}
			if !seen.at.After(from) || last.run == nil {
				last = seen
				continue
			}
			if seen.state != s.State || seen.at.Sub(last.at) > staleAfter {
				g.t.Fatalf("%s claims %+v; at %v it read %v, before that at %v", r.asset, s, seen.at, seen.state, last.at)
			}
			last = seen
		}
		if last.state != s.State {
			g.t.Fatalf("%s claims %+v; it had read %v at %v", r.asset, s, last.state, last.at)
		}
	}
}
