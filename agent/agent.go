// Package agent is the gateway: it introduces the drivers, the sampler, the state machines, the spool and the
// publisher to each other, and owns their goroutines. Below it nobody knows anybody.
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"periph.io/x/conn/v3/gpio"

	"basemeter/agent/clock"
	"basemeter/agent/publish"
	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/agent/spool"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/badge"
)

// Version is said in health messages.
const Version = "0.1.0"

// An Agent is one gateway.
type Agent struct {
	config   configs.Agent
	options  Options
	log      *slog.Logger
	clock    *clock.Clock
	keys     *badge.Ring
	spool    *spool.Spool
	keeper   *keeper
	fleet    *fleet
	orders   chan func() // for the beat
	latest   *publish.Latest
	count    *publish.Count
	broker   publish.Options
	password string // of the page; empty: there is none

	reloading sync.Mutex
	news      atomic.Bool // the health is to be said

	mu     sync.Mutex
	faults map[string]string // what is left out, and why
}

// Options are what a configuration file does not say.
type Options struct {
	Log  *slog.Logger
	Pins func(name string) (gpio.PinIn, error) // finds a GPIO line by its name
	// Cards is what the gateway's table says of a card, by its pseudonym: no group if it is not enrolled, and a purpose if
	// it stands for one and for nobody. It answers at once, to one reader at a time. Nil: no card is enrolled.
	Cards func(pseudonym string) (group, purpose string)
	// Drain is how long an orderly end waits for the centre to acknowledge what is pending. What it does not wait for
	// stays in the spool.
	Drain time.Duration
	// Alone is an agent that reads, and publishes nothing.
	Alone bool
}

// New opens the spool and the lines. Faults are what the configuration left out, to be said with the gateway's health.
// A device that cannot be opened is a fault like those; only what the whole gateway needs is an error.
func New(c configs.Agent, faults configs.Faults, o Options) (*Agent, error) {
	if err := os.MkdirAll(c.Spool.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	k, err := clock.Open(filepath.Join(c.Spool.Dir, "clock.json"), c.Clock.Trust)
	if err != nil {
		return nil, err
	}
	return assemble(c, faults, o, k)
}

func assemble(c configs.Agent, faults configs.Faults, o Options, k *clock.Clock) (a *Agent, err error) {
	a = &Agent{config: c, options: o, log: o.Log, clock: k, keys: Keys(c, o.Log), latest: publish.NewLatest(), count: &publish.Count{}, orders: make(chan func()), faults: map[string]string{}}
	for _, f := range faults {
		a.leaveOut(f.Path, errors.New(f.Text))
	}
	if a.broker, err = a.brokerOptions(); err != nil {
		return nil, err
	}
	if a.password, err = configs.Secret(c.HTTP.PasswordFile); err != nil {
		return nil, fmt.Errorf("http.password_file: %w", err)
	}
	if a.spool, err = spool.Open(spool.Options{
		Dir: c.Spool.Dir, MaxBytes: int64(c.Spool.MaxBytes), MaxAge: c.Spool.MaxAge.D(), Now: a.trusted,
	}); err != nil {
		return nil, err
	}
	a.keeper = newKeeper(c, a.spool, k, o)
	if err := a.keeper.recover(a.spool.Mark(), k.Now()); err != nil {
		o.Log.Error("recover", "reason", err)
	}
	a.fleet = &fleet{wire: a.wire, keep: a.keeper.keep, tell: a.tell}
	p := a.fleet.plan(c.Lines)
	for name, err := range p.faults {
		a.leaveOut(name, err)
	}
	err = a.fleet.retire(p)
	a.follow(c, p.abouts())
	a.fleet.begin(p)
	return a, err
}

// Run owns every goroutine of the agent. When ctx ends it reads no more, writes what it saw to the spool, lets the
// centre acknowledge it for as long as Drain says, and returns when the last goroutine has ended.
func (a *Agent) Run(ctx context.Context) error {
	carrying, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var carrier errgroup.Group
	if !a.options.Alone {
		carrier.Go(func() error { return publish.Run(carrying, a.broker, a.post()) })
	}

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.fleet.run(ctx) })
	g.Go(func() error { return a.beat(ctx) })
	if a.config.HTTP.Listen != "" {
		g.Go(func() error {
			if err := serve(ctx, a.config.HTTP.Listen, a.handler()); ctx.Err() == nil {
				a.leaveOut(pageFault, err) // nobody can look in, which is no reason to measure nothing
			}
			return nil
		})
	}
	errs := []error{g.Wait(), a.keeper.stop(a.clock.Now()), a.clock.Save()}
	a.reloading.Lock() // one that was under way has seen the end, too
	errs = append(errs, a.fleet.close())
	a.reloading.Unlock()
	a.drain()
	stop()
	errs = append(errs, carrier.Wait(), a.spool.Close())
	return errors.Join(slices.DeleteFunc(errs, isEnd)...)
}

