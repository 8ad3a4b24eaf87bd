package state

import (
	"math"
	"strconv"
	"time"

	"basemeter/agent/record"
)

// A Rule says how an asset's readings become its state. The first contact that is closed decides; then the
// thresholds; then Otherwise.
type Rule struct {
	Asset      string
	Contacts   []Contact
	Thresholds *Thresholds
	Otherwise  record.State

	Dwell      time.Duration // a new state counts, from its beginning, once it has stood this long
	StaleAfter time.Duration // readings of one point further apart leave unknown time between them
	Grid       time.Duration // spells are cut at its multiples; a divisor of an hour
}

// A Contact means State while Point reads 1 (closed).
type Contact struct {
	Point string
	State record.State
}

// Thresholds divide a point's range into off, standby and running, all in the point's unit.
type Thresholds struct {
	Point                      string
	StandbyAbove, RunningAbove float64
	Hysteresis                 float64 // how far below its threshold a value must fall to leave the state
}

// Points are those the rule looks at, each once.
func (r *Rule) Points() []string {
	var points []string
	seen := map[string]bool{}
	add := func(point string) {
		if !seen[point] {
			points = append(points, point)
		}
		seen[point] = true
	}
	for _, c := range r.Contacts {
		add(c.Point)
	}
	if r.Thresholds != nil {
		add(r.Thresholds.Point)
	}
	return points
}

// level is where v lies, coming from the level was, and the bound that decided: a threshold is crossed upwards at its
// value, downwards Hysteresis below it.
func (t *Thresholds) level(was record.State, v float64) (is record.State, bound float64) {
	running, standby := t.RunningAbove, t.StandbyAbove
	if was == record.Running {
		running -= t.Hysteresis
	}
	if was == record.Running || was == record.Standby {
		standby -= t.Hysteresis
	}
	switch {
	case v >= running:
		return record.Running, running
	case v >= standby:
		return record.Standby, standby
	}
	return record.Off, standby
}

// short is a number as people say it: four digits, and all of those before the point.
func short(v float64) string {
	if math.Abs(v) >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// decide is the state that the inputs mean, and the reading that made it so.
func (m *Machine) decide() (record.State, string) {
	for _, c := range m.rule.Contacts {
		if m.inputs[c.Point].value == 1 {
			return c.State, c.Point + " closed"
		}
	}
	if t := m.rule.Thresholds; t != nil {
		v := m.inputs[t.Point].value
		var bound float64
		m.level, bound = t.level(m.level, v)
		sign := "≥"
		if v < bound {
			sign = "<"
		}
		return m.level, t.Point + " = " + short(v) + " " + sign + " " + short(bound) // as in "meter-1/power = 1240 ≥ 800"
	}
	return m.rule.Otherwise, "no contact closed"
}
