package modbus

import (
	"context"
	"time"
)

// nap is the longest a port is read without looking up. A read is not ended by closing its port: go.bug.st gives the
// descriptor back before it wakes the reader, which may then read from whatever file has got its number.
const nap = 50 * time.Millisecond

// A wait is what can end a conversation early.
type wait struct {
	ctx   context.Context // the caller's
	life  context.Context // the source's
	timer *time.Timer
}

func (w wait) over() error {
	if w.life.Err() != nil {
		return errClosed
	}
	return w.ctx.Err()
}

// sleep ends a little before until: the runtime's timers are up to a millisecond late, and a port's own are not.
func (w wait) sleep(until time.Time) error {
	left := time.Until(until) - time.Millisecond
	if left <= 0 {
		return w.over()
	}
	w.timer.Reset(left)
	select {
	case <-w.timer.C:
	case <-w.ctx.Done():
	case <-w.life.Done():
	}
	return w.over()
}
