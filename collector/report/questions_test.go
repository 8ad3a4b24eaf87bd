package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/collector/utilisation"
)

// A reader has every answer that there is and solves them for what was not told, in whole numbers modulo a prime. What is
// known is kept as equations in echelon form, of which only the left sides matter.
type reader struct {
	cells []utilisation.CrowdRow
	rows  [][]uint64
	pivot []int
}

const prime = 1<<31 - 1

// sum is the left side of an equation.
func (k *reader) sum(of func(*utilisation.CrowdRow) bool) []uint64 {
	left := make([]uint64, len(k.cells))
	for i := range k.cells {
		if of(&k.cells[i]) {
			left[i] = 1
		}
	}
	return left
}

// reduce is what remains unknown of a sum; -1: nothing.
func (k *reader) reduce(left []uint64) int {
	for i, row := range k.rows {
		if times := left[k.pivot[i]]; times != 0 {
			for c := range left {
				left[c] = (left[c] + (prime-times)*row[c]) % prime
			}
		}
	}
	return slices.IndexFunc(left, func(v uint64) bool { return v != 0 })
}

func (k *reader) learn(left []uint64) {
	pivot := k.reduce(left)
	if pivot < 0 {
		return
	}
	over := inverse(left[pivot])
	for c := range left {
		left[c] = left[c] * over % prime
	}
	k.rows, k.pivot = append(k.rows, left), append(k.pivot, pivot)
}

// inverse is by Fermat's little theorem.
func inverse(v uint64) uint64 {
	over := uint64(1)
	for e := prime - 2; e > 0; e >>= 1 {
		if e&1 == 1 {
			over = over * v % prime
		}
		v = v * v % prime
	}
	return over
}

// A school is a ledger of people whose registry says where its bases are.
type school struct {
	ledger
	catalogue Catalogue
}

// anySchool draws bases, and who was there in two months: many, few or nobody. A group is of one affiliation.
func anySchool(t *rapid.T, bases, places, purposes int) *school {
	s := &school{}
	affiliations := map[string]utilisation.Affiliation{"college_student": utilisation.Host, "teacher": utilisation.Host, "employee": utilisation.Outside, "public": utilisation.Outside}
	numbers := rapid.SampledFrom([][]int64{{0, 1, 2, 3, 4, 5, 6}, {0, 0, 3, 20, 25, 30}, {0, 9, 10, 40, 2}, {30, 31, 32, 1, 33, 34}}).Draw(t, "people")
	for b := range bases {
		base := fmt.Sprintf("base-%d", b)
		s.crowd.bases = append(s.crowd.bases, base)
		s.catalogue.Bases = append(s.catalogue.Bases, Base{ID: base, City: rapid.SampledFrom([]string{"nanchang", "ganzhou"}).Draw(t, "city"),
			County: rapid.SampledFrom([]string{"", "north"}).Draw(t, "county"), Cluster: rapid.SampledFrom([]string{"rail", "copper"}).Draw(t, "cluster")})
		for place := range places {
			for purpose := range purposes {
				for _, group := range slices.Sorted(maps.Keys(affiliations)) {
					for month := range 2 {
						n := rapid.SampledFrom(numbers).Draw(t, "n")
						if n == 0 {
							continue
						}
						key := crowdKey(fmt.Sprint("hall-", place), utilisation.Key{Purpose: []string{"student_training", "pilot_test", "competition"}[purpose], Affiliation: affiliations[group]}, group)
						s.crowd.rows = append(s.crowd.rows, utilisation.CrowdRow{Base: base, Start: noon.AddDate(0, month, 0), CrowdKey: key,
							CrowdCell: utilisation.CrowdCell{PersonMS: n * 3_600_000, Visits: n, People: n}})
					}
				}
			}
		}
	}
	return s
}

// group is what a row is called in an answer.
func (s *school) group(r *utilisation.CrowdRow) (g Group) {
	g.place(r.Base, s.catalogue.Base(r.Base))
	g.Place, g.Purpose, g.Affiliation, g.UserGroup = r.Place, r.Purpose, r.Affiliation.String(), r.UserGroup
	g.Month = r.Start.In(beijing).Format("2006-01")
	return g
}

