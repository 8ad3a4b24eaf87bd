package report

import (
	"maps"
	"math"
	"math/bits"
	"slices"

	"basemeter/collector/utilisation"
)

// A Crowding is one row of a table of people; of such rows all its sums are formed. Its People are a lower bound.
type Crowding struct {
	Group
	utilisation.CrowdCell
}

// mostDimensions bounds the work: a table of six dimensions has 64 marginals.
const mostDimensions = 6

// A tuple is a cell of any marginal: along each dimension the number of a value, or 0 where all values are added up.
type tuple [mostDimensions]uint32

// nowhere is a value that no row has.
const nowhere = math.MaxUint32

// marginals is a table of people with every sum that may be asked of it. Cells that add up the same rows are one sum: a
// city with one base, a purpose that only one group had.
type marginals struct {
	by      []Dimension
	numbers []map[string]uint32 // of the values of each dimension, from 1
	atoms   []atom
	index   map[tuple]int32 // of the atoms
	margins []margin
	splits  []split
	at      map[tuple]int32 // which margin a cell is
	whose   [][]int32       // the margin of each atom in each marginal, by the mask of its dimensions
	most    []int64         // for people: by class
}

// An atom is the finest cell. Empty ones are left out: nobody is hidden there.
type atom struct {
	tuple
	Group   Group
	amount  int64 // person-milliseconds
	classes []headcount
}

// A headcount is how many people of a class there are, at least.
type headcount struct{ class, people int64 }

// A margin is a sum that may be published: of all atoms of a cell of some marginal.
type margin struct {
	atoms  []int32
	mask   uint // of the dimensions along which all its atoms have one value
	amount int64
}

// A split is one way in which a sum is the sum of others: along a dimension.
type split struct {
	whole int32
	parts []int32 // at least two
}

// newMarginals adds up a table. The order of its rows does not matter.
func newMarginals(rows []Crowding, by []Dimension) *marginals {
	m := &marginals{by: by, index: map[tuple]int32{}, at: map[tuple]int32{}}
	m.number(rows)
	m.collect(rows)
	m.add()
	for i := range m.margins {
		m.divide(int32(i))
	}
	return m
}

func (m *marginals) number(rows []Crowding) {
	for _, d := range m.by {
		values := map[string]bool{}
		for i := range rows {
			values[*rows[i].at(d)] = true
		}
		numbers := make(map[string]uint32, len(values))
		for i, v := range slices.Sorted(maps.Keys(values)) {
			numbers[v] = uint32(i) + 1
		}
		m.numbers = append(m.numbers, numbers)
	}
}

// collect makes the atoms, in the order of their values.
func (m *marginals) collect(rows []Crowding) {
	atoms, classes := map[tuple]*atom{}, map[[2]string]int64{}
	for i := range rows {
		r := &rows[i]
		if r.PersonMS == 0 && r.Visits == 0 {
			continue
		}
		key := m.tuple(m.by, &r.Group)
		if atoms[key] == nil {
			atoms[key] = &atom{tuple: key, Group: r.Group}
		}
		who := class(&r.Group)
		if _, known := classes[who]; !known {
			classes[who] = int64(len(classes))
		}
		atoms[key].book(r, classes[who])
	}
	m.most = make([]int64, len(classes))
	for _, a := range atoms {
		m.atoms = append(m.atoms, *a)
	}
	slices.SortFunc(m.atoms, func(a, b atom) int { return slices.Compare(a.tuple[:], b.tuple[:]) })
	for a := range m.atoms {
		m.index[m.atoms[a].tuple] = int32(a)
	}
}

func (a *atom) book(r *Crowding, class int64) {
	a.amount += r.PersonMS
	a.classes = count(a.classes, headcount{class, r.People})
}

// count adds people to those counted, who may be the same.
func count(all []headcount, h headcount) []headcount {
	for i := range all {
		if all[i].class == h.class {
			all[i].people = max(all[i].people, h.people)
			return all
		}
	}
	return append(all, h)
}

