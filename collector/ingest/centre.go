package ingest

import (
	"context"
	"encoding/json"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// A centre is our second client: it answers the gateways and hears what is live. The first must not wait while it
// sends, and live messages are not worth a session that remembers.
//
// It reconnects by itself. That may lose an answer, and then the gateway asks again.
type centre struct {
	client mqtt.Client
	count  *Counters
}

func newCentre(o Options) *centre {
	c := &centre{count: o.Count}
	c.client = mqtt.NewClient(clientOptions(o).SetClientID(o.ClientID + "-centre").
		SetCleanSession(true).
		SetAutoReconnect(true).SetMaxReconnectInterval(lastPause).
		SetConnectRetry(true).SetConnectRetryInterval(time.Second).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			if o.Live(m.Topic(), m.Payload()) != nil {
				o.Count.LiveBad.Add(1)
			}
		}).
		SetOnConnectHandler(func(client mqtt.Client) { // a clean session forgets its subscriptions
			if o.Live == nil {
				return
			}
			if err := subscribe(context.Background(), client, record.Topic("+", "+", record.NowTopic, "+"),
				record.Topic("+", "+", record.HealthTopic), record.Topic("+", "+", record.StatusTopic)); err != nil {
				o.Log.Warn("live data", "broker", o.Broker, "reason", err.Error())
			}
		}))
	c.client.Connect() // it goes on trying
	return c
}

func (c *centre) close() { c.client.Disconnect(100) }

// answers are what the gateways are told, one message a stream.
type answers map[addressee]*record.Ack

type addressee struct{ base, gateway, stream string }

func (a answers) accept(l letter) {
	ack := a.to(l)
	ack.Accepted = append(ack.Accepted, l.sequence)
}

func (a answers) reject(l letter) {
	if l.stream == "" {
		return // who sent it cannot know it by name
	}
	ack := a.to(l)
	ack.Rejected = append(ack.Rejected, record.Rejection{Sequence: l.sequence, Reason: l.problem.Error()})
}

func (a answers) to(l letter) *record.Ack {
	key := addressee{l.base, l.gateway, l.stream}
	if a[key] == nil {
		a[key] = &record.Ack{Stream: l.stream}
	}
	return a[key]
}

// send does not wait for the broker: an answer that is lost is given again when the gateway repeats its batch.
func (c *centre) send(a answers) {
	for to, ack := range a {
		payload, err := json.Marshal(ack)
		if err != nil {
			panic(err) // strings and numbers
		}
		if !c.client.IsConnectionOpen() {
			c.count.AcksLost.Add(1)
			continue
		}
		c.client.Publish(record.Topic(to.base, to.gateway, record.AckTopic), 1, false, payload)
	}
}
