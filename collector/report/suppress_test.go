package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"basemeter/collector/utilisation"
)

var peoples = []Dimension{ByPlace, ByPurpose, ByAffiliation, ByUserGroup}

func crowded(g Group, people, hours int64) Crowding {
	return Crowding{g, utilisation.CrowdCell{PersonMS: hours * 3_600_000, Visits: people, People: people}}
}

// crowdings reads a drawn table: a line a purpose, a number a column, which is that many people for an hour each.
func crowdings(lines string, column Dimension) (rows []Crowding) {
	for i, line := range strings.Split(lines, "\n") {
		for j, text := range strings.Fields(line) {
			n, _ := strconv.ParseInt(text, 10, 64)
			g := Group{Purpose: "用途" + strconv.Itoa(i+1)}
			*g.at(column) = "列" + strconv.Itoa(j+1)
			rows = append(rows, crowded(g, n, n))
		}
	}
	return rows
}

// published draws the table with its totals, as it may be published: x is withheld.
func published(t *testing.T, rows []Crowding, column Dimension) string {
	s := suppress(rows, []Dimension{ByPurpose, column}, 5)
	cell := func(over []Dimension, g Group) string {
		if !s.publishes(over, g) {
			return "x"
		}
		var hours int64
		for _, r := range rows {
			if !slices.ContainsFunc(over, func(d Dimension) bool { return r.At(d) != g.At(d) }) {
				hours += r.PersonMS / 3_600_000
			}
		}
		return strconv.FormatInt(hours, 10)
	}
	var lines, foot []string
	var line []string
	for i, r := range rows {
		line = append(line, cell([]Dimension{ByPurpose, column}, r.Group))
		if len(lines) == 0 {
			foot = append(foot, cell([]Dimension{column}, r.Group))
		}
		if i+1 == len(rows) || rows[i+1].Purpose != r.Purpose {
			lines, line = append(lines, strings.Join(append(line, "|", cell([]Dimension{ByPurpose}, r.Group)), " ")), nil
		}
	}
	return strings.Join(append(lines, strings.Join(append(foot, "|", cell(nil, Group{})), " ")), "\n")
}

