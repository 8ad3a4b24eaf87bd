package modbus

import (
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
	now func() drivers.Instant

	mu      sync.Mutex // held by the one conversation
	wire    wire
	timer   *time.Timer
	sources int
}

// A wire carries one question at a time.
type wire interface {
	// exchange returns the data that answers q: valid until the next call.
	exchange(w wait, q *question) ([]byte, error)
	// settle makes sure that no answer to an earlier question to this device can still come, with one of probes.
	settle(w wait, probes []question) error
	close()
}

func newLine(w wire, now func() drivers.Instant) *Line {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &Line{now: now, wire: w, timer: timer}
}

// Device is one thing on a line that answers.
type Device struct {
	Name         string
	Unit         byte
	Points       []Point
	MaxRegisters int           // in one request; 0 stands for 125
	Timeout      time.Duration // the longest wait for an answer to begin; 0 stands for one second
}

// Source is d on this line. It returns an error if d makes no sense; whether d is there shows when it is read.
func (l *Line) Source(d Device) (*Source, error) {
	if d.MaxRegisters == 0 {
		d.MaxRegisters = 125
	}
	if d.Timeout == 0 {
		d.Timeout = time.Second
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	s := &Source{line: l, name: d.Name}
	s.life, s.end = context.WithCancel(context.Background())
	groups := plan(d.Points, d.MaxRegisters)
	for _, g := range groups {
		s.asks = append(s.asks, ask{s.question(d, g.request), g.slots(d.Name)})
	}
	for _, r := range probes(groups) {
		s.probes = append(s.probes, s.question(d, r))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sources++
	return s, nil
}

func (s *Source) question(d Device, r request) question {
	q := newQuestion(d.Unit, r)
	q.timeout, q.counts = d.Timeout, &s.counts
	return q
}

func (d Device) check() error {
	var faults []error
	if len(d.Points) == 0 {
		faults = append(faults, errors.New("no points"))
	}
	if d.MaxRegisters < 1 || d.MaxRegisters > 125 {
		faults = append(faults, fmt.Errorf("%d registers in one request: want 1 to 125", d.MaxRegisters))
	}
	for _, p := range d.Points {
		faults = append(faults, p.check(d.MaxRegisters))
	}
	return errors.Join(faults...)
}
