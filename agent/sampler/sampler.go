// Package sampler asks the devices of one line, each at its periods, one conversation at a time. It knows neither what
// a device is nor what its readings mean.
package sampler

import (
	"context"
	"sync"
	"time"

	"basemeter/drivers"
)

// A Device is what is asked together and answers, or is absent, as one. It has at least one Ask.
type Device struct {
	Name string
	Asks []Ask // the fastest first; what a slower one reads includes what the faster ones do

	Probe    func(context.Context) error           // one short question; nil: the first Ask is read instead
	Identity func(context.Context) (string, error) // what it says it is; nil: nothing
}

// An Ask is a source and how often it is asked. Period zero is for a source that listens by itself: it is asked again as
// soon as it returns.
type Ask struct {
	Source drivers.Source
	Period time.Duration
}

// A Change is what became of a device: Err is why it does not answer, or refuses to say something; nil when all is well
// again, After how long. Identity is what it says it is, told by itself when it is first heard of and when it is another
// than Was: another device may hang in its place.
type Change struct {
	Device        string
	Err           error
	After         time.Duration
	Identity, Was string
}

// A Load is what a device has cost its line, and how it is.
type Load struct {
	Device   string
	Absent   bool
	Failures int       // in a row
	Since    time.Time // of the first of them, or of a refusal; zero while all is well
	Err      error     // the last one; nil while all is well
	Identity string
	Busy     time.Duration // for which it has held the line
	Asked    uint64
}

// A Line is one wire.
type Line struct {
	keep func([]drivers.Reading)
	tell func(Change)

	asking   chan struct{} // a mutex, held while a device is asked; unlike one of sync it lets a test's clock go on
	readings []drivers.Reading

	mu       sync.Mutex
	schedule schedule
	began    time.Time
	changed  chan struct{} // holds one word: other devices hang on the line
}

// New is a line of devices. Keep takes the readings, which it must not hold on to after it returns; tell hears of
// changes only, never of repetitions. Neither may wait for a Set.
func New(devices []Device, keep func([]drivers.Reading), tell func(Change)) *Line {
	l := &Line{keep: keep, tell: tell, asking: make(chan struct{}, 1), changed: make(chan struct{}, 1)}
	l.Set(devices)
	return l
}

// Set makes devices those of the line, also while it runs. One whose name and sources are the same goes on as it was, if
// at other periods. When Set returns, none that is gone is asked any more, so its sources can be closed.
func (l *Line) Set(devices []Device) {
	l.asking <- struct{}{} // whoever was being asked has answered
	l.mu.Lock()
	l.schedule.hang(devices, time.Now())
	l.mu.Unlock()
	<-l.asking
	select {
	case l.changed <- struct{}{}:
	default: // said already
	}
}

// Loads are the devices' in the order of Set, and the time since Run began.
func (l *Line) Loads() ([]Load, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	loads := make([]Load, len(l.schedule.devices))
	for i, d := range l.schedule.devices {
		loads[i] = Load{Device: d.Name, Absent: d.absent(), Failures: d.failures, Since: d.since, Err: d.trouble(),
			Identity: d.identity, Busy: d.busy, Asked: d.asked}
	}
	if l.began.IsZero() {
		return loads, 0
	}
	return loads, time.Since(l.began)
}

// Run asks until ctx ends, and returns ctx's error.
func (l *Line) Run(ctx context.Context) error {
	l.mu.Lock()
	l.began = time.Now()
	l.mu.Unlock()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		if wait := l.turn(ctx); wait > 0 {
			timer.Reset(wait)
			select {
			case <-ctx.Done():
			case <-l.changed:
			case <-timer.C:
			}
		}
	}
	return ctx.Err()
}

// idle is how long a line sleeps on which nothing hangs; Set wakes it.
const idle = time.Hour

// turn asks what is due, or says how long nothing is.
func (l *Line) turn(ctx context.Context) time.Duration {
	l.asking <- struct{}{}
	defer func() { <-l.asking }()
	now := time.Now()
	l.mu.Lock()
	q := l.schedule.next(now)
	l.mu.Unlock()
	if q.device == nil {
		return idle
	}
	if wait := q.due.Sub(now); wait > 0 {
		return wait
	}
	l.ask(ctx, q)
	return 0
}

func (l *Line) ask(ctx context.Context, q question) {
	began := time.Now()
	identity, err := l.put(ctx, q)
	if ctx.Err() != nil {
		return // a question cut short by the end says nothing about the device
	}
	l.mu.Lock()
	change, changed := l.schedule.ended(q, began, time.Now(), identity, err)
	l.mu.Unlock()
	if changed {
		l.tell(change)
	}
}

// put puts a question to its device.
func (l *Line) put(ctx context.Context, q question) (identity string, err error) {
	switch {
	case q.purpose == identify:
		return q.Identity(ctx)
	case q.purpose == probe && q.Probe != nil:
		return "", q.Probe(ctx)
	}
	l.readings, err = q.Asks[q.ask].Source.Read(ctx, l.readings[:0])
	if len(l.readings) > 0 {
		l.keep(l.readings)
	}
	return "", err
}
