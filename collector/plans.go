package collector

import (
	"iter"
	"sync/atomic"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/utilisation"
)

// plans is the plan in force, in the words of utilisation. Without a plan nothing was meant to happen.
type plans struct{ current atomic.Pointer[schedules] }

type schedules struct {
	plan   *plan.Plan
	byBase map[string]schedule
}

// A schedule is one base's part of the plan. The zero value is that of a base which the plan does not know.
type schedule struct {
	base    *plan.Base
	version string
	members map[string]utilisation.Member
}

// put makes a plan the one in force.
func (p *plans) put(next *plan.Plan) {
	all := &schedules{next, map[string]schedule{}}
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
