// Package badge is what badge readers have in common, whatever wire they are on: the key, the pseudonym that leaves in
// place of a card's number, and the folding of repeats. It does not know how a number comes, who holds a card, nor what
// showing one means.
//
// A card's number never leaves: it is no part of any error, and a Number shows itself to nobody.
package badge

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"basemeter/drivers"
)

// Config is what every reader needs. A zero Hold or Fold stands for the value named beside it.
type Config struct {
	Name string // starts each point and each error
	Keys Keys   // of the pseudonyms
	Now  func() drivers.Instant

	Hold time.Duration // how long a Read listens: 500ms
	Fold time.Duration // a card seen again within this time, of its last sighting, is the same sighting: 2s
}

// Keys have a key for each moment: a Ring has one for each academic year, and a Key is the same always.
type Keys interface {
	Key(at drivers.Instant) (Key, error)
}

// A Wire is what a kind of reader speaks. One goroutine uses it at a time.
type Wire interface {
	// Listen waits for something to come, no longer than until, and opens what is to be opened. It asks over, at least
	// every 50 ms, whether to give up, and returns its error.
	Listen(until time.Time, over func() error) error

	// Next is the next number among what came, and when it came; the zero Number if there is none.
	Next() (Number, drivers.Instant, error)

	Close() error
}

// A Reader is one badge reader: a drivers.Source that gives the point "<name>/badge" a 1 with a pseudonym whenever a
// card comes. A card that stays in the field comes once.
type Reader struct {
	config Config
	tally  *drivers.Tally
	closed atomic.Bool

	mu   sync.Mutex // held by a Read; guards what follows
	wire Wire
	seen map[Number]time.Duration // the Mono of its last sighting
}

// New describes a reader; the first Read opens its wire, which keeps the tally.
func New(c Config, w Wire, t *drivers.Tally) *Reader {
	c.Hold = cmp.Or(c.Hold, 500*time.Millisecond)
	c.Fold = cmp.Or(c.Fold, 2*time.Second)
	return &Reader{config: c, wire: w, tally: t, seen: map[Number]time.Duration{}}
}

// Name is the reader's configured name.
func (r *Reader) Name() string { return r.config.Name }

// Format shows the name alone, whatever the verb: further down are the key and what came over the wire.
func (r *Reader) Format(f fmt.State, _ rune) { io.WriteString(f, r.config.Name) }

// Stats count the numbers that came, repeats too, as Answers. Nobody asks a reader, so there is no wait to tell.
func (r *Reader) Stats() drivers.Stats {
	s := r.tally.Stats()
	s.P50, s.P99 = 0, 0
	return s
}

// Read listens until a card comes, for the hold time at most. It returns one reading or one error; what else came with
// it is kept for the next Read, with the instant at which it came.
func (r *Reader) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	number, at, err := r.Sight(ctx)
	if err != nil || number == (Number{}) {
		return into, err
	}
	key, err := r.config.Keys.Key(at)
	if err != nil {
		return into, fmt.Errorf("%s: %w", r.config.Name, err)
	}
	return append(into, drivers.Reading{Point: r.config.Name + "/badge", Value: 1, Card: number.Pseudonym(key), At: at}), nil
}

// Sight is Read for who enrols cards: it gives the number itself, which shows itself to nobody, or the zero one.
func (r *Reader) Sight(ctx context.Context) (Number, drivers.Instant, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := func() error { return r.over(ctx) }
	for until := time.Now().Add(r.config.Hold); ; {
		number, at, err := r.next()
		if err == nil && (number != (Number{}) || !time.Now().Before(until)) {
			return number, at, nil
		}
		if err == nil {
			err = r.wire.Listen(until, over)
		}
		if err != nil {
			return Number{}, at, fmt.Errorf("%s: %w", r.config.Name, err)
		}
	}
}

func (r *Reader) over(ctx context.Context) error {
	if r.closed.Load() {
		return os.ErrClosed
	}
	return ctx.Err()
}

// Close ends a Read under way and releases the wire. A closed reader stays closed.
func (r *Reader) Close() error {
	r.closed.Store(true)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wire.Close()
}

// next is the first number, among what came, that is not a repeat; the zero one if there is none.
func (r *Reader) next() (Number, drivers.Instant, error) {
	for {
		number, at, err := r.wire.Next()
		if err != nil || number == (Number{}) || r.fresh(number, at.Mono) {
			return number, at, err
		}
	}
}

// fresh notes a sighting and tells whether it is the first of its window.
func (r *Reader) fresh(number Number, at time.Duration) bool {
	maps.DeleteFunc(r.seen, func(_ Number, last time.Duration) bool { return at-last >= r.config.Fold })
	_, repeat := r.seen[number]
	r.seen[number] = at
	return !repeat
}
