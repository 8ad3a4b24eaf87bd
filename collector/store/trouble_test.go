package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	httpapi "github.com/influxdata/influxdb-client-go/v2/api/http"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
)

// heard is a log that can be waited for.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{} // holds one hint that there is more
}

func newHeard() *heard { return &heard{news: make(chan struct{}, 1)} }

func (h *heard) logger() *slog.Logger { return slog.New(slog.NewTextHandler(h, nil)) }

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case h.news <- struct{}{}:
	default:
	}
	return h.text.Write(p)
}

func (h *heard) has(what string) bool { return h.count(what) > 0 }

func (h *heard) count(what string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Count(h.text.String(), what)
}

func (h *heard) await(t *testing.T, what string) {
	t.Helper()
	limit := time.After(15 * time.Second)
	for !h.has(what) {
		select {
		case <-h.news:
		case <-limit:
			t.Fatalf("%q was not said", what)
		}
	}
}

// written runs WriteFacts beside the test.
func written(ctx context.Context, s *Store, batches ...record.Batch) <-chan error {
	done := make(chan error, 1) // the test may have failed by then
	go func() { done <- s.WriteFacts(ctx, batches) }()
	return done
}

func TestADatabaseKilledMidWriteLosesNothing(t *testing.T) {
	db := collectortest.Influx(t)
	log := newHeard()
	s := open(t, db, func(o *Options) { o.Log = log.logger() })
	write(t, s, batch(1, "rs"))
	db.Kill()
	done := written(t.Context(), s, batch(2, "of"))
	log.await(t, "database takes nothing")
	if reason, _ := s.Trouble(); reason == "" {
		t.Error("Trouble says nothing")
	}
	db.Restart()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := drawn(t, s, 0, 120); got != "rsof" {
		t.Errorf("after the restart %q is there, want rsof", got)
	}
	if reason, _ := s.Trouble(); reason != "" || !log.has("database back") {
		t.Errorf("it still speaks of trouble: %q", reason)
	}
}

func TestALostDatabaseIsMadeAnew(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	for _, lose := range []string{`DROP DATABASE "base meter"`, `DROP RETENTION POLICY facts ON "base meter"`} {
		db.Query("base meter", lose)
		write(t, s, batch(1, "r"))
		if got := drawn(t, s, 0, 60); got != "r" {
			t.Errorf("after %s: %q", lose, got)
		}
	}
}

func TestABatchOfTheWrongTypeStopsNoOther(t *testing.T) {
	db := collectortest.Influx(t)
	s := open(t, db)
	db.Write("base meter", "facts", "sample,base=base,gateway=gw,asset=a power_w=\"by hand\" "+ns(monday))
	batches := []record.Batch{batch(1, "r"), batch(2, "s"), batch(3, "o"), batch(4, "f"), batch(5, "r")}
	for _, i := range []int{1, 4} {
		batches[i].Samples = []record.Sample{{Asset: "a", AtMS: minute(i), Values: []record.Value{{Name: "power_w", Number: 1}}}}
	}
	batches[2].Samples = []record.Sample{{Asset: "a", AtMS: minute(2), Values: []record.Value{{Name: "volts", Number: math.NaN()}}}}
	err := s.WriteFacts(t.Context(), batches)
	var rejected RejectedError
	if !errors.As(err, &rejected) || len(rejected) != 3 {
		t.Fatalf("rejected: %v", err)
	}
	for i, want := range map[int]string{1: "type conflict", 2: "NaN", 4: "type conflict"} {
		if !strings.Contains(rejected[i], want) {
			t.Errorf("batch %d: %q, want %q", i, rejected[i], want)
		}
	}
	// What is good of a rejected batch the database keeps; what could not be encoded it never saw.
	if got := drawn(t, s, 0, 600); got != "rsfr" {
		t.Errorf("%q is there, want rsfr", got)
	}
}

