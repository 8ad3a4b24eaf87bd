package collector

import (
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A freeze that broke off leaves rows behind. The next one takes another number, and is whole.
func TestAFreezeAfterOneThatBrokeOff(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, strings.Repeat("r", 48)))
	f := store.Freeze{Base: "b", Period: "2026-03", Number: 1, Made: time.Now()}
	f.From, f.To, _ = d.source.plans.of("b").period("2026-03")
	rows, crowd, err := d.source.whole(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.source.store.WriteFrozenRows(t.Context(), f, rows, crowd); err != nil {
		t.Fatal(err)
	}
	c := utilisation.Correction{ID: "c-1", FromMS: local("03-03 08:00").UnixMilli(), ToMS: local("03-03 18:00").UnixMilli(), Purpose: utilisation.None, Reason: "r", Author: "a", MadeMS: time.Now().UnixMilli()}
	if err := d.Correct(t.Context(), "b", "lathe", c); err != nil {
		t.Fatal(err)
	}
	made, err := d.Freeze(t.Context(), "b", "2026-03", "r", "a")
	if err != nil || made[0].Number != 2 {
		t.Fatalf("%+v, %v", made, err)
	}
	if err := d.Verify(t.Context(), made[0]); err != nil {
		t.Error(err)
	}
}

// What needs the registry is left out of a frozen version: the registry is today's.
func TestFiguresOfAFrozenVersion(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 2, allDay), five(at("hall", "03-03 08:00", "03-03 10:00")))
	if _, err := d.Freeze(t.Context(), "b", "2026-03", "r", "a"); err != nil {
		t.Fatal(err)
	}
	from, to, _ := d.source.plans.of("b").period("2026-03")
	of, err := d.source.version(t.Context(), "2026-03.1")
	if err != nil {
		t.Fatal(err)
	}
	q := about("03-01 00:00", "04-01 00:00", everyMetric()...)
	q.From, q.To, q.Now = from, to, to
	a, err := report.Build(t.Context(), of, q)
	if err != nil {
		t.Fatal(err)
	}
	registered := []string{"people", "quota_ratio", "workstation_utilization", "hosted_trainee_hours"}
	for _, f := range a.Total.Figures {
		if gone := f.Missing == report.NotKept; gone != slices.Contains(registered, f.Metric) || f.Metric == "person_hours" && f.Value != 10 {
			t.Errorf("%+v", f)
		}
	}
}

// A base with readers and no meter has figures, and can be frozen.
func TestABaseOfReadersAlone(t *testing.T) {
	d := newDesk(t)
	d.tell(five(at("hall", "03-03 08:00", "03-03 10:00")))
	from, to, _ := d.source.plans.of("b").period("2026-03")
	q := about("03-01 00:00", "04-01 00:00", "workstation_utilization")
	q.From, q.To, q.Now = from, to, to
	if f := d.answer(q).Total.Figure("workstation_utilization"); f.Value == 0 {
		t.Errorf("10 person-hours at 10 workstations, and %+v", f)
	}
	if _, err := d.Freeze(t.Context(), "b", "2026-03", "r", "a"); err != nil {
		t.Error(err)
	}
}

// Whoever comes from the hall to the machine as the hour begins is on one visit, though the hall tells of it later.
func TestAVisitOnTheHour(t *testing.T) {
	d := newDesk(t)
	lathe := at("lathe", "03-03 10:00", "03-03 11:00")
	lathe.Presences[0].Reader = "r2"
	d.tell(lathe, at("hall", "03-03 09:00", "03-03 10:00"))
	visits := int64(0)
	err := report.EachCrowdHour(t.Context(), d.source, about("03-03 09:00", "03-03 12:00"),
		func(r utilisation.CrowdRow) { visits += r.Visits })
	if err != nil || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

// A stay that lies in an hour may have begun a day before: an hour is judged as long as all of that is kept.
func TestWhatCanBeJudged(t *testing.T) {
	now := local("03-10 12:30")
	for keep, want := range map[time.Duration]time.Time{
		0:                    {},
		400 * 24 * time.Hour: now.Add(-399 * 24 * time.Hour).Truncate(time.Hour).Add(time.Hour).UTC(),
		24 * time.Hour:       local("03-10 01:00").UTC(),
	} {
		if got := judgeable(keep, now); !got.Equal(want) {
			t.Errorf("kept for %v: from %v, want %v", keep, got, want)
		}
	}
}

// A machine of which nothing is heard for a quarter, in a hall full of people.
func BenchmarkAccountSilentQuarter(b *testing.B) {
	start := local("01-01 00:00").UTC()
	busy := newBusyHour(start)
	busy.observed.Spells = nil
	stays := busy.observed.Presences
	for day := range int64(90) {
		for _, s := range stays[:60] {
			s.FromMS, s.KnownMS, s.ToMS = s.FromMS+day*86_400_000, s.KnownMS+day*86_400_000, s.ToMS+day*86_400_000
			busy.observed.Presences = append(busy.observed.Presences, s)
		}
	}
	p := &plans{}
	p.put(loadPlan(b))
	books := &bookkeeper{shelves: busy, plans: p}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := books.account(b.Context(), "b", "mill", start, start.AddDate(0, 0, 90)); err != nil {
			b.Fatal(err)
		}
	}
}
