package collector

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// A puller keeps a copy of the ledger of days: it puts each day in the place of what it had of it.
type puller struct {
	days  map[string]report.Change
	since string
}

// pull asks until there is no more, a few changes at a time, as entries up to a moment allow.
func (d *desk) pull(p *puller, within report.Scope, most int, upTo time.Time) (got []string) {
	d.Helper()
	for {
		changes, next, err := d.source.exchange(d.Context(), within, p.since, most, upTo)
		if err != nil {
			d.Fatal(err)
		}
		seen := map[string]bool{}
		for _, c := range changes {
			name := c.Base + " " + c.Day
			if seen[name] || len(changes) > most {
				d.Errorf("%s is in one answer of %d twice, or there are more than %d", name, len(changes), most)
			}
			seen[name] = true
			got = append(got, name)
			p.days[name] = c
		}
		if next == p.since {
			return got
		}
		p.since = next
	}
}

// holds compares a puller's copy with the ledger of days.
func (d *desk) holds(what string, p *puller) {
	d.Helper()
	var want, got []utilisation.Row
	var wantCrowd, crowd []utilisation.CrowdRow
	of := utilisation.Range{From: local("01-01 00:00"), To: local("12-31 00:00"), Grain: utilisation.Day}
	err := errors.Join(
		d.source.EachRow(d.Context(), of, func(r utilisation.Row) error {
			if r.Cell != (utilisation.Cell{}) {
				want = append(want, r)
			}
			return nil
		}),
		d.source.EachCrowdRow(d.Context(), of, func(r utilisation.CrowdRow) error {
			if r.CrowdCell != (utilisation.CrowdCell{}) && r.People >= report.LeastPeople {
				wantCrowd = append(wantCrowd, r)
			}
			return nil
		}))
	for _, c := range p.days {
		got, crowd = append(got, c.Rows...), append(crowd, c.Crowd...)
	}
	sortRows(want, wantCrowd)
	sortRows(got, crowd)
	if err != nil || !slices.Equal(got, want) || !slices.Equal(crowd, wantCrowd) || len(want) == 0 {
		d.Errorf("%s: %d rows and %d of people, the ledger has %d and %d, or others (%v)", what, len(got), len(crowd), len(want), len(wantCrowd), err)
	}
}

func newPuller() *puller { return &puller{days: map[string]report.Change{}} }

// another is a second collector's bookkeeper on the same ledger.
func (d *desk) another(by string) *bookkeeper {
	return newBookkeeper(d.source.store, d.source.plans, 0, &journal{by: by})
}

func (d *desk) close(now string) {
	d.Helper()
	if err := d.source.closeBase(d.Context(), "b", local(now), silent); err != nil {
		d.Fatal(err)
	}
}

// The registry keeps its own ledger by what has changed since it last asked.
func TestExchange(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay), five(at("hall", "03-03 08:00", "03-03 10:00")))
	p := newPuller()
	later := time.Now().Add(time.Hour)
	if got := d.pull(p, report.Scope{}, 10, later); len(got) != 0 || p.since != "" {
		t.Errorf("before anything is closed: %v", got)
	}
	d.close("03-05 02:00")
	if got := d.pull(p, report.Scope{}, 10, time.Now().Add(-time.Minute)); len(got) != 0 {
		t.Errorf("entries that are too young: %v", got)
	}
	d.want("three days", fmt.Sprint(d.pull(p, report.Scope{}, 10, later)), "[b 2026-03-02 b 2026-03-03 b 2026-03-04]")
	d.holds("at first", p)
	middle := p.since
	d.tell(half("lathe", "03-03 12:00", "rr"))
	d.want("late facts", fmt.Sprint(d.pull(p, report.Scope{}, 10, later)), "[b 2026-03-03]")
	d.holds("then", p)
	d.tell(at("lathe", "03-02 09:00", "03-02 10:00")) // a combination vanishes
	d.pull(p, report.Scope{}, 10, later)
	d.holds("when a combination has vanished", p)
	if c := p.days["b 2026-03-02"]; len(c.Crowd) != 0 || len(c.Withheld) != 1 {
		t.Errorf("one person at the lathe: told %v, withheld %v", c.Crowd, c.Withheld)
	}
	again := &puller{maps.Clone(p.days), middle}
	d.want("from an older cursor", fmt.Sprint(d.pull(again, report.Scope{}, 1, later)), "[b 2026-03-03 b 2026-03-02]")
	d.holds("from an older cursor", again)
	whole := newPuller()
	d.want("from the beginning, one by one", fmt.Sprint(d.pull(whole, report.Scope{}, 1, later)), "[b 2026-03-02 b 2026-03-03 b 2026-03-04 b 2026-03-03 b 2026-03-02]")
	d.holds("from the beginning", whole)
	for _, c := range []struct {
		within report.Scope
		days   int
	}{{report.Scope{City: "nanchang"}, 3}, {report.Scope{City: "jiujiang"}, 0}, {report.Scope{Base: "b"}, 3}, {report.Scope{Base: "c"}, 0}} {
		scoped := newPuller()
		if got := d.pull(scoped, c.within, 10, later); len(got) != c.days || (scoped.since != "") != (c.days > 0) { // who sees nothing hears of nothing
			t.Errorf("%v: %v, behind %q, want %d days", c.within, got, scoped.since, c.days)
		}
	}
	for _, bad := range []string{"x", "!", "bnVsbA", "WzFd"} {
		var unknown *report.UnknownError
		if _, _, err := d.source.exchange(t.Context(), report.Scope{}, bad, 10, later); !errors.As(err, &unknown) || unknown.Parameter != "since" {
			t.Errorf("the cursor %q: %v", bad, err)
		}
	}
}

