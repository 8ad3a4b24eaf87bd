package collectortest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// A Gateway sends batches as a real one does: each again and again until a collector has answered for it.
type Gateway struct {
	Base, Name, Stream string
	Resends            atomic.Uint64 // batches sent again because no answer came in time

	client mqtt.Client
	acks   chan record.Ack
}

const answerWithin = 300 * time.Millisecond // short, so that a test need not wait

// NewGateway connects; it goes on trying while the broker is away.
func NewGateway(t testing.TB, b *Broker, base, name, stream string) *Gateway {
	t.Helper()
	g := &Gateway{Base: base, Name: name, Stream: stream, acks: make(chan record.Ack)}
	ended := t.Context().Done()
	g.client = mqtt.NewClient(mqtt.NewClientOptions().AddBroker(b.URL()).SetClientID(base + "." + name).SetProtocolVersion(4).
		SetAutoReconnect(true).SetConnectRetry(true).SetConnectRetryInterval(100 * time.Millisecond).SetMaxReconnectInterval(200 * time.Millisecond).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			var ack record.Ack
			if err := json.Unmarshal(m.Payload(), &ack); err != nil {
				t.Errorf("acknowledgement %s: %v", m.Payload(), err)
			}
			select {
			case g.acks <- ack:
			case <-ended:
			}
		}).
		SetOnConnectHandler(func(c mqtt.Client) { c.Subscribe(g.topic(record.AckTopic), 1, nil) }))
	if token := g.client.Connect(); !token.WaitTimeout(readyWithin) || token.Error() != nil {
		t.Fatalf("gateway %s: %v", name, token.Error())
	}
	t.Cleanup(func() { g.client.Disconnect(0) })
	return g
}

func (g *Gateway) topic(what string) string { return record.Topic(g.Base, g.Name, what) }

// Message is the batch of that sequence as it travels.
func (g *Gateway) Message(sequence uint64, facts record.Facts) []byte {
	return record.AppendBatch(nil, g.Base, g.Name, g.Stream, sequence, record.AppendFacts(nil, &facts))
}

// Say publishes something besides facts, retained.
func (g *Gateway) Say(what string, payload []byte) { g.client.Publish(g.topic(what), 1, true, payload) }

// Send returns when every message has been answered: the reasons of those that were rejected, or an error if ctx ends
// before. The messages are named by their sequence.
func (g *Gateway) Send(ctx context.Context, messages map[uint64][]byte) (rejected map[uint64]string, err error) {
	rejected = map[uint64]string{}
	waiting := map[uint64]bool{}
	for sequence := range messages {
		waiting[sequence] = true
	}
	tick := time.NewTicker(answerWithin)
	defer tick.Stop()
	for again := uint64(0); len(waiting) > 0; again = 1 {
		g.publish(messages, waiting)
		g.Resends.Add(again * uint64(len(waiting)))
		if err := g.listen(ctx, tick.C, waiting, rejected); err != nil {
			return rejected, err
		}
	}
	return rejected, nil
}

func (g *Gateway) publish(messages map[uint64][]byte, waiting map[uint64]bool) {
	if !g.client.IsConnectionOpen() {
		return
	}
	for sequence := range waiting {
		g.client.Publish(g.topic(record.FactsTopic), 1, false, messages[sequence])
	}
}

// listen takes answers until the next tick, or until nothing is waiting.
func (g *Gateway) listen(ctx context.Context, tick <-chan time.Time, waiting map[uint64]bool, rejected map[uint64]string) error {
	for len(waiting) > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d batches were never answered: %w", len(waiting), ctx.Err())
		case <-tick:
			return nil
		case ack := <-g.acks:
			if ack.Stream != g.Stream {
				continue
			}
			for _, sequence := range ack.Accepted {
				delete(waiting, sequence)
			}
			for _, r := range ack.Rejected {
				delete(waiting, r.Sequence)
				rejected[r.Sequence] = r.Reason
			}
		}
	}
	return nil
}
