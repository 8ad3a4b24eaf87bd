package agent

import (
	"time"

	"basemeter/agent/counter"
	"basemeter/agent/record"
	"basemeter/drivers"
)

// A spot is one point of a device: what was last read of it, and which assets look at it.
type spot struct {
	name    string // device/point
	about   about
	value   float64
	at      drivers.Instant
	seen    bool
	counter *counter.Counter // nil if it counts nothing
	flag    counter.Flag     // of the last step
	points  []*point         // what the assets make of it, one each
}

// About is what the configuration says of a point.
type about struct {
	unit    string
	period  time.Duration // between its readings
	anew    bool          // another device shows it than did before
	counter *counter.Rule // nil if it counts nothing
}

// learn takes what the configuration says. A counter whose rule has not changed counts on, on the same device.
func (s *spot) learn(a about) {
	if a.anew {
		s.seen, s.counter, s.flag = false, nil, counter.Growth
	}
	switch {
	case a.counter == nil:
		s.counter = nil
	case s.counter == nil || *a.counter != *s.about.counter:
		s.counter = counter.New(*a.counter)
	}
	s.about = a
}

// show takes a reading.
func (s *spot) show(r drivers.Reading) {
	s.value, s.at, s.seen = r.Value, r.At, true
	if s.counter == nil {
		for _, p := range s.points {
			p.fresh = true
		}
		return
	}
	step := s.counter.See(r.Value, r.At.Mono)
	s.flag = step.Flag
	for _, p := range s.points {
		p.fresh = true
		p.growth.add(step)
	}
}

// slack is how late a reading may be, beyond two of its periods, and still count as the present one.
const slack = 3 * time.Second

// quality tells how far the value can be trusted at this moment.
func (s *spot) quality(now drivers.Instant) string {
	switch {
	case !s.seen:
		return record.None
	case now.Mono-s.at.Mono > 2*s.about.period+slack:
		return record.Stale
	case s.flag == counter.Glitch:
		return record.Glitch
	}
	return record.Good
}

// Growth is what a counter has counted since the last sample, and the worst that happened to it meanwhile.
type growth struct {
	change float64
	flag   counter.Flag
	known  bool
}

func (g *growth) add(s counter.Step) {
	g.change += s.Change
	g.flag = max(g.flag, s.Flag)
	g.known = true
}
