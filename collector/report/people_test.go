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

// A crowd is a PeopleSource in memory.
type crowd struct {
	bases []string
	rows  []utilisation.CrowdRow
	stays map[string][]record.Presence // by base
	fail  map[string]error             // by method
	asked []string                     // what Attendance was asked
}

func (c *crowd) Cards(context.Context, string, time.Time, time.Time) (int64, error) {
	return -1, c.fail["Cards"]
}

func (c *crowd) Bases(context.Context) ([]string, error) { return c.bases, c.fail["Bases"] }

func (c *crowd) EachCrowdRow(_ context.Context, base string, from, to time.Time, each func(utilisation.CrowdRow) error) error {
	for _, r := range c.rows {
		if !r.Start.Before(from) && r.Start.Before(to) && (base == "" || r.Base == base) {
			if err := each(r); err != nil {
				return err
			}
		}
	}
	return c.fail["EachCrowdRow"]
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

// people is the answer in words: minutes, of them estimated, visits.
func people(t testing.TB, c *crowd, q Query) string {
	t.Helper()
	rows, err := People(t.Context(), c, q)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, r := range rows {
		text = append(text, fmt.Sprintf("%s/%s/%s/%s/%s %v~%v×%d", r.Base, r.Place, r.Purpose, r.Affiliation, r.UserGroup, float64(r.Person)/60_000, float64(r.Estimate)/60_000, r.Visits))
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
	for _, x := range []struct {
		by          []Dimension
		base, place string
		want        string
	}{
		{nil, "", "", "//// 162~40×8"},
		{[]Dimension{ByBase}, "", "", "b//// 155~40×6; far//// 7~0×2"},
		{[]Dimension{ByBase, ByPlace}, "b", "", "b/hall/// 120~10×4; b/mill/// 35~30×2"},
		{[]Dimension{ByPurpose}, "", "", "//pilot_test// 30~30×1; //student_training// 132~10×7"},
		{[]Dimension{ByAffiliation}, "", "", "///host/ 132~10×7; ///outside/ 30~30×1"},
		{[]Dimension{ByUserGroup}, "", "", "////college_student 120~10×4; ////employee 30~30×1; ////teacher 12~0×3"},
		{[]Dimension{ByBase}, "", "mill", "b//// 35~30×2; far//// 7~0×2"},
		{PeopleDimensions, "b", "mill", "b/mill/pilot_test/outside/employee 30~30×1; b/mill/student_training/host/teacher 5~0×1"},
		{nil, "nowhere", "", ""},
	} {
		if got := people(t, &c, Query{From: minute(0), To: minute(120), Now: minute(someday), By: x.by, Base: x.base, Asset: x.place}); got != x.want {
			t.Errorf("by %v of %q %q: got  %s\nwant %s", x.by, x.base, x.place, got, x.want)
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
		for _, k := range PeopleDimensions {
			if rapid.Bool().Draw(rt, string(k)) {
				q.By = append(q.By, k)
			}
		}
		want := attended(c.stays["b"], q.From, q.end()).Of(func(utilisation.CrowdKey) bool { return true })
		want.People = 0 // rows do not tell
		rows, err := People(t.Context(), &c, q)
		var got utilisation.CrowdCell
		for _, r := range rows {
			got = got.Plus(utilisation.CrowdCell{PersonMS: int64(r.Person), EstimatedMS: int64(r.Estimate), Visits: r.Visits})
		}
		if err != nil || got != want {
			rt.Fatalf("by %v: got %+v, want %+v, %v", q.By, got, want, err)
		}
	})
}

func TestWhatFailsOfPeopleIsNamed(t *testing.T) {
	gone := errors.New("gone")
	for method, want := range map[string]string{"EachCrowdRow": "ledger of people: gone", "Bases": "bases: gone", "Attendance": "b: gone"} {
		c := crowd{bases: []string{"b"}, fail: map[string]error{method: gone}}
		_, err := People(t.Context(), &c, Query{From: minute(0), To: minute(90), Now: minute(someday)})
		if !errors.Is(err, gone) || err.Error() != want {
			t.Errorf("%s: got %v, want %s", method, err, want)
		}
	}
}
