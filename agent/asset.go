package agent

import (
	"encoding/json"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/agent/state"
	"basemeter/drivers"
)

// sayEvery is how often an asset's present state is said even if nothing changed.
const sayEvery = 10 * time.Second

// An asset is one machine, as the keeper follows it.
type asset struct {
	name    string
	textZH  string
	textEN  string
	stale   time.Duration // a value older than this is not said any more
	machine *state.Machine
	points  []*point // all that are looked at, those that are sampled first
	byName  map[string]*point

	every time.Duration // between samples; zero: none are taken
	due   time.Duration // of the next, since the boot

	said   string // the state, since when and why, as last said
	saidAt time.Duration
}

// A point is what was last read of it.
type point struct {
	short   string // the part behind the slash
	sampled bool
	fresh   bool // read since the last sample
	seen    bool
	value   float64
	at      drivers.Instant
}

func newAsset(name string, rule state.Rule, every time.Duration, sampled []string, now drivers.Instant) *asset {
	a := &asset{name: name, machine: state.New(rule, now), every: every, byName: map[string]*point{}}
	for _, full := range sampled {
		a.add(full).sampled = true
	}
	for _, full := range rule.Points() {
		a.add(full)
	}
	return a
}

func (a *asset) add(full string) *point {
	if p := a.byName[full]; p != nil {
		return p
	}
	_, short, _ := strings.Cut(full, "/")
	p := &point{short: short}
	a.byName[full] = p
	a.points = append(a.points, p)
	return p
}

func (a *asset) show(r drivers.Reading) {
	p := a.byName[r.Point]
	p.value, p.at, p.seen, p.fresh = r.Value, r.At, true, true
}

// sample is what was read since the last one, if one is due. An answer may come a little early or late: the beat is
// kept, and a quarter of it forgiven.
func (a *asset) sample(now time.Duration) []record.Value {
	if a.every == 0 || now+a.every/4 < a.due {
		return nil
	}
	a.due = max(a.due+a.every, now+a.every/2)
	values := make([]record.Value, 0, len(a.points))
	for _, p := range a.points {
		if p.sampled && p.fresh {
			values = append(values, record.Value{Name: p.short, Number: p.value})
			p.fresh = false
		}
	}
	return values
}

// say is the present state as a message, if it changed or was not said for a while.
func (a *asset) say(now drivers.Instant) ([]byte, bool) {
	current, sinceMS, why := a.machine.Now()
	if current != record.Unknown {
		why, _, _ = strings.Cut(why, " = ") // the value itself is in Values, and changes all the time
	}
	text := current.String() + why + time.UnixMilli(sinceMS).String()
	if text == a.said && now.Mono-a.saidAt < sayEvery {
		return nil, false
	}
	a.said, a.saidAt = text, now.Mono
	message := record.Now{Asset: a.name, TextZH: a.textZH, TextEN: a.textEN, State: current.String(), SinceMS: sinceMS, Why: why, Values: map[string]float64{}}
	for full, p := range a.byName {
		if !p.seen {
			continue
		}
		message.AtMS = max(message.AtMS, p.at.Wall.UnixMilli())
		if now.Mono-p.at.Mono <= a.stale {
			message.Values[full] = p.value
		}
	}
	data, err := json.Marshal(message)
	return data, err == nil // a value is finite, so it is always nil
}
