package sampler

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"basemeter/drivers"
)

// A device that does not answer is asked less and less often, so that it costs its neighbours next to nothing.
const (
	patience   = 3 // failures in a row before a device that has answered counts as absent
	firstPause = 500 * time.Millisecond
	lastPause  = time.Minute
	lonePause  = 5 * time.Second // the longest, as long as nobody on the line answers: nobody is kept waiting

	// restDead is how many times as long as a question to an absent device took none is asked on its line. It makes
	// absent devices take 4 % of a line's time at most, the silence included that a line keeps for a late answer.
	restDead = 36

	// restWeak is the same for a device that fails and is not absent yet, but holds for this device alone. One that
	// answers now and then takes a quarter of the line at most.
	restWeak = 3
)

// A schedule decides what is asked next on a line, and when. It is arithmetic: times are its arguments.
type schedule struct {
	devices []*device
	rested  time.Time // no absent device is asked before, if another one answers
}

// A device is what the schedule knows of one.
type device struct {
	Device
	due   []time.Time // of each ask
	probe time.Time   // when it is probed next, if it is absent

	answered bool      // ever
	failures int       // in a row
	failed   time.Time // when the first of them began
	err      error     // the last one; nil while it answers
	told     string    // the error told last; empty while it answers
	identity string
	named    bool // its identity was read since it came, or came back

	busy  time.Duration // for which it has held the line
	asked uint64
}

// absent devices are only probed.
func (d *device) absent() bool {
	return d.failures >= patience || d.failures > 0 && !d.answered
}

// hang makes devices those of the line. Those that were there already keep what is known of them. The first questions of
// the others are spread over their periods: not all at once.
func (s *schedule) hang(devices []Device, now time.Time) {
	was := s.devices
	s.devices = nil
	for i, d := range devices {
		if old := find(was, d); old != nil {
			s.devices = append(s.devices, old)
			continue
		}
		added := &device{Device: d}
		for _, ask := range d.Asks {
			added.due = append(added.due, now.Add(ask.Period*time.Duration(i)/time.Duration(len(devices))))
		}
		s.devices = append(s.devices, added)
	}
}

// find is the device that d is already.
func find(devices []*device, d Device) *device {
	for _, old := range devices {
		same := old.Name == d.Name && len(old.Asks) == len(d.Asks)
		for i := range d.Asks {
			same = same && old.Asks[i] == d.Asks[i]
		}
		if same {
			return old
		}
	}
	return nil
}

// What a question is for.
type purpose int

const (
	read     purpose = iota
	probe            // is it there again?
	identify         // what is it?
)

// A question is what a device is asked next.
type question struct {
	*device
	purpose
	ask int // of a read
	due time.Time
}

// next is the question that has been due for longest, or will be first; none if nothing hangs on the line.
func (s *schedule) next(now time.Time) (first question) {
	lone := s.lone()
	for _, d := range s.devices {
		q := d.next(now)
		if q.purpose == probe && !lone && q.due.Before(s.rested) {
			q.due = s.rested
		}
		if first.device == nil || q.due.Before(first.due) || q.due.Equal(first.due) && d.probe.Before(first.probe) {
			first = q
		}
	}
	return first
}

// lone tells whether nobody on the line answers.
func (s *schedule) lone() bool {
	for _, d := range s.devices {
		if !d.absent() {
			return false
		}
	}
	return true
}

// next is the device's next question. Of several asks that are due it is the slowest: that reads what the others do.
func (d *device) next(now time.Time) question {
	switch {
	case d.absent():
		return question{device: d, purpose: probe, due: d.probe}
	case !d.named && d.Identity != nil && d.answered && d.failures == 0:
		return question{device: d, purpose: identify, due: d.due[0].Add(-max(d.Asks[0].Period, 1))} // since it was read
	}
	q := question{device: d, due: d.due[0]}
	for i, due := range d.due[1:] {
		if due.Before(q.due) || !due.After(now) {
			q.ask = i + 1
		}
		if due.Before(q.due) {
			q.due = due
		}
	}
	return q
}

// ended notes what came of a question, and says what has changed by it, if anything.
func (s *schedule) ended(q question, began, now time.Time, identity string, err error) (Change, bool) {
	d := q.device
	d.busy += now.Sub(began)
	d.asked++
	if d.err = err; err != nil && d.told == "" && d.failures == 0 {
		d.failed = began
	}
	if err != nil && silent(err, d.Asks[q.ask]) {
		s.fails(q, now.Sub(began), now)
		return d.complaint(d.absent())
	}
	d.answered, d.failures = true, 0
	switch q.purpose {
	case identify:
		return d.introduce(identity)
	case probe:
		d.named = false
		for i := range d.due { // all of it, at once
			d.due[i] = now
		}
		d.err = nil // it is there, if only to refuse
	case read:
		d.keepBeat(q.ask, now)
	}
	if d.err != nil {
		return d.complaint(true)
	}
	back := d.told != ""
	d.told = ""
	return Change{Device: d.Name, After: now.Sub(d.failed)}, back
}

// silent tells whether err is as good as no answer. Whoever refuses to say something is there. A source that only
// listens has nobody at the other end who could refuse.
func silent(err error, a Ask) bool {
	return a.Period == 0 || errors.Is(err, drivers.ErrAbsent) || errors.Is(err, drivers.ErrGarbled)
}

// complaint is what is to be told of an error, unless it is not yet to be told, or was.
func (d *device) complaint(due bool) (Change, bool) {
	text := kind(d.err)
	if !due || text == d.told {
		return Change{}, false
	}
	d.told = text
	return Change{Device: d.Name, Err: d.err}, true
}

// introduce takes what a device says it is.
func (d *device) introduce(identity string) (Change, bool) {
	d.named = true
	was := d.identity
	if d.err != nil || identity == "" || identity == was {
		return Change{}, false
	}
	d.identity = identity
	return Change{Device: d.Name, Identity: identity, Was: was}, true
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

// fails sets when a device that gave no answer is asked again.
func (s *schedule) fails(q question, took time.Duration, now time.Time) {
	d := q.device
	d.failures++
	if !d.absent() {
		again := max(d.Asks[q.ask].Period, restWeak*took)
		if d.failures == 1 && errors.Is(d.err, drivers.ErrGarbled) {
			again /= 4 // it is there; once, it is asked again soon
		}
		for i := range d.due {
			d.due[i] = now.Add(again)
		}
		return
	}
	if q.purpose == probe || !d.answered {
		s.rested = now.Add(restDead * took)
	}
	pause := d.pause()
	if s.lone() {
		pause = min(pause, lonePause)
	}
	d.probe = now.Add(jitter(pause))
}

// pause doubles with each failure since the device became absent.
func (d *device) pause() time.Duration {
	past := d.failures - patience
	if !d.answered {
		past = d.failures - 1
	}
	return min(firstPause<<min(past, 10), lastPause)
}

// jitter spreads a pause by a tenth, so that devices that died together do not come due together.
func jitter(pause time.Duration) time.Duration {
	return pause + time.Duration(rand.Int64N(int64(pause/5))) - pause/10
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