// ask learns all that is told of a question.
func (s *school) ask(t *rapid.T, k *reader, by []Dimension, where map[Dimension][]string) {
	q := Query{From: noon.Add(-time.Hour), To: noon.AddDate(0, 3, 0), Now: noon.AddDate(1, 0, 0), By: by, Where: where, Catalogue: &s.catalogue,
		Metrics: []string{"person_hours", "person_hours_inside", "person_hours_society"}}
	a, err := Build(t.Context(), &s.ledger, q)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(line Line, by []Dimension) {
		for i, f := range line.Figures {
			if f.Missing != "" {
				continue
			}
			k.learn(k.sum(func(r *utilisation.CrowdRow) bool {
				g := s.group(r)
				return !slices.ContainsFunc(by, func(d Dimension) bool { return g.At(d) != line.At(d) }) &&
					!slices.ContainsFunc(q.narrowed(), func(d Dimension) bool { return !q.allows(d, g.At(d)) }) &&
					(i == 0 || (i == 2) == (r.Affiliation == utilisation.Outside))
			}))
		}
	}
	for _, line := range a.Lines {
		tell(line, by)
	}
	tell(a.Total, nil)
}

// few finds a group of fewer than five people that can be worked out. Of a base's people nobody knows how many are the same.
func (s *school) few(k *reader, divided []Dimension) string {
	type headcount map[string]map[string]int64 // by base and user group
	for mask := range 1 << len(divided) {
		people := map[Group]headcount{}
		name := func(r *utilisation.CrowdRow) (g Group) {
			all := s.group(r)
			for i, d := range divided {
				if mask>>i&1 == 1 {
					*g.at(d) = all.At(d)
				}
			}
			return g
		}
		for i := range k.cells {
			r := &k.cells[i]
			g := name(r)
			if people[g] == nil {
				people[g] = headcount{}
			}
			if people[g][r.Base] == nil {
				people[g][r.Base] = map[string]int64{}
			}
			people[g][r.Base][r.UserGroup] = max(people[g][r.Base][r.UserGroup], r.People)
		}
		for g, bases := range people {
			var n int64
			for _, groups := range bases {
				for _, count := range groups {
					n += count
				}
			}
			if n < LeastPeople && k.reduce(k.sum(func(r *utilisation.CrowdRow) bool { return name(r) == g })) < 0 {
				return fmt.Sprintf("%+v, of %d people", g, n)
			}
		}
	}
	return ""
}

// Whatever is asked of a base, in however many questions, nobody can work out of fewer than five people how long they were there.
func TestNoQuestionsTellOfAFewInABase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySchool(t, 1, 2, 2)
		k := &reader{cells: s.crowd.rows}
		divided := []Dimension{ByPlace, ByPurpose, ByAffiliation, ByUserGroup}
		months := []Dimension{}
		if rapid.Bool().Draw(t, "months") {
			months = []Dimension{ByMonth}
		}
		for mask := range 1 << len(divided) {
			by := slices.Clone(months)
			for i, d := range divided {
				if mask>>i&1 == 1 {
					by = append(by, d)
				}
			}
			var where map[Dimension][]string
			if len(k.cells) > 0 && rapid.Bool().Draw(t, "narrowed") {
				where = map[Dimension][]string{}
				for range rapid.IntRange(1, 3).Draw(t, "values") {
					d := rapid.SampledFrom(divided).Draw(t, "of")
					where[d] = append(where[d], s.group(&k.cells[rapid.IntRange(0, len(k.cells)-1).Draw(t, "as")]).At(d))
				}
			}
			s.ask(t, k, by, where)
			s.ask(t, k, by, nil)
		}
		if few := s.few(k, slices.Concat(divided, months)); few != "" {
			t.Fatalf("%s can be worked out", few)
		}
	})
}

