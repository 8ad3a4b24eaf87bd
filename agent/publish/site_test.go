package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
)

const (
	stream   = "00112233445566778899aabbccddeeff"
	patience = 15 * time.Second // with a machine that builds at the same time
)

// hurry is for tests with real sockets. Those of the pauses themselves run in a bubble, with the usual times.
var hurry = times{
	connect: 10 * time.Second, write: 10 * time.Second, goodbye: time.Second,
	firstPause: 10 * time.Millisecond, lastPause: 100 * time.Millisecond,
	firstResend: 100 * time.Millisecond, lastResend: time.Second,
}

// news lets a test wait until something is so.
type news struct {
	mu      sync.Mutex
	changed chan struct{}
}

func newNews() *news { return &news{changed: make(chan struct{})} }

func (n *news) tell(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *news) until(t testing.TB, what string, so func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		n.mu.Lock()
		done, changed := so(), n.changed
		n.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// A shelf is a spool in memory.
type shelf struct {
	*news
	batches map[uint64][]byte
	newest  uint64
	unread  map[uint64]error // what Next says instead
	full    error            // what Ack says
}

func (s *shelf) put(payload string) {
	s.tell(func() {
		s.newest++
		s.batches[s.newest] = []byte(payload)
	})
}

func (s *shelf) Next(after uint64) (uint64, []byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sequence := after + 1; sequence <= s.newest && sequence > 0; sequence++ {
		if err := s.unread[sequence]; err != nil {
			return sequence, nil, false, err
		}
		if payload, ok := s.batches[sequence]; ok {
			return sequence, payload, true, nil
		}
	}
	return 0, nil, false, nil
}

func (s *shelf) Ack(sequence uint64) (err error) {
	s.tell(func() {
		delete(s.batches, sequence)
		err = s.full
	})
	return err
}

// Enabled, Handle, WithAttrs and WithGroup make a diary of what was logged.
type diary struct {
	*news
	lines *[]string
}

func (diary) Enabled(context.Context, slog.Level) bool { return true }
func (d diary) WithAttrs([]slog.Attr) slog.Handler     { return d }
func (d diary) WithGroup(string) slog.Handler          { return d }
func (d diary) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	d.tell(func() { *d.lines = append(*d.lines, line) })
	return nil
}

// A desk is what a gateway has: a spool, a log, and what it says.
type desk struct {
	*news
	shelf *shelf
	log   []string
	post  Post
}

func newDesk() *desk {
	n := newNews()
	d := &desk{news: n, shelf: &shelf{news: n, batches: map[uint64][]byte{}, unread: map[uint64]error{}}}
	d.post = Post{
		Spool: d.shelf, Stream: stream, Latest: NewLatest(), Count: &Count{}, Log: slog.New(diary{n, &d.log}),
		Message: func(sequence uint64, payload []byte) ([]byte, error) {
			return fmt.Appendf(nil, "%d %s", sequence, payload), nil
		},
	}
	return d
}

// lonelyDesk is one whose test no goroutine outlives. It comes before what has goroutines.
func lonelyDesk(t testing.TB) *desk {
	t.Cleanup(func() { alone(t) })
	return newDesk()
}

func (d *desk) put(n int) {
	for range n {
		d.shelf.put("payload")
	}
	d.post.Latest.Wake()
}

// logged counts the lines that begin so. The caller holds the news or waits for them.
func (d *desk) logged(begin string) (n int) {
	for _, line := range d.log {
		if strings.HasPrefix(line, begin) {
			n++
		}
	}
	return n
}

func (d *desk) once(t testing.TB, begin string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.logged(begin); n != 1 {
		t.Errorf("%q was logged %d times: %q", begin, n, d.log)
	}
}

func (d *desk) left() []uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	left := []uint64{}
	for sequence := range d.shelf.batches {
		left = append(left, sequence)
	}
	slices.Sort(left)
	return left
}

func (d *desk) empty() bool { return len(d.shelf.batches) == 0 }

