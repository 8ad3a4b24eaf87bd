package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// A crowd is the ledger of people in memory.
type crowd struct {
	bases   []string
	rows    []utilisation.CrowdRow
	stays   map[string][]record.Presence // by base
	fail    map[string]error             // by method
	asked   []string                     // what Attendance was asked
	coarser map[utilisation.Grain][]utilisation.CrowdRow
}

func (c *crowd) Cards(context.Context, string, time.Time, time.Time) (int64, error) {
	return -1, c.fail["Cards"]
}

func (c *crowd) Bases(context.Context) ([]string, error) { return c.bases, c.fail["Bases"] }

func (c *crowd) EachCrowdRow(_ context.Context, of utilisation.Range, each func(utilisation.CrowdRow) error) error {
	for _, r := range c.grained(of) {
		if !r.Start.Before(of.From) && r.Start.Before(of.To) && (len(of.Bases) == 0 || slices.Contains(of.Bases, r.Base)) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	if of.Grain == utilisation.Hour {
		return c.fail["EachCrowdRow"]
	}
	return nil
}

func (c *crowd) Attendance(_ context.Context, base string, from, to time.Time) (utilisation.Crowd, error) {
	c.asked = append(c.asked, fmt.Sprintf("%s %v-%v", base, from.Sub(noon).Minutes(), to.Sub(noon).Minutes()))
	return attended(c.stays[base], from, to), c.fail["Attendance"]
}

func attended(stays []record.Presence, from, to time.Time) utilisation.Crowd {
	return utilisation.Count(utilisation.Attend(stays, nil, members, from.UnixMilli(), to.UnixMilli()))
}

// draw adds a card of a group. A letter is ten minutes: h in the hall, m at the mill; capitals: behind a forgotten badge-out.
func (c *crowd) draw(base, card, group, text string) {
	if c.stays == nil {
		c.stays = map[string][]record.Presence{}
	}
	places := map[byte]string{'h': "hall", 'm': "mill"}
	for i := 0; i < len(text); {
		n := i
		for n < len(text) && text[n] == text[i] {
			n++
		}
		if text[i] != '.' {
			p := record.Presence{Place: places[text[i]|0x20], Reader: "door", Card: card, Group: group, FromMS: minute(10 * i).UnixMilli(), ToMS: minute(10 * n).UnixMilli()}
			if p.KnownMS = p.ToMS; text[i] < 'a' {
				p.KnownMS, p.Continues = p.FromMS, true
			}
			c.stays[base] = append(c.stays[base], p)
		}
		i = n
	}
	if !slices.Contains(c.bases, base) {
		c.bases = append(c.bases, base)
	}
}

func (c *crowd) book(base string, hour int, key utilisation.CrowdKey, minutes, estimated, visits int64) {
	c.rows = append(c.rows, utilisation.CrowdRow{Base: base, Start: minute(60 * hour), CrowdKey: key,
		CrowdCell: utilisation.CrowdCell{PersonMS: minutes * 60_000, EstimatedMS: estimated * 60_000, Visits: visits}})
}

func crowdKey(place string, key utilisation.Key, group string) utilisation.CrowdKey {
	return utilisation.CrowdKey{Place: place, Key: key, UserGroup: group}
}

func everybody(l Line) utilisation.CrowdCell {
	return l.Totals.Crowd.Of(func(utilisation.CrowdKey) bool { return true })
}

// people is the answer in words: minutes, of them estimated, visits.
func people(t testing.TB, c *crowd, q Query) string {
	t.Helper()
	q.Metrics = []string{"person_hours", "visits"}
	l := ledger{crowd: *c}
	a, err := Build(t.Context(), &l, q)
	if err != nil {
		t.Fatal(err)
	}
	c.asked = l.crowd.asked
	var text []string
	for _, r := range a.Lines {
		cell := everybody(r)
		text = append(text, fmt.Sprintf("%s/%s/%s/%s/%s %v~%v×%d", r.Base, r.Place, r.Purpose, r.Affiliation, r.UserGroup, float64(cell.PersonMS)/60_000, float64(cell.EstimatedMS)/60_000, cell.Visits))
	}
	return strings.Join(text, "; ")
}

// That ledger and stays disagree is how a test sees which of them was used: the ledger has a minute for each hour.
func TestPeopleOfWholeHoursAndEdges(t *testing.T) {
	for _, c := range []struct {
		from, to, now int
		want          string
		asked         []string
	}{
		{0, 180, someday, "//// 3~0×3", nil},
		{30, 180, someday, "//// 32~0×2", []string{"b 30-60"}},
		{0, 130, someday, "//// 12~10×2", []string{"b 120-130"}},
		{30, 130, someday, "//// 41~10×1", []string{"b 30-60", "b 120-130"}},
		{30, 80, someday, "//// 50~0×0", []string{"b 30-60", "b 60-80"}},
		{5, 15, someday, "//// 10~0×0", []string{"b 5-15"}},
		{0, 10, someday, "//// 10~0×1", []string{"b 0-10"}},
		{0, 600, 130, "//// 12~10×2", []string{"b 120-130"}},
		{0, 60, 0, "", nil},
		{60, 60, someday, "", nil},
		{120, 60, someday, "", nil},
		{1000, 1010, someday, "", []string{"b 1000-1010"}},
	} {
		var l crowd
		l.draw("b", "c1", "g1", "hhhhhhhhhhhhHHHHHH")
		for hour := range 3 {
			l.book("b", hour, crowdKey("hall", lesson, "college_student"), 1, 0, 1)
		}
		got := people(t, &l, Query{From: minute(c.from), To: minute(c.to), Now: minute(c.now)})
		if got != c.want || !slices.Equal(l.asked, c.asked) {
			t.Errorf("%d to %d: got %s, want %s; asked %q, want %q", c.from, c.to, got, c.want, l.asked, c.asked)
		}
	}
}

func TestPeopleGroupedAndChosen(t *testing.T) {
	var c crowd
	c.bases = []string{"b", "far"}
	c.book("b", 0, crowdKey("hall", lesson, "college_student"), 100, 10, 4)
	c.book("b", 1, crowdKey("hall", lesson, "college_student"), 20, 0, 0)
	c.book("b", 0, crowdKey("mill", service, "employee"), 30, 30, 1)
	c.book("b", 0, crowdKey("mill", lesson, "teacher"), 5, 0, 1)
	c.book("b", 0, crowdKey("mill", course, "teacher"), 0, 0, 0) // vanished
	c.book("far", 0, crowdKey("mill", lesson, "teacher"), 7, 0, 2)
	all := []Dimension{ByBase, ByPlace, ByPurpose, ByAffiliation, ByUserGroup}
	for _, x := range []struct {
		by    []Dimension
		where map[Dimension][]string
		want  string
	}{
		{nil, nil, "//// 162~40×8"},
		{[]Dimension{ByBase}, nil, "b//// 155~40×6; far//// 7~0×2"},
		{[]Dimension{ByBase, ByPlace}, narrow(ByBase, "b"), "b/hall/// 120~10×4; b/mill/// 35~30×2"},
		{[]Dimension{ByPurpose}, nil, "//pilot_test// 30~30×1; //student_training// 132~10×7"},
		{[]Dimension{ByAffiliation}, nil, "///host/ 132~10×7; ///outside/ 30~30×1"},
		{[]Dimension{ByUserGroup}, nil, "////college_student 120~10×4; ////employee 30~30×1; ////teacher 12~0×3"},
		{[]Dimension{ByUserGroup}, narrow(ByUserGroup, "employee", "teacher"), "////employee 30~30×1; ////teacher 12~0×3"},
		{[]Dimension{ByBase}, narrow(ByPlace, "mill"), "b//// 35~30×2; far//// 7~0×2"},
		{all, map[Dimension][]string{ByBase: {"b"}, ByPlace: {"mill"}}, "b/mill/pilot_test/outside/employee 30~30×1; b/mill/student_training/host/teacher 5~0×1"},
		{nil, narrow(ByBase, "nowhere"), ""},
	} {
		if got := people(t, &c, Query{From: minute(0), To: minute(120), Now: minute(someday), By: x.by, Where: x.where}); got != x.want {
			t.Errorf("by %v of %v: got  %s\nwant %s", x.by, x.where, got, x.want)
		}
	}
}

// Who is there beyond the hour, or walks from place to place, comes once.
func TestAVisitCountsOnceWhereverItIsCut(t *testing.T) {
	for _, x := range []struct{ drawing, want string }{
		{"..hhhhhh", "b/hall/// 60~0×1"},
		{"..hh.hhh", "b/hall/// 50~0×2"},
		{"..hhHHHH", "b/hall/// 60~40×1"},
		{"..hhmmhh", "b/hall/// 40~0×1; b/mill/// 20~0×0"},
	} {
		var c crowd
		c.draw("b", "c1", "g1", x.drawing)
		for hour := range 3 {
			for key, cell := range attended(c.stays["b"], minute(60*hour), minute(60*hour+60)) {
				c.rows = append(c.rows, utilisation.CrowdRow{Base: "b", Start: minute(60 * hour), CrowdKey: key, CrowdCell: cell})
			}
		}
		if got := people(t, &c, Query{From: minute(10), To: minute(170), Now: minute(someday), By: []Dimension{ByBase, ByPlace}}); got != x.want {
			t.Errorf("%s: got %s, want %s", x.drawing, got, x.want)
		}
	}
}

// The ledger of people, too, is only a short cut.
func TestPeopleAreTheAttendanceOfTheirStays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := crowd{bases: []string{"b"}, stays: map[string][]record.Presence{"b": anyStays(rt, 8)}}
		for hour := -2; hour < 10; hour++ {
			for key, cell := range attended(c.stays["b"], minute(60*hour), minute(60*hour+60)) {
				c.rows = append(c.rows, utilisation.CrowdRow{Base: "b", Start: minute(60 * hour), CrowdKey: key, CrowdCell: cell})
			}
		}
		q := anyQuery(rt)
		q.By = nil
		for _, k := range []Dimension{ByBase, ByPlace, ByPurpose, ByAffiliation, ByUserGroup, ByDay} {
			if rapid.Bool().Draw(rt, string(k)) {
				q.By = append(q.By, k)
			}
		}
		want := attended(c.stays["b"], q.From, q.end()).Of(func(utilisation.CrowdKey) bool { return true })
		q.Metrics = []string{"person_hours"}
		a, err := Build(t.Context(), &ledger{crowd: c}, q)
		var got utilisation.CrowdCell
		for _, r := range a.Lines {
			got = got.Plus(everybody(r))
		}
		bound := got.People <= want.People && (got.People > 0) == (want.People > 0)
		want.People = got.People
		if err != nil || !bound || got != want || everybody(a.Total) != want {
			rt.Fatalf("by %v: got %+v, want %+v, %v", q.By, got, want, err)
		}
	})
}

