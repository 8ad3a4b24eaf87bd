package report

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// An attacker has every published sum of a table and solves them for the hidden atoms, in fractions. What he knows is
// kept as equations in echelon form; only their left sides matter.
type attacker struct {
	column map[int32]int // of a hidden atom
	rows   [][]*big.Rat
	pivots []int
}

func newAttacker(s *suppression) *attacker {
	k := &attacker{column: map[int32]int{}}
	for a := range s.atoms {
		if s.hidden[s.at[s.atoms[a].tuple]] {
			k.column[int32(a)] = len(k.column)
		}
	}
	for i := range s.margins {
		if !s.hidden[i] {
			k.learn(s.margins[i].atoms)
		}
	}
	return k
}

// reduce is what remains unknown of a sum of atoms.
func (k *attacker) reduce(atoms []int32) []*big.Rat {
	row := make([]*big.Rat, len(k.column))
	for i := range row {
		row[i] = new(big.Rat)
	}
	for _, a := range atoms {
		if c, hidden := k.column[a]; hidden {
			row[c].SetInt64(1)
		}
	}
	for i, known := range k.rows {
		if times := new(big.Rat).Set(row[k.pivots[i]]); times.Sign() != 0 {
			for c := range row {
				row[c].Sub(row[c], new(big.Rat).Mul(times, known[c]))
			}
		}
	}
	return row
}

func (k *attacker) learn(atoms []int32) {
	row := k.reduce(atoms)
	pivot := slices.IndexFunc(row, func(r *big.Rat) bool { return r.Sign() != 0 })
	if pivot < 0 {
		return
	}
	over := new(big.Rat).Inv(row[pivot])
	for c := range row {
		row[c].Mul(row[c], over)
	}
	k.rows, k.pivots = append(k.rows, row), append(k.pivots, pivot)
}

// knows tells whether a sum of atoms can be worked out.
func (k *attacker) knows(atoms []int32) bool {
	return !slices.ContainsFunc(k.reduce(atoms), func(r *big.Rat) bool { return r.Sign() != 0 })
}

// anyTable draws a table of people: with large cells and small, and with holes. Places are of cities, two each.
func anyTable(t *rapid.T) []Crowding {
	var rows []Crowding
	people := rapid.SampledFrom([][]int64{{0, 1, 2, 3, 4, 5, 6}, {0, 3, 20, 25, 30}, {0, 0, 0, 2, 9, 40}, {2, 30, 31, 32, 33, 34, 35, 36}, {1, 1, 1, 1, 1, 1, 40}}).Draw(t, "people")
	size := func(name string, most int) int { return rapid.IntRange(1, most).Draw(t, name) }
	places, purposes, affiliations, groups := size("places", 3), size("purposes", 4), size("affiliations", 3), size("groups", 3)
	for i := range places * purposes * affiliations * groups {
		g := Group{City: fmt.Sprint(i % places / 2), Place: fmt.Sprint(i % places), Purpose: fmt.Sprint(i / places % purposes),
			Affiliation: fmt.Sprint(i / places / purposes % affiliations), UserGroup: fmt.Sprint(i / places / purposes / affiliations)}
		n := rapid.SampledFrom(people).Draw(t, "n")
		rows = append(rows, crowded(g, n, n*rapid.Int64Range(1, 9).Draw(t, "each")))
	}
	return rows
}

func TestNobodyCanWorkOutAHiddenSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := slices.Concat([]Dimension{ByCity}, peoples)[rapid.IntRange(0, 2).Draw(t, "without"):]
		s := suppress(anyTable(t), by, 5)
		k := newAttacker(s)
		var few []int
		for i := range s.margins {
			if s.hidden[i] && k.knows(s.margins[i].atoms) {
				t.Fatalf("%v can be worked out", s.margins[i])
			}
			if s.people(s.margins[i].atoms) < 5 {
				few = append(few, i)
				if !s.hidden[i] {
					t.Fatalf("%v is published", s.margins[i])
				}
			}
		}
		for n, i := range few {
			for _, j := range few[:n] {
				both := slices.Concat(s.margins[i].atoms, s.margins[j].atoms)
				slices.Sort(both)
				if len(slices.Compact(slices.Clone(both))) == len(both) && s.people(both) < 5 && k.knows(both) {
					t.Fatalf("%v and %v together can be worked out", s.margins[i], s.margins[j])
				}
			}
		}
		for rest := range s.rests {
			if s.people(rest) < 5 {
				t.Fatalf("%v is left over", rest)
			}
		}
		for rest := range s.differences {
			if s.people(rest) < 5 {
				t.Fatalf("%v is left over", rest)
			}
		}
	})
}
