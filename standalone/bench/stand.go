package main

import (
	"context"
	"errors"
	"time"
)

const gatewayName = "gw-01"

// A stand is a gateway in its place: a broker and a centre behind it.
type stand struct {
	broker *broker
	centre *centre
	agent  *child
}

func (s *stand) close() {
	if s.agent != nil {
		s.agent.end()
	}
	if s.centre != nil {
		s.centre.close()
	}
	s.broker.end()
}

// stand starts a gateway and waits until it is past its beginning.
func (b *bench) stand(ctx context.Context, lines string, devices, points int) (*stand, error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	s := &stand{}
	if s.broker, err = b.tools.broker(ctx, dir); err != nil {
		return nil, err
	}
	if s.centre, err = openCentre(s.broker.url()); err == nil {
		s.agent, err = b.gateway(ctx, dir, s.broker.url(), lines, devices, points)
	}
	if err == nil {
		err = s.settled(ctx, s.agent, gatewayName)
	}
	if err != nil {
		s.close()
	}
	return s, err
}

// settled waits for a child's first values, and a little longer.
func (s *stand) settled(ctx context.Context, c *child, name string) error {
	err := await(ctx, "the first values of "+name, func() (bool, error) {
		values, err := s.centre.count(name)
		return values > 0, errors.Join(err, c.alive())
	})
	if err != nil {
		return err
	}
	return sleep(ctx, 3*time.Second)
}

// A watched process sends values. What it used is counted between two moments, so that its start is left out.
type watched struct {
	name  string
	child *child

	cpu    time.Duration
	values int
}

// watch looks at some processes over the same time. Values come once a second, so it begins and ends when those of the
// first have just come.
func (s *stand) watch(ctx context.Context, length time.Duration, all ...*watched) (took time.Duration, err error) {
	if err := errors.Join(s.beat(ctx, all[0]), s.look(-1, all)); err != nil {
		return 0, err
	}
	began := time.Now()
	err = errors.Join(sleep(ctx, length-time.Second/2), s.beat(ctx, all[0]), s.look(1, all))
	return time.Since(began), err
}

func (s *stand) beat(ctx context.Context, w *watched) error {
	before, err := s.centre.count(w.name)
	if err != nil {
		return err
	}
	return await(ctx, "values of "+w.name, func() (bool, error) {
		now, err := s.centre.count(w.name)
		return now > before, errors.Join(err, w.child.alive())
	})
}

func (s *stand) look(sign int, all []*watched) error {
	for _, w := range all {
		cpu, err := w.child.cpu()
		if err != nil {
			return err
		}
		values, err := s.centre.count(w.name)
		if err != nil {
			return err
		}
		w.cpu += time.Duration(sign) * cpu
		w.values += sign * values
	}
	return nil
}

// cost is ms of processor time for 1 000 values.
func (w *watched) cost() float64 { return w.cpu.Seconds() * 1e6 / float64(w.values) }
