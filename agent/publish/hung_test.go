package publish

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A mule is a broker that stops in its tracks: it answers so many packets of a connection, and then
// nothing, and reads nothing.
type mule struct {
	*news
	listener net.Listener
	answers  int
	forbids  bool // the subscription
	calls    int
	stopped  int // connections on which it has stopped
	running  sync.WaitGroup
}

func newMule(t *testing.T, answers int) *mule {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mule{news: newNews(), listener: l, answers: answers}
	closed := make(chan struct{})
	m.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			m.tell(func() { m.calls++ })
			m.running.Go(func() {
				defer conn.Close()
				m.serve(conn)
				m.tell(func() { m.stopped++ })
				<-closed
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		close(closed)
		m.running.Wait()
	})
	return m
}

func (m *mule) url() string { return "tcp://" + m.listener.Addr().String() }

func (m *mule) serve(conn net.Conn) {
	for range m.answers {
		packet, err := packets.ReadPacket(conn)
		if err != nil || m.answer(packet).Write(conn) != nil {
			return
		}
	}
}

func (m *mule) answer(packet packets.ControlPacket) packets.ControlPacket {
	switch p := packet.(type) {
	case *packets.ConnectPacket:
		return packets.NewControlPacket(packets.Connack)
	case *packets.SubscribePacket:
		ack := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
		ack.MessageID, ack.ReturnCodes = p.MessageID, []byte{1}
		if m.forbids {
			ack.ReturnCodes[0] = 0x80
		}
		return ack
	case *packets.PublishPacket:
		ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
		ack.MessageID = p.MessageID
		return ack
	}
	return packets.NewControlPacket(packets.Pingresp)
}

// What a mule answers before it stops.
const (
	nothing = iota
	connection
	subscription
	greeting
)

var stages = map[string]int{"on connecting": nothing, "on subscribing": connection, "on the greeting": subscription}

func TestHungBrokerIsTriedAgainAndToldOnce(t *testing.T) {
	for name, answers := range stages {
		t.Run(name, func(t *testing.T) {
			d := lonelyDesk(t)
			m := newMule(t, answers)
			tm := hurry
			tm.connect = 50 * time.Millisecond
			d.start(t, Options{Broker: m.url()}, tm)
			m.until(t, "it has been tried again and again", func() bool { return m.calls >= 4 })
			d.once(t, "broker lost")
		})
	}
}

func TestHungBrokerThatReadsNothingMore(t *testing.T) {
	d := lonelyDesk(t)
	m := newMule(t, greeting)
	tm := hurry
	tm.write = 100 * time.Millisecond
	for range 3 {
		d.shelf.put(strings.Repeat("x", 8<<20)) // more than sockets hold
	}
	d.start(t, Options{Broker: m.url()}, tm)
	m.until(t, "it has been tried again and again", func() bool { return m.calls >= 3 })
	if left := d.left(); len(left) != 3 {
		t.Errorf("left in the spool: %d", left)
	}
}

func TestForbiddenSubscriptionIsTold(t *testing.T) { // and nobody would ever have heard an acknowledgement
	d := lonelyDesk(t)
	m := newMule(t, 1000)
	m.forbids = true
	d.put(1)
	d.start(t, Options{Broker: m.url()}, hurry)
	m.until(t, "it has been tried again and again", func() bool { return m.calls >= 4 })
	d.once(t, "broker lost")
	d.once(t, "broker lost broker="+m.url()+" reason=subscribe to basemeter/1/base/gw/ack: the broker forbids it")
}

func TestEndAtEachStage(t *testing.T) {
	const soon = 3 * time.Second // every wait of the sender's own is longer
	tm := hurry
	tm.connect, tm.write, tm.firstPause, tm.lastPause = time.Hour, time.Hour, time.Hour, time.Hour
	tm.goodbye = 100 * time.Millisecond
	end := func(t *testing.T, stop func() time.Duration) {
		t.Helper()
		if took := stop(); took > soon {
			t.Errorf("the end took %v", took)
		}
	}
	for name, answers := range stages {
		t.Run(name, func(t *testing.T) {
			d := lonelyDesk(t)
			m := newMule(t, answers)
			stop := d.start(t, Options{Broker: m.url()}, tm)
			m.until(t, "it has stopped", func() bool { return m.stopped > 0 })
			end(t, stop)
		})
	}
	t.Run("while a message does not leave", func(t *testing.T) {
		d := lonelyDesk(t)
		m := newMule(t, greeting)
		d.shelf.put(strings.Repeat("x", 32<<20)) // more than sockets hold
		stop := d.start(t, Options{Broker: m.url()}, tm)
		d.until(t, "it is sent", func() bool { return d.post.Count.Sent.Load() > 0 || d.logged("broker reached") > 0 })
		end(t, stop)
	})
	t.Run("while nothing is confirmed", func(t *testing.T) {
		d := lonelyDesk(t)
		m := newMule(t, greeting)
		d.put(1)
		stop := d.start(t, Options{Broker: m.url()}, tm)
		d.until(t, "it is reached", func() bool { return d.logged("broker reached") > 0 })
		end(t, stop)
	})
	t.Run("in a TLS handshake", func(t *testing.T) {
		d := lonelyDesk(t)
		m := newMule(t, nothing)
		stop := d.start(t, Options{Broker: "ssl://" + m.listener.Addr().String()}, tm)
		m.until(t, "it has stopped", func() bool { return m.stopped > 0 })
		end(t, stop)
	})
	t.Run("between connections", func(t *testing.T) {
		d := lonelyDesk(t)
		m := newMule(t, nothing)
		m.listener.Close()
		stop := d.start(t, Options{Broker: m.url()}, tm)
		d.until(t, "its absence is told", func() bool { return d.logged("broker lost") > 0 })
		end(t, stop)
	})
}