// Nor can they be told from the sums of bases: of cities and counties, of clusters, of all.
func TestNoSumsOfBasesTellOfAFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := rapid.SampledFrom([][]Dimension{{ByCity, ByCounty}, {ByCluster}}).Draw(t, "tree")
		column := rapid.SampledFrom([][]Dimension{{}, {ByUserGroup}, {ByPurpose}, {ByPurpose, ByUserGroup}}).Draw(t, "column")
		s := anySchool(t, rapid.IntRange(2, 6).Draw(t, "bases"), 1, min(1+len(column), 2))
		k := &reader{cells: s.crowd.rows}
		for n := range len(tree) + 1 {
			for _, by := range [][]Dimension{tree[:n], append(slices.Clone(tree[:n]), ByBase)} {
				for n := range column {
					s.ask(t, k, slices.Concat(by, column[n:n+1]), nil)
				}
				s.ask(t, k, slices.Concat(by, column), nil)
				s.ask(t, k, by, nil)
			}
		}
		for _, b := range s.catalogue.Bases {
			s.ask(t, k, column, narrow(ByBase, b.ID))
			s.ask(t, k, column, map[Dimension][]string{tree[0]: {(&Group{City: b.City, Cluster: b.Cluster}).At(tree[0])}})
		}
		if few := s.few(k, slices.Concat(tree, []Dimension{ByBase}, column)); few != "" {
			t.Fatalf("%s can be worked out", few)
		}
	})
}

// One base has three people of society, and so may not tell of them. Nor may its city, less the other bases; nor may the
// province, unless another city does not tell either.
func TestACityLessItsOtherBases(t *testing.T) {
	for _, x := range []struct {
		society [4]int64 // at two bases of Nanchang, at two of Ganzhou
		want    string
	}{
		{[4]int64{30, 31, 32, 33}, "ganzhou 65, nanchang 61, total 126"},
		{[4]int64{3, 31, 32, 33}, "ganzhou 65, nanchang withheld, total withheld"},
		{[4]int64{3, 31, 32, 4}, "ganzhou withheld, nanchang withheld, total 70"},
		{[4]int64{3, 31, 32, 1}, "ganzhou withheld, nanchang withheld, total withheld"}, // of four people together
		{[4]int64{3, 4, 32, 33}, "ganzhou 65, nanchang 7, total 72"},
		{[4]int64{0, 31, 32, 33}, "ganzhou 65, nanchang 31, total 96"},
	} {
		var s school
		for i, n := range x.society {
			base := fmt.Sprint("base-", i)
			s.crowd.bases = append(s.crowd.bases, base)
			s.catalogue.Bases = append(s.catalogue.Bases, Base{ID: base, City: []string{"nanchang", "ganzhou"}[i/2]})
			for key, people := range map[utilisation.CrowdKey]int64{crowdKey("hall", lesson, "college_student"): 50, crowdKey("hall", service, "employee"): n} {
				s.crowd.rows = append(s.crowd.rows, utilisation.CrowdRow{Base: base, Start: noon, CrowdKey: key,
					CrowdCell: utilisation.CrowdCell{PersonMS: people * 3_600_000, Visits: people, People: people}})
			}
		}
		q := Query{From: noon, To: noon.Add(time.Hour), Now: noon.AddDate(1, 0, 0), By: []Dimension{ByCity}, Catalogue: &s.catalogue, Metrics: []string{"person_hours_society", "person_hours"}}
		a, err := Build(t.Context(), &s.ledger, q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range append(a.Lines, a.Total) {
			text := fmt.Sprint(l.Figures[0].Value)
			if l.Figures[0].Missing != "" {
				text = string(l.Figures[0].Missing)
			}
			got = append(got, cmp.Or(l.City, "total")+" "+text)
			if l.Figures[1].Missing != "" {
				t.Errorf("%v: the hours of all in %s are withheld", x.society, l.City)
			}
		}
		if got := strings.Join(got, ", "); got != x.want {
			t.Errorf("%v: %s, want %s", x.society, got, x.want)
		}
		q.By, q.Where = nil, narrow(ByCity, "ganzhou")
		alone, err := Build(t.Context(), &s.ledger, q)
		if err != nil || alone.Total.Figures[0] != a.Lines[0].Figures[0] {
			t.Errorf("%v: Ganzhou alone has %+v, beside Nanchang %+v, %v", x.society, alone.Total.Figures[0], a.Lines[0].Figures[0], err)
		}
	}
}
