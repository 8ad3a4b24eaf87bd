package dlt645

import (
	"context"
	"errors"
	"fmt"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/port"
)

// A Line is the meters on a port. It may share the port with Lines of other protocols: each keeps it for as long as one
// device is read, and after anything unclean asks for the silence that the next one needs.
type Line struct {
	now  func() drivers.Instant
	port *port.Port
	char time.Duration // one character on the wire
	gap  time.Duration // the silence that Modbus devices on the same wire need around frames

	// What follows is used with the port locked.
	owed map[address][]uint32 // what each meter may still answer: see doubt.go
	out  [4 + shortest + 4]byte
	buf  [512]byte
}

// New is a line on a port, which it opens when it is first needed, again after it was lost, and closes with the last
// source on it.
func New(p *port.Port, now func() drivers.Instant) *Line {
	return &Line{now: now, port: p, char: p.Settings().Char(), gap: p.Settings().Gap(), owed: map[address][]uint32{}}
}

func (l *Line) passes(bytes int) time.Duration { return time.Duration(bytes) * l.char }

// Device is one meter on a line.
type Device struct {
	Name    string
	Address string // twelve digits; empty: it is asked for it, which works if no other such meter is on the line
	Points  []Point
	Timeout time.Duration // the longest wait for an answer to begin; 0 stands for one second
	Pause   time.Duration // the silence it wants before each question; 0: none of its own
}

// Source reads all points of d. It returns an error if d makes no sense; whether d is there shows when it is read.
func (l *Line) Source(d Device) (*Source, error) {
	sources, err := l.Sources(d, d.Points)
	if err != nil {
		return nil, err
	}
	return sources[0], nil
}

// Sources are one for each set of points of d, all of the one meter: they share its Stats. D.Points is not looked at.
func (l *Line) Sources(d Device, sets ...[]Point) ([]*Source, error) {
	m, err := newMeter(d)
	faults := []error{err}
	for _, set := range sets {
		faults = append(faults, checkPoints(set))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	var sources []*Source
	for _, set := range sets {
		s := &Source{line: l, meter: m, asks: plan(d.Name, set)}
		s.life, s.end = context.WithCancel(context.Background())
		for _, a := range s.asks {
			m.probe(a.identifier)
		}
		l.port.Join()
		sources = append(sources, s)
	}
	m.spare()
	return sources, nil
}

// Address asks whoever is alone on the line for its address. Two that answer are an error.
func (l *Line) Address(ctx context.Context, timeout time.Duration) (string, error) {
	m, err := newMeter(Device{Timeout: timeout})
	if err != nil {
		return "", err
	}
	err = l.briefly(ctx, func(w wait) error {
		if err := l.findAddress(w, m); err != nil {
			return err
		}
		return l.alone(w, m)
	})
	if err != nil {
		return "", fmt.Errorf("ask for the address: %w", err)
	}
	return m.address.String(), nil
}

// Identifier is what the meter of an address answers to an identifier, as it stands in the answer.
func (l *Line) Identifier(ctx context.Context, address string, id uint32, timeout time.Duration) ([]byte, error) {
	m, err := newMeter(Device{Address: address, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	m.probe(id)
	m.spare()
	q := question{readData, m.address, id}
	var data []byte
	err = l.briefly(ctx, func(w wait) error {
		if err := l.settle(w, m); err != nil {
			return err
		}
		return l.exchange(w, m, q, func(answer []byte) error {
			data = append(data, answer...)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read %v: %w", q, err)
	}
	return data, nil
}

// briefly has the port for one conversation without a source.
func (l *Line) briefly(ctx context.Context, talk func(wait) error) error {
	l.port.Join()
	defer l.port.Leave()
	l.port.Lock()
	defer l.port.Unlock()
	return talk(wait{ctx, context.Background()})
}
