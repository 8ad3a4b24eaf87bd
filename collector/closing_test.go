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