// class is what keeps people apart: a card is in one group, and so has one user group and one affiliation. A card of no
// group has the affiliation that each of its places was planned for, so there the same person may have several.
func class(g *Group) [2]string {
	if g.UserGroup == utilisation.Unattributed {
		return [2]string{g.UserGroup}
	}
	return [2]string{g.UserGroup, g.Affiliation}
}

// tuple is the cell of a group in the marginal over some dimensions, which the table must have.
func (m *marginals) tuple(over []Dimension, g *Group) (key tuple) {
	for _, d := range over {
		i := slices.Index(m.by, d)
		number, known := m.numbers[i][*g.at(d)]
		if !known {
			number = nowhere
		}
		key[i] = number
	}
	return key
}

// add forms the sums of all marginals. Cells of the same atoms become one margin, under the values that these have in common.
func (m *marginals) add() {
	m.whose = make([][]int32, 1<<len(m.by))
	same := map[tuple]int32{}
	for mask := range uint(len(m.whose)) {
		m.whose[mask] = make([]int32, len(m.atoms))
		for key, atoms := range m.marginal(mask) {
			common, fixed := m.common(atoms)
			id, known := same[common]
			if !known {
				id = int32(len(m.margins))
				same[common] = id
				m.margins = append(m.margins, margin{atoms: atoms, mask: fixed, amount: m.amount(atoms)})
			}
			m.at[key] = id
			for _, a := range atoms {
				m.whose[mask][a] = id
			}
		}
	}
}

// marginal is the atoms of each cell of a marginal, cell by cell in the order of their first atoms.
func (m *marginals) marginal(mask uint) func(yield func(tuple, []int32) bool) {
	var keys []tuple
	var cells [][]int32
	index := map[tuple]int{}
	for a := range m.atoms {
		key := m.atoms[a].over(mask)
		i, known := index[key]
		if !known {
			i = len(keys)
			index[key], keys, cells = i, append(keys, key), append(cells, nil)
		}
		cells[i] = append(cells[i], int32(a))
	}
	return func(yield func(tuple, []int32) bool) {
		for i, key := range keys {
			if !yield(key, cells[i]) {
				return
			}
		}
	}
}

// over is the tuple in the marginal of some dimensions: the others are added up.
func (t tuple) over(mask uint) tuple {
	for i := range t {
		if mask>>i&1 == 0 {
			t[i] = 0
		}
	}
	return t
}

// common is the values that all of some atoms have.
func (m *marginals) common(atoms []int32) (t tuple, mask uint) {
	t = m.atoms[atoms[0]].tuple
	for _, a := range atoms[1:] {
		for i, v := range m.atoms[a].tuple {
			if t[i] != v {
				t[i] = 0
			}
		}
	}
	for i := range m.by {
		if t[i] != 0 {
			mask |= 1 << i
		}
	}
	return t, mask
}

func (m *marginals) amount(atoms []int32) (sum int64) {
	for _, a := range atoms {
		sum += m.atoms[a].amount
	}
	return sum
}

// people is how many different people are at least in some atoms together: of one class as many as in one atom, and those
// of different classes are different people.
func (m *marginals) people(atoms []int32) (sum int64) {
	clear(m.most)
	for _, a := range atoms {
		for _, h := range m.atoms[a].classes {
			m.most[h.class] = max(m.most[h.class], h.people)
		}
	}
	for _, n := range m.most {
		sum += n
	}
	return sum
}

// divide finds the parts of a sum along each dimension in which its atoms differ.
func (m *marginals) divide(id int32) {
	s := &m.margins[id]
	for free := (uint(1)<<len(m.by) - 1) &^ s.mask; free != 0; free &= free - 1 {
		finer := s.mask | 1<<bits.TrailingZeros(free)
		var parts []int32
		for _, a := range s.atoms {
			parts = append(parts, m.whose[finer][a])
		}
		slices.Sort(parts)
		parts = slices.Compact(parts)
		m.splits = append(m.splits, split{whole: id, parts: parts})
	}
}
