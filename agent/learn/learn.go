// Package learn proposes the thresholds that divide a machine's power into off, standby and running, from what the
// power was for a while. It says how sure that is, and when power alone cannot tell. It knows no device and no line.
package learn

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Sample is what the power was, for how long. Samples come in the order of time.
type Sample struct {
	Value float64 // in watts
	For   time.Duration
}

// Level is a power at which the machine stays: a hill in the distribution.
type Level struct {
	Low, Middle, High float64 // one in a hundred is below, half, one in a hundred above
	Share             float64 // of the time
}

// Valley is what lies between two levels.
type Valley struct {
	Threshold float64
	Low, High float64 // the end of the level below, the beginning of the one above
	Inside    float64 // share of the time within the hysteresis of the threshold, either way
}

// Proposal is what Learn came to. If power alone cannot tell, its thresholds are 0.
type Proposal struct {
	StandbyAbove, RunningAbove, Hysteresis float64
	Dwell                                  time.Duration

	Confidence float64  // 0 to 1: how empty and how wide the valleys are
	Doubts     []Doubt  // what to look at before it is used; a Fatal one says that power alone cannot tell
	Levels     []Level  // from low to high: off, standby, and one or several at work
	Valleys    []Valley // under the thresholds
	Time       time.Duration

	hill histogram
}

const (
	least = 8 * time.Hour // of samples: a day's work has an evening
	often = 3             // times a state has to be seen
)

// Learn looks for the levels at which the power stays. The lowest is off, the next standby, and whatever is higher
// running.
func Learn(samples []Sample) Proposal {
	samples, backwards := sane(samples)
	p := Proposal{hill: count(samples)}
	for _, s := range samples {
		p.Time += s.For
	}
	switch {
	case p.Time == 0:
		p.doubt(noData)
		return p
	case backwards > p.Time/100:
		p.doubt(reversed)
		return p
	}
	cuts := p.hill.levels()
	p.Levels = p.measure(samples, cuts)
	if p.Time < least {
		p.doubt(tooShort)
	}
	p.decide()
	if p.StandbyAbove > 0 {
		p.finish(samples)
	}
	return p
}

// noise is what a meter may show of a machine that is off, either way, and what its control lamp takes.
const noise = 5 // W

// sane leaves out what is no power of a machine. A little less than nothing is nothing; what is more is how long the
// power flowed backwards.
func sane(samples []Sample) (kept []Sample, backwards time.Duration) {
	for _, s := range samples {
		if !(math.Abs(s.Value) < 1e7) || s.For <= 0 {
			continue
		}
		if s.Value < -noise {
			backwards += s.For
		}
		kept = append(kept, Sample{max(s.Value, 0), s.For})
	}
	return kept, backwards
}

// measure is what the samples between two cuts have in common.
func (p *Proposal) measure(samples []Sample, cuts []float64) (levels []Level) {
	sorted := slices.Clone(samples)
	slices.SortFunc(sorted, func(a, b Sample) int { return cmp.Compare(a.Value, b.Value) })
	for i := range len(cuts) + 1 {
		from, to := 0, len(sorted)
		if i > 0 {
			from, _ = slices.BinarySearchFunc(sorted, cuts[i-1], byValue)
		}
		if i < len(cuts) {
			to, _ = slices.BinarySearchFunc(sorted, cuts[i], byValue)
		}
		if part := sorted[from:to]; len(part) > 0 {
			levels = append(levels, p.level(part))
		}
	}
	return levels
}

func byValue(s Sample, v float64) int { return cmp.Compare(s.Value, v) }

func (p *Proposal) level(sorted []Sample) Level {
	var all, gone time.Duration
	for _, s := range sorted {
		all += s.For
	}
	l := Level{Low: sorted[0].Value, Share: all.Seconds() / p.Time.Seconds()}
	for _, s := range sorted {
		before := gone
		gone += s.For
		for _, q := range []struct {
			at float64
			to *float64
		}{{0.01, &l.Low}, {0.5, &l.Middle}, {0.99, &l.High}} {
			if edge := time.Duration(q.at * float64(all)); before <= edge && edge < gone {
				*q.to = s.Value
			}
		}
	}
	return l
}

