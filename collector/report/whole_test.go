package report

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"basemeter/collector/utilisation"
)

// One machine was retired on the 10th, the next came on the 20th: the month is told once.
func TestAMonthWithAGapIsToldOnce(t *testing.T) {
	first := time.Date(2026, 3, 1, 0, 0, 0, 0, beijing)
	var l ledger
	for name, days := range map[string][2]int{"x": {0, 9}, "y": {19, 61}} {
		a := utilisation.Asset{Base: "b", Name: name, Since: first.AddDate(0, 0, days[0]), Until: first.AddDate(0, 0, days[1])}
		l.assets = append(l.assets, a)
		for start := a.Since; start.Before(a.Until); start = start.Add(time.Hour) {
			r := utilisation.Row{Base: "b", Asset: name, Start: start.UTC(), Key: nobody}
			r.Cell[utilisation.Measure(1)] = 3_600_000
			l.rows = append(l.rows, r)
		}
	}
	for month := range 2 {
		l.close(utilisation.Month, first.AddDate(0, month, 0).UTC(), beijing)
	}
	lines := build(t, &l, Query{From: first, To: first.AddDate(0, 2, 0), Now: first.AddDate(0, 2, 0), By: []Dimension{ByBase}, Metrics: []string{"elapsed_hours"}})
	if got := value(t, lines[0], "elapsed_hours"); got != (9+42)*24 {
		t.Errorf("%v hours of %d", got, (9+42)*24)
	}
}

// A base in no development zone is a line like any other; what is said of all does not leak into it.
func TestALineWithoutAName(t *testing.T) {
	var l ledger
	for _, base := range []string{"in", "out"} {
		l.draw(base, "a", "r", "o")
		l.book(base, "a", 0, lesson, utilisation.PBT, 60)
		l.book(base, "a", 0, lesson, utilisation.AUBT, 30)
	}
	catalogue := &Catalogue{Bases: []Base{{ID: "in", Zone: "park"}, {ID: "out"}}}
	for _, line := range build(t, &l, Query{From: minute(0), To: minute(60), Now: minute(someday), By: []Dimension{ByZone}, Catalogue: catalogue, Metrics: []string{"allocation"}}) {
		if got := value(t, line, "allocation"); got != 0.5 || line.Bases != 1 || line.Assets != 1 {
			t.Errorf("zone %q: %v, %d bases, %d assets", line.Zone, got, line.Bases, line.Assets)
		}
	}
}

// That people are asked about as well changes nothing of a machine.
func TestAMachineWithAReaderOfItsOwn(t *testing.T) {
	var l ledger
	l.draw("b", "mill", "r", "r")
	l.draw("b", "lathe", "r", "r")
	l.book("b", "mill", 0, lesson, utilisation.Effective, 30)
	l.crowd.bases = []string{"b"}
	l.crowd.book("b", 0, crowdKey("mill", lesson, "teacher"), 30, 0, 1)
	q := Query{From: minute(0), To: minute(60), Now: minute(someday), By: bothKeys, Where: narrow(ByAsset, "mill"), Metrics: []string{"quota_ratio", "days_used", "person_hours"}}
	lines := build(t, &l, q)
	if len(lines) != 1 || value(t, lines[0], "quota_ratio") != 0.5 || lines[0].Assets != 1 || lines[0].Figure("days_used").Missing != "" {
		t.Errorf("%+v", lines)
	}
}

// Workstations are there on days on which nobody comes, and in bases to which nobody comes, however an answer is divided.
func TestEmptyHallsHaveWorkstations(t *testing.T) {
	var l ledger
	l.crowd.bases = []string{"b", "empty"}
	for hour := range 3 {
		l.crowd.rows = append(l.crowd.rows, utilisation.CrowdRow{Base: "b", Start: minute(60 * hour), CrowdKey: crowdKey("hall", lesson, "college_student"),
			CrowdCell: utilisation.CrowdCell{PersonMS: 10 * 3_600_000, Visits: 10, People: 10}})
	}
	for _, by := range [][]Dimension{nil, {ByBase}, {ByDay}, {ByWeek, ByBase}, {ByTerm}, {ByMonth}} {
		q := Query{From: noon, To: noon.AddDate(0, 0, 30), Now: noon.AddDate(0, 0, 30), By: by, Metrics: []string{"workstation_utilization"}}
		a, err := Build(context.Background(), &l, q)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := value(t, a.Total, "workstation_utilization"), 30/(2*10*24*30.); math.Abs(got-want) > 1e-12 {
			t.Errorf("by %v: %v, want %v", by, got, want)
		}
	}
	l.crowd.rows[0].Place = "" // and with the registry of then unknown it is not told
	l.forgotten = true
	a, err := Build(context.Background(), &l, Query{From: noon, To: minute(60), Now: minute(60), Metrics: []string{"workstation_utilization"}})
	if f := a.Total.Figure("workstation_utilization"); err != nil || f.Missing != NotKept {
		t.Error(f, err)
	}
}

func TestAnAnswerHasItsBounds(t *testing.T) {
	q := Query{From: minute(0), To: minute(120), Now: minute(someday), By: bothKeys, Metrics: []string{"coverage"}, Most: 2}
	if _, err := Build(t.Context(), town(), q); fmt.Sprint(err) != "3 lines, and there may be 2: narrow the question" {
		t.Error(err)
	}
	q.Now = minute(-10)
	if a, err := Build(t.Context(), town(), q); err != nil || a.To.Before(a.From) {
		t.Errorf("%v to %v, %v", a.From, a.To, err)
	}
}
