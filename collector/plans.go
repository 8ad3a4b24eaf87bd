package collector

import (
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// plans is the plan in force, in the words of utilisation. Without a plan nothing was meant to happen.
type plans struct{ current atomic.Pointer[schedules] }

type schedules struct {
	plan      *plan.Plan
	byBase    map[string]schedule
	catalogue *report.Catalogue
}

// A schedule is one base's part of the plan. The zero value is that of a base which the plan does not know.
type schedule struct {
	base    *plan.Base
	version string
	members map[string]utilisation.Member
}

// load makes the plan in a folder the one in force. Its faults come all together.
func (p *plans) load(dir string) error {
	next, faults := plan.Load(dir)
	if err := faults.Err(); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	p.put(next)
	return nil
}

// put makes a plan the one in force.
func (p *plans) put(next *plan.Plan) {
	all := &schedules{next, map[string]schedule{}, catalogueOf(next)}
	for _, b := range next.Bases {
		all.byBase[b.ID] = schedule{b, next.Version, members(b)}
	}
	p.current.Store(all)
}

func (p *plans) of(base string) schedule {
	current := p.current.Load()
	if current == nil {
		return schedule{}
	}
	s := current.byBase[base]
	s.version = current.plan.Version
	return s
}

// version is that of the plan in force; empty if there is none.
func (p *plans) version() string { return p.of("").version }

// zone is that of a base which the plan knows; nil: it does not.
func (p *plans) zone(base string) *time.Location {
	if s := p.of(base); s.base != nil {
		return s.base.Zone
	}
	return nil
}

// assets are those of all registries, with the dates between which they are in service; zero: it is not said.
func (p *plans) assets() iter.Seq[utilisation.Asset] {
	return func(yield func(utilisation.Asset) bool) {
		current := p.current.Load()
		if current == nil {
			return
		}
		for _, b := range current.plan.Bases {
			for _, a := range b.Assets {
				if !yield(utilisation.Asset{Base: b.ID, Name: a.ID, Since: midnight(a.From, b), Until: midnight(a.Until, b)}) {
					return
				}
			}
		}
	}
}

// dated are the assets of the registries that say of each since when it is in service.
func (p *plans) dated() (all []utilisation.Asset) {
	undated := map[string]bool{}
	for a := range p.assets() {
		undated[a.Base] = undated[a.Base] || a.Since.IsZero()
		all = append(all, a)
	}
	return slices.DeleteFunc(all, func(a utilisation.Asset) bool { return undated[a.Base] })
}

// midnight is when a date begins in a base; zero if there is none.
func midnight(d plan.Date, b *plan.Base) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.In(b.Zone).UTC()
}

func members(b *plan.Base) map[string]utilisation.Member {
	all := map[string]utilisation.Member{}
	for _, g := range b.Cards {
		affiliation, _ := utilisation.ParseAffiliation(b.Organisation(g.Organisation).Affiliation)
		all[g.Group] = utilisation.Member{UserGroup: g.UserGroup, Affiliation: affiliation, Organisation: g.Organisation}
	}
	return all
}

// asset is the plan of one asset.
func (s schedule) asset(name string, from, to time.Time) utilisation.Plan {
	p := utilisation.Plan{Asset: name, Members: s.members}
	if s.base == nil {
		return p
	}
	if a := s.base.Asset(name); a != nil {
		p.Area = a.Area
	}
	p.Slots = s.slots(name, from, to)
	return p
}

// places are those where somebody was.
func (s schedule) places(o *utilisation.Observed, from, to time.Time) map[string]utilisation.Place {
	all := map[string]utilisation.Place{}
	for _, stay := range o.Presences {
		if _, known := all[stay.Place]; !known {
			all[stay.Place] = utilisation.Place{Slots: s.slots(stay.Place, from, to), Sessions: o.Sessions[stay.Place]}
		}
	}
	return all
}

func (s schedule) slots(place string, from, to time.Time) []utilisation.Slot {
	if s.base == nil {
		return nil
	}
	var slots []utilisation.Slot
	for _, slot := range s.base.Slots(place, from, to) {
		made := utilisation.Slot{
			FromMS: slot.From.UnixMilli(), ToMS: slot.To.UnixMilli(), Open: slot.Open, Maintenance: slot.Maintenance != nil,
			OpenBy: string(slot.OpenBy.Layer) + " " + slot.OpenBy.Where.String(),
		}
		if len(slot.Uses) > 0 {
			made.Use = use(slot.Uses[0])
		}
		slots = append(slots, made)
	}
	return slots
}

func use(o *plan.Occurrence) *utilisation.Use {
	affiliation, _ := utilisation.ParseAffiliation(o.Affiliation)
	return &utilisation.Use{
		Layer: string(o.Layer), ID: o.ID, Purpose: o.Purpose, Affiliation: affiliation,
		Organisation: o.Organisation, Project: o.Project, SelfOperated: o.SelfOperated,
	}
}

// registered is what the registry says in [from, to): quotas by the share of a year, workstations by open time.
func (s schedule) registered(from, to time.Time) report.Registered {
	r := report.Registered{QuotaMS: map[string]int64{}, StationMS: map[string]int64{}, Hosted: map[string]bool{}}
	if s.base == nil {
		return r
	}
	elsewhere := map[string]bool{} // areas with a machine that no enterprise hosts
	for _, a := range s.base.Assets {
		begin, end := from, to
		if since := midnight(a.From, s.base); since.After(begin) {
			begin = since
		}
		if until := midnight(a.Until, s.base); !until.IsZero() && until.Before(end) {
			end = until
		}
		if begin.Before(end) {
			r.QuotaMS[a.ID] = int64(a.QuotaHours * 3_600_000 * end.Sub(begin).Hours() / (365 * 24))
		}
		r.Hosted[a.ID] = a.Host != ""
		elsewhere[a.Area] = elsewhere[a.Area] || a.Host == ""
	}
	for _, area := range s.base.Areas {
		hosts, known := elsewhere[area.ID]
		r.Hosted[area.ID] = known && !hosts
		for _, slot := range s.base.Slots(area.ID, from, to) {
			if slot.Open {
				r.StationMS[area.ID] += int64(area.Workstations) * slot.To.Sub(slot.From).Milliseconds()
			}
		}
	}
	return r
}
