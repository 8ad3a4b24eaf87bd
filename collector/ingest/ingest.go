// Package ingest takes batches from MQTT, has them written, and tells each gateway which of its batches are safe. It
// does not know where they are written, nor what they mean.
//
// A gateway keeps a batch until it is told that the batch is written or rejected. So whatever happens here or to the
// broker, the worst is that a batch comes twice; and writing one twice changes nothing.
//
// Collectors of one group share the batches. Each has a session at the broker that outlives its connection: what it was
// given and did not acknowledge comes again when it is back, and until then nobody else gets it (mosquitto issue 2662).
// That costs nothing but a resend, because the gateway, unanswered, sends it anew and another collector takes it.
package ingest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"basemeter/agent/record"
)

// Options say where the broker is, who we are, and what to do with what comes.
type Options struct {
	Broker   string // tcp://host:port or ssl://host:port
	ClientID string // its own for each collector, and always the same
	Username string
	Password string
	TLS      *tls.Config
	Group    string // collectors of one group share the batches

	// Write returns nil when all batches are safe. An error with the method Rejections() map[int]string says that the
	// batches of those indices never will be, and all others are. Write waits as long as it takes, or until ctx ends;
	// any other error ends Run.
	Write func(ctx context.Context, batches []record.Batch) error
	// Aside keeps a message that cannot be accepted. If it fails, or is nil, the gateway is not told and sends it again.
	Aside func(topic string, payload []byte, reason string) error
	// Live hears what is now, health and status, each as soon as it comes. It must not wait. May be nil.
	Live func(topic string, payload []byte) error
	Now  func() time.Time // nil: time.Now

	FlushAfter time.Duration // how long a message may wait for company; 0 means 20 ms
	FlushBytes int           // no more than this is written at once; 0 means 512 KiB
	MaxPending int           // bytes in memory not yet written; 0 means 4 MiB

	Count *Counters // nil: nobody counts
	Log   *slog.Logger
}

// Counters only grow, but for LastWrite.
type Counters struct {
	Messages    atomic.Uint64        // facts messages taken, repeats included
	Bytes       atomic.Uint64        // in them
	Batches     atomic.Uint64        // written
	Records     atomic.Uint64        // facts in them
	Rejected    [kinds]atomic.Uint64 // by Kind
	Flushes     atomic.Uint64        // calls of Write
	WriteTime   atomic.Int64         // in them, in ns
	LastWrite   atomic.Int64         // when the newest one succeeded, in ms since 1970
	Spilled     atomic.Uint64        // messages left to the broker because MaxPending was reached
	Connected   atomic.Bool          // to the broker, now
	Connections atomic.Uint64        // to the broker
	AcksLost    atomic.Uint64        // acknowledgements that could not be sent: the gateway will ask again
	AsideFailed atomic.Uint64        // messages that could not be kept aside
	LiveBad     atomic.Uint64        // live messages that Live did not understand
}

// A Kind is why a batch was rejected.
type Kind int

const (
	Unreadable Kind = iota // it breaks the contract
	Oversize               // larger than the contract allows
	Forged                 // it names another gateway than the topic it came by
	Future                 // it is dated more than a day ahead
	Refused                // the database will not have it
	kinds
)

func (k Kind) String() string {
	return [kinds]string{"unreadable", "oversize", "forged", "future", "refused"}[k]
}

// Kinds are all there are.
func Kinds() []Kind { return []Kind{Unreadable, Oversize, Forged, Future, Refused} }

const (
	connectTimeout = 15 * time.Second
	keepAlive      = 30 * time.Second
	firstPause     = 200 * time.Millisecond // between connections; doubles up to lastPause
	lastPause      = 15 * time.Second
)

// Run takes batches until ctx ends, and returns ctx's error, or the error of a Write that gave up. An unreachable
// broker is an ordinary state. What is in memory at the end is not written: the broker and the gateways still have it.
func Run(ctx context.Context, o Options) error {
	setDefaults(&o)
	centre := newCentre(o)
	defer centre.close()
	told := ""
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		connected, err := session(ctx, o, centre)
		var failed *writeError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &failed):
			return err
		case errors.Is(err, errSpilled):
			o.Log.Warn("more came than could be written in time, asking for it again")
			pause = firstPause
			continue
		case connected:
			pause, told = firstPause, ""
		}
		if reason := err.Error(); reason != told {
			o.Log.Warn("broker lost", "broker", o.Broker, "reason", reason)
			told = reason
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func setDefaults(o *Options) {
	def := func(value *int, otherwise int) {
		if *value == 0 {
			*value = otherwise
		}
	}
	def(&o.FlushBytes, 512<<10)
	def(&o.MaxPending, 4<<20)
	if o.FlushAfter == 0 {
		o.FlushAfter = 20 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Aside == nil {
		o.Aside = func(string, []byte, string) error { return errors.New("there is no place for it") }
	}
	if o.Count == nil {
		o.Count = &Counters{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// A writeError ends Run.
type writeError struct{ error }

func (e *writeError) Error() string { return fmt.Sprintf("write batches: %v", e.error) }
func (e *writeError) Unwrap() error { return e.error }

// sleep waits about as long as pause, so that collectors do not come back all at once.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause/2 + rand.N(pause+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
