// Package serial reads card numbers from RDM6300 badge readers (125 kHz, EM4100) on a serial port, and lets none of
// them out: what leaves is a pseudonym under a key that only this gateway has. It does not know who holds a card, nor
// what showing one means.
package serial

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	bugst "go.bug.st/serial"

	"basemeter/drivers"
)

const (
	// slice bounds one wait for bytes: so soon does a Read end when it is cancelled or its reader closed. Closing the
	// port under a blocked read would be sooner, but the library frees the descriptor before it wakes the read, which
	// may then take bytes from whatever was opened under the same number.
	slice = 50 * time.Millisecond

	// gap ends a frame that was begun: 14 bytes take 15 ms at 9600 baud, and a USB adapter sits on them for 16 ms.
	gap = 100 * time.Millisecond
)

// Config describes one reader. A zero Baud, Hold or Fold stands for the value named beside it.
type Config struct {
	Name string // starts each point and each error
	Port string // /dev/serial/by-id/…
	Key  []byte // of the pseudonyms; see LoadKey
	Now  func() drivers.Instant

	Baud int           // 9600, as the module is made
	Hold time.Duration // how long a Read listens: 500ms
	Fold time.Duration // a card seen again within this time, of its last sighting, is the same sighting: 2s
}

// A Reader is one badge reader: a drivers.Source that gives the point "<name>/badge" a 1 with a pseudonym whenever a
// card comes. A card that stays in the field comes once.
type Reader struct {
	config Config
	closed atomic.Bool

	mu     sync.Mutex // held by a Read; guards what follows
	port   bugst.Port // nil while the reader is absent
	buf    [64]byte
	unread []byte          // of buf: received, not yet scanned
	at     drivers.Instant // when they came
	scan   scanner
	seen   map[string]time.Duration // pseudonym to the Mono of its last sighting
}

// New describes a reader; the first Read opens its port.
func New(c Config) *Reader {
	c.Baud = cmp.Or(c.Baud, 9600)
	c.Hold = cmp.Or(c.Hold, 500*time.Millisecond)
	c.Fold = cmp.Or(c.Fold, 2*time.Second)
	return &Reader{config: c, seen: map[string]time.Duration{}}
}

// Name is the reader's configured name.
func (r *Reader) Name() string { return r.config.Name }

// Read listens until a card comes, for the hold time at most. It returns one reading or one error; what else came with
// it is kept for the next Read, with the instant at which it came.
func (r *Reader) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for until := time.Now().Add(r.config.Hold); ; {
		card, err := r.next()
		if err == nil && card != "" {
			return append(into, drivers.Reading{Point: r.config.Name + "/badge", Value: 1, Card: card, At: r.at}), nil
		}
		left := time.Until(until)
		if err == nil && left <= 0 {
			return into, nil
		}
		if err == nil {
			err = r.listen(ctx, min(left, slice))
		}
		if err != nil {
			return into, fmt.Errorf("%s: %w", r.config.Name, err)
		}
	}
}

// Close ends a Read under way and releases the port. A closed reader stays closed.
func (r *Reader) Close() error {
	r.closed.Store(true)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drop()
}

// next is the first card, among what was received, that is not a repeat; "" if there is none.
func (r *Reader) next() (string, error) {
	for len(r.unread) > 0 {
		b := r.unread[0]
		r.unread = r.unread[1:]
		number, complete, err := r.scan.feed(b)
		if err != nil {
			return "", err
		}
		if !complete {
			continue
		}
		if card := pseudonym(r.config.Key, number); r.fresh(card) {
			return card, nil
		}
	}
	return "", nil
}

// fresh notes a sighting and tells whether it is the first of its window.
func (r *Reader) fresh(card string) bool {
	maps.DeleteFunc(r.seen, func(_ string, last time.Duration) bool { return r.at.Mono-last >= r.config.Fold })
	_, repeat := r.seen[card]
	r.seen[card] = r.at.Mono
	return !repeat
}

// listen waits for bytes, no longer than wait, and opens the port if need be.
func (r *Reader) listen(ctx context.Context, wait time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.closed.Load() {
		return os.ErrClosed
	}
	if err := r.open(); err != nil {
		return fmt.Errorf("open %s: %w: %w", r.config.Port, err, drivers.ErrAbsent)
	}
	n, err := r.receive(wait)
	if err != nil {
		return fmt.Errorf("read %s: %w: %w", r.config.Port, err, drivers.ErrAbsent)
	}
	now := r.config.Now()
	if n > 0 {
		r.unread, r.at = r.buf[:n], now
		return nil
	}
	if r.scan.n > 0 && now.Mono-r.at.Mono >= gap {
		r.scan = scanner{}
		return errBroken
	}
	return nil
}

func (r *Reader) open() error {
	if r.port != nil {
		return nil
	}
	port, err := bugst.Open(r.config.Port, &bugst.Mode{BaudRate: r.config.Baud, DataBits: 8})
	if err == nil {
		r.port, r.unread, r.scan = port, nil, scanner{}
	}
	return err
}

// receive fills buf. No bytes and no error: none came. An error drops the port, whatever it is.
func (r *Reader) receive(wait time.Duration) (int, error) {
	err := r.port.SetReadTimeout(wait)
	n := 0
	if err == nil {
		n, err = r.port.Read(r.buf[:])
	}
	if err != nil {
		r.drop() // whether the dead port closes well changes nothing
		return 0, err
	}
	return n, nil
}

func (r *Reader) drop() error {
	if r.port == nil {
		return nil
	}
	err := r.port.Close()
	r.port = nil
	return err
}

// pseudonym is what a number is called outside: the same card, under the same key, always the same.
func pseudonym(key []byte, number [5]byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "rdm6300:%X", number)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
