package sampler

import (
	"errors"
	"fmt"
	"time"

	"basemeter/drivers"
)

// A device is what the schedule knows of one.
type device struct {
	Device
	due   []time.Time // of each ask
	rest  time.Time   // it is asked nothing before
	probe time.Time   // when it is probed next, if it is absent

	answered bool // ever
	failures int  // in a row
	doubt    float64
	silence  error     // the last failure's
	refused  []error   // what each ask was last refused with
	since    time.Time // when all this began; zero while all is well
	told     string    // what of it was told; empty if nothing

	identity string
	named    bool // it said what it is since it came, or came back,
	tries    int  // or was asked as often

	busy  time.Duration // for which it has held the line
	asked uint64
}

// begin is a device of which nothing is known, the i-th of n. Its slower asks begin with its fastest, and then keep beats
// of their own that fall on that one's, so that one question serves both.
func begin(d Device, i, n int, now time.Time) *device {
	fastest := d.Asks[0].Period
	b := &device{Device: d, rest: now.Add(fastest * time.Duration(i) / time.Duration(n)), refused: make([]error, len(d.Asks))}
	b.due = append(b.due, b.rest)
	for _, ask := range d.Asks[1:] {
		lag := (ask.Period * time.Duration(i+1) / time.Duration(n)).Truncate(fastest)
		b.due = append(b.due, b.rest.Add(max(lag, fastest)-ask.Period))
	}
	return b
}

const (
	patience  = 3 // failures in a row before a device that has answered counts as absent,
	surrender = 6 // and before it counts as lost
	curious   = 3 // times that a device is asked what it is: some give no answer to that alone
)

// absent devices are only probed.
func (d *device) absent() bool {
	return d.failures >= patience || d.failures > 0 && !d.answered
}

// How far a device is relied upon, and so how much of its line it may take.
type standing int

const (
	steady    standing = iota
	faltering          // absent, too, at first: three probes follow fast
	lost
)

func (d *device) standing() standing {
	switch {
	case d.failures >= surrender || d.failures > 0 && !d.answered:
		return lost
	case d.failures > 0 || d.doubt > 0.6:
		return faltering
	}
	return steady
}

// Doubt goes from 0 towards 1 with failures, and back with answers. Above 0.6 are those that leave more than every fourth
// question open, and for a dozen answers those that were lost.
func (d *device) fails(err error) {
	d.failures++
	d.silence = err
	d.doubt += (1 - d.doubt) / 6
}

func (d *device) answers() {
	d.answered, d.failures = true, 0
	d.doubt -= d.doubt / 24
}

// next is the device's next question. Of several asks that are due it is the slowest: that reads what the others do.
func (d *device) next(now time.Time) question {
	q := question{device: d, wanted: d.due[0]}
	switch {
	case d.absent():
		q.purpose, q.wanted = probe, d.probe
	case d.Identity != nil && !d.named && d.tries < curious && d.answered && d.failures == 0:
		q.purpose, q.wanted = identify, d.due[0].Add(-max(d.Asks[0].Period, 1)) // since it was read
	default:
		for i, due := range d.due[1:] {
			if due.Before(q.wanted) || !due.After(now) {
				q.ask = i + 1
			}
			q.wanted = earlier(q.wanted, due)
		}
	}
	q.due = later(q.wanted, d.rest)
	return q
}

// keepBeat sets when an ask, and those that it covers, are due again. Whole beats that were missed are left out.
func (d *device) keepBeat(ask int, now time.Time) {
	for i := range d.due[:ask+1] {
		if d.due[i].After(now) {
			continue
		}
		period := max(d.Asks[i].Period, 1)
		d.due[i] = d.due[i].Add(period)
		if late := now.Sub(d.due[i]); late > 0 {
			d.due[i] = d.due[i].Add(late.Truncate(period))
		}
	}
}

// pause doubles with each failure since the device became absent.
func (d *device) pause() time.Duration {
	past := d.failures - patience
	if !d.answered {
		past = d.failures - 1
	}
	return min(firstPause<<min(past, 10), lastPause)
}

// trouble is why the device does not say all that it is asked; nil if it does.
func (d *device) trouble() error {
	if d.failures > 0 {
		return d.silence
	}
	for _, err := range d.refused {
		if err != nil {
			return err
		}
	}
	return nil
}

// news is what is to be told of the device's trouble, or of its end, and was not. A failure is not yet news.
func (d *device) news(now time.Time) (Change, bool) {
	err := d.trouble()
	was, since := d.told, d.since
	if err == nil {
		d.told, d.since = "", time.Time{}
		return Change{Device: d.Name, After: now.Sub(since)}, was != ""
	}
	if d.failures > 0 && !d.absent() {
		return Change{}, false
	}
	d.told = kind(err)
	return Change{Device: d.Name, Err: err}, d.told != was
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

// introduce takes what a device says it is, or that it does not say it.
func (d *device) introduce(identity string, err error) (Change, bool) {
	d.named = true
	was := d.identity
	if err != nil || identity == "" || identity == was {
		return Change{}, false
	}
	d.identity = identity
	return Change{Device: d.Name, Identity: identity, Was: was}, true
}
