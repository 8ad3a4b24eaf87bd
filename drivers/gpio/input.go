// Package gpio watches inputs of this machine: contacts, which are open or closed, and pulses, which are counted. It
// does not know what a contact means. It needs nothing but periph.io's PinIn; ByName finds one whose edges bear the
// kernel's own stamps, and are kept while nobody reads. An edge of any other pin is stamped when it is met.
//
// Each input is a line of its own: its Read lasts for the whole hold time.
//
// A contact's edges are settled by the kernel, so that one that chatters costs nothing: it stays what it was until it
// stands again. The kernel stamps such an edge when the level has stood (drivers/gpio/gpiolib-cdev.c,
// debounce_work_func), by a clock that ticks every 4 ms on a Pi; what is read here is when it began. Pulses are settled
// here, by their stamps, since such a tick could swallow one.
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
	settles bool // the pin may settle its edges
	closed  atomic.Bool
	tally   drivers.Tally

	turn  chan struct{} // a mutex for what follows, held by a Read; unlike one of sync it lets a test's clock go on
	pin   periph.PinIn  // nil until it could be opened
	level debounce

	// Of a pin whose edges are stamped:
	settled time.Duration // what it tells was so that long ago
	ahead   time.Duration // when, on Mono, the level was first seen that no edge has told of; 0: it was told
	held    *edge         // came after a level had stood, and is to be looked at next
	clocks  clocks
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
	if stamped, ok := i.pin.(edger); ok {
		now, changed, err = i.follow(stamped, max(min(left, i.patience()), shortest))
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

// follow takes the next edge, at the moment of its stamp. The level stands until now only if no edge has come by then:
// so there is another look for one after the one at the clock, between which this process may have been away.
func (i *input) follow(p edger, wait time.Duration) (now drivers.Instant, changed bool, err error) {
	e, met, err := i.next(p, wait)
	now, monotonic := i.now()
	if err == nil && !met {
		if e, met, err = i.next(p, 0); met {
			now, monotonic = i.now()
		}
	}
	if err == nil && met {
		i.ahead = 0
		return now, i.use(e, monotonic, now), nil
	}
	var level periph.Level
	if err == nil {
		level, err = p.level()
	}
	if err != nil {
		i.release()
		i.tally.Ended(drivers.Lost, 0)
		return now, false, fmt.Errorf("%s: %w: %w", i.config.Name, drivers.ErrAbsent, err)
	}
	return now, i.look(level == i.config.Closed, now), nil
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

// now is the moment of which the pin tells now, and what the clock of its stamps shows.
func (i *input) now() (now drivers.Instant, monotonic time.Duration) {
	now, monotonic = i.clocks.look(i.config.Now)
	return now.Earlier(i.settled), monotonic
}

// use looks at an edge. It tells whether a new level now stands; it began at the level's since.
//
// Edges that were lost are counted, and nothing else: no pulse is made up for them, and what was before them has not
// stood until the next edge, as nobody knows how often it moved. So there are never more pulses than there were.
func (i *input) use(e edge, monotonic time.Duration, now drivers.Instant) bool {
	at := instant(e.at, monotonic, now)
	if e.lost > 0 {
		i.tally.Overrun(e.lost)
	} else if i.level.see(i.level.closed, false, at) {
		i.held = &e
		return true
	}
	closed := periph.Level(e.high) == i.config.Closed
	changed := i.level.see(closed, true, at)
	if i.settled >= i.config.Settle { // it has stood for so long when the kernel stamps it
		changed = i.level.see(closed, false, at.Earlier(-i.settled))
	}
	return changed
}

func (i *input) next(p edger, wait time.Duration) (e edge, met bool, err error) {
	if i.held == nil {
		return p.take(wait)
	}
	e, i.held = *i.held, nil
	return e, true, nil
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
	if err := i.begin(pin); err != nil {
		pin.Halt() // how a pin that cannot be had takes its leave does not matter
		return fmt.Errorf("watch pin %s: %w: %w", pin.Name(), err, drivers.ErrAbsent)
	}
	i.pin = pin
	return nil
}

// begin watches a pin. Where edges are stamped there must be a level that they change.
func (i *input) begin(pin periph.PinIn) error {
	i.settled = 0
	stamped, ok := pin.(edger)
	if !ok {
		return pin.In(i.config.Pull, periph.BothEdges)
	}
	var settle time.Duration
	if i.settles {
		settle = i.config.Settle
	}
	var err error
	if i.settled, err = stamped.watch(i.config.Pull, settle); err != nil {
		return err
	}
	level, err := stamped.level()
	if err != nil {
		return err
	}
	i.level.see(level == i.config.Closed, false, i.config.Now())
	return nil
}

// patience is how long nothing needs to be looked at unless an edge comes.
func (i *input) patience() time.Duration {
	if !i.level.seen {
		return shortest
	}
	if left, ahead := i.level.due(i.config.Now().Earlier(i.settled)); ahead {
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
