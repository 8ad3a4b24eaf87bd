package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A machine stands by or runs from Monday to Sunday. On Wednesday from 9 to 10 the gateway says nothing.
func TestAWeekWithAnHourMissing(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 2, allDay), half("lathe", "03-04 00:00", strings.Replace(allDay, "ssrrrrss", "ss..rrss", 1)), days("lathe", "03-05 00:00", 4, allDay))
	d.want("the week", d.sums("lathe", "03-02 00:00", "03-09 00:00", utilisation.POT, utilisation.PBTUnknown, unknown, running),
		"pot_ms 35, pbt_unknown_ms 1, unknown_ms 1, running_ms 13")
	d.want("what for", d.purposes("lathe", "03-02 00:00", "03-09 00:00"),
		"pilot_test/outside 2.00, student_training/host 2.00, unattributed/unattributed 12.00")
}

// The gateway is dead all Thursday: 24 hours are unknown, among them the 7 open ones. Nothing else changes.
func TestAGatewayDeadForADay(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-04 00:00", 1, allDay), days("lathe", "03-06 00:00", 1, allDay))
	d.want("Thursday", d.sums("lathe", "03-05 00:00", "03-06 00:00", utilisation.POT, utilisation.PBTUnknown, unknown, utilisation.Held, utilisation.NoShow),
		"pot_ms 7, pbt_unknown_ms 7, unknown_ms 24, held_ms 0, no_show_ms 0")
	d.want("three days", d.sums("lathe", "03-04 00:00", "03-07 00:00", utilisation.POT, unknown, running), "pot_ms 21, unknown_ms 24, running_ms 4")
}

// Facts of the lesson on 3 March come on 12 April, when everybody has long seen that day as unknown.
func TestFactsFortyDaysLate(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 00:00", "oo"), half("lathe", "04-12 00:00", "oo"))
	d.want("before", d.sums("lathe", "03-03 08:00", "03-03 10:00", unknown, utilisation.Held), "unknown_ms 2, held_ms 0")
	d.tell(half("lathe", "03-03 08:00", "srrs"))
	d.want("after", d.sums("lathe", "03-03 08:00", "03-03 10:00", unknown, utilisation.Held), "unknown_ms 0, held_ms 2")
	d.want("what for", d.purposes("lathe", "03-03 00:00", "03-04 00:00"), "student_training/host 2.00")
	d.tell(at("hall", "03-03 10:00", "03-03 12:00")) // and nobody's badge makes it another lesson
	d.want("people", d.people("03-03 00:00", "03-04 00:00"), "hall unattributed/host 2.00 ×1")
}

func (d *desk) people(from, to string) string {
	d.Helper()
	q := about(from, to, "person_hours", "visits")
	q.By = []report.Dimension{report.ByPlace, report.ByPurpose, report.ByAffiliation}
	var text []string
	for _, l := range d.answer(q).Lines { // the sums: a figure of so few people is withheld
		cell := l.Totals.Crowd.Of(func(utilisation.CrowdKey) bool { return true })
		text = append(text, fmt.Sprintf("%s %s/%s %.2f ×%d", l.Place, l.Purpose, l.Affiliation, float64(cell.PersonMS)/3_600_000, cell.Visits))
	}
	return strings.Join(text, ", ")
}

// What was unattributed becomes the firm's when its card was seen late: the old combination is zero, not gone.
func TestACombinationThatVanishes(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 09:00", "rr"))
	d.want("at first", d.purposes("lathe", "03-02 00:00", "03-03 00:00"), "unattributed/unattributed 1.00")
	d.tell(at("lathe", "03-02 09:00", "03-02 10:00"))
	d.want("then", d.purposes("lathe", "03-02 00:00", "03-03 00:00"), "unattributed/host 1.00")
	zeros := 0
	err := d.source.store.EachRow(t.Context(), utilisation.Range{From: local("03-02 00:00"), To: local("03-03 00:00")}, func(r utilisation.Row) error {
		if r.Cell == (utilisation.Cell{}) && r.Purpose == utilisation.Unattributed && r.Affiliation == utilisation.Unnamed {
			zeros++
		}
		return nil
	})
	if err != nil || zeros != 1 {
		t.Errorf("%d rows of zero, %v", zeros, err)
	}
}

func (d *desk) restate(from, to string, dry bool) Restatement {
	d.Helper()
	told := 0
	r, err := d.Restate(d.Context(), "", local(from), local(to), dry, func(done, of int) { told = of - done })
	if err != nil || told != 0 {
		d.Fatalf("%v; %d hours are left", err, told)
	}
	return r
}

