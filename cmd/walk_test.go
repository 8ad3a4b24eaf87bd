package cmd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
	"basemeter/drivers/sim"
)

// What the walk may cost, and how exact it is.
const (
	atWork    = 24 * time.Second // of data, with everything killed in between
	lossBound = 4 * time.Second  // known time that a kill may cost here: a spell ends every 2 s, a batch is written every second
	startUp   = 2 * time.Second  // from when the process answers to its first readings
	sampling  = 2 * time.Second  // by which a change of state may be seen late
)

// The whole walk, with the programs as they are shipped, a real Mosquitto and a real InfluxDB. While data flows each of
// them is killed at random moments and started again. In the end every millisecond of each asset is accounted for
// exactly once, as the simulated machines know it to have been; unknown only where the agent was dead.
func TestEverythingIsKilledAndNothingIsLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv("BASEMETER_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatalf("BASEMETER_SEED: %v", err)
		}
	}
	t.Logf("BASEMETER_SEED=%d", seed)
	w := newWalk(t, seed)
	w.start()
	w.killAtRandom()
	w.finish()
	w.verify()
}

type walk struct {
	t        *testing.T
	random   *rand.Rand
	machines map[string]*sim.Machine // by asset

	broker     *collectortest.Broker
	influx     *collectortest.InfluxProcess
	agent      *process
	collectors []*process
	metrics    string // the agent's

	began, ended time.Time
	dead         []span // when no agent ran, and what its death may cost before
}

type span struct{ from, to time.Time }

func newWalk(t *testing.T, seed uint64) *walk {
	w := &walk{t: t, random: rand.New(rand.NewPCG(seed, 0)), machines: map[string]*sim.Machine{},
		broker: collectortest.Mosquitto(t), influx: collectortest.Influx(t), metrics: freeAddress(t)}
	programs := build(t, "basemeter-agent", "basemeter-collector")
	w.agent = newProcess(t, filepath.Join(programs, "basemeter-agent"), "run", "-c", w.agentConfig(seed))
	for n := range 2 {
		w.collectors = append(w.collectors, newProcess(t, filepath.Join(programs, "basemeter-collector"), "run", "-c", w.collectorConfig(n)))
	}
	return w
}

// agentConfig makes three machines behind Modbus TCP and two on an RS-485 line, and the file that says so.
func (w *walk) agentConfig(seed uint64) string {
	dir := w.t.TempDir()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var plant sync.WaitGroup
	w.t.Cleanup(func() { stop(); plant.Wait() })
	units := func(names ...string) (map[byte]sim.Registers, string) {
		registers, yaml := map[byte]sim.Registers{}, ""
		for i, name := range names {
			w.machines[name] = sim.New(seed+uint64(len(w.machines)), time.Now(), 0.5)
			registers[byte(i+1)] = sim.SDM120(w.machines[name], time.Now)
			yaml += fmt.Sprintf("      - {name: meter-%s, profile: sdm120, unit: %d, period: 400ms, timeout: 400ms, points: [power]}\n", name, i+1)
		}
		return registers, yaml
	}
	onTCP, tcpYAML := units("lathe-1", "lathe-2", "robot-1")
	onRTU, rtuYAML := units("mill-1", "mill-2")
	plant.Go(func() { _ = sim.ServeTCP(ctx, tcp, onTCP) })
	port := rtuLine(w.t, onRTU, 19200)
	assets := ""
	for name := range w.machines {
		assets += fmt.Sprintf("  - {name: %s, thresholds: {point: meter-%s/power, standby_above: 50, running_above: 600, hysteresis: 20}, dwell: 0s, stale_after: 3s}\n", name, name)
	}
	return writeFile(w.t, filepath.Join(dir, "agent.yaml"), `base: walk-base
gateway: gw-1
grid: 2s
batch_every: 1s
spool: {dir: %s/spool, max_bytes: 64MiB}
mqtt: {broker: "tcp://%s"}
clock: {trust: always}
http: {listen: "%s"}
lines:
  - name: lan
    kind: modbus-tcp
    address: %s
    devices:
%s  - name: rs485
    kind: rs485
    port: %s
    baud: 19200
    devices:
%sassets:
%s`, dir, w.broker.Addr, w.metrics, tcp.Addr(), tcpYAML, port, rtuYAML, assets)
}

func (w *walk) collectorConfig(n int) string {
	dir := w.t.TempDir()
	return writeFile(w.t, filepath.Join(dir, "collector.yaml"), `mqtt: {broker: "tcp://%s", client_id: collector-%d}
influxdb: {url: "%s"}
aside: {dir: %s/aside}
http: {listen: "%s"}
`, w.broker.Addr, n, w.influx.URL, dir, freeAddress(w.t))
}

func (w *walk) start() {
	for _, c := range w.collectors {
		c.start()
	}
	w.began = time.Now()
	w.startAgent()
	w.dead = append(w.dead, span{w.began, time.Now()})
}

// startAgent returns when the agent answers.
func (w *walk) startAgent() {
	w.agent.start()
	collectortest.Until(w.t, "the agent answers", 20*time.Second, func() bool {
		_, up := metric(w.metrics, "basemeter_agent_spool_pending_batches")
		return up
	})
}

