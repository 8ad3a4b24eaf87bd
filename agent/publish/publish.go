// Package publish carries batches from the spool to the broker, and takes the centre's acknowledgements back. A batch
// leaves the spool only when the *collector* has acknowledged it: what the broker acknowledges, it may still lose.
//
// It does not know what a batch says.
package publish

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"

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

// A Spool is where batches wait. Next reads and removes nothing. Ack is in effect even if it returns an error: that
// says only that a restart may bring the batch back.
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

// times are how long things may take, and how long we wait before we try again.
type times struct {
	connect time.Duration // from dialling to the broker's first answer, and for each answer after that
	write   time.Duration // for one message to leave: a large batch on a slow line
	goodbye time.Duration // for the last word at an orderly end

	firstPause, lastPause   time.Duration // between connections; it doubles
	firstResend, lastResend time.Duration // of a batch that nobody acknowledged; it doubles
}

var usual = times{
	connect: 15 * time.Second, write: time.Minute, goodbye: time.Second,
	firstPause: time.Second, lastPause: time.Minute,
	firstResend: 15 * time.Second, lastResend: 10 * time.Minute,
}

// Run keeps a connection until ctx ends, and returns ctx's error. An unreachable broker is an ordinary state.
func Run(ctx context.Context, o Options, p Post) error {
	return newSender(o, p, usual).run(ctx)
}

func newSender(o Options, p Post, t times) *sender {
	return &sender{Post: p, options: o, times: t, flights: map[uint64]*flight{}, acks: make(chan record.Ack)}
}

func (s *sender) run(ctx context.Context) error {
	told, pause := map[string]bool{}, s.firstPause // an outage's reasons, each once: one trouble may show in two ways
	for {
		began := time.Now()
		connected, err := s.session(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if connected {
			clear(told)
		}
		if connected && time.Since(began) > s.connect { // not so if two gateways of one name throw each other out
			pause = s.firstPause
		}
		if g := gist(err); !told[g] {
			s.Log.Warn("broker lost", "broker", s.options.Broker, "reason", err)
			told[g] = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause + rand.N(pause/4)):
		}
		pause = min(2*pause, s.lastPause)
	}
}

// gist is a reason without its numbers: our own port and the time differ from one try to the next.
func gist(err error) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, err.Error())
}
