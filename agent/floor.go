package agent

import (
	"slices"
	"strings"
	"time"

	"basemeter/agent/live"
	"basemeter/agent/record"
	"basemeter/agent/sampler"
	"basemeter/drivers"
)

// Floor is all that the agent sees at this moment.
func (a *Agent) Floor() live.Floor {
	now := a.clock.Now()
	f := live.Floor{
		Base: a.config.Base, Gateway: a.config.Gateway, Version: Version, At: now.Wall,
		ClockSynced: now.Synced, Connected: a.count.Connected.Load(), Pending: uint64(a.spool.Stats().Pending), Dropped: a.dropped(),
	}
	f.Assets, f.Areas = a.keeper.floor()
	var all []answering
	for _, l := range a.fleet.now() {
		line := live.Line{Name: l.config.Name, Kind: l.config.Kind, Port: l.config.Port + l.config.Address}
		answers := l.answers(now)
		all = append(all, answers...)
		for i, d := range answers {
			shown := live.Device{Device: d.Device, Profile: l.hung[i].config.Profile, Unit: l.hung[i].address(), Since: moment(d.SinceMS), Error: d.reason}
			shown.Points = a.keeper.shown(l.hung[i].names(), d.Absent, now)
			line.Devices = append(line.Devices, shown)
			line.Load += d.Load
		}
		if n := len(f.Lines); n > 0 && f.Lines[n-1].Name == line.Name { // pins of one line
			f.Lines[n-1].Devices = append(f.Lines[n-1].Devices, line.Devices...)
			continue
		}
		f.Lines = append(f.Lines, line)
	}
	f.Faults = a.faulty(all)
	return f
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// An answering is how well a device answers, and why not.
type answering struct {
	record.Device
	reason string // of the last failure, or refusal
	fault  bool   // it lasts
}

// answers tells how well each device of the gateway answers, line by line.
func (f *fleet) answers(now drivers.Instant) (all []answering) {
	for _, l := range f.now() {
		all = append(all, l.answers(now)...)
	}
	return all
}

// answers tells how well each device of a line answers, in the order in which they hang there.
func (l *loop) answers(now drivers.Instant) []answering {
	loads, span := l.line.Loads()
	list := make([]answering, len(l.hung))
	for i, h := range l.hung {
		at := slices.IndexFunc(loads, func(load sampler.Load) bool { return load.Device == h.config.Name })
		if at < 0 {
			list[i].Name = h.config.Name // it has only just been hung there
		} else {
			list[i] = answer(h, loads[at], span, now)
		}
		list[i].Line = l.config.Name
	}
	return list
}

func answer(h *hung, load sampler.Load, span time.Duration, now drivers.Instant) answering {
	s := h.stats()
	d := answering{Device: record.Device{
		Name: load.Device, Absent: load.Absent, Identity: load.Identity,
		Requests: s.Requests, Answers: s.Answers, Refusals: s.Refusals, Timeouts: s.Timeouts, Checksums: s.Checksums,
		Garbled: s.Garbled, Lost: s.Lost, Foreign: s.Foreign, Overruns: s.Overruns, P50MS: inMS(s.P50), P99MS: inMS(s.P99),
	}}
	if span > 0 && !h.listens() {
		d.Load = float64(load.Busy) / float64(span)
	}
	if load.Err != nil { // a silence, or something that it refuses to say
		d.SinceMS = now.Wall.Add(-time.Since(load.Since)).UnixMilli()
		d.reason = strings.TrimPrefix(load.Err.Error(), load.Device+": ") // who says so is beside it
		d.fault = load.Absent || load.Failures == 0
	}
	return d
}

func inMS(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// listens tells whether the device speaks by itself. Then waiting for it costs its line nothing.
func (h *hung) listens() bool {
	return !slices.ContainsFunc(h.asked.Asks, func(a sampler.Ask) bool { return a.Period > 0 })
}

// stats are those of the device's sources, which share them.
func (h *hung) stats() drivers.Stats {
	for _, ask := range h.asked.Asks {
		if counted, ok := ask.Source.(drivers.Counted); ok {
			return counted.Stats()
		}
	}
	return drivers.Stats{}
}

// floor are the assets and the areas as they are.
func (k *keeper) floor() (assets []live.Asset, areas []live.Area) {
	k.mu.Lock()
	defer k.mu.Unlock()
	assets = []live.Asset{}
	for _, a := range k.assets {
		current, since, why := a.machine.Now()
		if point, _, measured := strings.Cut(why, " = "); measured {
			why = strings.TrimSpace(why + " " + k.spot(point).about.unit)
		}
		shown := live.Asset{Name: a.name, TextZH: a.textZH, TextEN: a.textEN, State: current.String(), Since: moment(since), Why: why,
			Purpose: k.tracker.Purpose(a.name), People: k.present(a.name)}
		for _, p := range a.points {
			shown.Points = append(shown.Points, p.name)
		}
		assets = append(assets, shown)
	}
	for _, a := range k.areas {
		areas = append(areas, live.Area{Name: a.name, TextZH: a.textZH, TextEN: a.textEN, People: *k.present(a.name)})
	}
	return assets, areas
}

// shown are points as they were last read.
func (k *keeper) shown(names []string, absent bool, now drivers.Instant) []live.Point {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := []live.Point{}
	for _, name := range names {
		s := k.spot(name)
		p := live.Point{Name: name, Unit: s.about.unit, Value: s.value, Quality: s.quality(now)}
		if absent {
			p.Quality = record.Absent
		}
		if s.seen {
			p.At, p.MonoNS, p.AgeMS = s.at.Wall, int64(s.at.Mono), (now.Mono - s.at.Mono).Milliseconds()
			p.Flag = s.flag.String()
		}
		list = append(list, p)
	}
	return list
}
