package collector

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// told are an asset's rows of a grain in a span, added up: how many there are, and measures in hours.
func (d *desk) told(grain utilisation.Grain, asset, from, to string, m ...utilisation.Measure) string {
	d.Helper()
	starts, sum := map[time.Time]bool{}, utilisation.Cell{}
	of := utilisation.Range{Bases: []string{"b"}, From: local(from), To: local(to), Grain: grain, Whole: asset == ""}
	err := d.source.EachRow(d.Context(), of, func(r utilisation.Row) error {
		if r.Asset == asset && r.Cell != (utilisation.Cell{}) {
			starts[r.Start] = true
			sum = sum.Plus(r.Cell)
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	text := fmt.Sprintf("%d %vs", len(starts), grain)
	for _, one := range m {
		text += fmt.Sprintf(", %v %v", one, float64(sum[one])/3_600_000)
	}
	return text
}

func (d *desk) usedDays(whole bool) string {
	d.Helper()
	all := map[string]int64{}
	of := utilisation.Range{From: local("01-01 00:00"), To: local("12-01 00:00"), Whole: whole}
	err := d.source.EachDays(d.Context(), of, func(_, asset string, month time.Time, days int64) error {
		all[asset+" "+month.In(beijing).Format("2006-01")] = days
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return fmt.Sprint(all)
}

// proved holds days and months to their hours and to the assets in service.
func (d *desk) proved() {
	d.Helper()
	v, err := d.source.service(d.Context(), "b")
	if err != nil {
		d.Fatal(err)
	}
	mark, err := d.source.store.Closed(d.Context(), "b")
	if err != nil {
		d.Fatal(err)
	}
	zone := d.Zone("b")
	for day := utilisation.Day.Floor(mark.From, zone); utilisation.Day.Floor(mark.To, zone).After(day); day = utilisation.Day.Next(day, zone) {
		to := utilisation.Day.Next(day, zone)
		if err := d.source.standsFor(d.Context(), "b", utilisation.Day, day, to, v); err != nil {
			d.Error(err)
		}
		if month := utilisation.Month.Floor(day, zone); utilisation.Month.Next(day, zone).Equal(to) {
			if err := d.source.standsFor(d.Context(), "b", utilisation.Month, month, to, v); err != nil {
				d.Error(err)
			}
		}
	}
}

// The machine is silent from Tuesday noon on: closed days hold that as unknown, judged by the plan, hour by hour. A day that
// is not over for 65 minutes is not closed.
func TestSilentDaysAreUnknown(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 08:00", "rrrr"), half("lathe", "03-03 08:00", "rrrr"))
	d.close("03-05 01:04")
	d.want("hours", d.told(utilisation.Hour, "lathe", "03-02 00:00", "03-09 00:00", unknown, utilisation.POT), "40 hours, unknown_ms 36, pot_ms 14")
	d.close("03-05 01:05")
	d.want("hours", d.told(utilisation.Hour, "lathe", "03-02 00:00", "03-09 00:00", unknown, utilisation.POT), "64 hours, unknown_ms 60, pot_ms 21")
	for _, asset := range []string{"lathe", ""} {
		d.want("days of "+asset, d.told(utilisation.Day, asset, "03-02 00:00", "03-09 00:00", unknown, utilisation.POT, running), "3 days, unknown_ms 60, pot_ms 21, running_ms 4")
	}
	d.want("months", d.told(utilisation.Month, "lathe", "03-01 00:00", "04-01 00:00"), "0 months")
	d.close("04-01 02:00")
	d.want("months", d.told(utilisation.Month, "lathe", "03-01 00:00", "04-01 00:00", unknown, running), "1 months, unknown_ms 708, running_ms 4")
	d.want("used", d.usedDays(false)+d.usedDays(true), "map[lathe 2026-03:2]map[ 2026-03:2]")
	d.proved()
}

// Facts of March come when its books are long closed: the day, the month and the dates of use follow before anybody is told
// that they are safe. So do a correction, a changed plan, and restating.
func TestClosedBooksFollow(t *testing.T) {
	d := newDesk(t)
	d.tell(half("lathe", "03-02 00:00", "oo"))
	d.close("04-12 02:00")
	is := func(when, want string) {
		t.Helper()
		d.want(when, d.told(utilisation.Month, "lathe", "03-01 00:00", "04-01 00:00", unknown, running, utilisation.Effective)+" "+d.usedDays(false), want)
		d.want(when+", the base", d.told(utilisation.Day, "", "03-01 00:00", "04-01 00:00", running), d.told(utilisation.Day, "lathe", "03-01 00:00", "04-01 00:00", running))
		d.proved()
	}
	is("before", "1 months, unknown_ms 719, running_ms 0, effective_ms 0 map[]")
	d.tell(half("lathe", "03-03 08:00", "rrrr"), at("hall", "03-03 08:00", "03-03 10:00"))
	is("late facts", "1 months, unknown_ms 717, running_ms 2, effective_ms 2 map[lathe 2026-03:1]")
	none := utilisation.Correction{ID: "c", FromMS: local("03-03 08:00").UnixMilli(), ToMS: local("03-03 10:00").UnixMilli(), Purpose: utilisation.None, Reason: "r", Author: "a", MadeMS: time.Now().UnixMilli()}
	if err := d.Correct(t.Context(), "b", "lathe", none); err != nil {
		t.Fatal(err)
	}
	is("a correction", "1 months, unknown_ms 717, running_ms 2, effective_ms 0 map[lathe 2026-03:0]")
	d.source.plans.put(loadPlan(t, `["14:00", "17:00"]`, `["14:00", "16:00"]`))
	d.restate("03-01 00:00", "04-01 00:00", false)
	d.want("another plan", d.told(utilisation.Month, "lathe", "03-01 00:00", "04-01 00:00", utilisation.POT), "1 months, pot_ms 132")
	d.proved()
	d.tell(half("mill", "03-20 08:00", "rr")) // which nobody had heard of
	d.want("another machine", d.told(utilisation.Day, "mill", "03-01 00:00", "04-01 00:00", unknown, running), "12 days, unknown_ms 279, running_ms 1")
	if err := d.source.prove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	d.proved()
}

// A machine is registered from a date in the past, and another goes out of service: sums no longer add up to the time that
// machines have, and are mended.
func TestARegistryEntryOfThePast(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay))
	d.close("04-12 02:00")
	d.source.plans.put(loadPlan(t, "{id: mill, text_zh: 铣床, area: hall}", "{id: mill, text_zh: 铣床, area: hall, from: 2026-02-20}",
		"{id: lathe, text_zh: 车床, area: hall}", "{id: lathe, text_zh: 车床, area: hall, until: 2026-03-04}"))
	d.close("04-13 02:00")
	if err := d.source.prove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	d.want("the mill's first days", d.told(utilisation.Day, "mill", "02-01 00:00", "03-01 00:00", unknown), "9 days, unknown_ms 216")
	d.want("the mill's months", d.told(utilisation.Month, "mill", "02-01 00:00", "04-01 00:00", unknown), "2 months, unknown_ms 960")
	d.want("the lathe", d.told(utilisation.Day, "lathe", "03-01 00:00", "05-01 00:00"), "2 days")
	d.want("the base's Wednesday", d.told(utilisation.Day, "", "03-04 00:00", "03-05 00:00", unknown, running), "1 days, unknown_ms 24, running_ms 0")
}

// Two collectors close the same base at once while facts come late to both: nothing is lost, in a real database.
func TestTwoCollectorsCloseAtOnce(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-28 00:00", 5, allDay))
	var all sync.WaitGroup
	for i, by := range []string{"one", "two"} {
		b := d.another(by)
		all.Go(func() {
			if err := b.closeBase(t.Context(), "b", local("04-03 02:00"), silent); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			for n := range 8 {
				batch := []record.Batch{{Base: "b", Gateway: by, Stream: "ff112233445566778899aabbccddeeff", Sequence: uint64(n + 1),
					Facts: half([]string{"mill", "saw"}[i], fmt.Sprintf("03-%02d %02d:00", 28+n%4, 8+n), "rs")}}
				if err := d.source.store.WriteFacts(t.Context(), batch); err != nil {
					t.Error(err)
				}
				if err := b.settle(t.Context(), touched(batch)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := d.source.prove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	d.want("both machines ran", d.told(utilisation.Day, "mill", "03-28 00:00", "04-02 00:00", running)+", "+d.told(utilisation.Month, "saw", "03-01 00:00", "04-01 00:00", running),
		"5 days, running_ms 4, 1 months, running_ms 4")
	d.proved()
}

// A frozen version answers by day and by month what the ledger did when it was frozen.
func TestGrainsOfAFrozenVersion(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay), half("mill", "03-20 08:00", "rr"), at("hall", "03-03 08:00", "03-03 10:00"))
	d.close("04-02 02:00")
	if _, err := d.Freeze(t.Context(), "b", "2026-03", "r", "a"); err != nil {
		t.Fatal(err)
	}
	f, err := d.source.frozen(t.Context(), "2026-03.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, grain := range []utilisation.Grain{utilisation.Hour, utilisation.Day, utilisation.Month} {
		for _, whole := range []bool{false, true} {
			if whole && grain == utilisation.Hour {
				continue // a version keeps none of those
			}
			of := utilisation.Range{From: local("03-01 00:00"), To: local("04-01 00:00"), Grain: grain, Whole: whole}
			want, wantCrowd := everything(t, d.source, of)
			got, crowd := everything(t, f, of)
			if !maps.Equal(got.rows, want.rows) || !maps.Equal(crowd, wantCrowd) || len(got.rows) == 0 {
				t.Errorf("%v, whole %t: %d rows and %d of people, the ledger has %d and %d", grain, whole, len(got.rows), len(crowd), len(want.rows), len(wantCrowd))
			}
			days := func(s report.Ledger) string {
				all := map[string]int64{}
				if err := s.EachDays(t.Context(), of, func(base, asset string, month time.Time, days int64) error {
					all[base+" "+asset+month.String()] = days
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				return fmt.Sprint(all)
			}
			d.want("days of use", days(f), days(d.source))
		}
	}
}

// everything is what a source has of a range, but by whom it was judged.
func everything(t *testing.T, s report.Ledger, of utilisation.Range) (page, map[crowdKey]utilisation.CrowdRow) {
	t.Helper()
	p := newPage()
	err := s.EachRow(t.Context(), of, func(r utilisation.Row) error {
		if r.Judged = (utilisation.Judged{}); r.Cell != (utilisation.Cell{}) {
			p.put(r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.EachCrowdRow(t.Context(), of, func(r utilisation.CrowdRow) error {
		if r.Judged = (utilisation.Judged{}); r.CrowdCell != (utilisation.CrowdCell{}) {
			p.putCrowd(r)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, p.crowd
}

func TestCatalogue(t *testing.T) {
	c := &Collector{}
	if empty := c.Catalogue(); empty == nil || len(empty.Bases) != 0 {
		t.Errorf("without a plan: %+v", empty)
	}
	c.plans.put(loadPlan(t))
	is := c.Catalogue()
	b := is.Base("b")
	if b == nil || b.City != "nanchang" || b.Kind != "open_regional_center" || b.Owner != "college" || b.Text != (table.Text{ZH: "基地"}) || is.Version != c.plans.version() {
		t.Fatalf("%+v", is)
	}
	if a := b.Asset("mill"); a == nil || a.Area != "hall" || !a.From.IsZero() || b.Area("hall").Workstations != 10 || b.Organisation("firm").Affiliation != "outside" {
		t.Errorf("%+v", b)
	}
	want := []report.Term{{Code: "2025-2026-2", From: local("03-02 00:00").UTC(), To: local("07-06 00:00").UTC()}}
	if !slices.Equal(b.Terms, want) || b.Clock.String() != "Asia/Shanghai" {
		t.Errorf("%v of %v, want %v", b.Terms, b.Clock, want)
	}
}
