package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"basemeter/agent/record"
)

// errSpilled ends a session whose broker still holds what there was no room for: the next one is given it again.
var errSpilled = errors.New("no room for what came")

// session is one connection, by a client of its own: paho drops acknowledgements that belong to an earlier one, and a
// client that was disconnected cannot be used again.
func session(ctx context.Context, o Options, centre *centre) (connected bool, err error) {
	ctx, end := context.WithCancel(ctx)
	lost := make(chan error, 1) // paho's callback must not wait for us
	box := newInbox(o.MaxPending, ctx.Done())
	client := mqtt.NewClient(clientOptions(o).SetClientID(o.ClientID).
		SetCleanSession(false).   // the broker keeps what comes while we are away
		SetAutoAckDisabled(true). // what is not written is not acknowledged
		SetAutoReconnect(false).SetConnectRetry(false).
		SetStore(forgetful{}).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { lost <- err }).
		// Here and not in Subscribe: a session that lives on delivers before we have subscribed.
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			if !box.add(m) {
				o.Count.Spilled.Add(1)
			}
		}))
	defer client.Disconnect(100)
	defer end() // before Disconnect: a message that waits for room must not hold it up
	if err := wait(ctx, client.Connect()); err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	// A session that lives on delivers before it confirms a subscription. What comes is written meanwhile: else it would
	// fill the inbox, and the confirmation that stands in line behind it would not be heard before the inbox spills.
	token := request(client, "$share/"+o.Group+"/"+record.Topic("+", "+", record.FactsTopic))
	box.heard = token.Done()
	if err := drain(ctx, o, centre, box, lost); err != nil {
		return false, err
	}
	box.heard = nil
	if err := granted(token); err != nil {
		return false, err
	}
	o.Count.Connections.Add(1)
	o.Count.Connected.Store(true)
	defer o.Count.Connected.Store(false)
	o.Log.Info("broker reached", "broker", o.Broker, "group", o.Group)
	return true, drain(ctx, o, centre, box, lost)
}

// drain writes what comes, until the connection is lost. What was not written by then comes again. It returns nil if
// the box has heard what its caller waits for.
func drain(ctx context.Context, o Options, centre *centre, box *inbox, lost <-chan error) error {
	for {
		messages, err := box.take(ctx, lost, o.FlushAfter, o.FlushBytes)
		if err != nil || len(messages) == 0 {
			return err
		}
		answers, err := flush(ctx, o, messages)
		if err != nil {
			return err
		}
		centre.send(answers)
		if box.done(messages) {
			return errSpilled
		}
	}
}

// clientOptions are what both of our clients have in common.
func clientOptions(o Options) *mqtt.ClientOptions {
	return mqtt.NewClientOptions().AddBroker(o.Broker).
		SetUsername(o.Username).SetPassword(o.Password).SetTLSConfig(o.TLS).
		SetProtocolVersion(4). // without it a refused connection is tried again as MQTT 3.1
		SetOrderMatters(true).
		SetConnectTimeout(connectTimeout).SetWriteTimeout(10 * time.Second).SetKeepAlive(keepAlive)
}

func subscribe(ctx context.Context, client mqtt.Client, filters ...string) error {
	token := request(client, filters...)
	if err := wait(ctx, token); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return granted(token)
}

// request asks the broker for what matches the filters, and does not wait for its answer.
func request(client mqtt.Client, filters ...string) mqtt.Token {
	want := map[string]byte{}
	for _, filter := range filters {
		want[filter] = 1
	}
	return client.SubscribeMultiple(want, nil)
}

// granted is what the broker answered.
func granted(t mqtt.Token) error {
	if err := t.Error(); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	for filter, granted := range t.(*mqtt.SubscribeToken).Result() {
		if granted > 2 {
			return fmt.Errorf("subscribe to %s: the broker forbids it", filter)
		}
	}
	return nil
}

func wait(ctx context.Context, t mqtt.Token) error {
	timer := time.NewTimer(connectTimeout)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errors.New("no answer within " + connectTimeout.String())
	case <-t.Done():
		return t.Error()
	}
}

// forgetful is paho's store for a client that sends nothing it must remember. Paho's own would hold every message until
// it is acknowledged, also those we have no room for.
type forgetful struct{}

func (forgetful) Open()                             {}
func (forgetful) Put(string, packets.ControlPacket) {}
func (forgetful) Get(string) packets.ControlPacket  { return nil }
func (forgetful) All() []string                     { return nil }
func (forgetful) Del(string)                        {}
func (forgetful) Close()                            {}
func (forgetful) Reset()                            {}
