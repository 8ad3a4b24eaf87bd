package dlt645

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"basemeter/drivers"
)

// A meter is a device, whichever of its sources asks it. It is used with the port locked, but for its tally.
type meter struct {
	name    string
	address address
	unnamed bool // its address is not configured
	known   bool // its address is known
	timeout time.Duration
	pause   time.Duration
	probes  []uint32 // see doubt.go
	tally   drivers.Tally
}

func newMeter(d Device) (*meter, error) {
	m := &meter{name: d.Name, unnamed: d.Address == "", known: d.Address != "", timeout: d.Timeout, pause: d.Pause}
	if m.timeout == 0 {
		m.timeout = time.Second
	}
	if m.unnamed {
		return m, nil
	}
	var err error
	m.address, err = parseAddress(d.Address)
	return m, err
}

// probe adds an identifier to those that it may be asked for.
func (m *meter) probe(identifier uint32) {
	if !slices.Contains(m.probes, identifier) {
		m.probes = append(m.probes, identifier)
	}
}

// spare makes sure that there is a second one.
func (m *meter) spare() {
	for _, id := range []uint32{totalEnergy, totalPower} {
		if len(m.probes) < 2 {
			m.probe(id)
		}
	}
}

// Source is one meter on a line, or some points of it; it implements drivers.Source, Prober, Identifier and Counted.
type Source struct {
	line   *Line
	meter  *meter
	asks   []ask
	life   context.Context // ends with Close
	end    context.CancelFunc
	closed bool
}

// Name is the device's.
func (s *Source) Name() string { return s.meter.name }

// Stats are the device's, those of its other sources included.
func (s *Source) Stats() drivers.Stats { return s.meter.tally.Stats() }

// Read asks for all points. A point that holds no digits, or lies beyond the answer, is left out. If the meter refuses
// some identifiers, the points of the others are returned together with the first refusal; any other error ends the
// Read.
func (s *Source) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	had := len(into)
	err := s.converse(ctx, func(w wait) (err error) {
		if err := s.line.settle(w, s.meter); err != nil {
			return err
		}
		into, err = s.read(w, into)
		if err == nil && len(into) == had {
			return errDigits
		}
		return err
	})
	return into, err
}

func (s *Source) read(w wait, into []drivers.Reading) ([]drivers.Reading, error) {
	var refused error
	for i := range s.asks {
		q := question{readData, s.meter.address, s.asks[i].identifier}
		err := s.line.exchange(w, s.meter, q, func(data []byte) (err error) {
			into, err = s.asks[i].decode(data, s.line.now(), into)
			return err
		})
		switch {
		case err == nil || errors.Is(err, errDigits):
		case !isRefusal(err):
			return into, fmt.Errorf("read %v: %w", q, err)
		case refused == nil:
			refused = fmt.Errorf("read %v: %w", q, err)
		}
	}
	return into, refused
}

// Probe asks for the source's first identifier. A refusal shows that the meter is there.
func (s *Source) Probe(ctx context.Context) error { return s.converse(ctx, s.probe) }

func (s *Source) probe(w wait) error {
	q := question{readData, s.meter.address, s.asks[0].identifier}
	if err := s.line.exchange(w, s.meter, q, nil); err != nil && !isRefusal(err) {
		return fmt.Errorf("read %v: %w", q, err)
	}
	return nil
}

// Identity is the meter's address, when it has answered to it.
func (s *Source) Identity(ctx context.Context) (id string, err error) {
	err = s.converse(ctx, func(w wait) error {
		if err := s.probe(w); err != nil {
			return err
		}
		id = s.meter.address.String()
		return nil
	})
	return id, err
}

// converse has the port for one conversation with the meter, whose address is known by then. An address that was asked
// for is forgotten when nothing answers to it: the meter may have been exchanged.
func (s *Source) converse(ctx context.Context, talk func(wait) error) error {
	s.line.port.Lock()
	defer s.line.port.Unlock()
	w, m := wait{ctx, s.life}, s.meter
	err := w.over()
	if err == nil && !m.known {
		err = s.line.findAddress(w, m)
	}
	if err == nil {
		err = talk(w)
	}
	if errors.Is(err, errSilent) && m.unnamed {
		m.known = false
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	return nil
}

// Close ends a Read under way. The port closes with the last source on it.
func (s *Source) Close() error {
	s.end()
	s.line.port.Lock()
	closed := s.closed
	s.closed = true
	s.line.port.Unlock()
	if !closed {
		s.line.port.Leave()
	}
	return nil
}