func TestFactsOlderThanTheirRetentionAreDone(t *testing.T) {
	s := open(t, collectortest.Influx(t), func(o *Options) { o.KeepFacts = 24 * time.Hour })
	now := record.Batch{Base: "base", Gateway: "gw", Stream: stream, Sequence: 2}
	at := time.Now().Truncate(time.Minute).Add(-time.Minute).UnixMilli()
	now.Spells = []record.Spell{{Asset: "a", State: record.Running, FromMS: at, ToMS: at + 1000}}
	write(t, s, batch(1, "r"), now)
	if s.Expired.Load() != 1 {
		t.Errorf("Expired is %d, want 1", s.Expired.Load())
	}
	spells, err := s.Spells(t.Context(), "base", "a", time.UnixMilli(at), time.UnixMilli(at+1))
	if err != nil || len(spells) != 1 {
		t.Errorf("the newer batch: %v, %v", spells, err)
	}
}

// TestAnswers holds the verdicts on what a database may say, most of which a healthy one never does.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		said   string
		want   verdict
	}{
		{0, "connection refused", again},
		{429, "too many requests", again},
		{503, "unavailable", again},
		{401, "authorization failed", again},
		{403, "not authorized", again},
		{500, "engine: cache-max-memory-size exceeded", again},
		{500, "retention policy not found: facts", missing},
		{404, `database not found: "d"`, missing},
		{400, "partial write: field type conflict: input field", refused},
		{400, "unable to parse 'x': missing fields", refused},
		{413, "Request Entity Too Large", refused},
		{400, "partial write: points beyond retention policy dropped=1", expired},
		{422, "failure writing points to database: partial write: points beyond retention policy dropped=3", expired},
		{400, "partial write: max-series-per-database limit exceeded: (1000000) dropped=1", again},
		{400, "partial write: max-values-per-tag limit exceeded (100000/100000)", again},
	} {
		e := &httpapi.Error{StatusCode: c.status, Code: "code", Message: c.said}
		if got := judge(e); got != c.want {
			t.Errorf("%d %s: verdict %d, want %d", c.status, c.said, got, c.want)
		}
	}
	if judge(nil) != taken || judge(io.EOF) != again {
		t.Error("nil or a broken connection")
	}
}

// TestAWrongPasswordIsSaidOnce: what only an operator can mend is tried for ever and logged once.
func TestAWrongPasswordIsSaidOnce(t *testing.T) {
	tries := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/query" {
			if name, password, _ := r.BasicAuth(); name != "u" || password != "p" {
				t.Errorf("asked as %s:%s", name, password)
			}
			_, _ = io.WriteString(w, `{"results":[{"statement_id":0}]}`)
			return
		}
		if r.Header.Get("Authorization") != "Token u:p" {
			t.Errorf("written as %q", r.Header.Get("Authorization"))
		}
		http.Error(w, `{"error":"authorization failed"}`, http.StatusUnauthorized)
		select {
		case tries <- struct{}{}:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	log := newHeard()
	s, err := Open(t.Context(), Options{URL: server.URL, Database: "d", Username: "u", Password: "p", Log: log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := written(ctx, s, batch(1, "r"))
	for range 4 {
		<-tries
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	if n := log.count("authorization failed"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// TestADatabaseWithAWrongClockGetsNoAcceptance: it calls what is new too old.
func TestADatabaseWithAWrongClockGetsNoAcceptance(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/query" {
			_, _ = io.WriteString(w, `{"results":[{"statement_id":0}]}`)
			return
		}
		http.Error(w, "partial write: points beyond retention policy dropped=1", http.StatusBadRequest)
	}))
	defer server.Close()
	log := newHeard()
	s, err := Open(t.Context(), Options{URL: server.URL, Database: "d", KeepFacts: 1e6 * time.Hour, Log: log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := written(ctx, s, batch(1, "r"))
	log.await(t, "is its clock right?")
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("accepted, or: %v", err)
	}
}
