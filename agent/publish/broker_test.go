package publish

import (
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
	"basemeter/collector/collectortest"
)

func TestOnlyTheCentresWordEmptiesTheSpool(t *testing.T) {
	b, d := collectortest.Mosquitto(t), lonelyDesk(t)
	c := newCentre(t, d.news, b, "", "")
	tm := hurry
	tm.firstResend = time.Hour
	d.put(5)
	d.start(t, Options{Broker: b.URL()}, tm)
	d.put(5)
	d.until(t, "all have come", func() bool { return len(c.got) == 10 })
	if !slices.Equal(c.got, upTo(10)) {
		t.Errorf("came in the order %d", c.got)
	}
	c.ack(record.Ack{Stream: "another", Accepted: upTo(10)})
	c.ack(accept(7))
	c.ack(record.Ack{Stream: stream, Rejected: []record.Rejection{{Sequence: 3, Reason: "forged"}}})
	d.until(t, "the answers have come", func() bool { return d.logged("batch rejected") > 0 && len(d.shelf.batches) == 8 })
	if left := d.left(); !slices.Equal(left, []uint64{1, 2, 4, 5, 6, 8, 9, 10}) {
		t.Errorf("left in the spool: %d", left)
	}
	d.once(t, "batch rejected sequence=3 reason=forged")
	n := d.post.Count
	if n.Sent.Load() != 10 || n.Resent.Load() != 0 || n.Accepted.Load() != 1 || n.Rejected.Load() != 1 {
		t.Errorf("counted %d sent, %d resent, %d accepted, %d rejected", n.Sent.Load(), n.Resent.Load(), n.Accepted.Load(), n.Rejected.Load())
	}
}

func TestUnansweredComesAgainAndHoldsNobodyUp(t *testing.T) {
	b, d := collectortest.Mosquitto(t), lonelyDesk(t)
	c := newCentre(t, d.news, b, "", "")
	deaf := 2 // times that the centre does not answer for the first batch
	c.answer = func(sequence uint64) *record.Ack {
		if sequence == 1 && deaf > 0 {
			deaf--
			return nil
		}
		return acceptAll(sequence)
	}
	d.put(3)
	d.start(t, Options{Broker: b.URL()}, hurry)
	d.until(t, "the spool is empty", d.empty)
	if got := c.sequences(); !slices.Equal(got[:3], upTo(3)) || !slices.Equal(got[len(got)-2:], []uint64{1, 1}) {
		t.Errorf("came in the order %d", got)
	}
}

func TestKilledBrokerLosesNothing(t *testing.T) {
	const batches = 2000
	b, d := collectortest.Mosquitto(t), lonelyDesk(t)
	c := newCentre(t, d.news, b, "", "")
	c.answer = acceptAll
	d.put(batches)
	tm := hurry
	tm.connect = time.Hour // as long as paho's Publish waited when the connection broke beneath it
	d.start(t, Options{Broker: b.URL()}, tm)
	for _, part := range []int{batches / 4, batches / 2} {
		d.until(t, "a part has come", func() bool { return len(d.shelf.batches) < batches-part })
		b.Restart()
	}
	d.until(t, "the spool is empty", d.empty)
	got := c.sequences()
	came := len(got)
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, upTo(batches)) {
		t.Errorf("%d of %d came", len(got), batches)
	}
	n := d.post.Count
	if n.Sent.Load() != batches || n.Accepted.Load() != batches {
		t.Errorf("counted %d sent, %d accepted of %d", n.Sent.Load(), n.Accepted.Load(), batches)
	}
	t.Logf("%d came, %d were sent again", came, n.Resent.Load())
}

