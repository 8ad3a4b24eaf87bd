package report

import (
	"math/rand/v2"
	"slices"
)

// Fewer than five people.
//
// An hour of "guests, testing, hall 2" that was one person's is that person's whereabouts. So a cell of a table of people
// is withheld if it may be of fewer than five; and since tables have totals, others must be withheld too, or else it is
// the total less the rest.
//
// The rule is about two tables. One is the true one. The other is made up, and differs from it in every cell that may be
// of fewer than five people. What both tables agree on is published; all else is withheld. Whoever reads what is
// published, in however many tables, filters and totals, and subtracts as cleverly as he likes, cannot tell which of the
// two he was told about. So he knows none of the cells in which they differ. That is the whole proof for one table, and it
// needs no guess about how he goes about it.
//
// The other table is made by exchanges. If one hour goes from students to guests in hall 1, and one from guests to
// students in hall 2, then each hall and each group still has its hours; only the four cells changed. Where there is no
// such box of cells, an exchange is between two cells alone, and some of their totals are withheld too. For each few that
// must be withheld, the exchange is searched for that withholds least besides: the smallest amount, the first of equals.
//
// Nor may a few be told together, though not one by one. The tables also differ in what the published parts of a
// published sum along one dimension leave of it, in what one published part leaves along several, and in any two small
// cells together, wherever that may be of fewer than five.
//
// How many people are in several cells together is not known, only that they are not fewer than in one of them. But a
// card is in one group, so people of different user groups are different people, and their numbers are added. Where
// nobody was counted, as in a ledger older than the count, there may have been fewer than five. Where there was nobody,
// the 0 is published.
//
// The table of a base always has all dimensions that tell people apart, and all its sums are decided on at once, whatever
// is asked. If time is divided, the periods are one more dimension, and what the whole span tells already is not hidden
// among them. Sums of several bases are decided on in stack.go. What this does not protect against:
//   - comparing different spans, months with weeks, a span with more than 31 of its periods, or with fewer where no exchange
//     leaves the sums of the span alone;
//   - comparing sums of several bases by month with those of the span, or those of cities with those of clusters;
//   - comparing what different tokens may see, or different versions of a ledger, or an exchange with answers;
//   - estimates: a withheld cell is more than nothing, and less than the total it is in;
//   - visits, which are whole numbers: if two withheld cells have two together, each has one;
//   - knowing the rule: among withheld cells that are neighbours, some are small;
//   - a card that was moved from one group to another meanwhile, which counts as two people;
//   - somebody who knows more than is published: a member of the group knows himself.

// A suppression is which cells of a table of people may be published.
type suppression struct {
	*marginals
	people func(atoms []int32) int64 // of how many people some atoms are, at least
	least  int64
	search *search
	random *rand.Rand // of a fixed seed: the same table has the same decision
	other  []uint64   // by how much the other table differs in each atom, modulo 2^64: what is not 0 so is not 0
	few    []bool     // the margins that are of too few people
	hidden []bool     // the margins in which the two tables differ
}

// suppress decides on all sums of a table over any of the dimensions by which it is divided: which may be published, if none
// may be of fewer people than the least. Rows must have all dimensions of people, or their people cannot be told apart.
func suppress(rows []Crowding, by []Dimension, least int64) *suppression {
	m := newMarginals(rows, by)
	return balance(m, m.people, least, func(int) (int64, bool) { return 0, false })
}

// balance makes the other table. What it costs to hide some margins may be said: nothing, or dear.
func balance(m *marginals, people func([]int32) int64, least int64, price func(margin int) (int64, bool)) *suppression {
	s := &suppression{marginals: m, people: people, least: least, search: newSearch(m), random: rand.New(rand.NewPCG(5, 5)),
		other: make([]uint64, len(m.atoms)), few: make([]bool, len(m.margins)), hidden: make([]bool, len(m.margins))}
	for i := range m.margins {
		if p, said := price(i); said {
			s.search.charge(int32(i), p)
		}
		if s.few[i] = people(m.margins[i].atoms) < least; s.few[i] {
			s.search.charge(int32(i), 0) // it must be hidden anyway
		}
	}
	for i := range slices.Backward(m.margins) { // the finest first: they often take the coarser along
		if s.few[i] {
			s.protect(m.margins[i].atoms)
		}
	}
	for s.mend() {
	}
	return s
}

// publishes tells whether the cell of a group, in the table divided by some of its dimensions, may be published.
func (s *suppression) publishes(over []Dimension, g Group) bool {
	id, anybody := s.at[s.tuple(over, &g)]
	return !anybody || !s.hidden[id]
}

// protect makes the two tables differ in a few atoms together; false: they do already.
func (s *suppression) protect(few []int32) bool {
	if s.differ(few) != 0 {
		return false
	}
	if len(few) < len(s.atoms) {
		s.change(s.search.cheapest(few))
		return true
	}
	for a := range s.atoms { // all together are few: nothing can be published
		s.change([]int32{int32(a)}, s.search.exchanges[0][0].marks)
	}
	return true
}

// change makes an exchange in the other table, of an arbitrary amount, so that no later one undoes it by chance.
func (s *suppression) change(corners []int32, marks []uint) {
	amount := s.random.Uint64() | 1
	for i, a := range corners {
		s.other[a] += amount * sign(i)
		for _, mask := range marks {
			if id := s.whose[mask][a]; !s.hidden[id] {
				s.hidden[id] = true
				s.search.charge(id, 0)
			}
		}
	}
}

// differ is by how much the two tables differ in some atoms together.
func (s *suppression) differ(atoms []int32) (sum uint64) {
	for _, a := range atoms {
		sum += s.other[a]
	}
	return sum
}
