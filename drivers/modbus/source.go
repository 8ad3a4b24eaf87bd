package modbus

import (
	"context"
	"fmt"
	"math"

	"basemeter/drivers"
)

// Source is one device on a line; it implements drivers.Source.
type Source struct {
	line   *Line
	name   string
	asks   []ask
	probes []question // see doubt.go
	counts counts

	life   context.Context // ends with Close
	end    context.CancelFunc
	closed bool
}

type ask struct {
	question
	slots []slot
}

func (s *Source) Name() string { return s.name }

// Read asks for all points. A point whose float is not finite is left out. If the device refuses some requests, the
// points of the others are returned together with the first refusal; any other error ends the Read.
func (s *Source) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	w := wait{ctx, s.life, s.line.timer}
	if err := w.over(); err != nil {
		return into, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := s.line.wire.settle(w, s.probes); err != nil {
		return into, fmt.Errorf("%s: %w", s.name, err)
	}
	return s.read(w, into)
}

func (s *Source) read(w wait, into []drivers.Reading) ([]drivers.Reading, error) {
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
		wrapped := fmt.Errorf("%s: read %v: %w", s.name, a.request, err)
		if !isRefusal(err) {
			return into, wrapped
		}
		if refused == nil {
			refused = wrapped
		}
	}
	if len(into) == had && refused == nil {
		return into, fmt.Errorf("%s: %w: no finite number", s.name, drivers.ErrGarbled)
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

// Close ends a Read under way. The line closes its port with its last source.
func (s *Source) Close() error {
	s.end()
	s.line.mu.Lock()
	defer s.line.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.line.sources--; s.line.sources == 0 {
		s.line.wire.close()
	}
	return nil
}
