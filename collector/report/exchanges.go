package report

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"
)

// An exchange is a change of a table that leaves most of its sums as they are: two atoms are the opposite corners of a
// box, and from corner to corner something is added and taken away in turn. Which edges the box has is its partition: the
// dimensions of one block change together. A margin changes only if it sets all blocks apart.
type exchange struct {
	blocks []uint // masks of dimensions
	marks  []uint // the marginals that change
}

// mostPartners bounds the work. Trying all instead takes ten times as long, and withholds less only where most cells are small
// or empty.
const mostPartners = 30

// search looks for the exchange that hides least.
type search struct {
	*marginals
	exchanges [][]exchange // by the mask of the dimensions in which the two atoms differ
	price     []int64      // what it costs if the margin of an atom in a marginal is hidden: [atom * marginals + mask]
	order     []int32      // the atoms, the smallest first
	few       []bool       // the atoms to be protected
	corners   []int32
}

func newSearch(m *marginals) *search {
	masks := len(m.whose)
	s := &search{marginals: m, price: make([]int64, masks*len(m.atoms)), few: make([]bool, len(m.atoms))}
	for a := range m.atoms {
		s.order = append(s.order, int32(a))
	}
	slices.SortStableFunc(s.order, func(a, b int32) int { return cmp.Compare(m.atoms[a].amount, m.atoms[b].amount) })
	for i := range m.margins {
		for _, a := range m.margins[i].atoms {
			s.price[int(a)*masks+int(m.margins[i].mask)] = m.margins[i].amount
		}
	}
	for mask := range uint(masks) {
		s.exchanges = append(s.exchanges, exchanges(mask, masks))
	}
	return s
}

// exchanges are all that two atoms allow that differ in some dimensions.
func exchanges(differing uint, masks int) (all []exchange) {
	for _, blocks := range partitions(differing) {
		e := exchange{blocks: blocks}
		for mask := range uint(masks) {
			if !slices.ContainsFunc(blocks, func(b uint) bool { return mask&b == 0 }) {
				e.marks = append(e.marks, mask)
			}
		}
		all = append(all, e)
	}
	return all
}

// partitions are all ways to put the dimensions of a mask into blocks.
func partitions(mask uint) [][]uint {
	if mask == 0 {
		return [][]uint{nil}
	}
	first := uint(1) << bits.TrailingZeros(mask)
	var all [][]uint
	for _, p := range partitions(mask &^ first) {
		all = append(all, append(slices.Clone(p), first))
		for i := range p {
			q := slices.Clone(p)
			q[i] |= first
			all = append(all, q)
		}
	}
	return all
}

// dear is more than all the time of a table, of which some may be added up.
const dear = math.MaxInt64 >> 10

// charge sets what it costs to hide a margin: nothing if it is hidden already, or must be.
func (s *search) charge(id int32, price int64) {
	for _, a := range s.margins[id].atoms {
		s.price[int(a)*len(s.whose)+int(s.margins[id].mask)] = price
	}
}

// cheapest is the corners of the exchange that changes the sum of a few atoms and hides least: of the smallest amount, and
// of equals the first.
func (s *search) cheapest(few []int32) (best []int32, marks []uint) {
	for _, a := range few {
		s.few[a] = true
	}
	least := int64(math.MaxInt64)
	for _, u := range few[:min(len(few), mostPartners)] {
		for v, differing := range s.partners(u) {
			all := s.exchanges[differing]
			for i := range all {
				if cost, ok := s.cost(u, v, &all[i], least); ok {
					least, best, marks = cost, append(best[:0], s.corners...), all[i].marks
				}
			}
			if least == 0 {
				break
			}
		}
	}
	for _, a := range few {
		s.few[a] = false
	}
	return best, marks
}

// partners are the atoms with which an exchange is tried, and the dimensions in which they differ: of those that differ in
// one dimension, in two and so on some each, the hidden ones first, then the smallest.
func (s *search) partners(u int32) iter.Seq2[int32, uint] {
	full := len(s.whose) - 1
	return func(yield func(int32, uint) bool) {
		var tried [mostDimensions + 1]int
		for _, open := range []bool{false, true} {
			for _, v := range s.order {
				if s.few[v] || open != (s.price[int(v)*len(s.whose)+full] > 0) {
					continue
				}
				d := s.differing(u, v)
				n := &tried[bits.OnesCount(d)]
				if *n++; *n <= mostPartners && !yield(v, d) {
					return
				}
			}
		}
	}
}

func (s *search) differing(u, v int32) (mask uint) {
	a, b := &s.atoms[u].tuple, &s.atoms[v].tuple
	for i := range s.by {
		if a[i] != b[i] {
			mask |= 1 << i
		}
	}
	return mask
}

// cost is the amount that an exchange would hide besides what is hidden; false: it is not possible, or not below a limit.
// It leaves the corners in s.
func (s *search) cost(u, v int32, e *exchange, limit int64) (cost int64, ok bool) {
	cost = s.hides(u, e.marks) + s.hides(v, e.marks)
	if cost >= limit {
		return 0, false
	}
	s.corners = append(s.corners[:0], u)
	changed := sign(0)
	for i := 1; i < 1<<len(e.blocks); i++ {
		a := v
		if i != 1<<len(e.blocks)-1 {
			if a, ok = s.corner(u, v, e.blocks, i); !ok {
				return 0, false
			}
			if cost += s.hides(a, e.marks); cost >= limit {
				return 0, false
			}
		}
		if s.few[a] {
			changed += sign(i)
		}
		s.corners = append(s.corners, a)
	}
	return cost, changed != 0
}

func (s *search) hides(a int32, marks []uint) (cost int64) {
	price := s.price[int(a)*len(s.whose):]
	for _, mask := range marks {
		cost += price[mask]
	}
	return cost
}

// corner is the atom at a corner: as v along some blocks, as u along the others. There need not be one.
func (s *search) corner(u, v int32, blocks []uint, which int) (int32, bool) {
	t := s.atoms[u].tuple
	for b, block := range blocks {
		if which>>b&1 == 1 {
			for ; block != 0; block &= block - 1 {
				i := bits.TrailingZeros(block)
				t[i] = s.atoms[v].tuple[i]
			}
		}
	}
	a, ok := s.index[t]
	return a, ok
}

// sign is whether at a corner something is added, or taken away: 1 or -1.
func sign(corner int) uint64 {
	if bits.OnesCount(uint(corner))%2 == 0 {
		return 1
	}
	return ^uint64(0)
}
