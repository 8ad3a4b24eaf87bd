package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"basemeter/collector/report"
)

// Beyond what is kept there is only the ledger: a question that cuts one of its hours has no answer.
func TestWhatIsForgottenIsAskedForByTheHour(t *testing.T) {
	now := time.Date(2026, 3, 2, 4, 30, 0, 0, time.UTC)
	s := server{Options{KeepFacts: 24 * time.Hour, Now: func() time.Time { return now }, Zone: func(string) *time.Location { return nil }}}
	for query, want := range map[string]string{
		"from=2026-02-01T00:00:00Z&to=2026-03-02T03:15:00Z": "",
		"from=2026-02-01T00:10:00Z&to=2026-03-02T03:15:00Z": "from: is older than single facts are kept",
		"from=2026-02-01T00:00:00Z&to=2026-02-02T03:15:00Z": "to: is older than single facts are kept",
		"from=2026-03-02T00:10:00Z&to=2026-03-02T03:15:00Z": "",
	} {
		got := ""
		if _, _, fault := s.query(query, report.MachineDimensions, nil); fault != nil {
			got = fault.Error()
		}
		if (got == "") != (want == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// Without its facts an hour would be explained by silence, whatever the ledger says of it.
func TestWhatIsForgottenIsNotExplained(t *testing.T) {
	d := newDesk()
	d.options.KeepFacts = 24 * time.Hour
	if w := d.ask("/v1/explain?base=nc&asset=lathe&from=2026-02-20T00:00:00Z&to=2026-02-20T01:00:00Z"); w.Code == http.StatusOK || d.where != "" {
		t.Errorf("%d %s, asked %q", w.Code, w.Body, d.where)
	}
}
