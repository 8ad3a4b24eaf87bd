package main

import (
	"context"
	"fmt"
	"time"
)

// outage watches what the gateway writes to its disk with the broker and without it.
func (b *bench) outage(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	units, err := tcpPlant(ctx, tcpUnits)
	if err != nil {
		return err
	}
	s, err := b.stand(ctx, tcpLines(units), tcpUnits, tcpPoints)
	if err != nil {
		return err
	}
	defer s.close()
	length := min(b.length, 20*time.Second)
	progress("watch its disk for %v", length)
	usual, err := s.disk(ctx, length)
	if err != nil {
		return err
	}
	before, err := s.agent.peak()
	if err != nil {
		return err
	}
	progress("end the broker for %v", length)
	s.broker.end()
	away, err := s.disk(ctx, length)
	if err != nil {
		return err
	}
	if err := s.broker.begin(ctx); err != nil {
		return err
	}
	progress("let the backlog come")
	return s.tellOutage(ctx, before, usual, away)
}

// A span is what was written to the disk in one.
type span struct {
	from, to time.Time
	written  int64
}

func (s *stand) disk(ctx context.Context, length time.Duration) (d span, err error) {
	d.from = time.Now()
	before, err := s.agent.written()
	if err != nil {
		return d, err
	}
	if err := sleep(ctx, length); err != nil {
		return d, err
	}
	after, err := s.agent.written()
	d.to, d.written = time.Now(), after-before
	return d, err
}

func (s *stand) tellOutage(ctx context.Context, before int64, usual, away span) error {
	wanted := int(away.to.Sub(away.from).Seconds()) * tcpUnits
	if err := await(ctx, "what was kept", func() (bool, error) {
		_, samples := s.centre.payload(away.from, away.to)
		return samples >= wanted-tcpUnits, s.agent.alive()
	}); err != nil {
		return err
	}
	if err := sleep(ctx, 3*time.Second); err != nil { // the rest of it
		return err
	}
	peak, err := s.agent.peak()
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name, aim string
		span      span
	}{{"without the broker", "≤ 1.5", away}, {"with the broker", "", usual}} {
		bytes, samples := s.centre.payload(one.span.from, one.span.to)
		row("bytes to disk per byte of payload, "+one.name, fmt.Sprintf("%.2f", float64(one.span.written)/float64(bytes)), one.aim)
		row("… a minute", megabytes(one.span.written*int64(time.Minute)/int64(one.span.to.Sub(one.span.from))), "")
		row("… samples that came of the "+decimal(wanted)+" that were taken", decimal(samples), "")
	}
	row("memory, peak, against before", fmt.Sprintf("× %.2f", float64(peak)/float64(before)), "≤ 1.2")
	return nil
}
