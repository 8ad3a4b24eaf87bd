package collector

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// A collector that starts closes what is over, says so where there is much of it, and then leaves the database alone until
// another day is over.
func TestACollectorClosesWhatIsOver(t *testing.T) {
	d := newDesk(t)
	now := time.Now()
	from := now.AddDate(0, 0, -6).Truncate(time.Hour)
	d.tell(record.Facts{Spells: []record.Spell{{Asset: "lathe", State: record.Running, FromMS: from.UnixMilli(), ToMS: from.UnixMilli() + 600_000}}})
	var said strings.Builder
	c := &Collector{log: slog.New(slog.NewTextHandler(&said, nil)), journal: journal{by: "c"}}
	c.plans.put(loadPlan(t))
	bases, err := c.allBases(t.Context(), d.source.store)
	if err != nil || strings.Join(bases, " ") != "b" {
		t.Fatal(bases, err)
	}
	is, err := c.closeBooks(t.Context(), d.source.store, "b", closing{})
	if err != nil {
		t.Fatal(err)
	}
	mark, err := d.source.store.Closed(t.Context(), "b")
	if end := utilisation.Day.Floor(now.Add(-report.Grace), beijing); err != nil || !mark.To.Equal(end) || !is.again.Equal(end.AddDate(0, 0, 1).Add(report.Grace)) {
		t.Errorf("closed up to %v, again at %v; want up to %v (%v)", mark.To, is.again, end, err)
	}
	if !strings.Contains(said.String(), "closing the books") || !strings.Contains(said.String(), "base=b") {
		t.Errorf("said %q", said.String())
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if again, err := c.closeBooks(gone, d.source.store, "b", is); err != nil || again != is {
		t.Errorf("asked the database with nothing to do: %v", err)
	}
	if _, err := c.closeBooks(gone, d.source.store, "b", closing{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// A base that is weeks behind does not keep the others from closing their days: it has its turn, and then they have theirs.
func TestABacklogDoesNotBlockOthers(t *testing.T) {
	d := newDesk(t)
	now := time.Now()
	heard := func(base string, days int) {
		from := now.AddDate(0, 0, -days).Truncate(time.Hour)
		spells := []record.Spell{{Asset: "saw", State: record.Off, FromMS: from.UnixMilli(), ToMS: from.UnixMilli() + 600_000}}
		batch := []record.Batch{{Base: base, Gateway: "gw", Stream: "00112233445566778899aabbccddeeff", Sequence: 1, Facts: record.Facts{Spells: spells}}}
		if err := d.source.store.WriteFacts(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	heard("a", 20)
	heard("z", 2)
	over := utilisation.Day.Floor(now.Add(-report.Grace), beijing)
	left := func(base string) int { // days that are over and not closed
		mark, err := d.source.store.Closed(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		return int(over.Sub(mark.To) / (24 * time.Hour))
	}
	c := &Collector{log: slog.New(slog.DiscardHandler), journal: journal{by: "c"}}
	known := map[string]closing{}
	behind := c.closeRound(t.Context(), d.source.store, []string{"a", "z"}, known)
	if a, z := left("a"), left("z"); a < 20-mostAtOnce-1 || z != 0 || strings.Join(behind, " ") != "a" {
		t.Fatalf("after a round a is %d days behind, z %d; to go on with: %v", a, z, behind)
	}
	for range 3 {
		behind = c.closeRound(t.Context(), d.source.store, behind, known)
	}
	if a := left("a"); a != 0 || len(behind) != 0 || known["a"].again.IsZero() || known["a"].proved == "" {
		t.Errorf("in the end a is %d days behind, to go on with: %v; %+v", a, behind, known["a"])
	}
}
