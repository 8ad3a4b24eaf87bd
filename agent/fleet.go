package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
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

// A plan is what becomes of the loops: those that stay, with their devices as they will be, and those that are new.
type plan struct {
	loops []*loop           // all there will be
	hung  map[*loop][]*hung // on each of them
	made  []*hung           // not there before
	gone  []*loop
	faults
}

// faults are devices that could not be made, and why.
type faults map[string]error

// plan compares lines with those at work. Plans are made and carried out one after the other.
func (f *fleet) plan(lines []configs.Line) *plan {
	p := &plan{hung: map[*loop][]*hung{}, faults: faults{}}
	for _, l := range apart(lines) {
		was := f.find(l)
		if was == nil {
			wire, err := f.wire(l)
			if err != nil {
				p.faults[l.Name] = err
				continue
			}
			was = &loop{config: l, wire: wire}
		}
		p.loops = append(p.loops, was)
		p.hang(was, l)
	}
	for _, was := range f.loops {
		if !slices.Contains(p.loops, was) {
			p.gone = append(p.gone, was)
		}
	}
	return p
}

// find is the loop that is l already, but for what hangs on it.
func (f *fleet) find(l configs.Line) *loop {
	bare := func(l configs.Line) configs.Line {
		if l.Kind != configs.GPIO { // a pin is the line
			l.Devices = nil
		}
		return l
	}
	for _, was := range f.loops {
		if reflect.DeepEqual(bare(was.config), bare(l)) {
			return was
		}
	}
	return nil
}

// hang hangs l's devices on a loop. What is the same as before stays as it is.
func (p *plan) hang(on *loop, l configs.Line) {
	p.hung[on] = []*hung{}
	for _, d := range devices(l) {
		h := &hung{config: d}
		var err error
		if d.Profile != "" {
			var unsound configs.Faults
			h.profile, unsound = configs.FindProfile(d.Profile)
			err = unsound.Err()
		}
		if was := on.hanging(h); was != nil {
			p.hung[on] = append(p.hung[on], was)
			continue
		}
		if err == nil {
			h.asked, err = on.wire(d, h.profile)
		}
		if err != nil {
			p.faults[d.Name] = err
			continue
		}
		p.hung[on], p.made = append(p.hung[on], h), append(p.made, h)
	}
}

// hanging is what hangs on the loop and is the same as h.
func (l *loop) hanging(h *hung) *hung {
	for _, was := range l.hung {
		if reflect.DeepEqual(was.config, h.config) && reflect.DeepEqual(was.profile, h.profile) {
			return was
		}
	}
	return nil
}

// apart makes a line of each pin: they are watched side by side.
func apart(lines []configs.Line) []configs.Line {
	var all []configs.Line
	for _, l := range lines {
		if l.Kind != configs.GPIO {
			all = append(all, l)
			continue
		}
		for _, d := range l.Devices {
			l.Devices = []configs.Device{d}
			all = append(all, l)
		}
	}
	return all
}

// devices are those of a line; a badge reader is a line and its only device.
func devices(l configs.Line) []configs.Device {
	if len(l.Devices) == 0 {
		return []configs.Device{{Name: l.Name}}
	}
	return l.Devices
}

// drop closes what a plan that is not carried out has made.
func (p *plan) drop() {
	for _, h := range p.made {
		h.close() // it was never asked
	}
}

// apply carries out a plan. A line that stays loses no question; a device that goes is closed when it is no longer
// asked. It returns what could not be closed well.
func (f *fleet) apply(p *plan) error {
	var errs []error
	for _, l := range p.gone { // its port may be another's now
		errs = append(errs, l.end())
	}
	left := f.exchange(p)
	for _, l := range p.loops {
		l.line.Set(l.asked())
		f.start(l)
	}
	for _, h := range left {
		errs = append(errs, h.close())
	}
	return errors.Join(errs...)
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

func (l *loop) asked() []sampler.Device {
	asked := make([]sampler.Device, len(l.hung))
	for i, h := range l.hung {
		asked[i] = h.asked
	}
	return asked
}

// start lets a loop run, once, if the fleet does.
func (f *fleet) start(l *loop) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ctx == nil || l.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(f.ctx)
	l.stop, l.ended = stop, make(chan struct{})
	f.group.Go(func() {
		defer close(l.ended)
		l.line.Run(ctx) // ends with ctx, and says no more than that
	})
}

// end stops a loop and closes what hangs on it.
func (l *loop) end() error {
	if l.stop != nil {
		l.stop()
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
	loops := slices.Clone(f.loops)
	f.mu.Unlock()
	for _, l := range loops {
		f.start(l)
	}
	<-ctx.Done()
	f.mu.Lock()
	f.ctx = nil // none starts any more
	f.mu.Unlock()
	f.group.Wait()
	return ctx.Err()
}

// close closes what hangs on the loops, and ends those that have not ended.
func (f *fleet) close() error {
	var errs []error
	for _, l := range f.loops {
		errs = append(errs, l.end())
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

func (f faults) err() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(f)) {
		errs = append(errs, fmt.Errorf("%s: %w", name, f[name]))
	}
	return errors.Join(errs...)
}
