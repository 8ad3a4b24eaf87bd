package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/configs/strict"
)

var (
	states     = []string{"off", "standby", "running", "fault"}
	restStates = []string{"off", "standby"}
)

func (w *wiring) checkAsset(d *strict.Document, path string, a *Asset) {
	d.Check(path+".name", strict.ID(a.Name))
	points := strict.Taken{}
	for i, c := range a.Contacts {
		at := strict.Index(path+".contacts", i)
		d.Check(at+".state", strict.OneOf(c.State, states...))
		d.Check(at+".point", cmp.Or(w.contact(c.Point), w.prompt(c.Point)))
		points.Take(d, at+".point", c.Point)
	}
	if a.Thresholds != nil {
		w.checkThresholds(d, path+".thresholds", a.Thresholds)
		if d.Given(path + ".otherwise") {
			d.Fault(path+".otherwise", "not used with thresholds, which decide when no contact does")
		}
	} else {
		d.Check(path+".otherwise", strict.OneOf(a.Otherwise, restStates...))
	}
	w.checkTimes(d, path, a)
	w.checkSamples(d, path+".samples", &a.Samples)
	if len(a.Contacts) == 0 && a.Thresholds == nil && !d.Ill(path+".contacts") && !d.Ill(path+".thresholds") {
		d.Fault(path, "nothing tells its state; expected contacts or thresholds")
	}
}

// prompt holds ref to a point that is read often enough to tell a state.
func (w *wiring) prompt(ref string) error {
	if p, err := w.point(ref); err == nil && p.Slow {
		return fmt.Errorf("%s is read at slow_period only; allowed: a point that its profile does not call slow", strict.Shown(ref))
	}
	return nil
}

func (w *wiring) checkThresholds(d *strict.Document, path string, t *Thresholds) {
	d.Check(path+".point", cmp.Or(w.measured(t.Point), w.prompt(t.Point)))
	for _, key := range []string{"standby_above", "running_above"} {
		if !d.Given(strict.Join(path, key)) {
			d.Fault(strict.Join(path, key), "is missing; expected a number in the unit of the point")
		}
	}
	if d.Ill(path+".standby_above") || d.Ill(path+".running_above") {
		return
	}
	if t.StandbyAbove <= 0 {
		d.Fault(path+".standby_above", "%v; allowed: more than 0", t.StandbyAbove)
		return
	}
	if t.RunningAbove <= t.StandbyAbove {
		d.Fault(path+".running_above", "%v is not above standby_above; allowed: more than %v", t.RunningAbove, t.StandbyAbove)
		return
	}
	apart := t.RunningAbove - t.StandbyAbove
	switch h := t.Hysteresis; {
	case h < 0 || h >= apart:
		d.Fault(path+".hysteresis", "%v; allowed: 0 or more, and less than %v, the distance of the thresholds", h, apart)
	case h >= t.StandbyAbove:
		d.Fault(path+".hysteresis", "%v would keep it from ever being off; allowed: less than %v, which is standby_above", h, t.StandbyAbove)
	}
}

func (w *wiring) checkTimes(d *strict.Document, path string, a *Asset) {
	if !d.Ill("grid") && a.Dwell >= w.agent.Grid {
		d.Fault(path+".dwell", "%v is not shorter than the grid; allowed: 0s or more, less than %v", a.Dwell, w.agent.Grid)
	}
	least := max(Duration(time.Second), 2*w.agent.slowest(a))
	if a.StaleAfter < least {
		d.Fault(path+".stale_after", "%v is too short; allowed: %v or more, two periods of its slowest device and no less than 1s", a.StaleAfter, least)
	}
}

