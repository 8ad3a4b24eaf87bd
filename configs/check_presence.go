package configs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/configs/strict"
)

var presenceDefaults = Presence{Timezone: "Asia/Shanghai", LongestStay: Duration(12 * time.Hour)}

const holdDefault = Duration(20 * time.Minute) // of a reader to tap

var ways = []string{In, Out, Toggle, Tap}

func (p *Presence) fill(d *strict.Document, a *Agent) {
	for i := range p.Readers {
		if r := &p.Readers[i]; r.Way == Tap && !d.Given(strict.Index("presence.readers", i)+".hold") {
			r.Hold = min(holdDefault, p.LongestStay)
		}
	}
	for i := range p.Switches {
		s := &p.Switches[i]
		defaults := PurposeSwitch{StaleAfter: max(assetDefaults.StaleAfter, 3*a.slowestOf(s.points()))}
		strict.FillIn(d, strict.Index("presence.switches", i), s, defaults)
	}
}

func (s *PurposeSwitch) points() (points []string) {
	for _, c := range s.Contacts {
		points = append(points, c.Point)
	}
	return points
}

// places are what the readers, switches and counters can stand at.
type places struct {
	areas, assets []string
	unsure        bool // an area has no name that can be used: which one is meant is anybody's guess
}

func (w *wiring) checkPresence(d *strict.Document) {
	p := &w.agent.Presence
	d.Check("presence.timezone", timezone(p.Timezone))
	d.Check("presence.closing", hour(p.Closing))
	d.Check("presence.longest_stay", strict.Between(p.LongestStay, Duration(10*time.Minute), Duration(day)))
	all := places{}
	for _, a := range w.agent.Assets {
		all.assets = append(all.assets, a.Name)
	}
	for _, a := range p.Areas {
		all.areas = append(all.areas, a.Name)
	}
	all.unsure = p.checkAreas(d, all)
	taken := strict.Taken{}
	for i := range p.Readers {
		path := strict.Index("presence.readers", i)
		taken.Take(d, path+".reader", p.Readers[i].Reader)
		w.checkReader(d, path, &p.Readers[i], all)
	}
	taken = strict.Taken{}
	for i := range p.Switches {
		path := strict.Index("presence.switches", i)
		taken.Take(d, path+".asset", p.Switches[i].Asset)
		w.checkSwitch(d, path, &p.Switches[i], all)
	}
	taken = strict.Taken{}
	for i := range p.Counters {
		c, path := &p.Counters[i], strict.Index("presence.counters", i)
		d.Check(path+".name", strict.ID(c.Name))
		taken.Take(d, path+".name", c.Name)
		d.Check(path+".area", all.area(c.Area))
		d.Check(path+".point", cmp.Or(w.counts(c.Point), w.prompt(c.Point)))
	}
}

// checkAreas wants a name for each area that no asset has, since both are places; and no asset in two areas.
func (p *Presence) checkAreas(d *strict.Document, all places) (unsure bool) {
	names, assets := strict.Taken{}, strict.Taken{}
	for i, a := range p.Areas {
		path := strict.Index("presence.areas", i)
		d.Check(path+".name", strict.ID(a.Name))
		names.Take(d, path+".name", a.Name)
		if slices.Contains(all.assets, a.Name) {
			d.Fault(path+".name", "%s is an asset; an area has another name", strict.Shown(a.Name))
		}
		for j, asset := range a.Assets {
			at := strict.Index(path+".assets", j)
			d.Check(at, known("an asset", asset, all.assets))
			assets.Take(d, at, asset)
		}
		unsure = unsure || d.Ill(path+".name")
	}
	return unsure
}

// area holds a name to one of the areas.
func (all places) area(name string) error {
	if all.unsure {
		return nil
	}
	return known("an area", name, all.areas)
}

func (w *wiring) checkReader(d *strict.Document, path string, r *PlacedReader, all places) {
	var readers []string
	for i := range w.agent.Lines {
		if w.agent.Lines[i].IsReader() {
			readers = append(readers, w.agent.Lines[i].Name)
		}
	}
	d.Check(path+".reader", known("a badge reader", r.Reader, readers))
	d.Check(path+".way", strict.OneOf(r.Way, ways...))
	switch {
	case r.Area != "" && r.Asset != "":
		d.Fault(path+".asset", "not used with area; allowed: one or the other")
	case r.Asset != "":
		d.Check(path+".asset", known("an asset", r.Asset, all.assets))
	case r.Area != "":
		d.Check(path+".area", all.area(r.Area))
	case !d.Ill(path+".area") && !d.Ill(path+".asset"):
		d.Fault(path, "nobody can tell where it is; expected area or asset")
	}
	switch {
	case r.Way == Tap && !d.Ill("presence.longest_stay"):
		d.Check(path+".hold", strict.Between(r.Hold, Duration(10*time.Second), w.agent.Presence.LongestStay))
	case r.Way != Tap && d.Given(path+".hold") && !d.Ill(path+".way"):
		d.Fault(path+".hold", "not used with %s; allowed with tap", r.Way)
	}
}

func (w *wiring) checkSwitch(d *strict.Document, path string, s *PurposeSwitch, all places) {
	d.Check(path+".asset", known("an asset", s.Asset, all.assets))
	if len(s.Contacts) == 0 {
		d.Fault(path+".contacts", "is missing; expected at least one contact")
	}
	points := strict.Taken{}
	for i, c := range s.Contacts {
		at := strict.Index(path+".contacts", i)
		d.Check(at+".purpose", strict.OneOf(c.Purpose, Purposes...))
		d.Check(at+".point", cmp.Or(w.contact(c.Point), w.prompt(c.Point)))
		points.Take(d, at+".point", c.Point)
	}
	least := max(Duration(time.Second), 2*w.agent.slowestOf(s.points()))
	if s.StaleAfter < least {
		d.Fault(path+".stale_after", "%v is too short; allowed: %v or more, two periods of its slowest device and no less than 1s", s.StaleAfter, least)
	}
}

// counts holds ref to a point that grows, or closes, when somebody passes.
func (w *wiring) counts(ref string) error {
	p, err := w.point(ref)
	if err == nil && p.Name != "" && !p.Counter && !p.contact() {
		return fmt.Errorf("%s counts nothing; allowed: a counter or a contact, such as beam-1/count", strict.Shown(ref))
	}
	return err
}

// known holds name to one of those that there are.
func known(what, name string, names []string) error {
	switch {
	case name == "":
		return errors.New("is missing; expected the name of " + what)
	case !slices.Contains(names, name):
		_, bare, _ := strings.Cut(what, " ")
		return strict.Called(bare, name, names)
	}
	return nil
}

// hour holds s to a time of day, or none.
func hour(s string) error {
	if _, err := time.Parse("15:04", s); s != "" && (err != nil || len(s) != len("15:04")) {
		return errors.New(strict.Shown(s) + ` is not a time of day; allowed: "00:00" to "23:59", or "" for none`)
	}
	return nil
}
