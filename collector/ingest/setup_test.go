package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/ingest"
	"basemeter/collector/store"
)

var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

const stream = "00112233445566778899aabbccddeeff"

// TestMain is also a process of its own, if asked: a collector that a test can kill, or a publisher whose work is not
// to be counted as ours.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("BASEMETER_CHILD") != "":
		collect()
	case os.Getenv("BASEMETER_PUBLISH") != "":
		publish()
	default:
		os.Exit(m.Run())
	}
}

func collect() {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{URL: os.Getenv("INFLUX"), Database: "d"})
	if err == nil {
		err = ingest.Run(ctx, ingest.Options{Broker: os.Getenv("BROKER"), ClientID: os.Getenv("BASEMETER_CHILD"), Group: "g",
			Write: s.WriteFacts, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// bench is a broker, a database and what a test needs of both.
type bench struct {
	*testing.T
	broker *collectortest.Broker
	influx *collectortest.InfluxProcess
	store  *store.Store
	count  ingest.Counters
	aside  ingest.Aside
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, broker: collectortest.Mosquitto(t), influx: collectortest.Influx(t)}
	var err error
	b.store, err = store.Open(t.Context(), store.Options{URL: b.influx.URL, Database: "d"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.store.Close)
	b.aside = ingest.Aside{Dir: filepath.Join(t.TempDir(), "aside"), MaxBytes: 32 << 20}
	return b
}

func (b *bench) options() ingest.Options {
	return ingest.Options{Broker: b.broker.URL(), ClientID: "collector", Group: "g", Write: b.store.WriteFacts,
		Aside: b.aside.Keep, Count: &b.count, Log: slog.New(slog.NewTextHandler(b.Output(), nil))}
}

// run runs a collector until the test or stop ends it.
func run(t testing.TB, o ingest.Options) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- ingest.Run(ctx, o) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

// until waits for a condition that nothing announces.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	collectortest.Until(t, what, 15*time.Second, is)
}

func facts(n uint64) record.Facts {
	from := monday.Add(time.Duration(n) * time.Second).UnixMilli()
	return record.Facts{Spells: []record.Spell{{Asset: "a", State: record.Running, FromMS: from, ToMS: from + 1000}}}
}

func messages(g *collectortest.Gateway, first, last uint64) map[uint64][]byte {
	all := map[uint64][]byte{}
	for n := first; n <= last; n++ {
		all[n] = g.Message(n, facts(n))
	}
	return all
}

func (b *bench) send(g *collectortest.Gateway, m map[uint64][]byte) map[uint64]string {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
	defer cancel()
	rejected, err := g.Send(ctx, m)
	if err != nil {
		b.Fatal(err)
	}
	return rejected
}

// hasAll holds the database to one spell for each sequence up to last, neither fewer nor more, of one gateway.
func (b *bench) hasAll(last uint64) {
	b.Helper()
	spells, err := b.store.Spells(b.Context(), "base", "a", monday, monday.Add(24*time.Hour))
	if err != nil {
		b.Fatal(err)
	}
	if uint64(len(spells)) != last {
		b.Errorf("%d spells are in the database, want %d", len(spells), last)
	}
	gaps, err := b.store.Gaps(b.Context(), "base", "gw", stream)
	if err != nil || len(gaps) > 0 {
		b.Errorf("missing %v, %v", gaps, err)
	}
}
