package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
	"basemeter/collector/ingest"
)

func TestFactsAreWrittenAndAnswered(t *testing.T) {
	b := newBench(t)
	live := make(chan string, 8) // ingest must not wait for the test
	o := b.options()
	o.Live = func(topic string, payload []byte) error {
		live <- topic + " " + string(payload)
		return errors.New("not understood")
	}
	stop := run(t, o)
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	if rejected := b.send(g, messages(g, 1, 50)); len(rejected) != 0 {
		t.Errorf("rejected: %v", rejected)
	}
	b.hasAll(50)
	g.Say("now/a", []byte("1"))
	g.Say("health", []byte("2"))
	g.Say("status", []byte("online"))
	var heard []string
	for range 3 {
		heard = append(heard, <-live)
	}
	slices.Sort(heard)
	if want := []string{"basemeter/1/base/gw/health 2", "basemeter/1/base/gw/now/a 1", "basemeter/1/base/gw/status online"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q", heard)
	}
	if err := stop(); !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
	if b.count.Batches.Load() < 50 || b.count.Connections.Load() != 1 || b.count.LiveBad.Load() != 3 {
		t.Errorf("batches %d, connections %d, bad live %d", b.count.Batches.Load(), b.count.Connections.Load(), b.count.LiveBad.Load())
	}
}

func TestPoisonIsKeptAsideAndStopsNothing(t *testing.T) {
	b := newBench(t)
	b.influx.Write("d", "facts", `sample,base=base,gateway=gw,asset=a power_w="by hand" `+fmt.Sprint(monday.UnixNano()))
	run(t, b.options())
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	all := messages(g, 1, 20)
	ahead := facts(2)
	ahead.Spells[0].FromMS = time.Now().Add(30 * time.Hour).UnixMilli()
	ahead.Spells[0].ToMS = ahead.Spells[0].FromMS + 1
	conflict := facts(9)
	conflict.Samples = []record.Sample{{Asset: "a", AtMS: monday.UnixMilli(), Values: []record.Value{{Name: "power_w", Number: 1}}}}
	all[2] = g.Message(2, ahead)
	all[4] = []byte(strings.Replace(string(all[4]), `"from_ms":`, `"from_ms":NaN,"was":`, 1))
	all[5] = []byte(strings.Replace(string(all[5]), `"gateway":"gw"`, `"gateway":"gw-2"`, 1))
	all[7] = append(all[7], make([]byte, 5<<20)...)
	all[9] = g.Message(9, conflict)
	rejected := b.send(g, all)
	for n, want := range map[uint64]string{2: "future", 4: "unreadable", 5: "forged", 7: "oversize", 9: "refused"} {
		if !strings.HasPrefix(rejected[n], want) {
			t.Errorf("batch %d: %q, want %s", n, rejected[n], want)
		}
		delete(rejected, n)
	}
	if len(rejected) > 0 {
		t.Errorf("rejected besides: %v", rejected)
	}
	spells, err := b.store.Spells(t.Context(), "base", "a", monday, monday.Add(time.Hour))
	if err != nil || len(spells) != 16 { // the conflict costs the sample, not the spell beside it
		t.Errorf("%d spells, %v, want 16", len(spells), err)
	}
	if kept, _ := filepath.Glob(b.aside.Dir + "/*-gw-*.reason"); len(kept) < 5 {
		t.Errorf("aside: %v", kept)
	}
}

func TestTheDatabaseMayDieWhileBatchesCome(t *testing.T) {
	b := newBench(t)
	run(t, b.options())
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	b.send(g, messages(g, 1, 20))
	b.influx.Kill()
	sent := make(chan map[uint64]string, 1)
	go func() { sent <- b.send(g, messages(g, 21, 60)) }()
	until(t, "the gateway asks again", func() bool { return g.Resends.Load() > 0 })
	select {
	case <-sent:
		t.Error("answered without a database")
	default:
	}
	b.influx.Restart()
	if rejected := <-sent; len(rejected) > 0 {
		t.Errorf("rejected: %v", rejected)
	}
	b.hasAll(60)
}

func TestTheBrokerMayDieWhileBatchesCome(t *testing.T) {
	b := newBench(t)
	o := b.options()
	o.FlushBytes = 1 // one at a time
	died := make(chan struct{})
	o.Write = func(ctx context.Context, batches []record.Batch) error {
		if b.count.Batches.Load() >= 100 {
			select {
			case <-died: // when it is acknowledged, its broker is gone
			case <-ctx.Done():
			}
		}
		return b.store.WriteFacts(ctx, batches)
	}
	run(t, o)
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	b.send(g, messages(g, 1, 20))
	sent := make(chan map[uint64]string, 1)
	go func() { sent <- b.send(g, messages(g, 21, 400)) }()
	until(t, "some are written, and one waits", func() bool { return b.count.Batches.Load() == 100 })
	b.broker.Restart() // killed: it has forgotten sessions and messages
	close(died)
	if rejected := <-sent; len(rejected) > 0 {
		t.Errorf("rejected: %v", rejected)
	}
	b.hasAll(400)
}

func TestTheBrokerMayComeLate(t *testing.T) {
	b := newBench(t)
	b.broker.Kill()
	run(t, b.options())
	b.broker.Restart()
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	b.send(g, messages(g, 1, 5))
	b.hasAll(5)
}

