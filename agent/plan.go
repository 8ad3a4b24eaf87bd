package agent

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"basemeter/configs"
)

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

func (f faults) err() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(f)) {
		errs = append(errs, fmt.Errorf("%s: %w", name, f[name]))
	}
	return errors.Join(errs...)
}

// abouts are what the configuration says of each point of a plan's devices.
func (p *plan) abouts() map[string]about {
	all := map[string]about{}
	for _, hung := range p.hung {
		for _, h := range hung {
			for name, a := range h.points() {
				a.anew = slices.Contains(p.made, h)
				all[name] = a
			}
		}
	}
	return all
}
