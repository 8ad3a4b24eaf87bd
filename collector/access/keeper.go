package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A list of tokens counts for that long; then whoever asks next has it read anew, and the others go on with the old one
// for as long as that takes. Together they are the longest that a revoked token goes on: 10 s.
const (
	fresh      = 8 * time.Second
	readWithin = 2 * time.Second
)

// errAway says that a token may be there, and that nobody can be asked just now.
var errAway = errors.New("tokens cannot be read just now")

// A Keeper knows the tokens there are. It is safe for any number of goroutines.
type Keeper struct {
	read func(context.Context) ([]Token, error)
	now  func() time.Time
	log  *slog.Logger

	mu      sync.Mutex
	tokens  map[string]Token
	asked   time.Time     // when the list was last read, or tried to
	reading chan struct{} // closed when whoever reads it just now is done; nil: nobody does
	trouble error         // of the last time
	strange *rate.Limiter // how often an unknown id has the list read at once
}

// NewKeeper keeps what read says the tokens are. While read fails, what it last said counts.
func NewKeeper(read func(context.Context) ([]Token, error), now func() time.Time, log *slog.Logger) *Keeper {
	return &Keeper{read: read, now: now, log: log, strange: rate.NewLimiter(1, 5)}
}

// known is a token as it was last read.
func (k *Keeper) known(id string) (Token, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t, known := k.tokens[id]
	return t, known
}

// find is the token of an id; false: there is none. The error says that it may be there.
func (k *Keeper) find(ctx context.Context, id string) (Token, bool, error) {
	for range 2 { // who waited for somebody's list may find that it was begun too early
		mine, reading := k.turn(id)
		switch {
		case mine:
			k.refresh(ctx)
			return k.answer(id)
		case reading == nil:
			return k.answer(id)
		}
		select {
		case <-ctx.Done():
			return Token{}, false, ctx.Err()
		case <-reading:
		}
	}
	return k.answer(id)
}

// turn tells whether it is upon the caller to read the list, or else whose end to wait for.
func (k *Keeper) turn(id string) (mine bool, reading chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, known := k.tokens[id]
	now := k.now()
	switch {
	case k.reading != nil && known:
		return false, nil
	case k.reading != nil:
		return false, k.reading
	case now.Sub(k.asked) < fresh && (known || !k.strange.AllowN(now, 1)):
		return false, nil
	}
	k.asked, k.reading = now, make(chan struct{})
	return true, nil
}

// refresh reads the list. It goes on if the caller does not: others wait for it.
func (k *Keeper) refresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readWithin)
	defer cancel()
	list, err := k.read(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.reading)
	k.reading = nil
	k.tell(err)
	if k.trouble = err; err != nil {
		return
	}
	k.tokens = make(map[string]Token, len(list))
	for _, t := range list {
		k.tokens[t.ID] = t
	}
}

// tell logs what is news.
func (k *Keeper) tell(err error) {
	switch {
	case err != nil && k.trouble == nil:
		k.log.Warn("tokens cannot be read; what was last known of them counts", "known", len(k.tokens), "reason", err)
	case err == nil && k.trouble != nil:
		k.log.Info("tokens can be read again")
	}
}

func (k *Keeper) answer(id string) (Token, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t, known := k.tokens[id]
	if !known && k.trouble != nil {
		return t, false, fmt.Errorf("%w: %w", errAway, k.trouble)
	}
	return t, known, nil
}