// killAtRandom kills one thing after the other, and each at least once.
func (w *walk) killAtRandom() {
	victims := []string{"agent", "collector", "broker", "influx", "collector", "broker", "influx"} // one death of the agent is enough to excuse
	w.random.Shuffle(len(victims), func(i, j int) { victims[i], victims[j] = victims[j], victims[i] })
	for _, victim := range victims {
		pause := time.Duration(float64(atWork) / float64(len(victims)) * (0.5 + w.random.Float64()/2))
		w.letWork(pause)
		down := time.Duration(w.random.IntN(1500)) * time.Millisecond
		w.t.Logf("%6.2fs: %s is killed for %v", time.Since(w.began).Seconds(), victim, down)
		switch victim {
		case "agent":
			w.agent.kill()
			w.dead = append(w.dead, span{from: time.Now().Add(-lossBound)})
			w.letWork(down)
			w.startAgent()
			w.dead[len(w.dead)-1].to = time.Now()
		case "collector":
			c := w.collectors[w.random.IntN(len(w.collectors))]
			c.kill()
			w.letWork(down)
			c.start()
		case "broker":
			w.broker.Kill()
			w.letWork(down)
			w.broker.Restart()
		case "influx":
			w.influx.Kill()
			w.letWork(down)
			w.influx.Restart()
		}
	}
}

// letWork lets real machines run in real time: there is no condition to wait for.
func (w *walk) letWork(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.t.Context().Done():
	}
}

// finish waits until all that was seen is in the database, and ends the programs in order.
func (w *walk) finish() {
	collectortest.Until(w.t, "the spool is empty", 60*time.Second, func() bool {
		pending, ok := metric(w.metrics, "basemeter_agent_spool_pending_batches")
		return ok && pending == 0
	})
	asked := time.Now()
	w.agent.end()
	w.ended = time.Now()
	w.dead = append(w.dead, span{asked.Add(-sampling), w.ended})
	for _, c := range w.collectors {
		c.end()
	}
}

func (w *walk) verify() {
	s, err := store.Open(w.t.Context(), store.Options{URL: w.influx.URL, Database: "basemeter"})
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	for _, g := range must(s.Gateways(w.t.Context(), w.began.Add(-time.Hour)))(w.t) {
		if g.Missing != 0 {
			w.t.Errorf("%d batches of stream %s are missing", g.Missing, g.Stream)
		}
	}
	var rows []utilisation.Row
	err = s.EachRow(w.t.Context(), utilisation.Range{From: w.began.Truncate(time.Hour), To: w.ended}, func(r utilisation.Row) error {
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for name, machine := range w.machines {
		spells := must(s.Spells(w.t.Context(), "walk-base", name, w.began.Add(-time.Minute), w.ended.Add(time.Minute)))(w.t)
		var known time.Duration
		cursor := w.began
		for _, spell := range spells {
			from, to := time.UnixMilli(spell.FromMS), time.UnixMilli(spell.ToMS)
			if from.Before(cursor.Truncate(time.Millisecond)) {
				w.t.Errorf("%s: %v claims what was claimed before %v", name, spell, cursor)
			}
			w.unknown(name, cursor, from)
			if spell.State == record.Unknown {
				w.unknown(name, from, to)
			} else {
				w.truth(name, machine, spell)
				known += to.Sub(from)
			}
			cursor = to
		}
		w.unknown(name, cursor, w.ended)
		w.ledger(name, spells, rows)
		w.t.Logf("%s: %d spells, known for %v of %v", name, len(spells), known, w.ended.Sub(w.began).Round(time.Millisecond))
		if known < (w.ended.Sub(w.began))/3 {
			w.t.Errorf("%s: known for %v only", name, known)
		}
	}
}

// unknown wants a time of which nothing is known to lie where the agent was dead, or was about to die, or had just been
// started.
func (w *walk) unknown(asset string, from, to time.Time) {
	if !to.After(from.Add(time.Millisecond)) {
		return
	}
	for _, d := range w.dead {
		if !from.Before(d.from) && !to.After(d.to.Add(startUp)) {
			return
		}
	}
	w.t.Errorf("%s: unknown from %v to %v, while the agent lived", asset, from.Sub(w.began), to.Sub(w.began))
}

// truth wants a known spell to be what the machine did, but for the time it takes to see a change. A meter cannot tell a
// fault from standing by.
func (w *walk) truth(asset string, m *sim.Machine, spell record.Spell) {
	from, to := time.UnixMilli(spell.FromMS), time.UnixMilli(spell.ToMS)
	for _, real := range m.Spells(from, to) {
		state := real.State.String()
		if real.State == sim.Fault {
			state = sim.Standby.String()
		}
		late := to
		if real.To.Before(to) {
			late = real.To
		}
		if state != spell.State.String() && late.Sub(real.From) > sampling {
			w.t.Errorf("%s was %v from %v on, and is said to be %v until %v", asset, real.State, real.From.Sub(w.began), spell.State, late.Sub(w.began))
		}
	}
}

// ledger wants each row to be what the spells come to.
func (w *walk) ledger(asset string, spells []record.Spell, rows []utilisation.Row) {
	hours := 0
	for _, row := range rows {
		if row.Asset != asset || row.Cell == (utilisation.Cell{}) {
			continue
		}
		hours++
		facts, plan := utilisation.Facts{Spells: spells}, utilisation.Plan{Asset: asset}
		want := utilisation.Sum(facts, plan, row.Start.UnixMilli(), row.Start.Add(time.Hour).UnixMilli())[row.Key]
		want[utilisation.Energy], want[utilisation.IdleEnergy] = row.Cell[utilisation.Energy], row.Cell[utilisation.IdleEnergy]
		if row.Cell != want {
			w.t.Errorf("%s: the ledger of %v has %v %+v, the spells come to %+v", asset, row.Start, row.Key, row.Cell, want)
		}
	}
	if hours == 0 {
		w.t.Errorf("%s: no row in the ledger", asset)
	}
}

// must unpacks what may fail.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
