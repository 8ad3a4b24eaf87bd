package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// told is a change as a teacher would note it.
func told(b *Base, c Change) string {
	side := func(s *Slot) string {
		if s == nil {
			return "none"
		}
		return letter(*s)
	}
	return fmt.Sprintf("%s %s-%s %s→%s", c.Place, c.From.In(b.Zone).Format("01-02 15:04"), c.To.In(b.Zone).Format("01-02 15:04"), side(c.Old), side(c.New))
}

func TestDiff(t *testing.T) {
	old := loaded(t, school(t, nil))
	zone := old.Bases[0].Zone
	from, to := Date{2025, 11, 17}.In(zone), Date{2025, 11, 22}.In(zone)
	for _, x := range []struct {
		name, old, new string
		want           string
	}{
		{timetableFile, "lessons:", "# a comment\nlessons:", ""},
		{timetableFile, "text: 二", "text: 数控", ""},
		{registryFile, "text_zh: 公司", "text_zh: 大公司", ""},
		{timetableFile, `weekday: tue, from: "08:00", to: "10:00"`, `weekday: tue, from: "08:00", to: "09:30"`,
			"hall 11-18 09:30-11-18 10:00 t→o; lathe-1 11-18 09:30-11-18 10:00 t→o; lathe-2 11-18 09:30-11-18 10:00 t→o"},
		{bookingsFile, "", "bookings: [{id: b, text: b, from: 2025-11-18T09:00, to: 2025-11-18T18:00, assets: [lathe-1], purpose: tech_rd, organisation: us}]",
			"hall 11-18 09:00-11-18 10:00 t→b; hall 11-18 10:00-11-18 12:00 o→b; hall 11-18 12:00-11-18 14:00 .→B; hall 11-18 14:00-11-18 17:00 o→b; hall 11-18 17:00-11-18 18:00 .→B; " +
				"lathe-1 11-18 09:00-11-18 10:00 t→b; lathe-1 11-18 10:00-11-18 12:00 o→b; lathe-1 11-18 12:00-11-18 14:00 .→B; lathe-1 11-18 14:00-11-18 17:00 o→b; lathe-1 11-18 17:00-11-18 18:00 .→B"},
		{registryFile, "  - {id: lathe-2, text_zh: 车床, area: hall, from: 2025-09-10, until: 2026-01-07}\n", "",
			" 11-17 00:00-11-22 00:00 none→none; lathe-2 11-17 00:00-11-17 08:00 .→none; "},
		{calendarFile, "weekly:", "overrides: [{date: 2025-11-21, closed: true}]\nweekly:", "hall 11-21 08:00-11-21 10:00 f→.; hall 11-21 10:00-11-21 12:00 o→.; hall 11-21 14:00-11-21 17:00 o→.; lathe-1 "},
		{registryFile, "areas:", "cards: [{group: g, text_zh: g, user_group: teacher, organisation: us}]\nareas:", " 11-17 00:00-11-22 00:00 none→none"},
	} {
		changed := loaded(t, edited(t, x.name, x.old, x.new))
		var all []string
		for _, c := range Diff(old, changed, from, to) {
			all = append(all, told(old.Bases[0], c))
		}
		if got := strings.Join(all, "; "); !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s → %s\n got %s\nwant %s", x.old, x.new, got, x.want)
		}
	}
}

func TestHoursThatChange(t *testing.T) {
	old := loaded(t, school(t, nil))
	changed := loaded(t, edited(t, timetableFile, `weekday: tue, from: "08:00", to: "10:00"`, `weekday: tue, from: "08:30", to: "10:30"`))
	from := Date{2025, 11, 18}.In(old.Bases[0].Zone)
	var starts []string
	for _, h := range Diff(old, changed, from, from.AddDate(0, 0, 7)).Hours() {
		starts = append(starts, h.Base+" "+h.Start.Format("02T15:04"))
	}
	if got := strings.Join(starts, " "); got != "school 18T00:00 school 18T02:00" {
		t.Error(got)
	}
	if Diff(old, changed, from, from) != nil {
		t.Error("an empty span changes")
	}
	other := &Plan{}
	if got := Diff(old, other, from, from.Add(time.Hour)); len(got.Hours()) != 1 || got[0].Place != "" {
		t.Errorf("%v", got)
	}
}

// Two plans differ exactly where their slots do.
func TestDiffIsWhereSlotsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, from, to := anyBase(t), anyBase(t), anyTime(t, "from"), anyTime(t, "to")
		if !from.Before(to) {
			t.Skip()
		}
		changes := Diff(&Plan{Bases: []*Base{a}}, &Plan{Bases: []*Base{b}}, from, to)
		at := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from)-1)).Draw(t, "at")))
		for _, place := range []string{"hall", "a", "b"} {
			x, y := a.Slots(place, at, at.Add(1))[0], b.Slots(place, at, at.Add(1))[0]
			named := false
			for _, c := range changes {
				named = named || c.Place == place && !at.Before(c.From) && at.Before(c.To)
			}
			if named == x.means(&y) {
				t.Fatalf("%s at %v: %v and %v, named %t", place, at, x, y, named)
			}
		}
	})
}
