package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// What may be under way to the collector at once, so that a backlog leaves room for what happens now, and a batch that
// nobody acknowledges does not hold up those behind it.
const (
	windowBatches = 64
	windowBytes   = 1 << 20
	firstResend   = 15 * time.Second // doubles up to lastResend
	lastResend    = 10 * time.Minute
)

// A sender remembers across connections what is under way.
type sender struct {
	Post
	options Options
	acks    chan record.Ack

	flights map[uint64]*flight
	bytes   int    // of all flights
	last    uint64 // the highest sequence that was sent
}

// A flight is a batch sent and not yet acknowledged by the collector.
type flight struct {
	size  int
	tries int
	again time.Time // when it is sent once more
	token mqtt.Token
}

// carry sends until the connection ends or ctx does.
func (s *sender) carry(ctx context.Context, client mqtt.Client, lost <-chan error) error {
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for {
		if err := s.send(client); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-lost:
			return fmt.Errorf("connection lost: %w", err)
		case ack := <-s.acks:
			if err := s.acknowledged(ack); err != nil {
				return err
			}
		case <-s.Latest.wake:
		case <-beat.C:
		}
	}
}

// send sends what has room in the window: first what is due again, then the oldest not yet sent; then what is new of
// the latest states.
func (s *sender) send(client mqtt.Client) error {
	now := time.Now()
	for sequence, f := range s.flights {
		if now.After(f.again) {
			if err := s.sendAgain(client, sequence, now); err != nil {
				return err
			}
		}
	}
	for len(s.flights) < windowBatches && s.bytes < windowBytes {
		sequence, payload, ok, err := s.Spool.Next(s.last)
		if err != nil { // it stays in the spool, and must not hold up those behind it
			s.Log.Error("batch cannot be read now", "sequence", sequence, "reason", err)
			s.last = max(s.last, sequence)
			break
		}
		if !ok {
			break
		}
		if err := s.fly(client, sequence, payload, now); errors.Is(err, ErrEarly) {
			break
		} else if err != nil {
			return err
		}
		s.last = sequence
	}
	s.Latest.each(func(topic string, payload []byte) { client.Publish(topic, 1, true, payload) })
	return nil
}

// sendAgain reads a batch anew: the spool may have had to give it up.
func (s *sender) sendAgain(client mqtt.Client, sequence uint64, now time.Time) error {
	found, payload, ok, err := s.Spool.Next(sequence - 1)
	if err != nil {
		return fmt.Errorf("read batch %d from the spool: %w", sequence, err)
	}
	if !ok || found != sequence {
		s.landed(sequence)
		return nil
	}
	s.Count.Resent.Add(1)
	return s.fly(client, sequence, payload, now)
}

// fly sends a batch, or gives up one that never can be sent.
func (s *sender) fly(client mqtt.Client, sequence uint64, payload []byte, now time.Time) error {
	message, err := s.Message(sequence, payload)
	if errors.Is(err, ErrEarly) {
		return err
	}
	if err != nil {
		return s.acknowledged(record.Ack{Stream: s.Stream, Rejected: []record.Rejection{{Sequence: sequence, Reason: err.Error()}}})
	}
	f := s.flights[sequence]
	if f == nil {
		f = &flight{size: len(message)}
		s.flights[sequence] = f
		s.bytes += f.size
		s.Count.Sent.Add(1)
	}
	f.again = now.Add(min(firstResend<<min(f.tries, 10), lastResend))
	f.tries++
	f.token = client.Publish(record.Topic(s.options.Base, s.options.Gateway, record.FactsTopic), 1, false, message)
	return nil
}

func (s *sender) landed(sequence uint64) {
	if f := s.flights[sequence]; f != nil {
		s.bytes -= f.size
		delete(s.flights, sequence)
	}
}

// acknowledged removes what the collector has, and what it refuses for good: it has kept that aside, with the reason.
func (s *sender) acknowledged(ack record.Ack) error {
	if ack.Stream != s.Stream {
		return nil // meant for a spool that is no more
	}
	var errs []error
	for _, sequence := range ack.Accepted {
		errs = append(errs, s.Spool.Ack(sequence))
		s.Count.Accepted.Add(1)
		s.landed(sequence)
	}
	for _, r := range ack.Rejected {
		errs = append(errs, s.Spool.Ack(r.Sequence))
		s.Count.Rejected.Add(1)
		s.landed(r.Sequence)
		s.Log.Error("batch rejected", "sequence", r.Sequence, "reason", r.Reason)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove acknowledged batches from the spool: %w", err)
	}
	return nil
}

// reconnected sends again at once what the last broker did not even confirm; the rest keeps its pause.
func (s *sender) reconnected() {
	for _, f := range s.flights {
		if f.token.Error() != nil || !done(f.token) {
			f.again = time.Time{}
		}
	}
	s.Latest.all()
}

func done(t mqtt.Token) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}