// A base, or a city, that follows its own days does not have the entries of all others read, however many they write.
func TestExchangeOfABaseReadsNoOthersEntries(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay))
	d.close("03-05 02:00")
	later := time.Now().Add(time.Hour)
	for i := range 300 {
		e := store.Change{By: "busy", At: time.Now().Add(time.Duration(i)), Base: fmt.Sprint("other-", i%7), Day: local("03-02 00:00")}
		if err := d.source.store.WriteChange(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, within := range []report.Scope{{Base: "b"}, {City: "nanchang"}} {
		p := newPuller()
		d.want(within.String(), fmt.Sprint(d.pull(p, within, 2, later)), "[b 2026-03-02 b 2026-03-03 b 2026-03-04]")
		before := d.source.store.Rows.Load()
		if got := d.pull(p, within, 2, later); len(got) != 0 {
			t.Errorf("%v again: %v", within, got)
		}
		if rows := d.source.store.Rows.Load() - before; rows > 5 {
			t.Errorf("%v: %d rows read to find that nothing has changed", within, rows)
		}
	}
	before := d.source.store.Questions.Load()
	if changes, next, err := d.source.exchange(t.Context(), report.Scope{City: "jiujiang"}, "", 10, later); err != nil || len(changes) != 0 || next != "" || d.source.store.Questions.Load() != before {
		t.Errorf("a city without bases: %v, behind %q (%v)", changes, next, err)
	}
}

// Whoever follows each line's own cursor, and stops anywhere, misses nothing.
func TestExchangeFromEachLine(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 4, allDay))
	d.close("03-06 02:00")
	d.tell(half("lathe", "03-03 12:00", "rr"))
	if err := d.another("two").rollBase(t.Context(), "b", []time.Time{local("03-04 00:00")}); err != nil {
		t.Fatal(err)
	}
	d.tell(half("lathe", "03-02 12:00", "rr"), half("lathe", "03-03 13:00", "rr"))
	later := time.Now().Add(time.Hour)
	all, _, err := d.source.exchange(t.Context(), report.Scope{}, "", 10, later)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d changes, %v", len(all), err)
	}
	for i := range all {
		p := newPuller()
		for _, c := range all[:i+1] {
			p.days[c.Base+" "+c.Day] = c
		}
		p.since = all[i].Cursor
		d.pull(p, report.Scope{}, 10, later)
		d.holds(fmt.Sprint("behind line ", i), p)
	}
}

// Two collectors write, one of them dies at some point on the way and its batch comes again, facts come late: whoever pulls in
// between, whenever, has the ledger in the end.
func TestExchangeIsComplete(t *testing.T) {
	d := newDesk(t)
	d.tell(days("lathe", "03-02 00:00", 3, allDay))
	d.close("03-05 02:00")
	random := rand.New(rand.NewPCG(7, 7))
	collectors := []*bookkeeper{d.another("one"), d.another("two")}
	pullers := []*puller{newPuller(), newPuller(), newPuller()}
	for round := range 30 {
		b := collectors[random.IntN(2)]
		state := []string{"r", "s", "o"}[random.IntN(3)]
		d.sequence++
		batch := []record.Batch{{Base: "b", Gateway: "gw2", Stream: "ff112233445566778899aabbccddeeff", Sequence: d.sequence,
			Facts: half("mill", fmt.Sprintf("03-%02d %02d:00", 2+random.IntN(3), random.IntN(24)), state)}}
		if err := d.source.store.WriteFacts(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		if random.IntN(2) == 0 { // it dies
			moves, lives, shelves := 0, random.IntN(25), b.shelves
			b.shelves = mortal{shelves, func() error {
				if moves++; moves > lives {
					return errors.New("dead")
				}
				return nil
			}}
			_ = b.settle(t.Context(), touched(batch))
			b.shelves = shelves
			b = d.another(b.journal.by) // and begins anew, its clock set back
			b.now = func() time.Time { return time.Now().Add(-time.Hour) }
		}
		if random.IntN(3) == 0 { // between the death and the batch that comes again
			d.pull(pullers[0], report.Scope{}, 2, time.Now().Add(time.Hour))
		}
		if err := b.settle(t.Context(), touched(batch)); err != nil {
			t.Fatal(err)
		}
		if round%7 == 0 {
			d.pull(pullers[1], report.Scope{}, 5, time.Now().Add(time.Hour))
		}
	}
	for i, p := range pullers {
		d.pull(p, report.Scope{}, 3, time.Now().Add(time.Hour))
		d.holds(fmt.Sprint("puller ", i), p)
	}
}