// The timetable gives the lesson to the firm. A dry run shows what differs and writes nothing; restating does it, and
// restating twice changes nothing.
func TestRestate(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 5, allDay))
	if r := d.restate("03-02 00:00", "03-07 00:00", false); r.Hours != 120 || r.Changed != 0 || len(r.By) != 0 {
		t.Errorf("of a ledger that is right: %+v", r)
	}
	d.source.plans.put(loadPlan(t, "purpose: student_training, organisation: college", "purpose: employee_training, organisation: firm"))
	for _, dry := range []bool{true, true, false} {
		r := d.restate("03-02 00:00", "03-07 00:00", dry)
		was, is := utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}, utilisation.Key{Purpose: "employee_training", Affiliation: utilisation.Outside}
		if r.Changed != 2 || len(r.By) != 2 || r.By[RestatedKey{"b", "lathe", was}].Was[utilisation.Effective] != 7_200_000 || r.By[RestatedKey{"b", "lathe", is}].Is[utilisation.Effective] != 7_200_000 {
			t.Errorf("dry %t: %+v", dry, r)
		}
	}
	if r := d.restate("03-02 00:00", "03-07 00:00", false); r.Changed != 0 {
		t.Errorf("a second time: %+v", r)
	}
	d.want("after", d.purposes("lathe", "03-03 00:00", "03-04 00:00"), "employee_training/outside 2.00, unattributed/unattributed 1.00")
}

// Every row says by which formula and which plan it was judged.
func TestRowsCarryTheirVersions(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 1, allDay), at("hall", "03-02 08:00", "03-02 09:00"))
	d.source.plans.put(loadPlan(t, "08:55", "08:50"))
	d.restate("03-02 00:00", "03-03 00:00", false)
	want := utilisation.Judged{Formula: utilisation.Formula, Plan: d.source.plans.of("b").version}
	span := utilisation.Range{From: local("03-02 00:00"), To: local("03-03 00:00")}
	rows := 0
	err := errors.Join(
		d.source.store.EachRow(t.Context(), span, func(r utilisation.Row) error {
			if rows++; r.Judged != want {
				t.Errorf("%+v", r)
			}
			return nil
		}),
		d.source.store.EachCrowdRow(t.Context(), span, func(r utilisation.CrowdRow) error {
			if rows++; r.Judged != want {
				t.Errorf("%+v", r)
			}
			return nil
		}))
	if err != nil || rows < 25 || want.Plan == "" {
		t.Errorf("%d rows by plan %q, %v", rows, want.Plan, err)
	}
}

// A correction by the paper log fills the day on which the gateway was dead. The original is kept, what was corrected is
// told apart, and a later correction can take it back.
func TestCorrect(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-04 00:00", 1, allDay), days("lathe", "03-06 00:00", 1, allDay))
	was := d.sums("lathe", "03-05 00:00", "03-06 00:00", unknown, utilisation.Effective, utilisation.Corrected)
	d.want("before", was, "unknown_ms 24, effective_ms 0, corrected_ms 0")
	state := record.Running
	c := utilisation.Correction{ID: "c-1", FromMS: local("03-05 08:00").UnixMilli(), ToMS: local("03-05 11:30").UnixMilli(), State: &state, Purpose: "student_training",
		Affiliation: utilisation.Host, Reason: "paper log, page 12", Author: "workshop office", MadeMS: local("03-20 09:00").UnixMilli()}
	if err := d.Correct(t.Context(), "b", "lathe", c); err != nil {
		t.Fatal(err)
	}
	d.want("corrected", d.sums("lathe", "03-05 00:00", "03-06 00:00", unknown, utilisation.Effective, utilisation.Corrected), "unknown_ms 20.5, effective_ms 3.5, corrected_ms 3.5")
	c.ID, c.State, c.Purpose, c.Affiliation, c.Reason, c.MadeMS = "c-2", nil, "", utilisation.NoUser, "it was page 12 of another machine", c.MadeMS+1
	if err := d.Correct(t.Context(), "b", "lathe", c); err != nil {
		t.Fatal(err)
	}
	d.want("taken back", d.sums("lathe", "03-05 00:00", "03-06 00:00", unknown, utilisation.Effective, utilisation.Corrected), was)
	all, err := d.Corrections(t.Context(), "b")
	if err != nil || len(all["lathe"]) != 2 || all["lathe"][0].ID != "c-1" || all["lathe"][0].Reason != "paper log, page 12" || *all["lathe"][0].State != record.Running {
		t.Errorf("kept: %+v, %v", all, err)
	}
	for _, bad := range []struct {
		asset, want string
		change      func(*utilisation.Correction)
	}{
		{"lathe", "a reason and an author", func(c *utilisation.Correction) { c.Reason = "" }},
		{"lathe", "not after from", func(c *utilisation.Correction) { c.ToMS = c.FromMS }},
		{"lathe", "has not happened yet", func(c *utilisation.Correction) { c.ToMS = c.MadeMS + 1 }},
		{"lathe", `purpose: "training" is none of`, func(c *utilisation.Correction) { c.Purpose = "training" }},
		{"saw", "nothing was ever heard of b/saw", func(c *utilisation.Correction) {}},
	} {
		wrong := c
		bad.change(&wrong)
		if err := d.Correct(t.Context(), "b", bad.asset, wrong); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%v, want %q", err, bad.want)
		}
	}
}