func TestWhatFailsOfPeopleIsNamed(t *testing.T) {
	gone := errors.New("gone")
	for method, want := range map[string]string{"EachCrowdRow": "b: people: gone", "Bases": "bases: gone", "Attendance": "b: people: gone"} {
		c := crowd{bases: []string{"b"}, fail: map[string]error{method: gone}}
		_, err := Build(t.Context(), &ledger{crowd: c}, Query{From: minute(0), To: minute(90), Now: minute(someday), Metrics: []string{"visits"}})
		if !errors.Is(err, gone) || err.Error() != want {
			t.Errorf("%s: got %v, want %s", method, err, want)
		}
	}
}

// A lesson of thirty, a course of five, and a teacher who stayed behind: no answer tells how long the teacher was there,
// nor does any two of them.
func TestATeacherAloneIsNotTold(t *testing.T) {
	var c crowd
	c.bases = []string{"b"}
	for _, r := range []struct {
		key    utilisation.CrowdKey
		people int64
	}{{crowdKey("hall", lesson, "college_student"), 30}, {crowdKey("hall", service, "employee"), 5}, {crowdKey("hall", lesson, "teacher"), 1}} {
		c.rows = append(c.rows, utilisation.CrowdRow{Base: "b", Start: minute(0), CrowdKey: r.key,
			CrowdCell: utilisation.CrowdCell{PersonMS: r.people * 3_600_000, Visits: r.people, People: r.people}})
	}
	for _, x := range []struct {
		by    []Dimension
		where map[Dimension][]string
		want  string
	}{
		{nil, nil, "36, inside 31, society 5"},
		{[]Dimension{ByUserGroup}, nil, "college_student withheld; employee 5; teacher withheld"},
		{[]Dimension{ByPurpose}, nil, "pilot_test/ 5; student_training/ 31"},
		{[]Dimension{ByPurpose, ByUserGroup}, narrow(ByUserGroup, "teacher"), "student_training/teacher withheld"},
		{[]Dimension{ByPurpose}, narrow(ByUserGroup, "college_student", "employee"), "pilot_test/ 5; student_training/ withheld"},
	} {
		q := Query{From: minute(0), To: minute(60), Now: minute(someday), By: x.by, Where: x.where, Metrics: []string{"person_hours"}}
		if x.by == nil {
			q.Metrics = []string{"person_hours", "person_hours_inside", "person_hours_society"}
		}
		a, err := Build(t.Context(), &ledger{crowd: c}, q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range a.Lines {
			var parts []string
			for i, f := range l.Figures {
				text := fmt.Sprint(f.Value)
				if f.Missing != "" {
					text = string(f.Missing)
				}
				parts = append(parts, strings.Trim([]string{l.Purpose + "/" + l.UserGroup, "inside", "society"}[i]+" "+text, "/ "))
			}
			got = append(got, strings.Join(parts, ", "))
		}
		if got := strings.Join(got, "; "); got != x.want {
			t.Errorf("by %v of %v: %s, want %s", x.by, x.where, got, x.want)
		}
	}
}

// A machine that was heard of but stands in no registry has people, too, whatever else is asked.
func TestPeopleAtAMachineThatIsNotRegistered(t *testing.T) {
	var l ledger
	l.draw("b", "mill", "RRRRRR", "R")
	l.crowd.bases = []string{"b"}
	l.crowd.rows = []utilisation.CrowdRow{{Base: "b", Start: minute(0), CrowdKey: crowdKey("mill", lesson, "college_student"),
		CrowdCell: utilisation.CrowdCell{PersonMS: 30 * 3_600_000, Visits: 30, People: 30}}}
	for _, metrics := range [][]string{{"person_hours"}, {"person_hours", "running_hours"}} {
		a, err := Build(t.Context(), &l, Query{From: minute(0), To: minute(60), Now: minute(someday), By: bothKeys, Metrics: metrics})
		if err != nil || len(a.Lines) != 1 || a.Lines[0].Asset != "mill" || a.Lines[0].Figures[0].Value != 30 {
			t.Errorf("%v: %+v, %v", metrics, a.Lines, err)
		}
	}
}
