package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// session is one connection, by a client of its own: paho's reconnecting client completes the token of a message that
// nobody received. It is connected when the broker has let it say so.
func (s *sender) session(ctx context.Context) (connected bool, err error) {
	lost := make(chan error, 1) // paho's callback must not wait for us
	listening, deaf := context.WithCancel(ctx)
	w := newWire(s.options.TLS, s.times)
	w.client = mqtt.NewClient(s.client(w).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { lost <- err }).
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { s.hear(listening, m.Payload()) }))
	defer s.leave(ctx, w)
	defer deaf() // before leaving: an acknowledgement that nobody takes would hold it up
	if err := s.greet(ctx, w); err != nil {
		return false, err
	}
	s.Log.Info("broker reached", "broker", s.options.Broker)
	s.Count.Connected.Store(true)
	defer s.Count.Connected.Store(false)
	s.reconnected()
	return true, s.carry(ctx, w, w.written, lost)
}

func (s *sender) greet(ctx context.Context, w *wire) error {
	if err := wait(ctx, w.client.Connect(), 2*s.connect); err != nil { // the wire gives up earlier, and knows why
		return fmt.Errorf("connect: %w", err)
	}
	topic := record.Topic(s.options.Base, s.options.Gateway, record.AckTopic)
	token := w.client.Subscribe(topic, 1, nil)
	if err := s.hearing(ctx, token, s.connect); err != nil {
		return fmt.Errorf("subscribe to %s: %w", topic, err)
	}
	if token.(*mqtt.SubscribeToken).Result()[topic] > 2 {
		return fmt.Errorf("subscribe to %s: the broker forbids it", topic)
	}
	if err := s.hearing(ctx, s.say(w, record.Online), s.connect); err != nil {
		return fmt.Errorf("say online: %w", err)
	}
	select {
	case <-w.written: // the first message of ours; carry counts on from here
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hearing waits for a token and takes acknowledgements meanwhile: the broker's answer comes behind those that came first.
func (s *sender) hearing(ctx context.Context, t mqtt.Token, limit time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("no answer within "+limit.String()))
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case ack := <-s.acks:
			s.acknowledged(ack)
		case <-t.Done():
			return t.Error()
		}
	}
}

// leave says offline at an orderly end. At any other it breaks the connection, so that the broker says it.
func (s *sender) leave(ctx context.Context, w *wire) {
	const quiesce = 100 // ms
	if ctx.Err() != nil && w.client.IsConnectionOpen() {
		patience := time.AfterFunc(s.goodbye, w.cut)
		defer patience.Stop()
		_ = wait(context.Background(), s.say(w, record.Offline), s.goodbye) // a courtesy: the will says it too
		w.client.Disconnect(quiesce)
	}
	w.cut()
	w.client.Disconnect(quiesce)
}

func (s *sender) say(w *wire, status string) mqtt.Token {
	return w.Publish(s.status(), 1, true, status)
}

func (s *sender) status() string {
	return record.Topic(s.options.Base, s.options.Gateway, record.StatusTopic)
}

// hear hands an acknowledgement to carry, on paho's goroutine.
func (s *sender) hear(listening context.Context, payload []byte) {
	var ack record.Ack
	if err := json.Unmarshal(payload, &ack); err != nil {
		s.Log.Warn("acknowledgement unreadable", "reason", err)
		return
	}
	select {
	case s.acks <- ack:
	case <-listening.Done():
	}
}

func (s *sender) client(w *wire) *mqtt.ClientOptions {
	o := s.options
	return mqtt.NewClientOptions().AddBroker(o.Broker).SetCustomOpenConnectionFn(w.open).
		SetClientID(o.ClientID).SetUsername(o.Username).SetPassword(o.Password).
		SetProtocolVersion(4). // without it a refused connection is tried again as MQTT 3.1
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).SetStore(forgetful{}).
		SetConnectTimeout(s.connect).
		SetWriteTimeout(time.Second).                         // of the handing over, which takes none unless paho has given the connection up
		SetKeepAlive(30*time.Second).SetPingTimeout(s.write). // its answer comes behind what is being written
		SetOrderMatters(true).
		SetWill(s.status(), record.Offline, 1, true)
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
