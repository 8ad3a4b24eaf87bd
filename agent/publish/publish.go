// Package publish carries batches from the spool to the broker, and takes the centre's acknowledgements back. A batch
// leaves the spool only when the *collector* has acknowledged it: what the broker acknowledges, it may still lose.
//
// It does not know what a batch says.
package publish

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// Options say where the broker is and who we are.
type Options struct {
	Broker        string // tcp://host:port or ssl://host:port
	ClientID      string
	Username      string
	Password      string
	TLS           *tls.Config
	Base, Gateway string
}

// A Spool is where batches wait. Next reads and removes nothing.
type Spool interface {
	Next(after uint64) (sequence uint64, payload []byte, ok bool, err error)
	Ack(sequence uint64) error
}

// A Post is what is carried.
type Post struct {
	Spool  Spool
	Stream string
	// Message makes the message of a spooled payload. ErrEarly: neither it nor those behind it can leave yet; any other
	// error: it never will.
	Message func(sequence uint64, payload []byte) (message []byte, err error)
	Latest  *Latest
	Count   *Count
	Log     *slog.Logger
}

// ErrEarly is why a batch waits: its facts have no date yet.
var ErrEarly = errors.New("the clock has not been set yet")

const (
	connectTimeout = 15 * time.Second
	firstPause     = time.Second // between connections; doubles up to lastPause
	lastPause      = time.Minute
)

// Run keeps a connection until ctx ends, and returns ctx's error. An unreachable broker is an ordinary state.
func Run(ctx context.Context, o Options, p Post) error {
	sender := sender{Post: p, options: o, flights: map[uint64]*flight{}, acks: make(chan record.Ack)}
	told := ""
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		connected, err := sender.session(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if connected {
			pause, told = firstPause, ""
		}
		if reason := err.Error(); reason != told {
			p.Log.Warn("broker lost", "broker", o.Broker, "reason", reason)
			told = reason
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause + rand.N(pause/4)):
		}
	}
}

// session is one connection, by a client of its own: paho's reconnecting client completes the token of a message that
// nobody received.
func (s *sender) session(ctx context.Context) (connected bool, err error) {
	lost := make(chan error, 1) // paho's callback must not wait for us
	session, end := context.WithCancel(ctx)
	defer end()
	client := mqtt.NewClient(s.client(lost).SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
		var ack record.Ack
		if err := json.Unmarshal(m.Payload(), &ack); err != nil {
			s.Log.Warn("acknowledgement unreadable", "reason", err)
			return
		}
		select {
		case s.acks <- ack:
		case <-session.Done():
		}
	}))
	defer client.Disconnect(100)
	if err := wait(ctx, client.Connect(), connectTimeout); err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	ackTopic := record.Topic(s.options.Base, s.options.Gateway, record.AckTopic)
	if err := wait(ctx, client.Subscribe(ackTopic, 1, nil), connectTimeout); err != nil {
		return true, fmt.Errorf("subscribe to %s: %w", ackTopic, err)
	}
	status := client.Publish(s.status(), 1, true, record.Online)
	if err := wait(ctx, status, connectTimeout); err != nil {
		return true, fmt.Errorf("say online: %w", err)
	}
	s.Log.Info("broker reached", "broker", s.options.Broker)
	s.Count.Connected.Store(true)
	defer s.Count.Connected.Store(false)
	s.reconnected()
	err = s.carry(ctx, client, lost)
	if ctx.Err() != nil {
		_ = wait(context.Background(), client.Publish(s.status(), 1, true, record.Offline), time.Second) // a courtesy: the will says it too
	}
	return true, err
}

func (s *sender) status() string {
	return record.Topic(s.options.Base, s.options.Gateway, record.StatusTopic)
}

func (s *sender) client(lost chan<- error) *mqtt.ClientOptions {
	o := s.options
	return mqtt.NewClientOptions().AddBroker(o.Broker).SetClientID(o.ClientID).
		SetUsername(o.Username).SetPassword(o.Password).SetTLSConfig(o.TLS).
		SetProtocolVersion(4). // without it a refused connection is tried again as MQTT 3.1
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).
		SetConnectTimeout(connectTimeout).SetWriteTimeout(10*time.Second).SetKeepAlive(30*time.Second).
		SetOrderMatters(true).
		SetWill(s.status(), record.Offline, 1, true).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { lost <- err })
}

func wait(ctx context.Context, t mqtt.Token, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errors.New("no answer within " + limit.String())
	case <-t.Done():
		return t.Error()
	}
}
