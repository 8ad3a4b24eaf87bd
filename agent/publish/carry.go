package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// A sender remembers across connections what is under way.
type sender struct {
	Post
	times
	options Options
	acks    chan record.Ack

	flights map[uint64]*flight
	last    uint64 // the highest sequence that was taken from the spool
	under   int    // flights that were sent
	bytes   int    // of their messages
	aside   bool   // whose turn it is: batches and latest words take turns
	unsaved bool   // the spool cannot write down what was acknowledged
}

// publisher is paho's client as carry needs it.
type publisher interface {
	Publish(topic string, qos byte, retained bool, payload any) mqtt.Token
}

// carry sends until the connection ends or ctx does: one message after the other, each when the one before has left,
// so that it always hears what else happens.
func (s *sender) carry(ctx context.Context, client publisher, written <-chan struct{}, lost <-chan error) error {
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for idle := true; ; {
		if idle {
			sent, err := s.send(client)
			if err != nil {
				return err
			}
			idle = !sent
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-lost:
			return fmt.Errorf("connection lost: %w", err)
		case ack := <-s.acks:
			s.acknowledged(ack)
		case <-written:
			idle = true
		case <-s.Latest.wake:
		case <-beat.C:
		}
	}
}

// send sends one message, if there is one: a batch and a latest word in turn, so that neither starves the other.
func (s *sender) send(client publisher) (sent bool, err error) {
	s.aside = !s.aside
	first, second := s.sendBatch, s.sendLatest
	if s.aside {
		first, second = second, first
	}
	if sent, err := first(client); sent || err != nil {
		return sent, err
	}
	return second(client)
}

func (s *sender) sendLatest(client publisher) (sent bool, err error) {
	topic, payload, ok := s.Latest.next()
	if !ok {
		return false, nil
	}
	return true, refused(client.Publish(topic, 1, true, payload))
}

// sendBatch sends what is due again, else the oldest not yet sent if the window has room for it.
func (s *sender) sendBatch(client publisher) (sent bool, err error) {
	now := time.Now()
	due, err := s.due(now)
	for i := 0; i < len(due) && !sent && err == nil; i++ {
		sent, err = s.sendAgain(client, due[i], now)
	}
	for more := true; more && !sent && err == nil && s.room(); {
		more, sent, err = s.sendNext(client, now)
	}
	return sent, err
}

// sendAgain reads a batch anew: the spool may have had to give it up.
func (s *sender) sendAgain(client publisher, sequence uint64, now time.Time) (sent bool, err error) {
	found, payload, ok, err := s.Spool.Next(sequence - 1)
	switch {
	case err != nil && found <= sequence:
		s.unreadable(sequence, err, now)
		return false, nil
	case !ok || found != sequence:
		s.landed(sequence)
		return false, nil
	}
	sent, err = s.fly(client, sequence, payload, now)
	if errors.Is(err, ErrEarly) {
		s.later(sequence, now)
		return false, nil
	}
	return sent, err
}

// sendNext takes one more from the spool, and says whether there may be more behind it that can leave now.
func (s *sender) sendNext(client publisher, now time.Time) (more, sent bool, err error) {
	sequence, payload, ok, err := s.Spool.Next(s.last)
	switch {
	case err != nil:
		if sequence > s.last { // it stays in the spool, and must not hold up those behind it
			s.unreadable(sequence, err, now)
			s.last = sequence
		}
		return false, false, nil // no more for now: what ails it may pass
	case !ok:
		return false, false, nil
	}
	sent, err = s.fly(client, sequence, payload, now)
	if errors.Is(err, ErrEarly) {
		return false, false, nil
	}
	s.last = sequence
	return true, sent, err
}

// fly sends a batch, or gives up one that never can be sent.
func (s *sender) fly(client publisher, sequence uint64, payload []byte, now time.Time) (sent bool, err error) {
	message, err := s.Message(sequence, payload)
	if errors.Is(err, ErrEarly) {
		return false, err
	}
	if err != nil {
		s.Count.Rejected.Add(1)
		s.giveUp(sequence, err.Error())
		return false, nil
	}
	topic := record.Topic(s.options.Base, s.options.Gateway, record.FactsTopic)
	token := client.Publish(topic, 1, false, message)
	s.departed(sequence, len(message), token, now)
	return true, refused(token)
}

// refused is why paho did not even take a message.
func refused(t mqtt.Token) error {
	if done(t) && t.Error() != nil {
		return fmt.Errorf("publish: %w", t.Error())
	}
	return nil
}

func done(t mqtt.Token) bool {
	select {
	case <-t.Done():
		return true
	default:
		return false
	}
}

// acknowledged removes what the collector has, and what it refuses for good: it has kept that aside, with the reason.
func (s *sender) acknowledged(ack record.Ack) {
	if ack.Stream != s.Stream {
		return // meant for a spool that is no more
	}
	for _, sequence := range ack.Accepted {
		if s.remove(sequence) {
			s.Count.Accepted.Add(1)
		}
	}
	for _, r := range ack.Rejected {
		if _, known := s.flights[r.Sequence]; known {
			s.Count.Rejected.Add(1)
			s.giveUp(r.Sequence, r.Reason)
			continue
		}
		s.remove(r.Sequence)
	}
}

func (s *sender) giveUp(sequence uint64, reason string) {
	s.Log.Error("batch rejected", "sequence", sequence, "reason", reason)
	s.remove(sequence)
}

// remove takes a batch from the spool. It says whether it was under way.
func (s *sender) remove(sequence uint64) (flown bool) {
	err := s.Spool.Ack(sequence)
	switch {
	case err != nil && !s.unsaved:
		s.Log.Error("acknowledgements cannot be saved; a restart would send again", "reason", err)
	case err == nil && s.unsaved:
		s.Log.Info("acknowledgements are saved again")
	}
	s.unsaved = err != nil
	return s.landed(sequence)
}
