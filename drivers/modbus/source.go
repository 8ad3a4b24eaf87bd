package modbus

import (
	"context"
	"fmt"
	"math"

	"basemeter/drivers"
)

// Source is one device on a line, or some points of it; it implements drivers.Source, Prober, Identifier and Counted.
type Source struct {
	line   *Line
	device *device
	points []Point
	asks   []ask
	holes  bool            // some ask reads over a hole
	life   context.Context // ends with Close
	end    context.CancelFunc
	closed bool
}

type ask struct {
	question
	slots []slot
	hole  bool
}

// plan makes the questions.
func (s *Source) plan() {
	l := limits{s.device.MaxRegisters, s.device.MaxHole, s.line.price}
	if s.device.solid {
		l.hole = 0
	}
	s.asks, s.holes = nil, false
	for _, g := range plan(s.points, l) {
		s.asks = append(s.asks, ask{s.device.question(g.request), g.slots(s.device.Name), g.hole})
		s.holes = s.holes || g.hole
	}
}

// Name is the device's.
func (s *Source) Name() string { return s.device.Name }

// Stats are the device's, those of its other sources included.
func (s *Source) Stats() drivers.Stats { return s.device.tally.Stats() }

// Read asks for all points. A point whose float is not finite is left out. If the device refuses some requests, the
// points of the others are returned together with the first refusal; any other error ends the Read. Once it has refused
// a request that reads over a hole, it is asked without holes, at once and from then on.
func (s *Source) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	err := s.converse(ctx, func(w wait) (err error) {
		into, err = s.read(w, into)
		return err
	})
	return into, err
}

// converse has the wire for one conversation, in which no answer to an earlier question can come any more.
func (s *Source) converse(ctx context.Context, talk func(wait) error) error {
	return s.alone(ctx, func(w wait) error {
		if err := s.line.wire.settle(w, s.device.probes); err != nil {
			return err
		}
		return talk(w)
	})
}

// alone has the wire for one conversation.
func (s *Source) alone(ctx context.Context, talk func(wait) error) error {
	s.line.wire.Lock()
	defer s.line.wire.Unlock()
	w := wait{ctx, s.life, s.line.timer}
	err := w.over()
	if err == nil {
		err = talk(w)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.device.Name, err)
	}
	return nil
}

func (s *Source) read(w wait, into []drivers.Reading) ([]drivers.Reading, error) {
	if s.holes && s.device.solid {
		s.plan()
	}
	had := len(into)
	var refused error
	for i := range s.asks {
		a := &s.asks[i]
		data, err := s.line.wire.exchange(w, &a.question)
		at := s.line.now()
		if err == nil {
			into = a.decode(data, at, into)
			continue
		}
		if a.hole && refusesForGood(err) {
			s.device.solid = true // it may refuse what its manual does not list
			return s.read(w, into[:had])
		}
		wrapped := fmt.Errorf("read %v: %w", a.request, err)
		if !isRefusal(err) {
			return into, wrapped
		}
		if refused == nil {
			refused = wrapped
		}
	}
	if len(into) == had && refused == nil {
		return into, fmt.Errorf("%w: no finite number", drivers.ErrGarbled)
	}
	return into, refused
}

func (a *ask) decode(data []byte, at drivers.Instant, into []drivers.Reading) []drivers.Reading {
	for i := range a.slots {
		s := &a.slots[i]
		if v := s.value(data); !math.IsNaN(v) && !math.IsInf(v, 0) {
			into = append(into, drivers.Reading{Point: s.name, Value: v, At: at})
		}
	}
	return into
}

// Probe asks whether the device is there, with the shortest of its questions. Any answer shows it: a refusal, also one
// of another length, which is late; no value comes of it. Whether the device is in doubt, see doubt.go, stays as it is.
func (s *Source) Probe(ctx context.Context) error {
	return s.alone(ctx, func(w wait) error {
		q := s.line.wire.probe(s.device.probes)
		if _, err := s.line.wire.exchange(w, q); err != nil && !isRefusal(err) && err != errLength {
			return fmt.Errorf("probe %v: %w", q.request, err)
		}
		return nil
	})
}

// Identity is what the device says it is; empty if it has nowhere to say it.
func (s *Source) Identity(ctx context.Context) (identity string, err error) {
	if s.device.Device.Identity == nil {
		return "", nil
	}
	err = s.converse(ctx, func(w wait) error {
		data, err := s.line.wire.exchange(w, &s.device.identity)
		if err != nil {
			return fmt.Errorf("read %v: %w", s.device.identity.request, err)
		}
		identity = s.device.Device.Identity.text(data)
		return nil
	})
	return identity, err
}

// Close ends a Read under way. The line closes its port with its last source.
func (s *Source) Close() error {
	s.end()
	s.line.wire.Lock()
	was := s.closed
	s.closed = true
	s.line.wire.Unlock()
	if !was {
		s.line.wire.leave()
	}
	return nil
}
