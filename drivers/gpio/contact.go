package gpio

import (
	"context"
	"fmt"
	"time"

	"basemeter/drivers"
)

// A Contact is an input that is open or closed: a drivers.Source of the point "<name>/contact", 0 or 1.
type Contact struct{ *input }

// NewContact describes a contact; the first Read opens its pin.
func NewContact(c Config) *Contact { return &Contact{newInput(c, true)} }

// Read watches until the contact has changed and the change stands: its reading is stamped with the edge after which
// nothing moved. If nothing changes in the hold time it says how the contact stands now. One that bounces all the time
// makes no sense, and one that has only just moved says nothing yet.
func (c *Contact) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	c.lock()
	defer c.unlock()
	begin, until := c.config.Now(), time.Now().Add(c.config.Hold)
	now, stood := begin, false
	for left := c.config.Hold; left > 0; left = time.Until(until) {
		var changed bool
		var err error
		if now, changed, err = c.watch(ctx, left); err != nil {
			return into, err
		}
		if changed {
			return append(into, c.state(c.level.since)), nil
		}
		stood = stood || c.still(now)
	}
	if c.still(now) {
		return append(into, c.state(now)), nil
	}
	if !stood && c.settled == 0 && c.level.since.Mono > begin.Mono { // the kernel keeps bounces to itself
		return into, fmt.Errorf("%s: the contact bounces all the time: %w", c.config.Name, drivers.ErrGarbled)
	}
	return into, nil
}

func (c *Contact) state(at drivers.Instant) drivers.Reading {
	value := 0.0
	if c.level.stood {
		value = 1
	}
	return c.reading("contact", value, at)
}
