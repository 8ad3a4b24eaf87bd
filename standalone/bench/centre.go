package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// A centre takes what gateways and the floor publish and acknowledges batches as the collector would, at once.
type centre struct {
	client mqtt.Client

	mu      sync.Mutex
	values  map[string]int // by who sent them: the gateway's name, or the topic of a floor
	lags    []time.Duration
	batches []batch
	seen    map[uint64]bool
	repeats int
	fault   error // the first message that made no sense
}

// A batch is what is remembered of one.
type batch struct {
	bytes   int
	samples int
	at      time.Time // of its first sample
}

func openCentre(url string) (*centre, error) {
	c := &centre{values: map[string]int{}, seen: map[uint64]bool{}}
	c.client = mqtt.NewClient(mqtt.NewClientOptions().AddBroker(url).SetClientID("centre").SetProtocolVersion(4).
		SetAutoReconnect(true).SetMaxReconnectInterval(100 * time.Millisecond).
		SetDefaultPublishHandler(c.hear).
		SetOnConnectHandler(func(client mqtt.Client) {
			client.SubscribeMultiple(map[string]byte{record.Topic("+", "+", record.FactsTopic): 1, "floor/+": 1}, nil)
		}))
	t := c.client.Connect()
	if !t.WaitTimeout(10 * time.Second) {
		return nil, fmt.Errorf("connect to %s: no answer", url)
	}
	return c, t.Error()
}

func (c *centre) close() { c.client.Disconnect(100) }

func (c *centre) hear(client mqtt.Client, m mqtt.Message) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if name, ok := strings.CutPrefix(m.Topic(), "floor/"); ok {
		c.values[name] += tcpPoints * bytes.Count(m.Payload(), []byte("at_ms"))
		return
	}
	b, err := record.DecodeBatch(m.Payload())
	if err != nil {
		if c.fault == nil {
			c.fault = err
		}
		return
	}
	c.take(&b, len(m.Payload()), now)
	ack, _ := json.Marshal(record.Ack{Stream: b.Stream, Accepted: []uint64{b.Sequence}}) // plain values
	client.Publish(record.Topic(b.Base, b.Gateway, record.AckTopic), 1, false, ack)
}

func (c *centre) take(b *record.Batch, size int, now time.Time) {
	if c.seen[b.Sequence] {
		c.repeats++
		return
	}
	c.seen[b.Sequence] = true
	if len(b.Samples) == 0 {
		return
	}
	for _, s := range b.Samples {
		c.values[b.Gateway] += len(s.Values)
		c.lags = append(c.lags, now.Sub(time.UnixMilli(s.AtMS)))
	}
	c.batches = append(c.batches, batch{size, len(b.Samples), time.UnixMilli(b.Samples[0].AtMS)})
}

// count is how many values came from one sender so far.
func (c *centre) count(from string) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.values[from], c.fault
}

// forget makes lags count from now on.
func (c *centre) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lags = nil
}

// lag is how long samples were on their way, at two places of a hundred.
func (c *centre) lag() (p50, p99 time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.lags) == 0 {
		return 0, 0
	}
	slices.Sort(c.lags)
	return c.lags[len(c.lags)/2], c.lags[len(c.lags)*99/100]
}

// payload is what came of the samples of [from, to).
func (c *centre) payload(from, to time.Time) (size, samples int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.batches {
		if !b.at.Before(from) && b.at.Before(to) {
			size += b.bytes
			samples += b.samples
		}
	}
	return size, samples
}