// A frozen version is the same next year, whatever becomes of the ledger; a later one stands beside it.
func TestFreeze(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 2, allDay), days("lathe", "04-01 00:00", 1, "oo"), at("hall", "03-03 08:00", "03-03 10:00"))
	freeze := func(author string) store.Freeze {
		made, err := d.Freeze(t.Context(), "b", "2026-03", "yearly report", author)
		if err != nil || len(made) != 1 {
			t.Fatal(made, err)
		}
		return made[0]
	}
	build := func(version string) (lines []string) {
		of, err := d.source.version(t.Context(), version)
		if err != nil {
			t.Fatal(err)
		}
		for _, metrics := range [][]string{{"effective_hours", "unknown_hours", "elapsed_hours", "days_used"}, {"person_hours", "visits"}} {
			q := about("03-01 00:00", "04-01 00:00", metrics...)
			q.Where, q.By = nil, []report.Dimension{report.ByAsset, report.ByPurpose}
			if metrics[0] == "person_hours" {
				q.By[0] = report.ByPlace
			}
			a, err := report.Build(t.Context(), of, q)
			if err != nil || len(a.Lines) == 0 {
				t.Fatal(a, err)
			}
			for _, l := range append(a.Lines, a.Total) {
				lines = append(lines, fmt.Sprintf("%+v %+v", l.Group, l.Figures))
			}
		}
		return lines
	}
	first := freeze("a")
	live := build("")
	if frozen := build("2026-03.1"); !slices.Equal(frozen, live) {
		t.Errorf("frozen %q\nlive   %q", frozen, live)
	}
	if again := freeze("a"); again.Number != 2 || again.Digest != first.Digest {
		t.Errorf("the same ledger frozen again: %+v, first %+v", again, first)
	}

	d.tell(half("lathe", "03-05 08:00", "rrrrrrrr")) // comes late
	third := freeze("b")
	if third.Number != 3 || third.Digest == first.Digest {
		t.Errorf("another ledger: %+v", third)
	}
	if frozen := build("2026-03.1"); !slices.Equal(frozen, live) {
		t.Errorf("the first version is now %q\nit was %q", frozen, live)
	}
	late := build("")
	if frozen := build("2026-03.3"); !slices.Equal(frozen, late) || slices.Equal(frozen, live) {
		t.Errorf("the third version %q\nlive %q", frozen, late)
	}
	var unknown *report.UnknownError
	if _, err := d.source.frozen(t.Context(), "2026-03.9"); !errors.As(err, &unknown) {
		t.Errorf("a version that there is not: %v", err)
	}
	if _, err := d.Freeze(t.Context(), "b", "2199", "r", "a"); err == nil {
		t.Error("a period that is none")
	}
	if _, err := d.Freeze(t.Context(), "b", "2099", "r", "a"); err == nil || !strings.Contains(err.Error(), "not over") {
		t.Errorf("a period that is not over: %v", err)
	}
}

