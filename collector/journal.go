package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"basemeter/collector/store"
)

// announced is how old an entry of the journal is before anybody acts on it.
const announced = time.Minute

// A journal is one writer's entries about which days were written, so that somebody else can follow the ledger of days. Each
// entry is later than the one before, also where the clock was set back, and is written before the next one is made.
//
// A day is entered before it is written, and again afterwards. The first entry is for a writer that dies in between: whoever
// reads acts on it when it is old, and both the entry and the rows are given up if they take longer than half of that; so by
// then the rows are there, or will be entered anew. The second is for clocks that differ.
type journal struct {
	by string // of one collector alone, or of the commands of a machine

	mu    sync.Mutex
	begun bool
	last  time.Time
}

// byHand is the journal of whoever restates or corrects at the command line of this machine. All its commands write under one
// name, so that cursors, which hold a moment for each writer, do not grow with every command; two at once go by one clock,
// and each sees in the database what was entered before it began.
func byHand() *journal {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return &journal{by: "hand@" + host}
}

var errSlow = errors.New("the database took too long, it is entered in the journal anew")

// late is why the time of a context that writes was over; nil: it was not.
func late(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errSlow) {
		return errSlow
	}
	return nil
}

// note enters a day.
func (b *bookkeeper) note(ctx context.Context, base string, day time.Time) error {
	j := b.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.begun {
		newest, err := b.shelves.Writers(ctx, nil)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		j.begun, j.last = true, newest[j.by]
	}
	at := b.now().UTC()
	if !at.After(j.last) {
		at = j.last.Add(1)
	}
	j.last = at // also if nobody knows whether it was written
	soon, cancel := context.WithTimeoutCause(ctx, announced/2, errSlow)
	defer cancel()
	if err := b.shelves.WriteChange(soon, store.Change{By: j.by, At: at, Base: base, Day: day}); err != nil {
		return fmt.Errorf("journal: %w", cmp.Or(late(soon), err))
	}
	return nil
}
