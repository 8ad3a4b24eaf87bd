package report

import (
	"maps"
	"math"
	"slices"

	"basemeter/collector/utilisation"
)

// The sums of bases.
//
// What is withheld of a base must not be what a city leaves when its other bases are taken from it. So bases are put
// together into one more table, divided by city and county, or by another of the dimensions of bases, and by all that tells
// people apart but the place. In it a sum is small that only one base withholds, or some of together fewer than five
// people. Then suppress.go does the rest: it withholds as much in the next city, so that the total can be told.
//
// A sum that no base withholds is known to everybody, and withholding it protects nothing.

// peopleOfBases are the dimensions by which the people of several bases are told apart.
var peopleOfBases = []Dimension{ByPurpose, ByAffiliation, ByUserGroup, bySide}

// A share is what a base has in an atom of several bases.
type share struct {
	base    int
	differs uint64 // by how much the two tables of the base differ in it
	classes []headcount
}

// stack decides on the sums of bases, each with its table and the period that is meant of it; the empty one: any.
func (p *protection) stack(tree []Dimension, tables map[string]*suppression, when string) *suppression {
	by := slices.Concat(tree, peopleOfBases)
	var rows []Crowding
	var shares []share
	for i, base := range slices.Sorted(maps.Keys(tables)) {
		var at Group
		at.place(base, p.query.base(base))
		cells := tables[base].flat(when)
		for _, c := range cells {
			for _, d := range tree {
				*c.Group.at(d) = at.At(d)
			}
			rows = append(rows, c.Crowding)
			shares = append(shares, share{i, c.differs, c.classes})
		}
	}
	m := newMarginals(rows, by)
	s := &stacked{marginals: m, shares: make([][]share, len(m.atoms))}
	for i := range rows {
		if a, there := m.index[m.tuple(by, &rows[i].Group)]; there {
			s.shares[a] = append(s.shares[a], shares[i])
		}
	}
	return balance(m, s.people, LeastPeople, func(i int) (int64, bool) { return dear, s.people(m.margins[i].atoms) == countless })
}

// A flat is a cell of a base, wherever in it.
type flat struct {
	Crowding
	differs uint64
	classes []headcount
}

// flat adds up a table over its places.
func (s *suppression) flat(when string) (cells []flat) {
	index := map[Group]int{}
	for a := range s.atoms {
		atom := &s.atoms[a]
		if when != "" && atom.Group.when != when {
			continue
		}
		g := atom.Group
		g.Place, g.when = "", ""
		i, there := index[g]
		if !there {
			i = len(cells)
			index[g], cells = i, append(cells, flat{Crowding: Crowding{g, utilisation.CrowdCell{Visits: 1}}})
		}
		cells[i].PersonMS += atom.amount
		cells[i].differs += s.other[a]
		for _, h := range atom.classes {
			cells[i].classes = count(cells[i].classes, h)
		}
	}
	return cells
}

// stacked is a table of bases.
type stacked struct {
	*marginals
	shares [][]share // of each atom
}

// countless is more people than anybody could want.
const countless = math.MaxInt64

// people is of how many people at least those parts of some atoms are that bases withhold: countless if none does, nobody
// if only one does. A card is of one base, so people of different bases are different cards.
func (s *stacked) people(atoms []int32) (sum int64) {
	differs, classes := map[int]uint64{}, map[int][]headcount{}
	for _, a := range atoms {
		for _, h := range s.shares[a] {
			differs[h.base] += h.differs
			for _, c := range h.classes {
				classes[h.base] = count(classes[h.base], c)
			}
		}
	}
	bases := 0
	for base, by := range differs {
		if by != 0 {
			bases++
			for _, c := range classes[base] {
				sum += c.people
			}
		}
	}
	switch bases {
	case 0:
		return countless
	case 1:
		return 0
	}
	return sum
}
