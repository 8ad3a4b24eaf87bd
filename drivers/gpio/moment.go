package gpio

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"basemeter/drivers"
)

// Clocks know by how much an Instant's Mono is ahead of CLOCK_MONOTONIC: a constant, unless the machine was asleep. Two
// clocks cannot be looked at in one moment, and this process may be away for a while in between; so each look narrows
// what the constant can be, or else two edges would seem closer than they were.
type clocks struct{ least, most time.Duration }

// look is now on both clocks.
func (c *clocks) look(look func() drivers.Instant) (now drivers.Instant, onMonotonic time.Duration) {
	before := monotonic()
	now = look()
	c.narrow(now.Mono-monotonic(), now.Mono-before)
	return now, now.Mono - (c.least+c.most)/2
}

func (c *clocks) narrow(least, most time.Duration) {
	if least > c.most || most < c.least { // it was asleep, or this is the first look
		*c = clocks{least, most}
		return
	}
	c.least, c.most = max(c.least, least), min(c.most, most)
}

// instant is when CLOCK_MONOTONIC showed at, given what it shows now. Nothing has come from the future.
func instant(at, monotonic time.Duration, now drivers.Instant) drivers.Instant {
	return now.Earlier(max(monotonic-at, 0))
}

func monotonic() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic(fmt.Sprintf("gpio: CLOCK_MONOTONIC: %v", err)) // there has always been one
	}
	return time.Duration(ts.Nano())
}
