package report

import (
	"iter"
	"slices"
)

// mend protects each few that can be told from the published sums together, though not one by one; false: there are none.
func (s *suppression) mend() (more bool) {
	for _, groups := range []iter.Seq[[]int32]{s.rests, s.differences, s.pairs} {
		for atoms := range groups {
			if s.people(atoms) < s.least && s.protect(atoms) {
				more = true
			}
		}
	}
	return more
}

// rests are what subtraction along one dimension leaves of each published sum: its hidden parts.
func (s *suppression) rests(yield func([]int32) bool) {
	for _, of := range s.splits {
		if s.hidden[of.whole] {
			continue
		}
		var rest []int32
		for _, p := range of.parts {
			if s.hidden[p] {
				rest = append(rest, s.margins[p].atoms...)
			}
		}
		if len(rest) > 0 && !yield(rest) {
			return
		}
	}
}

// differences are what each published sum leaves of each other that it is a part of. What is plainly enough is left out.
func (s *suppression) differences(yield func([]int32) bool) {
	for i := range s.margins {
		part := &s.margins[i]
		for mask := range part.mask {
			whole := s.whose[mask][part.atoms[0]]
			if s.hidden[i] || s.hidden[whole] || mask&^part.mask != 0 || s.margins[whole].mask != mask {
				continue
			}
			if rest := without(s.margins[whole].atoms, part.atoms, s.enough); len(rest) > 0 && !yield(rest) {
				return
			}
		}
	}
}

// enough tells of an atom that it alone has the least.
func (s *suppression) enough(a int32) bool { return !s.few[s.whose[len(s.whose)-1][a]] }

// without is the atoms of one margin that are not in another; nil if one of them is enough. Both are in order.
func without(whole, part []int32, enough func(int32) bool) (rest []int32) {
	for _, a := range whole {
		switch {
		case len(part) > 0 && part[0] == a:
			part = part[1:]
		case enough(a):
			return nil
		default:
			rest = append(rest, a)
		}
	}
	return rest
}

// pairs are any two small margins without an atom in common in whose sum the two tables do not differ.
func (s *suppression) pairs(yield func([]int32) bool) {
	by := map[uint64][]int{}
	for i := range s.margins {
		if !s.few[i] {
			continue
		}
		differ := s.differ(s.margins[i].atoms)
		for _, j := range by[-differ] {
			both := slices.Concat(s.margins[i].atoms, s.margins[j].atoms)
			slices.Sort(both)
			if n := len(both); len(slices.Compact(both)) == n && !yield(both) {
				return
			}
		}
		by[differ] = append(by[differ], i)
	}
}