// Days are cut at the base's midnight; the academic year turns on 1 September.
func TestPeriods(t *testing.T) {
	p := plans{}
	p.put(loadPlan(t))
	for name, want := range map[string]string{
		"2025-2026":   "2025-09-01 00:00 to 2026-09-01 00:00",
		"2026":        "2026-01-01 00:00 to 2027-01-01 00:00",
		"2025-12":     "2025-12-01 00:00 to 2026-01-01 00:00",
		"2025-2026-2": "2026-03-02 00:00 to 2026-07-06 00:00",
		"2025-2027":   "",
		"2025-13":     "",
		"autumn":      "",
	} {
		from, to, err := p.of("b").period(name)
		got := from.In(beijing).Format("2006-01-02 15:04") + " to " + to.In(beijing).Format("2006-01-02 15:04")
		if (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

// Whoever asks to be forgotten is: nothing links the visits any more, and no hour changes.
func TestErase(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 08:00", "rrrr"), at("hall", "03-02 08:00", "03-02 10:00"), at("lathe", "03-02 08:30", "03-02 09:00"), at("hall", "03-03 08:00", "03-03 09:00"))
	const card = "0123456789abcdef"
	people := d.people("03-02 00:00", "03-04 00:00")
	if seen, err := d.Card(t.Context(), "b", card); err != nil || len(seen) != 3 || seen[0].Place != "hall" || !seen[0].To.Equal(local("03-02 10:00")) {
		t.Fatalf("%+v, %v", seen, err)
	}
	if n, err := d.Erase(t.Context(), "b", card); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if seen, err := d.Card(t.Context(), "b", card); err != nil || len(seen) != 0 {
		t.Errorf("still kept: %+v, %v", seen, err)
	}
	if r := d.restate("03-02 00:00", "03-04 00:00", false); r.Changed != 0 || d.people("03-02 00:00", "03-04 00:00") != people {
		t.Errorf("hours changed: %+v, %s", r, people)
	}
	if cards, err := d.source.store.Cards(t.Context(), "b", local("03-02 00:00"), local("03-04 00:00")); err != nil || cards != -1 {
		t.Errorf("%d cards, and nobody knows how many; %v", cards, err)
	}
}

// Facts that are no longer kept cannot be judged: nothing may make an hour worse that was judged when they were there.
func TestWhatIsForgottenIsLeftAlone(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 08:00", "rrrr"))
	d.source.keep = 24 * time.Hour
	c := utilisation.Correction{ID: "c", FromMS: local("03-02 08:00").UnixMilli(), ToMS: local("03-02 08:10").UnixMilli(), Purpose: "tech_rd", Reason: "r", Author: "a", MadeMS: time.Now().UnixMilli()}
	if err := d.Correct(t.Context(), "b", "lathe", c); err == nil || !strings.Contains(err.Error(), "no longer kept") {
		t.Error(err)
	}
	r, err := d.Restate(t.Context(), "b", local("03-02 00:00"), local("03-03 00:00"), false, func(int, int) {})
	if err != nil || r.Hours != 0 || r.Kept != 24 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Every line of the dictionary for a base, with what the registry adds: workstations, and who is counted once.
func TestFigures(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 5, allDay), five(at("hall", "03-03 08:00", "03-03 10:00")), half("mill", "03-02 00:00", "oo"))
	got := map[string]string{}
	figures := d.answer(about("03-02 00:00", "03-07 00:00", everyMetric()...)).Total.Figures
	for _, f := range figures {
		got[f.Metric] = fmt.Sprintf("%.3f at %.3f", f.Value, f.Coverage)
	}
	for metric, want := range map[string]string{
		"effective_hours":         "13.000 at 0.504", // 2 of the lesson, 2 of the firm, 9 that nobody can name
		"external_share":          "0.154 at 0.504",
		"allocation":              "0.186 at 0.500", // 13 of 70 planned hours of two machines
		"person_hours":            "10.000 at 1.000",
		"visits":                  "5.000 at 1.000",
		"people":                  "5.000 at 1.000",
		"workstation_utilization": "0.029 at 1.000", // 10 of 10 × 35
		"days_used":               "5.000 at 0.504",
	} {
		if got[metric] != want {
			t.Errorf("%s: %s, want %s", metric, got[metric], want)
		}
	}
	for _, f := range figures {
		if f.Missing != "" {
			t.Errorf("%s: %s", f.Metric, f.Missing)
		}
	}
}

// A group that was mistyped at enrolment is said, and so is a machine that the registry calls otherwise.
func TestStrangers(t *testing.T) {
	p := &plans{}
	p.put(loadPlan(t))
	stays := at("yard", "03-02 08:00", "03-02 09:00")
	stays.Presences[0].Group = "studnets"
	known := at("hall", "03-02 08:00", "03-02 09:00")
	var s strangers
	for _, f := range []record.Facts{stays, known, half("lathe", "03-02 08:00", "r"), half("lathe-1", "03-02 08:00", "r")} {
		s.hear(p, []record.Batch{{Base: "b", Facts: f}, {Base: "unplanned", Facts: f}})
	}
	if got, want := s.all(), []string{"b: asset lathe-1", "b: group studnets", "b: place yard"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if s.forget(); len(s.all()) != 0 {
		t.Error("not forgotten")
	}
}

// The newest row says by which plan it was judged.
func TestTheNewestPlan(t *testing.T) {
	d := newDesk(t)
	if version, err := d.source.store.NewestPlan(t.Context()); version != "" || err != nil {
		t.Errorf("of nothing: %q, %v", version, err)
	}
	d.tell(half("lathe", "03-02 08:00", "rr"))
	if version, err := d.source.store.NewestPlan(t.Context()); version != d.source.plans.version() || version == "" || err != nil {
		t.Errorf("%q, %v", version, err)
	}
}
