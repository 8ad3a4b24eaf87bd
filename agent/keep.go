package agent

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"basemeter/agent/clock"
	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
)

// A keeper turns readings into facts and puts them into the spool. Readings come from every line at once; it takes
// them one at a time.
type keeper struct {
	spool   appender
	log     *slog.Logger
	every   time.Duration // how long a fact may wait in memory
	assets  []*asset
	byPoint map[string][]*asset // those that look at a point

	began drivers.Instant // when the accounting began

	mu      sync.Mutex
	ended   drivers.Instant
	now     drivers.Instant // the setting of the clock that the facts below are dated by
	facts   record.Facts    // seen since the last flush
	bytes   int             // about as many as facts will take
	sealed  []record.Facts  // could not be written yet: the disk is full
	lost    uint64          // facts given up because the disk stayed full
	flushed time.Duration
	marked  time.Duration // when the open spells were last written down
	touched []*asset      // used again for each answer
}

func newKeeper(c configs.Agent, spool appender, k *clock.Clock, log *slog.Logger) *keeper {
	now := k.Now()
	keeper := &keeper{
		spool: spool, log: log, every: c.BatchEvery.D(), byPoint: map[string][]*asset{},
		began: now, now: now, facts: record.Facts{Epoch: k.Epoch()}, flushed: now.Mono,
	}
	for _, a := range c.Assets {
		asset := newAsset(a.Name, rule(a, c.Grid.D()), a.Samples.Every.D(), a.Samples.Points, now)
		asset.textZH, asset.textEN = a.TextZH, a.TextEN
		keeper.assets = append(keeper.assets, asset)
		for point := range asset.byName {
			keeper.byPoint[point] = append(keeper.byPoint[point], asset)
		}
	}
	return keeper
}

// say hands over the present state of each asset whose state should be said.
func (k *keeper) say(now drivers.Instant, set func(asset string, message []byte)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.assets {
		if message, ok := a.say(now); ok {
			set(a.name, message)
		}
	}
}

// given is how many batches were given up before they reached the disk.
func (k *keeper) given() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost
}

// appender is the spool as the keeper needs it.
type appender interface {
	Append(payload, mark []byte) (sequence uint64, err error)
}

const (
	flushBytes = 256 << 10        // a batch is not let grow beyond this
	markEvery  = 15 * time.Second // open spells are written down this often at least, which is what a power cut costs
	sealedMost = 64               // batches held in memory while the disk refuses them
)

// keep takes the readings of one answer.
func (k *keeper) keep(readings []drivers.Reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.touched = k.touched[:0]
	for _, r := range readings {
		if r.Card != "" {
			reader, _, _ := strings.Cut(r.Point, "/")
			k.facts.Badges = append(k.facts.Badges, record.Badge{Reader: reader, Card: r.Card, AtMS: k.date(r.At)})
			k.bytes += 120
		}
		for _, a := range k.byPoint[r.Point] {
			a.machine.Observe(r)
			a.show(r)
			if n := len(k.touched); n == 0 || k.touched[n-1] != a {
				k.touched = append(k.touched, a)
			}
		}
	}
	for _, a := range k.touched {
		k.sample(a, readings[len(readings)-1].At)
	}
	if k.bytes > flushBytes {
		k.flush(readings[len(readings)-1].At)
	}
}

// sample takes a sample of an asset if it is due.
func (k *keeper) sample(a *asset, now drivers.Instant) {
	if values := a.sample(now.Mono); len(values) > 0 {
		k.facts.Samples = append(k.facts.Samples, record.Sample{Asset: a.name, AtMS: k.date(now), Values: values})
		k.bytes += 60 + 24*len(values)
	}
}

func (k *keeper) date(i drivers.Instant) int64 {
	return k.now.Wall.Add(i.Mono - k.now.Mono).UnixMilli()
}

// tick tells the machines that time has passed, and writes what has waited long enough.
func (k *keeper) tick(now drivers.Instant) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.assets {
		a.machine.Tick(now)
	}
	if now.Mono-k.flushed >= k.every {
		k.flush(now)
	}
}

// step makes the clock's new setting count: what was seen before it is dated by the old one.
func (k *keeper) step(now drivers.Instant, epoch uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.assets {
		a.machine.Step(now)
	}
	k.flush(now)
	k.now, k.facts = now, record.Facts{Epoch: epoch}
}

// stop writes down everything up to now: an orderly end leaves nothing open.
func (k *keeper) stop(now drivers.Instant) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.assets {
		a.machine.Stop(now)
	}
	k.ended = now
	k.collect()
	k.seal()
	return k.write(record.AppendFacts(nil, &record.Facts{}))
}

// recover makes facts of what was still open when the process last ended, however it ended.
func (k *keeper) recover(mark []byte) error {
	left, err := record.DecodeFacts(mark)
	if len(mark) == 0 || err == nil && left.Empty() {
		return nil
	}
	if err == nil {
		_, err = k.spool.Append(mark, record.AppendFacts(nil, &record.Facts{}))
	}
	if err != nil {
		return fmt.Errorf("spells open at the last end: %w", err)
	}
	return nil
}

// flush writes the facts to the spool, and with them, in the same frame, what is still open: if spells ended, or if it
// is time.
func (k *keeper) flush(now drivers.Instant) {
	k.flushed = now.Mono
	k.collect()
	var mark []byte
	if len(k.facts.Spells) > 0 || len(k.sealed) > 0 || now.Mono-k.marked >= markEvery {
		k.marked = now.Mono
		mark = record.AppendFacts(nil, k.undate(record.Facts{Epoch: k.facts.Epoch, Spells: k.open()}))
	}
	k.seal()
	if err := k.write(mark); err != nil {
		k.log.Error("spool refuses facts; they wait in memory", "batches", len(k.sealed), "reason", err)
	}
}

// collect gathers the spells that ended.
func (k *keeper) collect() {
	for _, a := range k.assets {
		k.facts.Spells = append(k.facts.Spells, a.machine.Take()...)
	}
}

func (k *keeper) open() []record.Spell {
	var spells []record.Spell
	for _, a := range k.assets {
		if spell, ok := a.machine.Open(); ok {
			spells = append(spells, spell)
		}
	}
	return spells
}

// seal ends the batch. If the disk has refused too many, the oldest is given up, and counted: its time is unknown.
func (k *keeper) seal() {
	if k.facts.Empty() {
		return
	}
	k.sealed = append(k.sealed, *k.undate(k.facts))
	k.facts, k.bytes = record.Facts{Epoch: k.facts.Epoch}, 0
	if len(k.sealed) > sealedMost {
		k.lost++
		k.sealed = k.sealed[1:]
	}
}

// undate turns dates back into times since the boot while the clock has not been set.
func (k *keeper) undate(f record.Facts) *record.Facts {
	if !k.now.Synced {
		state.Shift(&f, time.UnixMilli(0).Sub(k.now.Wall.Add(-k.now.Mono)))
		f.Boot = k.now.Boot
	}
	return &f
}

// write puts the sealed batches into the spool. The mark goes with the first: should the rest be lost, no spell of
// theirs is in it.
func (k *keeper) write(mark []byte) error {
	for len(k.sealed) > 0 {
		if _, err := k.spool.Append(record.AppendFacts(nil, &k.sealed[0]), mark); err != nil {
			return err
		}
		k.sealed, mark = k.sealed[1:], nil
	}
	if len(mark) == 0 {
		return nil
	}
	_, err := k.spool.Append(nil, mark)
	return err
}
