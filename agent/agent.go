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
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"periph.io/x/conn/v3/gpio"

	"basemeter/agent/clock"
	"basemeter/agent/publish"
	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/agent/spool"
	"basemeter/configs"
)

// Version is said in health messages.
const Version = "0.1.0"

// An Agent is one gateway.
type Agent struct {
	config configs.Agent
	log    *slog.Logger
	pins   func(name string) (gpio.PinIn, error)
	clock  *clock.Clock
	spool  *spool.Spool
	keeper *keeper
	lines  [][]sampler.Device
	latest *publish.Latest
	count  *publish.Count
	broker publish.Options

	mu     sync.Mutex
	faults map[string]string // what is left out or does not answer, and why
}

// Options are what a configuration file does not say.
type Options struct {
	Log  *slog.Logger
	Pins func(name string) (gpio.PinIn, error) // finds a GPIO line by its name
}

// New opens the spool and the lines. Faults are what the configuration left out, to be said with the gateway's health.
// A device that cannot be opened is a fault like those; only what the whole gateway needs is an error.
func New(c configs.Agent, faults configs.Faults, o Options) (*Agent, error) {
	log := o.Log
	if err := os.MkdirAll(c.Spool.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	k, err := clock.Open(filepath.Join(c.Spool.Dir, "clock.json"), c.Clock.Trust)
	if err != nil {
		return nil, err
	}
	a := &Agent{config: c, log: log, pins: o.Pins, clock: k, latest: publish.NewLatest(), count: &publish.Count{}, faults: map[string]string{}}
	for _, f := range faults {
		a.leaveOut(f.Path, errors.New(f.Text))
	}
	if a.broker, err = a.brokerOptions(); err != nil {
		return nil, err
	}
	if a.spool, err = spool.Open(spool.Options{
		Dir: c.Spool.Dir, MaxBytes: int64(c.Spool.MaxBytes), MaxAge: c.Spool.MaxAge.D(), Now: a.trusted,
	}); err != nil {
		return nil, err
	}
	a.keeper = newKeeper(c, a.spool, k, log)
	if err := a.keeper.recover(a.spool.Mark()); err != nil {
		log.Error("recover", "reason", err)
	}
	if a.lines, err = a.wire(); err != nil {
		return nil, errors.Join(err, a.spool.Close())
	}
	return a, nil
}

// Run owns every goroutine of the agent. It returns when the last one has ended, with all that was seen in the spool.
func (a *Agent) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, devices := range a.lines { // a wire holds one conversation at a time
		g.Go(func() error { return sampler.Run(ctx, devices, a.keeper.keep, a.tell) })
	}
	g.Go(func() error { return a.beat(ctx) })
	g.Go(func() error { return publish.Run(ctx, a.broker, a.post()) })
	if a.config.HTTP.Listen != "" {
		g.Go(func() error { return serve(ctx, a.config.HTTP.Listen, a.handler()) })
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil // nothing to drain: what was not sent is in the spool
	}
	return errors.Join(err, a.close())
}

func (a *Agent) close() error {
	errs := []error{a.keeper.stop(a.clock.Now()), a.clock.Save()}
	for _, devices := range a.lines {
		for _, d := range devices {
			errs = append(errs, d.Source.Close())
		}
	}
	return errors.Join(append(errs, a.spool.Close())...)
}

const (
	healthEvery = time.Minute
	saveEvery   = 10 * time.Minute
)

// beat does what must be done as time passes: see that the clock was set, cut spells, find silence, say how things are.
func (a *Agent) beat(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var health, save time.Duration
	for {
		a.checkClock()
		now := a.clock.Now()
		a.keeper.tick(now)
		a.keeper.say(now, func(asset string, message []byte) {
			a.latest.Set(record.Topic(a.config.Base, a.config.Gateway, record.NowTopic, asset), message)
		})
		if now.Mono >= health {
			a.sayHealth(now)
			health = now.Mono + healthEvery
		}
		if now.Mono >= save {
			if err := a.clock.Save(); err != nil {
				a.log.Error("save the clock", "reason", err)
			}
			save = now.Mono + saveEvery
		}
		a.latest.Wake()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-second.C:
		}
	}
}

func (a *Agent) checkClock() {
	stepped, err := a.clock.Check()
	if stepped {
		now := a.clock.Now()
		a.keeper.step(now, a.clock.Epoch())
		a.log.Info("clock set", "now", now.Wall, "epoch", a.clock.Epoch())
		a.sayHealth(now)
	}
	if err != nil {
		a.log.Error("save the clock", "reason", err)
	}
}

// tell logs what became of a device, and remembers it for the gateway's health.
func (a *Agent) tell(c sampler.Change) {
	a.mu.Lock()
	if c.Err != nil {
		a.faults[c.Device] = c.Err.Error()
	} else {
		delete(a.faults, c.Device)
	}
	a.mu.Unlock()
	if c.Err != nil {
		a.log.Warn("device fails", "device", c.Device, "reason", c.Err)
	} else {
		a.log.Info("device is back", "device", c.Device, "after", c.After.Round(time.Second))
	}
	a.sayHealth(a.clock.Now())
}

// leaveOut reports a device that cannot be used; the others go on.
func (a *Agent) leaveOut(device string, err error) {
	a.log.Error("device left out", "device", device, "reason", err)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults[device] = "left out: " + err.Error()
}
