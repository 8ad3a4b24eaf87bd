// Package gpio watches inputs of this machine: contacts, which are open or closed, and pulses, which are counted. It
// does not know what a contact means. It needs nothing but periph.io's PinIn; ByName finds one whose edges bear the
// kernel's own stamps, and are kept while nobody reads. An edge of any other pin is stamped when it is met.
//
// Each input is a line of its own: its Read lasts for the whole hold time.
//
// A contact's edges are settled by the kernel, so that one that chatters costs nothing; its clock for that ticks every
// 4 ms on a Pi. Pulses are settled here, by their stamps, since such a tick could swallow one.
package gpio

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
)

const (
	// slice bounds one wait for an edge: so soon does a Read end when it is cancelled or its input closed. Nothing
	// that works with every kind of pin wakes such a wait.
	slice = 50 * time.Millisecond

	// shortest is the least that is waited: to some pins a timeout of 0 means for ever.
	shortest = time.Millisecond

	// overdue is when an edge that the level tells of will not come any more: a machine that is busy brings it later
	// than its level is seen, but not by that much.
	overdue = time.Second
)

// Config describes one input. A zero Settle or Hold stands for the value named beside it.
type Config struct {
	Name   string                       // starts each point and each error
	Open   func() (periph.PinIn, error) // asked again, at each Read, until it gives a pin; see ByName
	Closed periph.Level                 // the level of a closed contact
	Pull   periph.Pull
	Now    func() drivers.Instant

	Settle time.Duration // how long a level must stand to count: 20ms. It must be shorter than Hold, and than a pulse
	Hold   time.Duration // how long a Read watches, and how often it speaks at least: 1s
}

// An input is what contacts and pulses have in common: a pin, watched edge by edge.
type input struct {
	config  Config
	settles bool // the kernel may settle the edges
	closed  atomic.Bool
	tally   drivers.Tally

	turn  chan struct{} // a mutex for what follows, held by a Read; unlike one of sync it lets a test's clock go on
	pin   periph.PinIn  // nil until it could be opened
	level debounce
	held  *edge         // the kernel's, that came after a level had stood, and is to be looked at next
	lag   time.Duration // by how much the held one is older than its stamp
	ahead time.Duration // when, on Mono, the level was first seen that no edge has told of; 0: it was told

	clocks clocks
}

func newInput(c Config, settles bool) *input {
	c.Settle = cmp.Or(c.Settle, 20*time.Millisecond)
	c.Hold = cmp.Or(c.Hold, time.Second)
	return &input{config: c, settles: settles, turn: make(chan struct{}, 1), level: debounce{settle: c.Settle}}
}

// Name is the input's configured name.
func (i *input) Name() string { return i.config.Name }

func (i *input) lock()   { i.turn <- struct{}{} }
func (i *input) unlock() { <-i.turn }

// Close ends a Read under way and releases the pin. A closed input stays closed.
func (i *input) Close() error {
	i.closed.Store(true)
	i.lock()
	defer i.unlock()
	if i.pin == nil {
		return nil
	}
	return i.pin.Halt()
}

// Stats count the changes as Answers, and edges that came too fast as Overruns. Nobody asks an input, so there is no
// wait to tell.
func (i *input) Stats() drivers.Stats {
	s := i.tally.Stats()
	s.P50, s.P99 = 0, 0
	return s
}

// watch waits for an edge, or for the level to stand, no longer than left. It tells whether a new level stands.
func (i *input) watch(ctx context.Context, left time.Duration) (now drivers.Instant, changed bool, err error) {
	if err := i.ready(ctx); err != nil {
		return now, false, fmt.Errorf("%s: %w", i.config.Name, err)
	}
	if kernel, ok := i.pin.(edger); ok {
		now, changed, err = i.follow(kernel, max(min(left, i.patience()), shortest))
	} else {
		edge := i.wait(ctx, min(left, i.patience()))
		closed := i.pin.Read() == i.config.Closed
		now = i.config.Now()
		changed = i.level.see(closed, edge, now)
	}
	if changed {
		i.tally.Ended(drivers.Answered, 0)
	}
	return now, changed, err
}

