package sampler

import (
	"errors"
	"math/rand/v2"
	"time"

	"basemeter/drivers"
)

// Whoever does not answer is asked less and less often, so that it costs its neighbours little. A silence costs more
// than the question took: a line is then left alone for up to half as long again, lest a late answer passes for the next
// device's. So after a question that took t, none of its kind is asked for a multiple of t, on the whole line:
const (
	restLost      = 36 // lost devices take at most 1.5/(1+36) = 4 % of a line, however many they are
	restFaltering = 5  // those that falter take at most 1.5/(1+5) = 25 %

	firstPause = 500 * time.Millisecond
	lastPause  = time.Minute
	lonePause  = 5 * time.Second // the longest, as long as nobody on the line answers
)

// A schedule decides what is asked next on a line, and when. It is arithmetic: times are its arguments.
type schedule struct {
	devices []*device
	rested  time.Time // no lost device is asked before, if any other answers
	eased   time.Time // no faltering device is asked before, if any other is steady
	dice    rand.PCG
}

// hang makes devices those of the line. Those that were there already keep what is known of them. The others begin one
// after the other: not all at once.
func (s *schedule) hang(devices []Device, now time.Time) {
	was := s.devices
	s.devices = nil
	for i, d := range devices {
		old := find(was, d)
		if old == nil {
			s.devices = append(s.devices, begin(d, i, len(devices), now))
			continue
		}
		for i, ask := range d.Asks {
			if ask.Period != old.Asks[i].Period {
				old.due[i] = earlier(old.due[i], now.Add(ask.Period))
			}
		}
		old.Device = d
		s.devices = append(s.devices, old)
	}
}

// find is the device that d is already.
func find(devices []*device, d Device) *device {
	for _, old := range devices {
		same := old.Name == d.Name && len(old.Asks) == len(d.Asks)
		for i := range d.Asks {
			same = same && old.Asks[i].Source == d.Asks[i].Source
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
	ask    int       // of a read
	wanted time.Time // by the device
	due    time.Time // the same, or later: others come first
}

// next is the question that has been due for longest, or will be first; none if nothing hangs on the line.
func (s *schedule) next(now time.Time) (first question) {
	present, steadies := s.company()
	for _, d := range s.devices {
		q := d.next(now)
		switch standing := d.standing(); {
		case standing == lost && present > 0:
			q.due = later(q.due, s.rested)
		case standing == faltering && steadies > 0:
			q.due = later(q.due, s.eased)
		}
		if first.device == nil || q.due.Before(first.due) || q.due.Equal(first.due) && q.wanted.Before(first.wanted) {
			first = q
		}
	}
	return first
}

// company is how many devices of the line are present, and how many of those are steady. If there is none, there is
// nobody to be spared.
func (s *schedule) company() (present, steadies int) {
	for _, d := range s.devices {
		if !d.absent() {
			present++
		}
		if d.standing() == steady {
			steadies++
		}
	}
	return present, steadies
}

// ended notes what came of a question, and says what has changed by it, if anything.
func (s *schedule) ended(q question, began, now time.Time, identity string, err error) (Change, bool) {
	d := q.device
	d.busy += now.Sub(began)
	d.asked++
	if err != nil && d.since.IsZero() {
		d.since = began
	}
	if q.purpose == identify {
		d.tries++
	}
	if err != nil && silent(err, d.Asks[q.ask]) {
		s.fails(q, err, now.Sub(began), now)
		return d.news(now)
	}
	d.answers()
	switch q.purpose {
	case identify:
		if c, changed := d.introduce(identity, err); changed {
			return c, true
		}
	case probe:
		s.welcome(d, now)
	case read:
		d.refused[q.ask] = err
		d.keepBeat(q.ask, now)
	}
	return d.news(now)
}

// silent tells whether err is as good as no answer. Whoever refuses to say something is there. A source that only
// listens has nobody at the other end who could refuse.
func silent(err error, a Ask) bool {
	return a.Period == 0 || errors.Is(err, drivers.ErrAbsent) || errors.Is(err, drivers.ErrGarbled)
}

// fails sets when a device that gave no answer is asked again, and how long its line is spared. Where nobody else is
// present, nobody is spared, and nobody who comes back has to wait.
func (s *schedule) fails(q question, err error, took time.Duration, now time.Time) {
	d := q.device
	was := d.standing()
	d.fails(err)
	others, _ := s.company()
	if !d.absent() {
		others--
	}
	if others > 0 {
		s.spare(d, was, took, now)
	}
	switch {
	case d.absent():
		pause := d.pause()
		if others == 0 {
			pause = min(pause, lonePause)
		}
		d.probe = now.Add(s.jitter(pause))
	case q.purpose == read && d.failures == 1 && errors.Is(err, drivers.ErrGarbled):
		d.rest = later(d.rest, now.Add(d.Asks[q.ask].Period/4)) // it is there; once, it is asked again before its next beat
	case q.purpose == read:
		d.keepBeat(q.ask, now)
	}
}

// spare sets how long devices like d are asked nothing, after it gave no answer. What a steady one has lost is its own.
func (s *schedule) spare(d *device, was standing, took time.Duration, now time.Time) {
	switch {
	case d.standing() == lost:
		s.rested = later(s.rested, now.Add(restLost*took))
	case was == steady:
		d.rest = now.Add(restFaltering * took)
	default:
		s.eased = later(s.eased, now.Add(restFaltering*took))
	}
}

// welcome is for a device that is back. It is asked everything, at once; and what had cut it off may have cut off others.
func (s *schedule) welcome(d *device, now time.Time) {
	d.tries, d.named = 0, false
	clear(d.refused)
	for i, due := range d.due {
		if due.After(now) {
			d.due[i] = due.Add(-d.Asks[i].Period) // the beat before
		}
	}
	for _, other := range s.devices {
		other.probe = earlier(other.probe, now)
	}
}

// jitter spreads a pause by a tenth, so that devices that died together do not come due together.
func (s *schedule) jitter(pause time.Duration) time.Duration {
	return pause + time.Duration(rand.New(&s.dice).Int64N(int64(pause/5))) - pause/10
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