// child starts a collector as a process of its own.
func (b *bench) child(id string) *exec.Cmd {
	b.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "BASEMETER_CHILD="+id, "BROKER="+b.broker.URL(), "INFLUX="+b.influx.URL)
	c.Stderr = b.Output()
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c
}

func TestOneOfTwoCollectorsIsKilled(t *testing.T) {
	b := newBench(t)
	victim := b.child("victim")
	run(t, b.options())
	g := collectortest.NewGateway(t, b.broker, "base", "gw", stream)
	const last = 600
	sent := make(chan map[uint64]string, 1)
	// Until both have a part in it: what neither answers goes to the other next time.
	first := uint64(1)
	until(t, "both collectors take batches", func() bool {
		b.send(g, messages(g, first, first+19))
		first += 20
		return b.count.Batches.Load() > 0 && b.count.Batches.Load() < first-1
	})
	go func() { sent <- b.send(g, messages(g, first, last)) }()
	before := b.count.Batches.Load()
	until(t, "some are written", func() bool { return b.count.Batches.Load() > before })
	_ = victim.Process.Kill()
	if rejected := <-sent; len(rejected) > 0 {
		t.Errorf("rejected: %v", rejected)
	}
	b.hasAll(last)
	t.Logf("sent again: %d", g.Resends.Load())
}

func TestWhatThereIsNoRoomForComesAgain(t *testing.T) {
	broker := collectortest.Mosquitto(t)
	gate := make(chan struct{})
	var mu sync.Mutex
	got := map[uint64]int{}
	var count ingest.Counters
	run(t, ingest.Options{Broker: broker.URL(), ClientID: "c", Group: "g", MaxPending: 20 << 10, Count: &count,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Write: func(ctx context.Context, batches []record.Batch) error {
			select {
			case <-gate:
			case <-ctx.Done():
				return ctx.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			for _, b := range batches {
				got[b.Sequence]++
			}
			return nil
		}})
	g := collectortest.NewGateway(t, broker, "base", "gw", stream)
	sent := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := g.Send(ctx, messages(g, 1, 100))
		sent <- err
	}()
	until(t, "there is no room", func() bool { return count.Spilled.Load() > 10 })
	close(gate)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(got) != 100 {
		t.Errorf("%d of 100 batches came: %v", len(got), slices.Sorted(maps.Keys(got)))
	}
}

// Seen with a backlog larger than the inbox: the broker's word on the subscription stood behind it, nobody made room
// until that was heard, and each session took one inbox full and lost a second and a half.
func TestABacklogIsTakenBeforeTheSubscriptionIsConfirmed(t *testing.T) {
	broker := collectortest.Mosquitto(t)
	var count ingest.Counters
	o := ingest.Options{Broker: broker.URL(), ClientID: "c", Group: "g", MaxPending: 20 << 10, Count: &count,
		Log:   slog.New(slog.NewTextHandler(t.Output(), nil)),
		Write: func(context.Context, []record.Batch) error { return nil }}
	stop := run(t, o)
	until(t, "the session is known", count.Connected.Load)
	_ = stop() // its end was wanted
	g := collectortest.NewGateway(t, broker, "base", "gw", stream)
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // once, so that it is not sent again
	defer cancel()
	if _, err := g.Send(short, messages(g, 1, 500)); err == nil {
		t.Fatal("somebody answered")
	}
	run(t, o)
	until(t, "the backlog is written", func() bool { return count.Batches.Load() >= 500 })
	until(t, "the broker has confirmed", count.Connected.Load)
	if spilled, sessions := count.Spilled.Load(), count.Connections.Load(); spilled > 0 || sessions != 2 {
		t.Errorf("%d messages were left to the broker, in %d sessions", spilled, sessions)
	}
}

func TestAWriteThatGivesUpEndsRun(t *testing.T) {
	broker := collectortest.Mosquitto(t)
	broken := errors.New("out of order")
	ended := make(chan error, 1)
	go func() {
		ended <- ingest.Run(t.Context(), ingest.Options{Broker: broker.URL(), ClientID: "c", Group: "g",
			Write: func(context.Context, []record.Batch) error { return broken }})
	}()
	g := collectortest.NewGateway(t, broker, "base", "gw", stream)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { _, _ = g.Send(ctx, messages(g, 1, 1)) }()
	if err := <-ended; !errors.Is(err, broken) {
		t.Errorf("Run ended with %v", err)
	}
	cancel()
}

// TestAWrongPasswordIsSaid: a subscription that the rules forbid Mosquitto 2.0.11 grants, and delivers nothing.
func TestAWrongPasswordIsSaid(t *testing.T) {
	broker := collectortest.Mosquitto(t, collectortest.User{Name: "collector", Password: "right"})
	said := make(chan string, 1) // the first line is enough
	log := slog.New(slog.NewTextHandler(writer(func(line string) {
		select {
		case said <- strings.ToLower(line):
		default:
		}
	}), nil))
	run(t, ingest.Options{Broker: broker.URL(), ClientID: "c", Group: "g", Username: "collector", Password: "wrong", Log: log})
	if line := <-said; !strings.Contains(line, "broker lost") || !strings.Contains(line, "not authorized") {
		t.Errorf("said %q", line)
	}
}

type writer func(string)

func (w writer) Write(p []byte) (int, error) {
	w(string(p))
	return len(p), nil
}
