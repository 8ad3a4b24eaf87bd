package collector

import (
	"context"
	"fmt"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// moveTo is a registry that says another time zone of the base.
func (d *desk) moveTo(zone string) {
	d.Helper()
	d.source.plans.put(loadPlan(d, "city: nanchang}", "city: nanchang, timezone: "+zone+"}"))
}

// strays are what rows of days and months hold that do not begin at the base's midnight.
func (d *desk) strays() (all []string) {
	d.Helper()
	for _, grain := range []utilisation.Grain{utilisation.Day, utilisation.Month} {
		stray := func(start time.Time) bool { return !grain.Floor(start, d.Zone("b")).Equal(start) }
		of := utilisation.Range{Bases: []string{"b"}, From: local("01-01 00:00"), To: local("12-01 00:00"), Grain: grain}
		for _, of.Whole = range []bool{false, true} {
			err := d.source.EachRow(d.Context(), of, func(r utilisation.Row) error {
				if r.Cell != (utilisation.Cell{}) && stray(r.Start) {
					all = append(all, fmt.Sprintf("%v %v of %q", grain, r.Start, r.Asset))
				}
				return nil
			})
			if err != nil {
				d.Fatal(err)
			}
			err = d.source.EachDays(d.Context(), of, func(_, asset string, month time.Time, days int64) error {
				if !utilisation.Month.Floor(month, d.Zone("b")).Equal(month) && days != 0 {
					all = append(all, fmt.Sprintf("%d days of %v of %q", days, month, asset))
				}
				return nil
			})
			if err != nil {
				d.Fatal(err)
			}
		}
		err := d.source.EachCrowdRow(d.Context(), of, func(r utilisation.CrowdRow) error {
			if stray(r.Start) && (r.CrowdCell != (utilisation.CrowdCell{}) || r.Rolled() && !r.Start.Before(local("03-01 00:00"))) {
				all = append(all, fmt.Sprintf("people of %v %v at %q", grain, r.Start, r.Place))
			}
			return nil
		})
		if err != nil {
			d.Fatal(err)
		}
	}
	return all
}

// fiveWeeks is what a report says of five weeks.
func (d *desk) fiveWeeks() string {
	d.Helper()
	clear(d.source.near)
	a := d.answer(about("03-02 08:00", "04-06 08:00", "elapsed_hours", "running_hours", "person_hours", "visits"))
	text := ""
	for _, f := range a.Total.Figures {
		text += fmt.Sprintf("%s %v, ", f.Metric, f.Value)
	}
	return text
}

// The registry says another time zone of a base, or corrects it: what was added up by the old midnights is added up anew by
// the new ones, once, in reports, in months, in dates of use, and for whoever follows the ledger of days.
func TestAnotherTimeZone(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 34, allDay), five(at("hall", "03-09 08:00", "03-09 10:00")), five(at("hall", "04-01 22:30", "04-02 03:30")))
	d.close("04-06 02:00")
	p, later := newPuller(), time.Now().Add(time.Hour)
	d.pull(p, report.Scope{}, 50, later)
	const want = "elapsed_hours 840, running_hours 68, person_hours 35, visits 10, "
	for i, zone := range []string{"Asia/Urumqi", "Asia/Tokyo", "America/New_York", "Asia/Shanghai"} {
		d.moveTo(zone)
		d.want("as soon as the registry says "+zone, d.fiveWeeks(), want)
		d.tell(half("lathe", fmt.Sprintf("03-%02d 12:00", 12+i), "oo")) // a day, and its month, are added up before all others are
		d.want("when facts come late, "+zone, d.fiveWeeks(), want)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := d.source.prove(ctx, "b"); err != nil {
			t.Fatalf("%s: %v", zone, err)
		}
		d.want("added up anew, "+zone, d.fiveWeeks(), want)
		d.close("04-07 16:00")
		if strays := d.strays(); len(strays) != 0 {
			t.Errorf("%s: %d rows that another clock cut, such as %s", zone, len(strays), strays[0])
		}
		d.proved()
		n := d.written()
		if err := d.source.prove(t.Context(), "b"); err != nil || d.written() != n {
			t.Errorf("%s: proved once more, %d days were written (%v)", zone, d.written()-n, err)
		}
		for what, p := range map[string]*puller{"who followed all along": p, "who begins": newPuller()} {
			d.pull(p, report.Scope{}, 50, later)
			d.follows(zone+", "+what, p)
		}
	}
}

// No machine's time says that a month of people alone does not hold all its days. And while one collector has not read the
// registry yet, what it adds up by the old clock is nobody's day.
func TestPeopleOfAnotherTimeZone(t *testing.T) {
	d := newDesk(t)
	d.tell(five(at("hall", "03-09 08:00", "03-09 10:00")), five(at("hall", "03-24 23:30", "03-25 02:30")))
	d.close("04-06 02:00")
	before := &plans{}
	before.put(loadPlan(t))
	d.moveTo("Asia/Urumqi")
	d.tell(five(at("hall", "03-18 08:00", "03-18 09:00")))
	people := func(what string) {
		t.Helper()
		clear(d.source.near)
		hours := d.answer(about("03-01 02:00", "04-06 02:00", "person_hours")).Total.Figure("person_hours").Value
		if hours != 30 {
			t.Errorf("%s: %v person-hours, want 30", what, hours)
		}
	}
	people("when facts come late")
	if err := d.source.prove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	people("added up anew")
	behind := newBookkeeper(d.source.store, before, 0, &journal{by: "behind"})
	if err := behind.rollBase(t.Context(), "b", []time.Time{local("03-25 00:00")}); err != nil {
		t.Fatal(err)
	}
	people("beside one that has the old registry")
	p := newPuller()
	for _, name := range d.pull(p, report.Scope{}, 50, time.Now().Add(time.Hour)) {
		for _, r := range p.days[name].Crowd {
			if !utilisation.Day.Begins(r.Start, d.Zone("b")) {
				t.Errorf("%s has people of a day that begins at %v", name, r.Start)
			}
		}
	}
}

// follows holds a puller's copy to the hours: each in one day, and no more than once.
func (d *desk) follows(what string, p *puller) {
	d.Helper()
	var elapsed, ran, people int64
	for _, c := range p.days {
		for _, r := range c.Rows {
			elapsed, ran = elapsed+r.Elapsed(), ran+r.Cell[record.Running]
		}
		for _, r := range c.Crowd {
			people += r.PersonMS
		}
	}
	mark, err := d.source.store.Closed(d.Context(), "b")
	if err != nil {
		d.Fatal(err)
	}
	hour := time.Hour.Milliseconds()
	if want := utilisation.Day.Floor(mark.To, d.Zone("b")).Sub(local("03-02 00:00")).Milliseconds(); elapsed != want || ran != 68*hour || people != 35*hour {
		d.Errorf("%s: %v h, of it %v running, and %v of people; want %v, 68 and 35", what, elapsed/hour, ran/hour, people/hour, want/hour)
	}
}

// written is how many entries the journal has.
func (d *desk) written() int {
	d.Helper()
	n := 0
	writers, err := d.source.store.Writers(d.Context(), nil)
	if err != nil {
		d.Fatal(err)
	}
	for by := range writers {
		all, err := d.source.store.Changes(d.Context(), by, nil, time.Time{}, time.Now().Add(time.Hour), 1<<20)
		if err != nil {
			d.Fatal(err)
		}
		n += len(all)
	}
	return n
}
