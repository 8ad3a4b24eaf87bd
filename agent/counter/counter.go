// Package counter tells what a counter register has counted from what it shows: growth, a rollover, a reset, or a value
// that cannot be. It is arithmetic on values and knows no device.
//
// A counter cannot grow faster than what it counts can flow. So a jump beyond that rate is not booked, however the
// register got there: a lifetime total that is booked as one minute's energy is what users of meters suffer from most.
package counter

import (
	"math"
	"time"
)

// A Rule is what is known of a counter, in its own unit.
type Rule struct {
	MaxRate  float64 // the most it can grow in an hour; more than 0
	Rollover float64 // the value at which it goes on from 0; 0: it never does
}

// A Flag is what a step was, apart from growth. The greater ones matter more.
type Flag uint8

const (
	Growth   Flag = iota
	First         // there is nothing to compare it with
	Rollover      // it went on from 0, as it is made to
	Reset         // it began anew: cleared, or another meter
	Glitch        // it cannot be, or not yet be told from what cannot: nothing is booked
	flags
)

func (f Flag) String() string {
	if f >= flags {
		return "?"
	}
	return [flags]string{"", "first", "rollover", "reset", "glitch"}[f]
}

// A Step is what one reading adds. Change is never negative, and never more than the rate allows since the counter was
// last seen to grow.
type Step struct {
	Change float64
	Flag   Flag
}

const (
	grace       = time.Minute // growth over so long may come at once: a register of whole units jumps
	confirmFor  = time.Minute // a new course counts once it has been kept for so long,
	confirmWith = 3           // and by so many readings
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
	first    float64 // value
	began    time.Duration
	last     float64
	grew     time.Duration // when last last changed
}

// New is a counter of which nothing has been read. A rate that is not positive allows any growth.
func New(r Rule) *Counter {
	if !(r.MaxRate > 0) {
		r.MaxRate = math.Inf(1)
	}
	return &Counter{rule: r}
}

// See takes what the register shows at a time on a clock that does not step.
func (c *Counter) See(value float64, at time.Duration) Step {
	switch {
	case math.IsNaN(value) || math.IsInf(value, 0) || value < 0:
		return Step{Flag: Glitch}
	case c.good.readings == 0:
		c.good = begin(value, at)
		return Step{Flag: First}
	}
	if growth, ok := c.growth(&c.good, value, at); ok {
		c.good.take(value, at)
		c.doubt = course{}
		return Step{Change: growth}
	}
	if growth, ok := c.rollover(value, at); ok {
		c.good, c.doubt = begin(value, at), course{}
		return Step{growth, Rollover}
	}
	return c.suspect(value, at)
}

func begin(value float64, at time.Duration) course {
	return course{readings: 1, first: value, began: at, last: value, grew: at}
}

func (c *course) take(value float64, at time.Duration) {
	c.readings++
	if value > c.last { // else it was rounded down, and will be up again
		c.last, c.grew = value, at
	}
}

// allowed is by how much a counter that last grew then may have grown.
func (c *Counter) allowed(since, at time.Duration) float64 {
	return c.rule.MaxRate * max(at-since, grace).Hours()
}

// growth is by how much a course has grown to value, if that can be. A 32-bit float that is rounded down to its next
// step has not shrunk.
func (c *Counter) growth(k *course, value float64, at time.Duration) (float64, bool) {
	step := math.Abs(k.last) / (1 << 22)
	growth := value - k.last
	return max(growth, 0), growth >= -step && growth <= c.allowed(k.grew, at)+step
}

func (c *Counter) rollover(value float64, at time.Duration) (float64, bool) {
	growth := c.rule.Rollover - c.good.last + value
	return growth, c.rule.Rollover > 0 && c.good.last <= c.rule.Rollover && growth >= 0 && growth <= c.allowed(c.good.grew, at)
}

// suspect follows a course that cannot be, until it has stood long enough to be a fact.
func (c *Counter) suspect(value float64, at time.Duration) Step {
	if _, ok := c.growth(&c.doubt, value, at); c.doubt.readings == 0 || !ok {
		c.doubt = begin(value, at)
		return Step{Flag: Glitch}
	}
	c.doubt.take(value, at)
	if c.doubt.readings < confirmWith || at-c.doubt.began < confirmFor {
		return Step{Flag: Glitch}
	}
	change := value - c.doubt.first
	if value < c.good.last && value <= c.allowed(c.good.grew, at) { // it can have counted all of this since it was cleared
		change = value
	}
	c.good, c.doubt = c.doubt, course{}
	return Step{max(change, 0), Reset}
}
