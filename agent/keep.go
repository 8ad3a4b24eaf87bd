package agent

import (
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"basemeter/agent/clock"
	"basemeter/agent/presence"
	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
)

// A keeper turns readings into facts and puts them into the spool. Readings come from every line at once, and are taken
// one at a time, without ever waiting for the disk: writing is the work of the one goroutine that calls tick.
type keeper struct {
	spool appender
	log   *slog.Logger
	every time.Duration                                  // how long a fact may wait in memory
	began drivers.Instant                                // when the accounting began
	cards func(pseudonym string) (group, purpose string) // what the table of cards says; nil: no card is enrolled
	full  chan struct{}                                  // holds one word, so that keep need not wait: flush, whatever the time is
	lost  atomic.Uint64                                  // batches given up because the disk stayed full

	mu      sync.Mutex
	assets  []*asset
	areas   []*area
	tracker *presence.Tracker // of people
	spots   map[string]*spot  // by name, all that are read or looked at
	now     drivers.Instant   // the setting of the clock that the facts below are dated by
	facts   record.Facts      // seen since the last flush
	bytes   int               // about as many as facts will take
	touched []*asset          // used again for each answer

	// Only the goroutine that calls tick looks at these.
	sealed  []record.Facts // not written yet
	text    []byte         // the last that was written, kept for its room
	flushed time.Duration
	marked  time.Duration // when the open spells were last written down
	refused bool          // the spool did not take the last facts
	ended   drivers.Instant
}

func newKeeper(c configs.Agent, spool appender, k *clock.Clock, o Options) *keeper {
	now := k.Now()
	keeper := &keeper{
		spool: spool, log: o.Log, cards: o.Cards, every: c.BatchEvery.D(), spots: map[string]*spot{},
		full: make(chan struct{}, 1), began: now, now: now, facts: record.Facts{Epoch: k.Epoch()}, flushed: now.Mono,
	}
	keeper.follow(c, nil, now)
	return keeper
}

// follow makes c's assets those that are followed, and abouts what is known of the points. An asset whose rule has not
// changed goes on as it is; any other ends here, with what was settled, and what is unknown of it ends with it.
func (k *keeper) follow(c configs.Agent, abouts map[string]about, now drivers.Instant) (gone []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old := map[string]*asset{}
	for _, a := range k.assets {
		old[a.name] = a
	}
	k.look(c)
	gone = append(k.succeed(old, now), k.people(c, now)...)
	for name := range abouts {
		k.spot(name)
	}
	for name, s := range k.spots {
		s.learn(abouts[name])
	}
	return gone
}

// succeed gives each asset the machine of the one of its name, or one of its own, and ends those that are gone.
func (k *keeper) succeed(old map[string]*asset, now drivers.Instant) (gone []string) {
	for _, a := range k.assets {
		was := old[a.name]
		delete(old, a.name)
		switch {
		case was == nil:
			a.machine = state.New(a.rule, now)
		case reflect.DeepEqual(was.rule, a.rule):
			a.machine = was.machine
			a.inherit(was, now.Mono)
		default:
			a.machine = was.machine.Next(a.rule, now, "its configuration changed")
			k.facts.Spells = append(k.facts.Spells, was.machine.Take()...)
			a.inherit(was, now.Mono)
		}
	}
	for name, a := range old {
		gone = append(gone, name)
		a.machine.Stop(now, "no longer configured")
		k.facts.Spells = append(k.facts.Spells, a.machine.Take()...)
	}
	return gone
}

// look makes c's assets, and lets them look at their spots. Spots keep what was read of them.
func (k *keeper) look(c configs.Agent) {
	for _, s := range k.spots {
		s.points = nil
	}
	k.assets = nil
	for _, a := range c.Assets {
		k.assets = append(k.assets, newAsset(a, c.Grid.D(), k.spot))
	}
}

// spot is the one of that name.
func (k *keeper) spot(name string) *spot {
	if k.spots[name] == nil {
		k.spots[name] = &spot{name: name}
	}
	return k.spots[name]
}

// say is the present state of each asset and area of which something should be said.
func (k *keeper) say(now drivers.Instant) map[string][]byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	messages := map[string][]byte{}
	for _, a := range k.assets {
		if message, ok := a.say(now, k.tracker.Purpose(a.name), k.present(a.name)); ok {
			messages[a.name] = message
		}
	}
	for _, a := range k.areas {
		if message, ok := a.say(*k.present(a.name), now); ok {
			messages[a.name] = message
		}
	}
	return messages
}

// keep takes the readings of one answer.
func (k *keeper) keep(readings []drivers.Reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.touched = k.touched[:0]
	for _, r := range readings {
		if r.Card != "" {
			k.show(r)
		} else {
			k.tracker.Observe(r)
		}
		s := k.spot(r.Point)
		s.show(r)
		for _, p := range s.points {
			p.asset.machine.Observe(r)
			if n := len(k.touched); n == 0 || k.touched[n-1] != p.asset {
				k.touched = append(k.touched, p.asset)
			}
		}
	}
	for _, a := range k.touched {
		k.sample(a, readings[len(readings)-1].At)
	}
	if k.bytes > flushBytes {
		select {
		case k.full <- struct{}{}:
		default: // said already
		}
	}
}

// sample takes a sample of an asset if it is due.
func (k *keeper) sample(a *asset, now drivers.Instant) {
	if s := a.sample(now.Mono); len(s.Values) > 0 {
		s.Asset, s.AtMS = a.name, k.date(now)
		k.facts.Samples = append(k.facts.Samples, s)
		k.bytes += sampleBytes(len(s.Values))
	}
}

func (k *keeper) date(i drivers.Instant) int64 {
	return k.now.Wall.Add(i.Mono - k.now.Mono).UnixMilli()
}

// tick tells the machines that time has passed, and writes what has waited long enough, or is enough.
func (k *keeper) tick(now drivers.Instant, enough bool) {
	k.mu.Lock()
	for _, a := range k.assets {
		a.machine.Tick(now)
	}
	k.tracker.Tick(now)
	k.mu.Unlock()
	// A beat comes a little early or late. Half of one is forgiven, or what is due would often wait for the next.
	if enough || now.Mono-k.flushed >= k.every-time.Second/2 {
		k.flush(now)
	}
}

// step makes the clock's new setting count: what was seen before it is dated by the old one.
func (k *keeper) step(now drivers.Instant, epoch uint64) {
	k.mu.Lock()
	for _, a := range k.assets {
		a.machine.Step(now)
	}
	k.tracker.Step(now)
	k.gather()
	k.seal()
	k.now, k.facts.Epoch, k.marked = now, epoch, now.Mono
	mark := k.mark(now)
	k.mu.Unlock()
	k.tell(k.write(mark))
}

// stop writes down everything up to now. An orderly end leaves nothing open but who is present: whoever brings a new
// version of this program throws nobody out.
func (k *keeper) stop(now drivers.Instant) error {
	k.mu.Lock()
	for _, a := range k.assets {
		a.machine.Stop(now, "the gateway ended")
	}
	k.tracker.Stop(now)
	k.gather()
	k.seal()
	mark := k.mark(now)
	k.mu.Unlock()
	k.ended = now
	return k.write(mark)
}
