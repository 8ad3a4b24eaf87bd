package report

import "slices"

// hiding is what must not be told of the columns of a line, or of all.
func (p *protection) hiding(d division, by []Dimension) hiding {
	bases := p.members[d.where]
	if d.total {
		bases = p.asked
	}
	within, known := p.within(d, by)
	if len(bases) > 1 && known {
		return p.ofBases(within, d, by)
	}
	var any hiding
	for base := range bases {
		any = any.or(p.ofBase(base, d, by))
	}
	return any
}

// trees are how bases are put together. The first has two dimensions, one within the other.
var trees = [][]Dimension{{ByCity, ByCounty}, {ByZone}, {ByCluster}, {ByConsortium}, {ByKind}}

// within is of which bases the sum is that a line tells; false: of a choice that no table is made of.
func (p *protection) within(d division, by []Dimension) (all map[Dimension]string, known bool) {
	if n := len(by); n > 1 || n == 1 && d.part != "" || slices.Contains(by, ByPlace) || d.part == "hosted" || p.query.fine() {
		return nil, false
	}
	all = map[Dimension]string{}
	for _, of := range ofBases {
		values := p.query.Where[of]
		switch {
		case !d.total && p.query.by(of):
			all[of] = d.where.At(of)
		case len(values) == 1:
			all[of] = values[0]
		case len(values) > 1:
			return nil, false
		}
	}
	return all, slices.ContainsFunc(trees, func(tree []Dimension) bool { return within(all, tree) })
}

// beside tells whether bases that are not asked about must be known to protect those that are.
func (p *protection) beside() bool {
	_, known := p.within(division{total: true}, p.columns(true))
	return known && !p.query.alone()
}

func within(all map[Dimension]string, tree []Dimension) bool {
	for d := range all {
		if !slices.Contains(tree, d) {
			return false
		}
	}
	return true
}

// ofBases is what must not be told of the sum of the bases of a city, a cluster, or the province.
func (p *protection) ofBases(all map[Dimension]string, d division, by []Dimension) (h hiding) {
	some := func(g *Group) bool {
		for of, value := range all {
			if g.At(of) != value {
				return false
			}
		}
		return true
	}
	for _, tree := range trees {
		if within(all, tree) {
			h = h.or(p.stacked(tree, d.when).hiding(some, p.column("", d.part, by)))
		}
	}
	return h
}

// stacked is the table of all bases, made once.
func (p *protection) stacked(tree []Dimension, when string) *suppression {
	key := stackKey{joined(tree), when}
	if p.stacks[key] == nil {
		tables := map[string]*suppression{}
		for base := range p.rows {
			if s := p.table(base, when); s != nil {
				tables[base] = s
			}
		}
		p.stacks[key] = p.stack(tree, tables, when)
	}
	return p.stacks[key]
}

// table is that of a base that a period is in, or of the span as one; nil: nobody was there.
func (p *protection) table(base, when string) *suppression {
	if when == "" {
		return p.whole[base]
	}
	for _, s := range p.parts[base] {
		if s.numbers[len(s.numbers)-1][when] > 0 {
			return s
		}
	}
	return nil
}

// ofBase is what must not be told of a base.
func (p *protection) ofBase(base string, d division, by []Dimension) hiding {
	s, column := p.table(base, d.when), p.column(base, d.part, by)
	if s == nil {
		return hiding{}
	}
	h := s.hiding(func(g *Group) bool { return g.when == d.when }, column)
	if d.total {
		for _, part := range p.parts[base] {
			h = h.or(part.hiding(func(*Group) bool { return true }, column))
		}
	}
	return h
}