// follow takes the kernel's next edge, at the moment the kernel says.
func (i *input) follow(k edger, wait time.Duration) (now drivers.Instant, changed bool, err error) {
	e, settled, met := i.next(k, wait)
	if n := k.lost(); n > 0 {
		i.tally.Overrun(n)
	}
	now, monotonic := i.clocks.look(i.config.Now)
	if !met {
		level, err := k.level()
		if err != nil {
			i.release()
			return now, false, fmt.Errorf("%s: %w: %w", i.config.Name, drivers.ErrAbsent, err)
		}
		return now, i.look(level == i.config.Closed, now), nil
	}
	i.ahead = 0
	return now, i.take(e, settled, monotonic, now), nil
}

// look takes the level, where the kernel has told of no edge. One that is not what the last edge said is ahead of an edge
// on its way here, which knows better when that was, and how long the level before it has stood.
func (i *input) look(closed bool, now drivers.Instant) (changed bool) {
	if closed == i.level.closed {
		i.ahead = 0
	} else if i.ahead == 0 {
		i.ahead = now.Mono
	}
	if i.ahead > 0 && now.Mono-i.ahead < overdue {
		return false
	}
	return i.level.see(closed, false, now)
}

// still tells whether the level has stood until now, and nothing else is known of it.
func (i *input) still(now drivers.Instant) bool { return i.ahead == 0 && i.level.still(now) }

// take looks at an edge, now that both clocks show what they show. It tells whether a new level now stands; it began at
// the level's since.
func (i *input) take(e edge, settled, monotonic time.Duration, now drivers.Instant) bool {
	at := instant(e.at-settled, monotonic, now)
	if i.level.see(i.level.closed, false, at) { // what was before it has stood until then
		i.held, i.lag = &e, settled
		return true
	}
	closed := periph.Level(e.high) == i.config.Closed
	changed := i.level.see(closed, true, at)
	if settled >= i.config.Settle {
		at.Mono, at.Wall = at.Mono+settled, at.Wall.Add(settled)
		changed = i.level.see(closed, false, at)
	}
	return changed
}

func (i *input) next(k edger, wait time.Duration) (e edge, settled time.Duration, met bool) {
	if i.held == nil {
		return k.next(wait)
	}
	e, i.held = *i.held, nil
	return e, i.lag, true
}

// release gives the pin up. What it shows when it is back is known anew.
func (i *input) release() {
	i.pin.Halt() // how a pin that is gone takes its leave does not matter
	i.pin, i.level, i.ahead = nil, debounce{settle: i.config.Settle}, 0
}

// ready makes sure that the pin is open and somebody still wants it.
func (i *input) ready(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if i.closed.Load() {
		return os.ErrClosed
	}
	if i.pin != nil {
		return nil
	}
	pin, err := i.config.Open()
	if err != nil {
		return err
	}
	kernel, stamped := pin.(edger)
	if stamped && i.settles {
		kernel.settle(i.config.Settle)
	}
	if err := pin.In(i.config.Pull, periph.BothEdges); err != nil {
		return fmt.Errorf("watch pin %s: %w: %w", pin.Name(), err, drivers.ErrAbsent)
	}
	i.pin = pin
	if stamped {
		i.level.see(pin.Read() == i.config.Closed, false, i.config.Now())
	}
	return nil
}

// patience is how long nothing needs to be looked at unless an edge comes.
func (i *input) patience() time.Duration {
	if !i.level.seen {
		return shortest
	}
	if left, ahead := i.level.due(i.config.Now()); ahead {
		return min(left, slice)
	}
	return slice
}

// wait waits for an edge. A pin that has stopped giving edges returns at once, time and again: then the level is
// looked at as often as patience asks, and no oftener.
func (i *input) wait(ctx context.Context, patience time.Duration) bool {
	patience = max(patience, shortest)
	begin := time.Now()
	if i.pin.WaitForEdge(patience) {
		return true
	}
	select {
	case <-ctx.Done():
	case <-time.After(patience - time.Since(begin)):
	}
	return false
}

func (i *input) reading(point string, value float64, at drivers.Instant) drivers.Reading {
	return drivers.Reading{Point: i.config.Name + "/" + point, Value: value, At: at}
}