func TestBrokerThatComesLater(t *testing.T) {
	b, d := collectortest.Mosquitto(t), lonelyDesk(t)
	b.Kill()
	d.start(t, Options{Broker: b.URL()}, hurry)
	d.until(t, "its absence is told", func() bool { return d.logged("broker lost") > 0 })
	b.Restart()
	d.until(t, "it is found", func() bool { return d.logged("broker reached") > 0 })
	d.once(t, "broker lost broker="+b.URL()+" reason=connect: ")
	d.until(t, "metrics know", d.post.Count.Connected.Load)
	c := newCentre(t, d.news, b, "", "")
	d.put(1)
	d.until(t, "the batch has come", func() bool { return len(c.got) == 1 })
}

func TestWrongPasswordIsToldOnce(t *testing.T) {
	rights := []string{"readwrite basemeter/#"}
	b := collectortest.Mosquitto(t, collectortest.User{Name: "gw", Password: "secret", ACL: rights})
	d := lonelyDesk(t)
	front := newPipe(t, b.Addr)
	d.start(t, Options{Broker: front.url(), Username: "gw", Password: "wrong"}, hurry)
	front.until(t, "it has tried again and again", func() bool { return front.calls >= 4 })
	d.once(t, "broker lost")
	d.once(t, "broker lost broker="+front.url()+" reason=connect: not Authorized")
}

func TestWhatIsRetained(t *testing.T) {
	b, d := collectortest.Mosquitto(t), lonelyDesk(t)
	c := newCentre(t, d.news, b, "", "")
	front := newPipe(t, b.Addr)
	d.post.Latest.Set(topic(record.NowTopic, "a"), []byte("running"))
	stop := d.start(t, Options{Broker: front.url()}, hurry)
	d.until(t, "its state is said", func() bool { return c.heard("now/a running") == 1 && c.heard("status online") == 1 })
	if got := retained(t, b, 2); got["status"] != "online" || got["now/a"] != "running" {
		t.Errorf("retained: %v", got)
	}

	front.cut()
	d.until(t, "the broker has said the will, and it is back", func() bool {
		return c.heard("status offline") == 1 && c.heard("status online") == 2 && c.heard("now/a running") == 2
	})
	d.post.Latest.Set(topic(record.NowTopic, "a"), []byte("off"))
	d.until(t, "what is new is said", func() bool { return c.heard("now/a off") == 1 })
	if stop() > patience/2 {
		t.Error("the orderly end took long")
	}
	d.until(t, "offline is said", func() bool { return c.heard("status offline") == 2 })
	if got := retained(t, b, 2); got["status"] != "offline" || got["now/a"] != "off" {
		t.Errorf("retained after the end: %v", got)
	}
}

// retained is what a newcomer hears first.
func retained(t *testing.T, b *collectortest.Broker, n int) map[string]string {
	t.Helper()
	news, got := newNews(), map[string]string{}
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(b.URL()).SetClientID("newcomer").SetProtocolVersion(4))
	defer client.Disconnect(0)
	if token := client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	client.Subscribe(topic("#"), 1, func(_ mqtt.Client, m mqtt.Message) {
		news.tell(func() {
			if m.Retained() {
				got[strings.TrimPrefix(m.Topic(), topic(""))] = string(m.Payload())
			}
		})
	})
	news.until(t, "retained messages come", func() bool { return len(got) >= n })
	return got
}

// A pipe is a stretch of network before a broker that can be cut.
type pipe struct {
	*news
	listener net.Listener
	calls    int
	ends     []net.Conn
	running  sync.WaitGroup
}

func newPipe(t *testing.T, to string) *pipe {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pipe{news: newNews(), listener: l}
	p.running.Go(func() { p.accept(to) })
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.running.Wait()
	})
	return p
}

func (p *pipe) url() string { return "tcp://" + p.listener.Addr().String() }

func (p *pipe) accept(to string) {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", to)
		if err != nil {
			near.Close()
			continue
		}
		p.tell(func() {
			p.calls++
			p.ends = append(p.ends, near, far)
		})
		for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
			p.running.Go(func() {
				_, _ = io.Copy(way[0], way[1])
				way[0].Close()
			})
		}
	}
}

func (p *pipe) cut() {
	p.tell(func() {
		for _, end := range p.ends {
			end.Close()
		}
		p.ends = nil
	})
}
