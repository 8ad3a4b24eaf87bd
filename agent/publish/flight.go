package publish

import (
	"fmt"
	"maps"
	"slices"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// What may be under way to the collector at once, so that a backlog leaves room for what happens now, and a batch that
// nobody acknowledges does not hold up those behind it.
const (
	windowBatches = 64
	windowBytes   = 1 << 20 // the last message may go beyond
)

// A flight is a batch taken from the spool and not yet acknowledged by the collector.
type flight struct {
	size   int // of its message; 0 if it could not yet be sent
	tries  int
	again  time.Time  // when it is sent once more
	token  mqtt.Token // of the last try: whether the broker has it; nil if it cannot have it
	unread bool       // the spool could not read it
}

func (s *sender) room() bool { return s.under < windowBatches && s.bytes < windowBytes }

// due lists the flights to be sent again, oldest first. What the broker has not confirmed yet is still on its way: a
// copy would only make a slow line slower. A broker that never confirms is as good as none.
func (s *sender) due(now time.Time) (due []uint64, err error) {
	for _, sequence := range slices.Sorted(maps.Keys(s.flights)) {
		f := s.flights[sequence]
		switch late := now.Sub(f.again); {
		case late < 0 || f.size == 0 && !s.room():
		case f.token == nil || done(f.token):
			due = append(due, sequence)
		case late > s.lastResend:
			return nil, fmt.Errorf("the broker has not confirmed batch %d, sent %v ago or more", sequence, s.lastResend)
		}
	}
	return due, nil
}

// departed notes that a batch was sent.
func (s *sender) departed(sequence uint64, size int, token mqtt.Token, now time.Time) {
	f := s.later(sequence, now)
	f.token, f.unread = token, false
	if f.size > 0 {
		s.Count.Resent.Add(1)
		return
	}
	f.size = size
	s.under++
	s.bytes += size
	s.Count.Sent.Add(1)
}

// later puts off a batch; each time for longer.
func (s *sender) later(sequence uint64, now time.Time) *flight {
	f := s.flights[sequence]
	if f == nil {
		f = &flight{}
		s.flights[sequence] = f
	}
	f.again = now.Add(min(s.firstResend<<min(f.tries, 10), s.lastResend))
	f.tries++
	return f
}

// unreadable puts off a batch that the disk does not give just now.
func (s *sender) unreadable(sequence uint64, reason error, now time.Time) {
	f := s.later(sequence, now)
	if !f.unread {
		s.Log.Error("batch cannot be read now", "sequence", sequence, "reason", reason)
	}
	f.unread = true
}

// landed ends a flight. It says whether there was one.
func (s *sender) landed(sequence uint64) bool {
	f := s.flights[sequence]
	if f == nil {
		return false
	}
	if f.size > 0 {
		s.under--
		s.bytes -= f.size
	}
	delete(s.flights, sequence)
	return true
}

// reconnected sends again at once what the last broker did not even confirm; the rest keeps its pause.
func (s *sender) reconnected() {
	for _, f := range s.flights {
		if f.token != nil && (!done(f.token) || f.token.Error() != nil) {
			f.again, f.tries, f.token = time.Time{}, 0, nil
		}
	}
	s.Latest.all()
}
