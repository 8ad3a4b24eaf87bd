package modbus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"basemeter/drivers"
)

// A Line is a wire that many devices share. It opens its port when it is first needed, again after it was lost, and
// closes it with the last of its sources.
type Line struct {
	now   func() drivers.Instant
	wire  wire
	timer *time.Timer
	price price
}

// A wire carries one question at a time. Whoever asks locks it first; all but join and leave need that.
type wire interface {
	sync.Locker
	// exchange returns the data that answers q: valid until the next call.
	exchange(w wait, q *question) ([]byte, error)
	// settle makes sure that no answer to an earlier question to this device can still come, with one of probes.
	settle(w wait, probes []question) error
	// probe is the best of them to ask whether the device is there.
	probe(probes []question) *question
	// join adds a user; the last one to leave closes the wire.
	join()
	leave()
}

func newLine(w wire, p price, now func() drivers.Instant) *Line {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &Line{now: now, wire: w, timer: timer, price: p}
}

// Device is one thing on a line that answers.
type Device struct {
	Name         string
	Unit         byte
	Points       []Point
	MaxRegisters int           // in one request; 0 stands for 125
	MaxHole      int           // registers of no point that a request may read over, where that is cheaper
	Timeout      time.Duration // the longest wait for an answer to begin, until it is learned; 0 stands for one second
	Pause        time.Duration // the silence it wants before each question; 0: none of its own
	Identity     *Identity     // nil: it says nothing of what it is
}

// Source reads all points of d. It returns an error if d makes no sense; whether d is there shows when it is read.
func (l *Line) Source(d Device) (*Source, error) {
	sources, err := l.Sources(d, d.Points)
	if err != nil {
		return nil, err
	}
	return sources[0], nil
}

// Sources are one for each set of points of d, all of the one device: they share its Stats, what was learned of it and
// what it may still answer. D.Points is not looked at.
func (l *Line) Sources(d Device, sets ...[]Point) ([]*Source, error) {
	d = d.filled()
	if err := d.check(sets); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	shared := &device{Device: d}
	var plain []group
	sources := make([]*Source, len(sets))
	for i, set := range sets {
		s := &Source{line: l, device: shared, points: set}
		s.life, s.end = context.WithCancel(context.Background())
		s.plan()
		plain = append(plain, plan(set, limits{d.MaxRegisters, 0, l.price})...)
		sources[i] = s
		l.wire.join()
	}
	for _, r := range probes(plain) {
		shared.probes = append(shared.probes, shared.question(r))
	}
	if d.Identity != nil {
		shared.identity = shared.question(d.Identity.request())
	}
	return sources, nil
}

// A device is what its sources share. It is used with the wire locked, but for its tally.
type device struct {
	Device
	tally    drivers.Tally
	probes   []question // see doubt.go
	identity question
	solid    bool // it has refused a request that read over a hole, and is not sent another
}

func (d *device) question(r request) question {
	q := newQuestion(d.Unit, r)
	q.timeout, q.pause, q.tally = d.Timeout, d.Pause, &d.tally
	return q
}

// filled has what 0 stands for.
func (d Device) filled() Device {
	d.MaxRegisters, d.Timeout = cmp.Or(d.MaxRegisters, 125), cmp.Or(d.Timeout, time.Second)
	return d
}

func (d Device) check(sets [][]Point) error {
	var faults []error
	if d.MaxRegisters < 1 || d.MaxRegisters > 125 {
		faults = append(faults, fmt.Errorf("%d registers in one request: want 1 to 125", d.MaxRegisters))
	}
	for _, set := range sets {
		if len(set) == 0 {
			faults = append(faults, errors.New("no points"))
		}
		for _, p := range set {
			faults = append(faults, p.check(d.MaxRegisters))
		}
	}
	if d.Identity != nil {
		faults = append(faults, d.Identity.check(d.MaxRegisters))
	}
	return errors.Join(faults...)
}
