package sim

import (
	"context"
	"errors"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
)

// edgesKept is how many edges wait for whoever watches a pin; the kernel keeps as many for a line.
const edgesKept = 16

// A Pin is an input with a contact on it. It is a gpio.PinIO, so that gpioreg.Register can give it to drivers under its
// name; but nothing can be put out on it. One goroutine may watch it while another works the contact.
type Pin struct {
	name   string
	closed gpio.Level // of a closed contact

	mu        sync.Mutex
	level     gpio.Level
	pull      gpio.Pull
	edge      gpio.Edge
	edges     chan struct{} // buffered: those that nobody has waited for yet
	interrupt chan struct{} // closed to send home who waits
}

// NewPin is a pin with an open contact.
func NewPin(name string, closed gpio.Level) *Pin {
	return &Pin{
		name: name, closed: closed, level: !closed,
		edges: make(chan struct{}, edgesKept), interrupt: make(chan struct{}),
	}
}

// Follow keeps the contact closed while the machine is in a state. It returns ctx's error when ctx ends.
func (p *Pin) Follow(ctx context.Context, m *Machine, state State) error {
	for {
		spell := m.SpellAt(time.Now())
		p.Put(spell.State == state)
		if err := waitUntil(ctx, spell.To); err != nil {
			return err
		}
	}
}

// Put closes or opens the contact.
func (p *Pin) Put(closed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	level := p.closed
	if !closed {
		level = !level
	}
	if level == p.level {
		return
	}
	p.level = level
	if p.edge == gpio.BothEdges || p.edge == gpio.RisingEdge && bool(level) || p.edge == gpio.FallingEdge && !bool(level) {
		select {
		case p.edges <- struct{}{}:
		default: // lost, as the kernel loses it
		}
	}
}

// In implements gpio.PinIn. Edges that nobody has waited for are forgotten.
func (p *Pin) In(pull gpio.Pull, edge gpio.Edge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pull, p.edge = pull, edge
	p.edges = make(chan struct{}, edgesKept)
	p.sendHome()
	return nil
}

// Halt implements conn.Resource: it sends home who waits for an edge.
func (p *Pin) Halt() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sendHome()
	return nil
}

func (p *Pin) sendHome() {
	close(p.interrupt)
	p.interrupt = make(chan struct{})
}

// Read implements gpio.PinIn.
func (p *Pin) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// WaitForEdge implements gpio.PinIn. A negative timeout is for ever, as the interface has it.
func (p *Pin) WaitForEdge(timeout time.Duration) bool {
	p.mu.Lock()
	edge, edges, interrupt := p.edge, p.edges, p.interrupt
	p.mu.Unlock()
	if edge == gpio.NoEdge {
		return false
	}
	var over <-chan time.Time
	if timeout >= 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-edges:
		return true
	default: // an edge that was there first goes before a timeout of 0
	}
	select {
	case <-edges:
		return true
	case <-interrupt:
		return false
	case <-over:
		return false
	}
}

// Pull implements gpio.PinIn.
func (p *Pin) Pull() gpio.Pull {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pull
}

// DefaultPull implements gpio.PinIn.
func (p *Pin) DefaultPull() gpio.Pull { return gpio.PullNoChange }

// Name implements pin.Pin.
func (p *Pin) Name() string { return p.name }

// String implements conn.Resource.
func (p *Pin) String() string { return p.name }

// Number implements pin.Pin: this one has none.
func (p *Pin) Number() int { return -1 }

// Function implements pin.Pin.
func (p *Pin) Function() string { return "In" }

var errInputOnly = errors.New("a simulated pin is an input")

// Out implements gpio.PinOut, and refuses.
func (p *Pin) Out(gpio.Level) error { return errInputOnly }

// PWM implements gpio.PinOut, and refuses.
func (p *Pin) PWM(gpio.Duty, physic.Frequency) error { return errInputOnly }