func (w *wiring) checkSamples(d *strict.Document, path string, s *Samples) {
	d.Check(path+".every", strict.Between(s.Every, Duration(time.Second), Duration(24*time.Hour)))
	short := map[string]string{}
	for i, ref := range s.Points {
		at := strict.Index(path+".points", i)
		if _, err := w.point(ref); err != nil {
			d.Check(at, err)
			continue
		}
		_, name, _ := strings.Cut(ref, "/")
		if other, ok := short[name]; ok {
			d.Fault(at, "%s and %s would both be published as %q; allowed: one of them", strict.Shown(ref), strict.Shown(other), name)
		}
		short[name] = ref
	}
}

// slowest is the longest period of the devices whose points tell an asset's state.
func (a *Agent) slowest(asset *Asset) Duration {
	var refs []string
	for _, c := range asset.Contacts {
		refs = append(refs, c.Point)
	}
	if asset.Thresholds != nil {
		refs = append(refs, asset.Thresholds.Point)
	}
	return a.slowestOf(refs)
}

// slowestOf is the longest period of the devices that have these points.
func (a *Agent) slowestOf(refs []string) Duration {
	slowest := Duration(0)
	for _, l := range a.Lines {
		for _, dev := range l.Devices {
			if l.Kind == GPIO {
				dev.Period = heartbeat
			}
			if slices.ContainsFunc(refs, func(ref string) bool { return strings.HasPrefix(ref, dev.Name+"/") }) {
				slowest = max(slowest, dev.Period)
			}
		}
	}
	return slowest
}

// contact holds ref to a point that has a closed and an open.
func (w *wiring) contact(ref string) error {
	p, err := w.point(ref)
	if err == nil && p.Name != "" && !p.contact() {
		return fmt.Errorf("%s is not a contact; allowed: a contact of a gpio line, a point of type bit, or one with is", strict.Shown(ref))
	}
	return err
}

// contact tells whether the point is 0 or 1.
func (p *Point) contact() bool { return p.Type == "bit" || len(p.Is) > 0 }

// measured holds ref to a point that has a range to divide.
func (w *wiring) measured(ref string) error {
	p, err := w.point(ref)
	if err == nil && (p.Counter || p.contact()) {
		return fmt.Errorf("%s is a counter or a contact; allowed: a measured value, such as meter-1/power", strict.Shown(ref))
	}
	return err
}

// point finds what ref refers to. Of a device with a fault nothing is known: the point has no type, and nothing is
// wrong with it.
func (w *wiring) point(ref string) (Point, error) {
	device, name, ok := strings.Cut(ref, "/")
	if !ok || strings.Contains(name, "/") {
		return Point{}, fmt.Errorf("%s is not a point; allowed: device/point, such as meter-1/power", strict.Shown(ref))
	}
	hung, ok := w.devices[device]
	switch {
	case !ok:
		return Point{}, strict.Called("device", device, w.names)
	case hung.device == nil:
		return Point{}, fmt.Errorf("%s reads badges; allowed: a point of another device", strict.Shown(device))
	case hung.line.Kind == GPIO:
		return hung.gpioPoint(name)
	case hung.profile == nil:
		return Point{}, nil
	}
	return hung.askedPoint(name)
}

func (w *wire) gpioPoint(name string) (Point, error) {
	shows := map[string]Point{
		"contact": {Name: "contact", Type: "bit"},
		"pulse":   {Name: "count", Type: "u64", Counter: true},
	}
	p, ok := shows[w.device.Input]
	if !ok || p.Name == name {
		return p, nil
	}
	return p, fmt.Errorf("%s is a %s and has no point %s; allowed: %s/%s", w.device.Name, w.device.Input, strict.Shown(name), w.device.Name, p.Name)
}

func (w *wire) askedPoint(name string) (Point, error) {
	names := w.profile.names()
	i := slices.Index(names, name)
	if i < 0 {
		return Point{}, strict.Called("point of "+w.profile.Name, name, names)
	}
	if read := w.device.Points; len(read) > 0 && !slices.Contains(read, name) {
		return Point{}, fmt.Errorf("%s does not read %s; allowed: one of its points %s, or add it there",
			w.device.Name, strict.Shown(name), strings.Join(read, ", "))
	}
	return w.profile.Points[i], nil
}
