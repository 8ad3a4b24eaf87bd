package agent

import (
	"context"
	"errors"
	"slices"
	"sync"

	"basemeter/agent/sampler"
	"basemeter/configs"
	"basemeter/drivers"
)

// A fleet is the lines at work. It is changed as a whole, by a plan that is made first and carried out only if all of
// it can be made.
type fleet struct {
	wire func(configs.Line) (wire, error) // makes a line's wire
	keep func([]drivers.Reading)
	tell func(sampler.Change)

	group sync.WaitGroup
	mu    sync.Mutex
	ctx   context.Context // of run; nil before
	loops []*loop
}

// A wire makes what is asked of a device on it.
type wire func(configs.Device, configs.Profile) (sampler.Device, error)

// A loop is one line at work: one conversation at a time. Each pin is a loop of its own.
type loop struct {
	config configs.Line // its devices are those hung on it
	wire   wire
	line   *sampler.Line
	hung   []*hung
	stop   context.CancelFunc // nil while it does not run
	ended  chan struct{}
	over   bool // it was ended
}

// Hung is a device on a line.
type hung struct {
	config  configs.Device
	profile configs.Profile
	asked   sampler.Device
}

func (h *hung) close() error {
	var errs []error
	for _, ask := range h.asked.Asks {
		errs = append(errs, ask.Source.Close())
	}
	return errors.Join(errs...)
}

// retire begins to carry out a plan: whatever goes is no longer asked, and closed. What stays loses no question. It
// returns what could not be closed well.
func (f *fleet) retire(p *plan) error {
	var errs []error
	for _, l := range p.gone { // its port may be another's now
		errs = append(errs, f.end(l))
	}
	for _, l := range p.loops {
		if l.line != nil {
			l.line.Set(asking(slices.DeleteFunc(slices.Clone(p.hung[l]), func(h *hung) bool { return !slices.Contains(l.hung, h) })))
		}
	}
	for _, h := range f.exchange(p) {
		errs = append(errs, h.close())
	}
	return errors.Join(errs...)
}

// begin ends it: whatever is new is asked from now on.
func (f *fleet) begin(p *plan) {
	for _, l := range p.loops {
		l.line.Set(asking(p.hung[l]))
		f.mu.Lock()
		f.start(l)
		f.mu.Unlock()
	}
}

// exchange makes the plan's loops those of the fleet, and returns what hangs on none of them any more.
func (f *fleet) exchange(p *plan) (left []*hung) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loops = p.loops
	for _, l := range p.loops {
		for _, h := range l.hung {
			if !slices.Contains(p.hung[l], h) {
				left = append(left, h)
			}
		}
		l.hung, l.config.Devices = p.hung[l], nil
		for _, h := range l.hung {
			l.config.Devices = append(l.config.Devices, h.config)
		}
		if l.line == nil {
			l.line = sampler.New(nil, f.keep, f.tell)
		}
	}
	return left
}

// asking is what a line is to ask.
func asking(all []*hung) []sampler.Device {
	asked := make([]sampler.Device, len(all))
	for i, h := range all {
		asked[i] = h.asked
	}
	return asked
}

// start lets a loop run, once, if the fleet does. The caller holds mu.
func (f *fleet) start(l *loop) {
	if f.ctx == nil || l.stop != nil || l.over {
		return
	}
	ctx, stop := context.WithCancel(f.ctx)
	l.stop, l.ended = stop, make(chan struct{})
	f.group.Go(func() {
		defer close(l.ended)
		l.line.Run(ctx) // ends with ctx, and says no more than that
	})
}

// end stops a loop, so that it does not start again, and closes what hangs on it.
func (f *fleet) end(l *loop) error {
	f.mu.Lock()
	stop := l.stop
	l.over = true
	f.mu.Unlock()
	if stop != nil {
		stop()
		<-l.ended
	}
	var errs []error
	for _, h := range l.hung {
		errs = append(errs, h.close())
	}
	return errors.Join(errs...)
}

// run lets all loops run until ctx ends, and returns when the last has.
func (f *fleet) run(ctx context.Context) error {
	f.mu.Lock()
	f.ctx = ctx
	for _, l := range f.loops {
		f.start(l)
	}
	f.mu.Unlock()
	<-ctx.Done()
	f.mu.Lock()
	f.ctx = nil // none starts any more
	f.mu.Unlock()
	f.group.Wait()
	return ctx.Err()
}

// close closes what hangs on the loops, and ends those that have not ended. No plan may be under way.
func (f *fleet) close() error {
	var errs []error
	for _, l := range f.loops {
		errs = append(errs, f.end(l))
	}
	return errors.Join(errs...)
}

// now are the loops as they are: copies, whose slices nobody changes.
func (f *fleet) now() []loop {
	f.mu.Lock()
	defer f.mu.Unlock()
	loops := make([]loop, len(f.loops))
	for i, l := range f.loops {
		loops[i] = loop{config: l.config, line: l.line, hung: l.hung}
	}
	return loops
}
