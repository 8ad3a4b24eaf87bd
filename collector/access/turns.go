package access

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// What Turns allow if nothing else is said.
const (
	TurnsEach = 2 // expensive requests of one token at once
	TurnsAll  = 8 // and of all
)

// inLine is the longest that anybody waits for a turn.
const inLine = 30 * time.Second

// ErrBusy is the answer to whoever has waited in line for too long.
var ErrBusy = errors.New("too many are being answered just now")

// Turns see to it that only so many expensive requests are answered at once. Who comes first is served first.
type Turns struct {
	each int64
	all  *semaphore.Weighted

	mu sync.Mutex
	by map[string]*line // of those who are in it; a token that asks nothing takes no room
}

type line struct {
	turns *semaphore.Weighted
	in    int // how many are served, or wait
}

// NewTurns serves each token that many requests at once, and all of them together that many.
func NewTurns(each, all int) *Turns {
	return &Turns{each: int64(each), all: semaphore.NewWeighted(int64(all)), by: map[string]*line{}}
}

// Take waits for a turn, which done gives back. The error is ErrBusy after 30 s, or ctx's.
func (t *Turns) Take(ctx context.Context) (done func(), err error) {
	grant, _ := Of(ctx)
	waiting, cancel := context.WithTimeoutCause(ctx, inLine, ErrBusy)
	defer cancel()
	own := t.enter(grant.Token)
	if own.turns.Acquire(waiting, 1) != nil {
		t.leave(grant.Token)
		return nil, context.Cause(waiting)
	}
	if t.all.Acquire(waiting, 1) != nil {
		own.turns.Release(1)
		t.leave(grant.Token)
		return nil, context.Cause(waiting)
	}
	return sync.OnceFunc(func() {
		t.all.Release(1)
		own.turns.Release(1)
		t.leave(grant.Token)
	}), nil
}

func (t *Turns) enter(token string) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.by[token]
	if l == nil {
		l = &line{turns: semaphore.NewWeighted(t.each)}
		t.by[token] = l
	}
	l.in++
	return l
}

func (t *Turns) leave(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.by[token]; l.in > 1 {
		l.in--
		return
	}
	delete(t.by, token)
}
