// Package sampler asks the devices of one line, each at its period, one conversation at a time. It knows neither what
// a device is nor what its readings mean.
package sampler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"basemeter/drivers"
)

// A device that does not answer is asked less and less often, so that it costs its neighbours next to nothing.
const (
	patience   = 3 // failures in a row before a device counts as absent
	firstPause = 500 * time.Millisecond
	lastPause  = time.Minute
)

// A Device is a source and how often it is asked. Period zero is for a source that listens by itself: it is asked
// again as soon as it returns.
type Device struct {
	Source drivers.Source
	Period time.Duration
}

// A Change is what became of a device: Err is why it does not answer, nil when it does again, After how long.
type Change struct {
	Device string
	Err    error
	After  time.Duration
}

// Run asks until ctx ends, and returns ctx's error. Keep takes the readings, which it must not hold on to after it
// returns; tell hears of changes only, never of repetitions.
func Run(ctx context.Context, devices []Device, keep func([]drivers.Reading), tell func(Change)) error {
	if len(devices) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	l := line{keep: keep, tell: tell}
	start := time.Now()
	for i, d := range devices {
		lag := d.Period * time.Duration(i) / time.Duration(len(devices)) // not all at once
		l.devices = append(l.devices, &device{Device: d, due: start.Add(lag), since: start})
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next := l.next()
		timer.Reset(time.Until(next.due))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		l.ask(ctx, next)
	}
}

type line struct {
	devices  []*device
	keep     func([]drivers.Reading)
	tell     func(Change)
	readings []drivers.Reading // used again for each answer
}

type device struct {
	Device
	due      time.Time
	failures int
	since    time.Time // of the first failure
	told     string    // the error told last; empty while it answers
}

// next is the device that has been due for longest.
func (l *line) next() *device {
	first := l.devices[0]
	for _, d := range l.devices[1:] {
		if d.due.Before(first.due) {
			first = d
		}
	}
	return first
}

func (l *line) ask(ctx context.Context, d *device) {
	began := time.Now()
	var err error
	l.readings, err = d.Source.Read(ctx, l.readings[:0])
	if ctx.Err() != nil {
		err = nil // a question cut short by the end says nothing about the device
	}
	if len(l.readings) > 0 {
		l.keep(l.readings)
	}
	if err == nil {
		l.answered(d)
	} else {
		l.failed(d, began, err)
	}
}

func (l *line) answered(d *device) {
	if d.told != "" {
		l.tell(Change{Device: d.Source.Name(), After: time.Since(d.since)})
	}
	d.failures, d.told = 0, ""
	d.due = d.due.Add(d.Period)
	if late := time.Since(d.due); late > 0 { // overrun: whole beats missed are left out
		d.due = d.due.Add(late.Truncate(max(d.Period, 1)))
	}
}

func (l *line) failed(d *device, began time.Time, err error) {
	if d.failures++; d.failures == 1 {
		d.since = began
	}
	if text := kind(err); d.failures == patience || d.failures > patience && text != d.told {
		d.told = text
		l.tell(Change{Device: d.Source.Name(), Err: err})
	}
	d.due = time.Now().Add(max(d.Period, d.pause()))
}

// kind is what must differ for an error to be told again.
func kind(err error) string {
	switch {
	case errors.Is(err, drivers.ErrAbsent):
		return drivers.ErrAbsent.Error()
	case errors.Is(err, drivers.ErrGarbled):
		return drivers.ErrGarbled.Error()
	}
	return fmt.Sprint(err)
}

// pause doubles with each failure past patience, up to lastPause, and is spread by a tenth so that devices that died
// together do not come due together.
func (d *device) pause() time.Duration {
	if d.failures < patience {
		return 0
	}
	pause := firstPause << min(d.failures-patience, 10)
	pause = min(pause, lastPause)
	return pause + time.Duration(rand.Int64N(int64(pause/5))) - pause/10
}