// isEnd is an error that only says that it is time to stop.
func isEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// drain waits until nothing is pending, for a while.
func (a *Agent) drain() {
	a.latest.Wake()
	end := time.NewTimer(a.options.Drain)
	defer end.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for a.spool.Stats().Pending > 0 {
		select {
		case <-end.C:
			return
		case <-look.C:
		}
	}
}

// Span is what an agent that has ended accounts for: from when it was made to when it stopped reading.
func (a *Agent) Span() (began, ended time.Time) {
	ms := func(i drivers.Instant) time.Time { return i.Wall.Truncate(time.Millisecond) }
	return ms(a.keeper.began), ms(a.keeper.ended)
}

// Batches are how many were sent, and what became of them.
func (a *Agent) Batches() (sent, accepted, rejected, pending uint64) {
	return a.count.Sent.Load(), a.count.Accepted.Load(), a.count.Rejected.Load(), uint64(a.spool.Stats().Pending)
}

// pageFault is what a page that cannot be served is called among the faults. No reload mends it.
const pageFault = "http"

const (
	healthEvery = time.Minute // the health is said this often at least,
	newsEvery   = time.Second // and at most: a line that falls silent is news of each of its devices
)

// beat does what must be done as time passes: see that the clock was set, cut spells, find silence, say how things are.
func (a *Agent) beat(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	said, save := -healthEvery, time.Duration(0)
	for enough := false; ; {
		a.checkClock()
		now := a.clock.Now()
		a.keeper.tick(now, enough)
		for asset, message := range a.keeper.say(now) {
			a.latest.Set(record.Topic(a.config.Base, a.config.Gateway, record.NowTopic, asset), message)
		}
		if since := now.Mono - said; since >= healthEvery || since >= newsEvery && a.news.Load() {
			a.news.Store(false)
			a.sayHealth(now)
			said = now.Mono
		}
		if now.Mono >= save {
			if err := a.clock.Save(); err != nil {
				a.log.Error("save the clock", "reason", err)
			}
			save = now.Mono + clock.SaveEvery
		}
		a.latest.Wake()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-second.C:
			enough = false
		case do := <-a.orders:
			do()
		case <-a.keeper.full:
			enough = true
		}
	}
}

func (a *Agent) checkClock() {
	stepped, err := a.clock.Check()
	if stepped {
		now := a.clock.Now()
		a.keeper.step(now, a.clock.Epoch())
		a.log.Info("clock set", "now", now.Wall, "epoch", a.clock.Epoch())
		a.news.Store(true)
	}
	if err != nil {
		a.log.Error("save the clock", "reason", err)
	}
}

// tell logs what became of a device. Its line waits meanwhile, so the rest is left to the beat.
func (a *Agent) tell(c sampler.Change) {
	switch {
	case c.Err != nil:
		a.log.Warn("device fails", "device", c.Device, "reason", c.Err)
	case c.After > 0:
		a.log.Info("device is back", "device", c.Device, "after", c.After.Round(time.Second))
	case c.Was != "":
		a.log.Warn("another device answers in its place", "device", c.Device, "identity", c.Identity, "was", c.Was)
	case c.Identity != "":
		a.log.Info("device says what it is", "device", c.Device, "identity", c.Identity)
	}
	a.news.Store(true)
}

// leaveOut reports what cannot be used; all else goes on.
func (a *Agent) leaveOut(device string, err error) {
	a.log.Error("left out", "what", device, "reason", err)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults[device] = "left out: " + err.Error()
	a.news.Store(true)
}
