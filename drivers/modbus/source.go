package modbus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

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
}

// plan makes the questions, with holes of up to so many registers.
func (s *Source) plan(hole int) {
	s.asks, s.holes = nil, false
	for _, g := range plan(s.points, limits{s.device.MaxRegisters, hole}) {
		s.asks = append(s.asks, ask{s.device.question(g.request), g.slots(s.device.Name)})
		s.holes = s.holes || g.hole
	}
}

// Name is the device's.
func (s *Source) Name() string { return s.device.Name }

// Stats are the device's, those of its other sources included.
func (s *Source) Stats() drivers.Stats { return s.device.tally.Stats() }

// Read asks for all points. A point whose float is not finite is left out. If the device refuses some requests, the
// points of the others are returned together with the first refusal; any other error ends the Read.
func (s *Source) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	had := len(into)
	err := s.converse(ctx, func(w wait) (err error) {
		if s.device.solid && s.holes {
			s.plan(0)
		}
		if into, err = s.read(w, into[:had]); s.holes && refusesAddress(err) {
			// It may refuse what its manual does not list. Without holes it shows what it does refuse.
			s.device.solid = true
			s.plan(0)
			into, err = s.read(w, into[:had])
		}
		return err
	})
	return into, err
}

// refusesAddress is a device's word that it has no such registers, or not so many.
func refusesAddress(err error) bool {
	var e Exception
	return errors.As(err, &e) && (e == 2 || e == 3)
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

// Probe asks whether the device is there, with the shortest of its questions. Any answer shows it, also a late one to
// another question and a refusal.
func (s *Source) Probe(ctx context.Context) error {
	return s.alone(ctx, func(w wait) error {
		q := &s.device.probes[0]
		for i := range s.device.probes {
			if other := &s.device.probes[i]; other.size() < q.size() {
				q = other
			}
		}
		if _, err := s.line.wire.exchange(w, q); err != nil && !isRefusal(err) {
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

func (i *Identity) text(data []byte) string {
	if i.Type == "text" {
		return strings.Trim(strings.Map(printable, string(data)), " ")
	}
	p := i.point()
	return strconv.FormatFloat(p.number(data), 'f', -1, 64)
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
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

// Registers reads a block that is no device's point, as it stands in the answer: 16 bits a register, or 8 coils a byte.
func (l *Line) Registers(ctx context.Context, unit byte, f Function, address uint16, count int, timeout time.Duration) ([]byte, error) {
	var data []byte
	err := l.briefly(ctx, unit, request{f, address, count}, timeout, func(s *Source, w wait, q *question) error {
		if err := l.wire.settle(w, s.device.probes); err != nil {
			return err
		}
		answer, err := l.wire.exchange(w, q)
		data = append(data, answer...)
		return err
	})
	return data, err
}

// Present asks whether a unit is there. Any answer shows it; an Exception is one.
func (l *Line) Present(ctx context.Context, unit byte, f Function, address uint16, timeout time.Duration) error {
	return l.briefly(ctx, unit, request{f, address, 1}, timeout, func(_ *Source, w wait, q *question) error {
		_, err := l.wire.exchange(w, q)
		return err
	})
}

// briefly asks something that is no source's to ask.
func (l *Line) briefly(ctx context.Context, unit byte, r request, timeout time.Duration, ask func(*Source, wait, *question) error) error {
	if r.count < 1 || r.count > r.function.most() || int(r.address)+r.count > 1<<16 || r.function.code == 0 {
		return fmt.Errorf("read %v: want 1 to %d, and none beyond 0xFFFF", r, r.function.most())
	}
	s := &Source{line: l, device: &device{Device: Device{Name: fmt.Sprintf("unit %d", unit), Unit: unit, Timeout: timeout}}, life: context.Background()}
	q := s.device.question(r)
	s.device.probes = []question{q}
	if r.count > 1 {
		s.device.probes = append(s.device.probes, s.device.question(request{r.function, r.address, 1}))
	}
	l.wire.join()
	defer l.wire.leave()
	return s.alone(ctx, func(w wait) error {
		if err := ask(s, w, &q); err != nil {
			return fmt.Errorf("read %v: %w", r, err)
		}
		return nil
	})
}
