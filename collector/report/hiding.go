package report

import (
	"cmp"
	"maps"
)

// A hiding is which sums of a table of people may not be told: of its columns, and of all of it.
type hiding struct {
	all     bool
	columns map[Group]int64 // how many people a hidden one is of, at least
}

// and is what is hidden in one or the other.
func (h hiding) and(i hiding) hiding {
	both := hiding{h.all || i.all, map[Group]int64{}}
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

// anyOf is what is hidden in any of some tables.
func anyOf(tables []hiding) (all hiding) {
	for _, h := range tables {
		all = all.and(h)
	}
	return all
}

// overTime is what must not be told of the sum of periods that are told one by one too: nothing, if of each column at least
// two are hidden, which are of enough people. Who came in one may be who came in the next.
func overTime(periods []hiding) hiding {
	all, hidden, opened := anyOf(periods), map[Group]int{}, 0
	for _, h := range periods {
		if h.all {
			opened++
		}
		for c, people := range h.columns {
			hidden[c]++
			all.columns[c] = max(all.columns[c], people)
		}
	}
	for c, people := range all.columns {
		if hidden[c] == 1 || people < LeastPeople {
			return all
		}
	}
	if opened == 1 {
		return all
	}
	return hiding{}
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
	h := hiding{s.hides(all), map[Group]int64{}}
	alone := false // a column of few in which the tables agree: it is no margin, and what it leaves of one might tell of it
	for c, atoms := range columns {
		if s.hides(atoms) {
			h.columns[c] = s.people(atoms)
			alone = alone || s.differ(atoms) == 0
		}
	}
	for c, atoms := range columns {
		if alone {
			h.columns[c] = cmp.Or(h.columns[c], s.people(atoms))
		}
	}
	return h
}

// hides tells whether the sum of some atoms may not be told.
func (s *suppression) hides(atoms []int32) bool {
	return len(atoms) > 0 && (s.differ(atoms) != 0 || s.people(atoms) < s.least)
}
