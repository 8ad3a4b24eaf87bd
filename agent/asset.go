package agent

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"basemeter/agent/counter"
	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/configs"
	"basemeter/drivers"
)

// sayEvery is how often an asset's present state is said even if nothing changed.
const sayEvery = 10 * time.Second

// An asset is one machine, as the keeper follows it.
type asset struct {
	name    string
	textZH  string
	textEN  string
	rule    state.Rule
	machine *state.Machine
	points  []*point // all that are looked at, those that are sampled first

	every time.Duration // between samples; zero: none are taken
	due   time.Duration // of the next, since the boot

	said   string // the state, since when and why, as last said
	saidAt time.Duration
}

// A point is an asset's view of a spot.
type point struct {
	*spot
	asset   *asset
	short   string // the part of its name behind the slash
	sampled bool
	fresh   bool // read since the last sample
	growth  growth
}

func newAsset(c configs.Asset, grid time.Duration, spots func(name string) *spot) *asset {
	a := &asset{name: c.Name, textZH: c.TextZH, textEN: c.TextEN, rule: rule(c, grid), every: c.Samples.Every.D()}
	for _, name := range c.Samples.Points {
		a.look(spots(name)).sampled = true
	}
	for _, name := range a.rule.Points() {
		a.look(spots(name))
	}
	return a
}

// look makes the asset look at a spot, once.
func (a *asset) look(s *spot) *point {
	for _, p := range a.points {
		if p.spot == s {
			return p
		}
	}
	_, short, _ := strings.Cut(s.name, "/")
	p := &point{spot: s, asset: a, short: short}
	a.points, s.points = append(a.points, p), append(s.points, p)
	return p
}

// inherit takes over what was read for an asset since its last sample, and when the next is due.
func (a *asset) inherit(was *asset, now time.Duration) {
	a.due = min(was.due, now+a.every)
	for _, p := range a.points {
		for _, before := range was.points {
			if before.spot == p.spot && before.sampled {
				p.fresh, p.growth = before.fresh, before.growth
			}
		}
	}
}

// sample takes what was read since the last one, if one is due; none if nothing was. An answer may come a little early
// or late: the beat is kept, and a quarter of it forgiven.
func (a *asset) sample(now time.Duration) (s record.Sample) {
	if a.every == 0 || now+a.every/4 < a.due {
		return s
	}
	a.due = max(a.due+a.every, now+a.every/2)
	s.Values = make([]record.Value, 0, len(a.points))
	for _, p := range a.points {
		if p.sampled && p.fresh {
			p.into(&s)
			p.fresh, p.growth = false, growth{}
		}
	}
	return s
}

// into puts a value into a sample, and what it has counted.
func (p *point) into(s *record.Sample) {
	s.Values = append(s.Values, record.Value{Name: p.short, Number: p.value})
	if !p.growth.known {
		return
	}
	s.Values = append(s.Values, record.Value{Name: p.short + record.ChangeSuffix, Number: p.growth.change})
	if p.growth.flag != counter.Growth {
		s.Flags = append(s.Flags, record.Flag{Name: p.short, Kind: p.growth.flag.String()})
	}
}

// say is the present state as a message, if it changed or was not said for a while.
func (a *asset) say(now drivers.Instant, purpose string, people *int) ([]byte, bool) {
	current, sinceMS, why := a.machine.Now()
	if current != record.Unknown {
		why, _, _ = strings.Cut(why, " = ") // the value itself is in Values, and changes all the time
	}
	text := current.String() + why + time.UnixMilli(sinceMS).String() + purpose
	if people != nil {
		text += strconv.Itoa(*people)
	}
	if text == a.said && now.Mono-a.saidAt < sayEvery {
		return nil, false
	}
	a.said, a.saidAt = text, now.Mono
	message := record.Now{Asset: a.name, TextZH: a.textZH, TextEN: a.textEN, State: current.String(), SinceMS: sinceMS, Why: why,
		Purpose: purpose, People: people, Values: map[string]record.Shown{}}
	for _, p := range a.points {
		if !p.seen {
			continue
		}
		at := p.at.Wall.UnixMilli()
		message.AtMS = max(message.AtMS, at)
		message.Values[p.name] = record.Shown{Number: p.value, Unit: p.about.unit, AtMS: at, Quality: p.quality(now)}
	}
	data, err := json.Marshal(message)
	return data, err == nil // a value is finite, so it is always nil
}