// decide puts thresholds between the levels, if there are enough of them to do so.
func (p *Proposal) decide() {
	levels := p.Levels
	top := levels[len(levels)-1]
	off := isOff(levels[0], top)
	switch {
	case len(levels) == 1 && off:
		p.doubt(neverOn)
	case len(levels) == 1:
		p.doubt(oneLevel)
	case len(levels) == 2 && off && isBroad(top):
		p.doubt(broad)
	case len(levels) == 2 && off: // the one level above off may be either
		p.split(levels[0].High, top.Low)
		p.doubt(oneOnLevel)
	case !off && isBroad(top) && len(levels) == 2:
		p.doubt(broad)
	case !off:
		p.StandbyAbove = round(max(levels[0].Low, noise/2.0) / 2)
		p.RunningAbove = p.valley(levels[0], levels[1])
		p.doubt(neverOff)
	default:
		p.StandbyAbove = p.valley(levels[0], levels[1])
		p.RunningAbove = p.valley(levels[1], levels[2])
		if len(levels) > 3 {
			p.doubt(manyLevels)
		}
	}
}

// isOff is true of a level that is next to nothing, or less than one in a hundred of the machine's greatest: the
// standby of a machine of kilowatts is more.
func isOff(l, top Level) bool { return l.Middle <= max(noise, top.High/100) }

// isBroad is true of a level in which the power varies more than three times: idling and working flow into each other.
func isBroad(l Level) bool { return l.High > 3*max(l.Low, 1) }

// valley takes the middle between two levels on the scale of the histogram.
func (p *Proposal) valley(below, above Level) float64 {
	s := p.hill.scale
	t := round(s.back((s.to(below.High) + s.to(above.Low)) / 2))
	if !(t > below.High && t < above.Low) { // the levels touch, or rounding has gone too far
		t = s.back((s.to(below.High) + s.to(above.Low)) / 2)
	}
	p.Valleys = append(p.Valleys, Valley{Threshold: t, Low: below.High, High: above.Low})
	return t
}

// split puts both thresholds into one valley, close together, so that there is no standby to speak of.
func (p *Proposal) split(low, high float64) {
	s := p.hill.scale
	at := func(part float64) float64 { return s.back(s.to(low) + part*(s.to(high)-s.to(low))) }
	p.StandbyAbove, p.RunningAbove = round(at(0.45)), round(at(0.55))
	if p.StandbyAbove >= p.RunningAbove || p.StandbyAbove <= 0 {
		p.StandbyAbove, p.RunningAbove = at(0.45), at(0.55)
	}
	p.Valleys = append(p.Valleys, Valley{Threshold: p.RunningAbove, Low: low, High: high})
}

// round keeps two digits.
func round(v float64) float64 {
	if v <= 0 {
		return v
	}
	step := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Round(v/step) * step
}

// finish works out what depends on the thresholds, and looks at what they make of the samples.
func (p *Proposal) finish(samples []Sample) {
	p.Hysteresis = p.hysteresis()
	for i := range p.Valleys {
		p.Valleys[i].Inside = p.within(samples, p.Valleys[i].Threshold)
	}
	p.Confidence = p.confidence()
	if p.Confidence < 0.5 {
		p.doubt(unclear)
	}
	spells := p.spells(samples)
	p.Dwell = dwell(spells)
	seen := map[State]int{}
	for _, s := range spells {
		seen[s.state]++
	}
	for state := Off; state <= Running; state++ {
		if n := seen[state]; n > 0 && n < often {
			p.doubt(seldom)
			break
		}
	}
}

// hysteresis is half of the way from the nearest threshold down to the level below it, less than standby_above and less
// than the distance of the two thresholds.
func (p *Proposal) hysteresis() float64 {
	h := min(p.StandbyAbove, p.RunningAbove-p.StandbyAbove) / 2
	for _, v := range p.Valleys {
		h = min(h, (v.Threshold-v.Low)/2)
	}
	if down := math.Pow(10, math.Floor(math.Log10(h))-1); h > 0 { // rounded down
		h = math.Floor(h/down) * down
	}
	return max(h, 0)
}

func (p *Proposal) within(samples []Sample, threshold float64) float64 {
	var inside time.Duration
	for _, s := range samples {
		if math.Abs(s.Value-threshold) <= p.Hysteresis {
			inside += s.For
		}
	}
	return inside.Seconds() / p.Time.Seconds()
}

// confidence falls with the time that is spent in a valley, as a part of the smaller level beside it, and with the
// nearness of the levels: twice as much power is enough.
func (p *Proposal) confidence() float64 {
	sure := 1.0
	for _, v := range p.Valleys {
		smaller := 1.0
		for _, l := range p.Levels {
			if l.High == v.Low || l.Low == v.High {
				smaller = min(smaller, l.Share)
			}
		}
		wide := min(1, math.Log(v.High/max(v.Low, p.hill.scale.unit))/math.Ln2)
		sure = min(sure, wide*(1-min(1, 10*v.Inside/smaller)))
	}
	if p.has(neverOff) || p.has(oneOnLevel) {
		sure /= 2
	}
	return max(sure, 0)
}
