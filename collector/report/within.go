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
	var all []hiding
	for base := range bases {
		all = append(all, p.ofBase(base, d, by))
	}
	return anyOf(all)
}

// trees are how bases are put together. The first has two dimensions, one within the other.
var trees = [][]Dimension{{ByCity, ByCounty}, {ByZone}, {ByCluster}, {ByConsortium}, {ByKind}}

// within is of which bases the sum is that a line tells; false: of a choice that no table is made of.
func (p *protection) within(d division, by []Dimension) (all map[Dimension]string, known bool) {
	if slices.Contains(by, ByPlace) || d.part == "hosted" || p.query.fine() {
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

func within(all map[Dimension]string, tree []Dimension) bool {
	for d := range all {
		if !slices.Contains(tree, d) {
			return false
		}
	}
	return true
}

// ofBases is what must not be told of the sum of the bases within a city, a cluster, or the province.
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
		if !within(all, tree) {
			continue
		}
		if !d.total {
			h = h.and(p.stacked(tree, p.period(d.where)).hiding(some, p.column("", d.part, by)))
			continue
		}
		h = h.and(p.stacked(tree, "").hiding(some, p.column("", d.part, by)))
		var periods []hiding
		for _, when := range p.periods() {
			periods = append(periods, p.stacked(tree, when).hiding(some, p.column("", d.part, by)))
		}
		h = h.and(overTime(periods))
	}
	return h
}

// periods are those by which the query divides time.
func (p *protection) periods() (all []string) {
	for where := range p.members {
		if when := p.period(where); when != "" {
			all = append(all, when)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
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
	column := p.column(base, d.part, by)
	if when := p.period(d.where); !d.total {
		s := p.table(base, when)
		if s == nil {
			return hiding{}
		}
		return s.hiding(func(g *Group) bool { return g.when == when }, column)
	}
	var periods []hiding
	for _, s := range p.parts[base] {
		periods = append(periods, s.hiding(anytime, column))
	}
	return p.whole[base].hiding(anytime, column).and(p.overTime(periods))
}

func anytime(*Group) bool { return true }

// overTime puts tables of a base together. Where each is of several periods these have been balanced already.
func (p *protection) overTime(tables []hiding) hiding {
	if p.query.by(ByDay) {
		return overTime(tables)
	}
	return anyOf(tables)
}
