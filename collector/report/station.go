package report

import "basemeter/collector/utilisation"

// A workplace is where there are workstations, and when: spans of each base. They are there whether anybody comes or not.
type workplace map[string][]span

// everywhere is the workplace of the total. No group is called so.
var everywhere = Group{Base: "\x00"}

// standing is what a group says of bases and of time.
func (g Group) standing() (where Group) {
	for _, dimensions := range [][]Dimension{ofBases, ofTime} {
		for _, d := range dimensions {
			*where.at(d) = g.At(d)
		}
	}
	return where
}

// furnish says where the workstations of some bases are, in the periods by which the query divides time.
func (b *builder) furnish(bases []string) {
	if b.needs&utilisation.OfRegistry == 0 {
		return
	}
	b.stations = map[Group]workplace{everywhere: {}}
	for _, base := range bases {
		for at := b.query.From; at.Before(b.query.end()); {
			var g Group
			g.place(base, b.query.base(base))
			g = b.query.only(g)
			when := b.query.date(&g, base, at)
			if b.stations[g] == nil {
				b.stations[g] = workplace{}
			}
			b.stations[g][base] = push(b.stations[g][base], when)
			at = when.to
		}
		b.stations[everywhere][base] = []span{{b.query.From, b.query.end()}}
	}
}
