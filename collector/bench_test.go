package collector

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// A busyHour is twenty machines at the five-minute grid and sixty people, all of one base, in memory.
type busyHour struct {
	shelves
	observed utilisation.Observed
}

func (b busyHour) Observed(context.Context, string, string, time.Time, time.Time) (utilisation.Observed, error) {
	return b.observed, nil
}

func (b busyHour) Corrections(context.Context, string) (map[string][]utilisation.Correction, error) {
	return nil, nil
}

func newBusyHour(start time.Time) busyHour {
	o := utilisation.Observed{Spells: map[string][]record.Spell{}, Draws: map[string][]utilisation.Draw{}}
	from := start.UnixMilli()
	for n := range 20 {
		asset := fmt.Sprintf("asset-%02d", n)
		for i := range int64(12) {
			begin, end := from+i*300_000, from+(i+1)*300_000
			o.Spells[asset] = append(o.Spells[asset], record.Spell{Asset: asset, State: record.State((int(i) + n) % record.States), FromMS: begin, ToMS: end})
			o.Draws[asset] = append(o.Draws[asset], utilisation.Draw{FromMS: begin, ToMS: end, MilliWh: 1000})
		}
	}
	for n := range int64(60) {
		o.Presences = append(o.Presences, record.Presence{Place: "hall", Reader: "door", Card: fmt.Sprintf("%016x", n), Group: "students",
			FromMS: from - 600_000 + n*1000, ToMS: from + 2_700_000 + n*1000, KnownMS: from + 2_700_000 + n*1000, Ended: "out"})
	}
	return busyHour{observed: o}
}

// What a base-hour costs to judge, without the database.
func BenchmarkJudgeBaseHour(b *testing.B) {
	start := local("03-03 08:00").UTC()
	p := &plans{}
	p.put(loadPlan(b))
	books := &bookkeeper{shelves: newBusyHour(start), plans: p}
	b.ReportAllocs()
	for b.Loop() {
		s := stretch{"b", start, start.Add(time.Hour)}
		h, err := books.heard(b.Context(), s)
		if err != nil {
			b.Fatal(err)
		}
		books.judged(s, &h, nil)
	}
}

// The same with a real InfluxDB: read, judged, compared with what is written, and found right.
func BenchmarkSettleBaseHour(b *testing.B) {
	d := newDesk(b)
	start := local("03-03 08:00").UTC()
	busy := newBusyHour(start).observed
	facts := record.Facts{Presences: busy.Presences}
	for _, spells := range busy.Spells {
		facts.Spells = append(facts.Spells, spells...)
	}
	d.tell(facts)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.source.settle(b.Context(), []baseHour{{"b", start}}); err != nil {
			b.Fatal(err)
		}
	}
}

// busyBase is a base in a real database whose machines work and whose hall is full on each day of a month, closed.
func busyBase(b *testing.B, assets, days int) *desk {
	d := newDesk(b)
	for day := range days {
		midnight := local("03-01 00:00").AddDate(0, 0, day)
		var rows []utilisation.Row
		var crowd []utilisation.CrowdRow
		for hour := range 24 {
			start := midnight.Add(time.Duration(hour) * time.Hour).UTC()
			for n := range assets {
				for k, key := range []utilisation.Key{{Purpose: utilisation.None}, {Purpose: "student_training", Affiliation: utilisation.Host}, {Purpose: utilisation.Unattributed, Affiliation: utilisation.Unnamed}} {
					if k > 0 && (hour < 8 || hour > 17) {
						continue
					}
					r := utilisation.Row{Base: "b", Asset: fmt.Sprintf("asset-%02d", n), Start: start, Key: key, Judged: utilisation.Judged{Formula: utilisation.Formula}}
					r.Cell[record.Off], r.Cell[utilisation.Held] = int64(hour+1)*1000, int64(k)*600_000
					rows = append(rows, r)
				}
			}
			crowd = append(crowd, utilisation.CrowdRow{Base: "b", Start: start, CrowdKey: utilisation.CrowdKey{Place: "hall", Key: utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}},
				CrowdCell: utilisation.CrowdCell{PersonMS: int64(hour) * 1000, People: int64(hour)}})
		}
		if err := errors.Join(d.source.store.WriteRows(b.Context(), utilisation.Hour, rows), d.source.store.WriteCrowd(b.Context(), utilisation.Hour, crowd)); err != nil {
			b.Fatal(err)
		}
		if err := d.source.rollDay(b.Context(), "b", midnight, service{}); err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// What it costs to add up a day of fifty machines, and to find it right.
func BenchmarkRollBaseDay(b *testing.B) {
	d := busyBase(b, 50, 1)
	for b.Loop() {
		if err := d.source.rollDay(b.Context(), "b", local("03-01 00:00"), service{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The same of a month, from its days.
func BenchmarkRollBaseMonth(b *testing.B) {
	d := busyBase(b, 50, 31)
	from, to := local("03-01 00:00").UTC(), local("04-01 00:00").UTC()
	for b.Loop() {
		sums, err := d.source.summed(b.Context(), "b", utilisation.Day, from, to)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.source.rewriteMonth(b.Context(), "b", from, to, sums); err != nil {
			b.Fatal(err)
		}
	}
}
