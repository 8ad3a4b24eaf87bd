package report

import "maps"

// A hiding is which sums of a table of people may not be told: of its columns, and of all of it.
type hiding struct {
	all     bool
	columns map[Group]bool
}

// or is what is hidden in one or the other.
func (h hiding) or(i hiding) hiding {
	both := hiding{h.all || i.all, map[Group]bool{}}
	maps.Copy(both.columns, i.columns)
	maps.Copy(both.columns, h.columns)
	return both
}

// withholds tells whether the sum of the wanted columns may not be told. If all the hidden ones are wanted, it is the total
// less what may be told.
func (h hiding) withholds(wanted func(Group) bool) bool {
	n := 0
	for c := range h.columns {
		if wanted(c) {
			n++
		}
	}
	return n > 0 && (n < len(h.columns) || h.all)
}

// hiding is which columns of a table may not be told, of some of its atoms. A column is any sum, of one margin or of several.
func (s *suppression) hiding(some func(*Group) bool, column func(Group) Group) hiding {
	var all []int32
	columns := map[Group][]int32{}
	for a := range s.atoms {
		if g := &s.atoms[a].Group; some(g) {
			c := column(*g)
			all, columns[c] = append(all, int32(a)), append(columns[c], int32(a))
		}
	}
	h := hiding{s.hides(all), map[Group]bool{}}
	alone := false // a column of few in which the tables agree: it is no margin, and what it leaves of one might tell of it
	for c, atoms := range columns {
		if s.hides(atoms) {
			h.columns[c] = true
			alone = alone || s.differ(atoms) == 0
		}
	}
	if alone {
		for c := range columns {
			h.columns[c] = true
		}
	}
	return h
}

// hides tells whether the sum of some atoms may not be told.
func (s *suppression) hides(atoms []int32) bool {
	return len(atoms) > 0 && (s.differ(atoms) != 0 || s.people(atoms) < s.least)
}
