// Package counter tells what a counter register has counted from what it shows: growth, a rollover, a reset, or a value
// that cannot be. It is arithmetic on values and knows no device.
//
// A counter cannot grow faster than what it counts can flow. So a jump beyond that rate is not booked, however the
// register got there: a lifetime total that is booked as one minute's energy is what users of meters suffer from most.
//
// Two things it cannot tell apart. A register that is cleared and overtakes its old value before that is believed seems
// to have gone on from there: the old value is lost. One that is cleared within reach of its rollover seems to have rolled
// over: what was left to it is booked.
package counter

import (
	"math"
	"time"
)

// A Rule is what is known of a counter, in its own unit.
type Rule struct {
	MaxRate    float64 // the most it can grow in an hour; 0: unknown, so anything can be, and much that cannot is booked
	Rollover   float64 // the value at which it goes on from 0; 0: it never does
	Resolution float64 // the step in which its register counts; 0: none worth mentioning
}

// A Flag is what a step was, apart from growth. The greater ones matter more.
type Flag uint8

const (
	Growth   Flag = iota
	First         // there is nothing to compare it with
	Glitch        // it cannot be, or not yet be told from what cannot: nothing is booked
	Rollover      // it went on from 0, as it is made to
	Reset         // it began anew: cleared, or another meter
	flags
)

func (f Flag) String() string {
	if f >= flags {
		return "?"
	}
	return [flags]string{"", "first", "glitch", "rollover", "reset"}[f]
}

// A Step is what one reading adds. Change is never negative; all Changes up to a reset are together no more than flows at
// the greatest rate, and a Resolution and a minute's flow besides.
type Step struct {
	Change float64
	Flag   Flag
}

const (
	late = time.Minute // a register may be behind by so much, and then catch up at once

	// A new course counts once so many readings have followed it for so long, and it has moved. What stands still for a
	// few minutes may be a meter that starts up, and takes up its old course.
	confirmWith = 3
	confirmFor  = 2 * time.Minute
	confirmIdle = 15 * time.Minute // if it has not moved
)

// A Counter follows one register. Make it with New.
type Counter struct {
	rule  Rule
	good  course // what is believed
	doubt course // what contradicts it, and may come to be believed
}

// A course is values that can follow each other.
type course struct {
	readings int
	first    float64
	began    time.Duration
	last     float64
	at       time.Duration
	credit   float64 // by how much it could have grown at once
}

// New is a counter of which nothing has been read.
func New(r Rule) *Counter {
	if !(r.MaxRate > 0) {
		r.MaxRate = math.Inf(1)
	}
	return &Counter{rule: r}
}

// See takes what the register shows at a time on a clock that does not step.
func (c *Counter) See(value float64, at time.Duration) Step {
	switch {
	case !(value >= 0) || math.IsInf(value, 1):
		return Step{Flag: Glitch}
	case c.good.readings == 0:
		c.good = c.begin(value, at)
		return Step{Flag: First}
	}
	if growth := value - c.good.last; c.follows(&c.good, growth, at) {
		c.grow(&c.good, value, at)
		c.doubt = course{}
		return Step{Change: max(growth, 0)}
	}
	if growth, ok := c.rolled(value, at); ok {
		c.take(&c.good, value, growth, at)
		c.doubt = course{}
		return Step{growth, Rollover}
	}
	return c.suspect(value, at)
}

// rolled is by how much the register has grown if it went on from 0. That shows at first sight: what has fallen and was
// doubted does not become a rollover later, when it could have got there.
func (c *Counter) rolled(value float64, at time.Duration) (growth float64, ok bool) {
	if c.rule.Rollover == 0 || value >= c.good.last || c.continues(value, at) {
		return 0, false
	}
	growth = c.rule.Rollover - c.good.last + value
	return growth, growth >= 0 && c.follows(&c.good, growth, at)
}

// continues tells whether value is of the course in doubt.
func (c *Counter) continues(value float64, at time.Duration) bool {
	return c.doubt.readings > 0 && c.follows(&c.doubt, value-c.doubt.last, at)
}

func (c *Counter) begin(value float64, at time.Duration) course {
	return course{readings: 1, first: value, began: at, last: value, at: at, credit: c.slack()}
}

// slack is by how much a register can jump that is behind, or counts in steps.
func (c *Counter) slack() float64 { return c.rule.Resolution + c.rule.MaxRate*late.Hours() }

// allowed is by how much a course can have grown by then.
func (c *Counter) allowed(k *course, at time.Duration) float64 {
	if elapsed := at - k.at; elapsed > 0 {
		return k.credit + c.rule.MaxRate*elapsed.Hours()
	}
	return k.credit
}

// follows tells whether a course can have grown so. A 32-bit float that is rounded down to its next step has not shrunk.
func (c *Counter) follows(k *course, growth float64, at time.Duration) bool {
	step := k.last / (1 << 22)
	return growth >= -step && growth <= c.allowed(k, at)+step
}

// grow takes a value that follows. What was rounded down will be up again.
func (c *Counter) grow(k *course, value float64, at time.Duration) {
	c.take(k, max(value, k.last), max(value-k.last, 0), at)
}

func (c *Counter) take(k *course, value, growth float64, at time.Duration) {
	k.readings++
	k.credit = max(0, min(c.allowed(k, at)-growth, c.slack()))
	k.last, k.at = value, max(k.at, at)
}

// suspect follows a course that cannot be, until it has gone on for long enough to be a fact.
func (c *Counter) suspect(value float64, at time.Duration) Step {
	if !c.continues(value, at) {
		c.doubt = c.begin(value, at)
		return Step{Flag: Glitch}
	}
	c.grow(&c.doubt, value, at)
	if !c.doubt.believed() {
		return Step{Flag: Glitch}
	}
	change := c.doubt.last - c.doubt.first
	if value <= c.allowed(&c.good, at) && !math.IsInf(c.rule.MaxRate, 1) {
		change = value // it can have counted all of this since it was cleared
	}
	c.good, c.doubt = c.doubt, course{}
	return Step{change, Reset}
}

func (k *course) believed() bool {
	stood := k.at - k.began
	return k.readings >= confirmWith && stood >= confirmFor && (k.last > k.first || stood >= confirmIdle)
}
