package plan

import (
	"slices"
	"time"

	"basemeter/configs/strict"
)

// A place is an area or an asset: what occurs there, and when it is in service.
type place struct {
	agendas     []*agenda
	from, until time.Time // zero: always
	service     Reason    // where that stands
}

// near is all that may touch [from, to), and little else.
func (p *place) near(from, to time.Time, into []*Occurrence) []*Occurrence {
	for _, a := range p.agendas {
		into = append(into, a.between(from, to)...)
	}
	return into
}

// serves tells whether the place is in service at t.
func (p *place) serves(t time.Time) bool {
	return !t.Before(p.from) && (p.until.IsZero() || t.Before(p.until))
}

// settle gives each place its agendas, once everything is dated. What an area is used for as a whole stands in one agenda
// that its assets share.
func (b *Base) settle(c *content, where func(path string) Where) {
	b.content, b.Terms, b.Lessons = *c, b.almanac.terms, len(c.Lessons)
	slices.SortStableFunc(b.Occurrences, inOrder)
	whole, inside, own := b.distribute()
	b.places = make(map[string]*place, len(b.Areas)+len(b.Assets))
	shared := map[string]*agenda{}
	for _, a := range b.Areas {
		shared[a.ID] = newAgenda(whole[a.ID])
		b.places[a.ID] = &place{agendas: []*agenda{shared[a.ID], newAgenda(inside[a.ID])}}
	}
	for i, a := range b.Assets {
		b.places[a.ID] = &place{
			agendas: []*agenda{newAgenda(own[a.ID]), shared[a.Area]},
			from:    a.From.midnight(b.Zone), until: a.Until.midnight(b.Zone),
			service: Reason{Layer: ByService, Where: where(strict.Index("assets", i))},
		}
	}
}

// distribute sorts what occurs by area as a whole, by area whose assets are used, and by asset.
func (b *Base) distribute() (whole, inside, own map[string][]*Occurrence) {
	whole, inside, own = map[string][]*Occurrence{}, map[string][]*Occurrence{}, map[string][]*Occurrence{}
	for _, o := range b.Occurrences {
		if o.Area != "" {
			whole[o.Area] = append(whole[o.Area], o)
		}
		for _, id := range o.Assets {
			own[id] = append(own[id], o)
			area := b.assets[id].Area
			if list := inside[area]; o.Layer != ByMaintenance && (len(list) == 0 || list[len(list)-1] != o) {
				inside[area] = append(list, o)
			}
		}
	}
	return whole, inside, own
}