// start runs a sender until stop, which returns how long that took.
func (d *desk) start(t testing.TB, o Options, tm times) (stop func() time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	o.Base, o.Gateway = "base", "gw"
	if o.ClientID == "" {
		o.ClientID = "gw"
	}
	go func() { ended <- newSender(o, d.post, tm).run(ctx) }()
	stop = sync.OnceValue(func() time.Duration {
		began := time.Now()
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Run returned %v", err)
			}
		case <-time.After(patience):
			t.Error("Run does not end")
		}
		return time.Since(began)
	})
	t.Cleanup(func() { stop() })
	return stop
}

// alone waits until nothing of paho's or ours runs any more.
func alone(t testing.TB) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond) // nobody tells when a goroutine has ended
	defer look.Stop()
	end := time.Now().Add(patience)
	all := make([]byte, 1<<20)
	for {
		stacks := string(all[:runtime.Stack(all, true)])
		if !strings.Contains(stacks, "paho.mqtt.golang") && !strings.Contains(stacks, "publish.(*sender)") {
			return
		}
		if time.Now().After(end) {
			t.Errorf("goroutines are left:\n%s", stacks)
			return
		}
		<-look.C
	}
}

// A centre hears everything that a gateway says, and answers for batches as it is told to.
type centre struct {
	*news
	client mqtt.Client
	got    []uint64 // sequences of batches as they came
	said   []string // "status online", "now/a running"
	answer func(sequence uint64) *record.Ack
	unsent []record.Ack
}

func topic(what ...string) string { return record.Topic("base", "gw", what...) }

// newCentre connects; it comes back when the broker does.
func newCentre(t testing.TB, n *news, b *collectortest.Broker, user, password string) *centre {
	t.Helper()
	c := &centre{news: n}
	subscribed := make(chan struct{})
	var once sync.Once
	c.client = mqtt.NewClient(mqtt.NewClientOptions().AddBroker(b.URL()).SetClientID("centre").SetProtocolVersion(4).
		SetUsername(user).SetPassword(password).SetWriteTimeout(time.Second).
		SetAutoReconnect(true).SetMaxReconnectInterval(50 * time.Millisecond).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { c.hear(m) }).
		SetOnConnectHandler(func(client mqtt.Client) {
			if token := client.Subscribe(topic("#"), 1, nil); token.WaitTimeout(patience) && token.Error() == nil {
				once.Do(func() { close(subscribed) })
			}
		}))
	if token := c.client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("centre: %v", token.Error())
	}
	<-subscribed
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.speak(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		c.client.Disconnect(0)
	})
	return c
}

func (c *centre) hear(m mqtt.Message) {
	what := strings.TrimPrefix(m.Topic(), topic(""))
	c.tell(func() {
		if what != record.FactsTopic {
			c.said = append(c.said, what+" "+string(m.Payload()))
			return
		}
		var sequence uint64
		fmt.Sscan(string(m.Payload()), &sequence)
		c.got = append(c.got, sequence)
		if c.answer == nil {
			return
		}
		if ack := c.answer(sequence); ack != nil {
			c.unsent = append(c.unsent, *ack)
		}
	})
}

// speak sends the answers: a handler of paho's must not.
func (c *centre) speak(ctx context.Context) {
	for {
		c.mu.Lock()
		unsent, changed := c.unsent, c.changed
		c.unsent = nil
		c.mu.Unlock()
		for _, ack := range unsent {
			c.ack(ack)
		}
		if len(unsent) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

func (c *centre) ack(ack record.Ack) {
	data, err := json.Marshal(ack)
	if err != nil {
		panic(err)
	}
	c.client.Publish(topic(record.AckTopic), 1, false, data) // what gets lost is asked for again
}

func accept(sequences ...uint64) record.Ack { return record.Ack{Stream: stream, Accepted: sequences} }

func acceptAll(sequence uint64) *record.Ack {
	ack := accept(sequence)
	return &ack
}

// heard counts what was said so. The caller holds the news or waits for them.
func (c *centre) heard(what string) (n int) {
	for _, said := range c.said {
		if said == what {
			n++
		}
	}
	return n
}

func (c *centre) sequences() []uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.got)
}

func upTo(n uint64) (all []uint64) {
	for sequence := uint64(1); sequence <= n; sequence++ {
		all = append(all, sequence)
	}
	return all
}