// Lines are purposes, columns user groups, whose people are different people; behind and below are the totals.
func TestWithheldByHand(t *testing.T) {
	for _, c := range []struct{ name, drawn, want string }{
		{"exactly five", "5 30\n31 32", "5 30 | 35\n31 32 | 63\n36 62 | 98"},
		{"nobody is nobody", "0 0\n0 0", "0 0 | 0\n0 0 | 0\n0 0 | 0"},
		{"a zero hides nobody", "0 30\n31 32", "0 30 | 30\n31 32 | 63\n31 62 | 93"},
		{"a total of few", "3", "x | x\nx | x"},
		{"total less rest", "3 20 30", "x x 30 | 53\nx x 30 | 53"},
		{"two that are few together", "1 2 30", "x x x | 33\nx x x | 33"},
		{"three that are few together", "1 1 2 30 40", "x x x x 40 | 74\nx x x x 40 | 74"},
		{"two that are five together", "3 2 30", "x x 30 | 35\nx x 30 | 35"},
		{"each line and each column has two", "3 30\n31 32", "x x | 33\nx x | 63\n34 62 | 96"},
		{"of the neighbours the smallest", "3 30 20\n40 50 60\n41 21 22", "x 30 x | 53\n40 50 60 | 150\nx 21 x | 84\n84 101 102 | 287"},
		{"two in one line", "3 2 40\n30 31 32\n33 34 35", "x x 40 | 45\nx x 32 | 93\n33 34 35 | 102\n66 67 107 | 240"},
		{"no box of cells: a total goes too", "3 0 20\n0 30 40", "x 0 x | 23\n0 30 40 | 70\nx 30 x | 93"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := published(t, crowdings(c.drawn, ByUserGroup), ByUserGroup); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// The same people may be in two places: three here and two there may be three.
func TestPeopleOfTwoPlacesMayBeTheSame(t *testing.T) {
	if got, want := published(t, crowdings("3 2 30", ByPlace), ByPlace), "x x x | 35\nx x x | 35"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	rows := []Crowding{crowded(Group{Affiliation: "host", UserGroup: utilisation.Unattributed}, 4, 40),
		crowded(Group{Affiliation: "society", UserGroup: utilisation.Unattributed}, 4, 40)}
	if suppress(rows, peoples, 5).publishes(nil, Group{}) {
		t.Error("cards of no group are in two affiliations by the plan of two places, and were added")
	}
}

func TestNobodyCountedIsNotEnough(t *testing.T) {
	if suppress([]Crowding{crowded(Group{UserGroup: "employee"}, 0, 40)}, peoples, 5).publishes(nil, Group{}) {
		t.Error("hours of nobody knows how many were published")
	}
}

// Bases within their city and months are dimensions like others.
func TestACityLessItsBases(t *testing.T) {
	var rows []Crowding
	for city, bases := range map[string]map[string]int64{"南昌": {"一": 3, "二": 40, "三": 50}, "赣州": {"四": 60, "五": 61}, "九江": {"六": 4}} {
		for base, n := range bases {
			for _, month := range []string{"2026-03", "2026-04"} {
				rows = append(rows, crowded(Group{City: city, Base: base, Month: month, UserGroup: "student"}, n, n))
			}
		}
	}
	s := suppress(rows, []Dimension{ByCity, ByBase, ByMonth}, 5)
	for _, c := range []struct {
		over []Dimension
		g    Group
		want bool
	}{
		{[]Dimension{ByBase}, Group{Base: "一"}, false},
		{[]Dimension{ByCity, ByBase}, Group{City: "南昌", Base: "一"}, false},
		{[]Dimension{ByBase, ByMonth}, Group{Base: "一", Month: "2026-03"}, false},
		{[]Dimension{ByBase}, Group{Base: "六"}, false},
		{[]Dimension{ByCity}, Group{City: "九江"}, false},
		{[]Dimension{ByCity}, Group{City: "赣州"}, true},
		{[]Dimension{ByBase}, Group{Base: "三"}, true},
		{nil, Group{}, true},
	} {
		if got := s.publishes(c.over, c.g); got != c.want {
			t.Errorf("%v %v: published %t, want %t", c.over, c.g, got, c.want)
		}
	}
}

func TestTheSameTableTheSameDecision(t *testing.T) {
	rows := anyRows(rand.New(rand.NewPCG(1, 1)), [4]int{4, 5, 3, 4}, 0.2, 0.3)
	first := suppress(rows, peoples, 5)
	for range 20 {
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if !slices.Equal(suppress(rows, peoples, 5).hidden, first.hidden) {
			t.Fatal("the order of the rows decided")
		}
	}
}

// A school: three places, five purposes, three affiliations, six user groups of which each has its own affiliation and
// some others now and then. Few cells are small, and few more may be withheld for them.
func TestLittleOfASchoolIsWithheld(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var rows []Crowding
	for i := range 3 * 5 * 3 * 6 {
		place, purpose, affiliation, group := i%3, i/3%5, i/15%3, i/45
		people := int64(8 + r.IntN(120)/(1+group))
		switch {
		case affiliation != group/2 && r.IntN(4) > 0:
			continue
		case r.IntN(100) < 6:
			people = 1 + r.Int64N(4)
		}
		rows = append(rows, crowded(Group{Place: fmt.Sprint(place), Purpose: fmt.Sprint(purpose), Affiliation: fmt.Sprint(affiliation),
			UserGroup: fmt.Sprint(group)}, people, people*(1+r.Int64N(40))))
	}
	small, withheld, all, lost := load(suppress(rows, peoples, 5))
	t.Logf("%d rows, %d sums: %d below five, %d withheld, which are %.1f %% of the hours of all sums", len(rows), all, small, withheld, 100*lost)
	if small == 0 || withheld > 10*small || lost > 0.1 {
		t.Errorf("%d of %d sums are below five; %d were withheld, of %.1f %% of the hours", small, all, withheld, 100*lost)
	}
}

// load is how many sums are small, are withheld, and are there, and which part of the hours of all is lost.
func load(s *suppression) (small, withheld, all int, lost float64) {
	var total int64
	for i := range s.margins {
		total += s.margins[i].amount
		if s.few[i] {
			small++
		}
		if s.hidden[i] {
			withheld++
			lost += float64(s.margins[i].amount)
		}
	}
	return small, withheld, len(s.margins), lost / float64(total)
}

// anyRows are a table of which some part is small, and some empty.
func anyRows(r *rand.Rand, values [4]int, small, empty float64) (rows []Crowding) {
	for i := range values[0] * values[1] * values[2] * values[3] {
		if r.Float64() < empty {
			continue
		}
		g := Group{Place: fmt.Sprint(i % values[0]), Purpose: fmt.Sprint(i / values[0] % values[1]),
			Affiliation: fmt.Sprint(i / values[0] / values[1] % values[2]), UserGroup: fmt.Sprint(i / values[0] / values[1] / values[2])}
		people := 5 + r.Int64N(60)
		if r.Float64() < small {
			people = 1 + r.Int64N(4)
		}
		rows = append(rows, crowded(g, people, people*(1+r.Int64N(40))))
	}
	return rows
}

// Two thousand cells of four dimensions, full and with holes.
func BenchmarkSuppress(b *testing.B) {
	for _, small := range []float64{0.01, 0.05, 0.3, 0.9} {
		for _, empty := range []float64{0, 0.5, 0.9} {
			b.Run(fmt.Sprintf("small=%v,empty=%v", small, empty), func(b *testing.B) {
				rows := anyRows(rand.New(rand.NewPCG(1, 1)), [4]int{int(20 / (1 - empty)), 5, 4, 5}, small, empty)
				var s *suppression
				for b.Loop() {
					s = suppress(rows, peoples, 5)
				}
				small, withheld, all, lost := load(s)
				b.ReportMetric(float64(all), "sums")
				b.ReportMetric(float64(small), "small")
				b.ReportMetric(float64(withheld), "withheld")
				b.ReportMetric(100*lost, "%lost")
			})
		}
	}
}
