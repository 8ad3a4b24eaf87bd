package gpio

import (
	"context"
	"time"

	"basemeter/drivers"
)

// A Pulse is an input whose closings are counted: a drivers.Source of the point "<name>/count", pulses since the
// start. A pulse, and the pause before it, must last longer than Settle to be one.
type Pulse struct {
	*input
	count uint64
}

// NewPulse describes a counter; the first Read opens its pin. A contact that is closed at the start is not a pulse.
func NewPulse(c Config) *Pulse { return &Pulse{input: newInput(c, false)} }

// Read counts for the hold time and then gives the sum.
func (p *Pulse) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	p.lock()
	defer p.unlock()
	until := time.Now().Add(p.config.Hold)
	var now drivers.Instant
	for left := p.config.Hold; left > 0; left = time.Until(until) {
		var changed bool
		var err error
		first := !p.level.known
		if now, changed, err = p.watch(ctx, left); err != nil {
			return into, err
		}
		if changed && !first && p.level.stood {
			p.count++
		}
	}
	return append(into, p.reading("count", float64(p.count), now)), nil
}
