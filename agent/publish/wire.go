package publish

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A wire is the connection beneath one paho client, and what is published goes through it. Paho's Publish is deaf to
// everything while an earlier message is being written, and for its whole timeout if the connection breaks meanwhile.
// So the wire says when a message has left, for the next to be handed over only then; and paho learns that the
// connection is broken between two messages, after we did. Cut closes it at any stage.
type wire struct {
	tls     *tls.Config
	times   times
	client  mqtt.Client
	whole   context.Context
	cut     context.CancelFunc
	written chan struct{} // holds one: there is never more than one message on its way

	mu     sync.Mutex
	broken error
}

func newWire(c *tls.Config, t times) *wire {
	w := &wire{tls: c, times: t, written: make(chan struct{}, 1)}
	w.whole, w.cut = context.WithCancel(context.Background())
	return w
}

// Publish is the client's, unless the connection is known to be broken.
func (w *wire) Publish(topic string, qos byte, retained bool, payload any) mqtt.Token {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return failed{w.broken}
	}
	return w.client.Publish(topic, qos, retained, payload)
}

// open is what paho calls to connect.
func (w *wire) open(broker *url.URL, _ mqtt.ClientOptions) (net.Conn, error) {
	dialer := net.Dialer{Timeout: w.times.connect}
	if broker.Scheme == "tcp" || broker.Scheme == "mqtt" {
		conn, err := dialer.DialContext(w.whole, "tcp", broker.Host)
		if err != nil {
			return nil, err
		}
		return w.around(conn, conn), nil
	}
	secure := tls.Dialer{NetDialer: &dialer, Config: w.tls}
	conn, err := secure.DialContext(w.whole, "tcp", broker.Host)
	if err != nil {
		return nil, err
	}
	return w.around(conn, conn.(*tls.Conn).NetConn()), nil // to close TLS itself would be to say so first, and to wait
}

func (w *wire) around(conn, raw net.Conn) net.Conn {
	context.AfterFunc(w.whole, func() { raw.Close() })
	return &socket{conn, w}
}

type socket struct {
	net.Conn
	wire *wire
}

func (s *socket) Read(into []byte) (int, error) {
	n, err := s.Conn.Read(into)
	if err != nil {
		s.wire.mu.Lock()
		s.wire.broken = err
		s.wire.mu.Unlock()
	}
	return n, err
}

func (s *socket) Write(packet []byte) (int, error) {
	if err := s.Conn.SetWriteDeadline(time.Now().Add(s.wire.times.write)); err != nil {
		return 0, err
	}
	n, err := s.Conn.Write(packet)
	if err == nil && packet[0]>>4 == packets.Publish { // paho writes each packet with one call
		select {
		case s.wire.written <- struct{}{}:
		default:
		}
	}
	return n, err
}

// SetWriteDeadline is paho's, which also is how long its Publish waits. Ours is in Write.
func (*socket) SetWriteDeadline(time.Time) error { return nil }

// failed is the token of a message that was not even tried.
type failed struct{ reason error }

func (failed) Wait() bool                     { return true }
func (failed) WaitTimeout(time.Duration) bool { return true }
func (f failed) Error() error                 { return f.reason }
func (failed) Done() <-chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// forgetful is paho's store for a client that never resumes: what must be sent again is in the spool.
type forgetful struct{}

func (forgetful) Open()                             {}
func (forgetful) Put(string, packets.ControlPacket) {}
func (forgetful) Get(string) packets.ControlPacket  { return nil }
func (forgetful) All() []string                     { return nil }
func (forgetful) Del(string)                        {}
func (forgetful) Close()                            {}
func (forgetful) Reset()                            {}
