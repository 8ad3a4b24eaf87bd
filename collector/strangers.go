package collector

import (
	"maps"
	"slices"
	"sync"

	"basemeter/agent/record"
)

// strangers are what gateways speak of and the plan of their base does not know: a group that somebody mistyped when
// cards were enrolled, an area or a machine by another name. Their hours count all the same, as nobody's.
type strangers struct {
	mu    sync.Mutex
	heard map[string]bool
}

const mostStrangers = 100

// hear notes what the batches say of strangers. Without a plan of a base all would be.
func (s *strangers) hear(p *plans, batches []record.Batch) {
	for i := range batches {
		b := &batches[i]
		schedule := p.of(b.Base)
		if schedule.base == nil {
			continue
		}
		for _, spell := range b.Spells {
			s.note(schedule.base.Asset(spell.Asset) == nil, b.Base, "asset", spell.Asset)
		}
		for _, stay := range b.Presences {
			s.note(schedule.base.Area(stay.Place) == nil && schedule.base.Asset(stay.Place) == nil, b.Base, "place", stay.Place)
			s.note(stay.Group != "" && schedule.base.Group(stay.Group) == nil, b.Base, "group", stay.Group)
		}
	}
}

func (s *strangers) note(strange bool, base, kind, name string) {
	if !strange {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heard == nil {
		s.heard = map[string]bool{}
	}
	if len(s.heard) < mostStrangers {
		s.heard[base+": "+kind+" "+name] = true
	}
}

// forget begins anew: another plan may know them.
func (s *strangers) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = nil
}

// all are those heard of since the plan was read, in order.
func (s *strangers) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.heard))
}
