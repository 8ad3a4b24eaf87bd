package dlt645

import (
	"context"
	"time"
)

// A wait is what can end a conversation early.
type wait struct {
	ctx  context.Context // the caller's
	life context.Context // the source's
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
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.ctx.Done():
	case <-w.life.Done():
	}
	return w.over()
}
