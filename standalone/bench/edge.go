package main

import (
	"context"
	"fmt"
	"strings"
)

// edge is the gateway and, at the same time and on the same units, the floors below it.
func (b *bench) edge(ctx context.Context) error {
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
	all := []*watched{{name: gatewayName, child: s.agent}}
	for _, every := range []string{"poll", "second"} { // a message each
		floor, err := start(ctx, b.tools.floor, "-broker", s.broker.url(), "-units", strings.Join(units, ","), "-every", every)
		if err != nil {
			return err
		}
		defer floor.end()
		if err := s.settled(ctx, floor, every); err != nil {
			return err
		}
		all = append(all, &watched{name: every, child: floor})
	}
	progress("watch for %v", b.length)
	s.centre.forget()
	took, err := s.watch(ctx, b.length, all...)
	if err != nil {
		return err
	}
	row("values received each second", fmt.Sprintf("%.1f", float64(all[0].values)/took.Seconds()), "640")
	return s.tellEdge(all[0], all[1], all[2])
}

func (s *stand) tellEdge(agent, poll, second *watched) error {
	row("processor, ms per 1 000 values", fmt.Sprintf("%.2f", agent.cost()), "≤ 4.5")
	row("… of the floor that publishes each poll", fmt.Sprintf("%.2f", poll.cost()), "")
	row("… of the floor that publishes once a second", fmt.Sprintf("%.2f", second.cost()), "")
	row("processor, against the first floor", fmt.Sprintf("× %.2f", agent.cost()/poll.cost()), "≤ 1.5")
	row("processor, against the second floor", fmt.Sprintf("× %.2f", agent.cost()/second.cost()), "")
	p50, p99 := s.centre.lag()
	row("device's answer to subscriber, half and 99 %", fmt.Sprintf("%d, %d ms", p50.Milliseconds(), p99.Milliseconds()), "≤ 1 100 ms: batch_every is 1 s")
	if err := tellMemory("memory, peak", "≤ 12 MB", agent.child); err != nil {
		return err
	}
	return tellMemory("… of the first floor", "", poll.child)
}

func tellMemory(figure, aim string, c *child) error {
	peak, err := c.peak()
	if err != nil {
		return err
	}
	anonymous, err := c.anonymous()
	if err != nil {
		return err
	}
	row(figure, megabytes(peak), aim)
	row("… of it not the program's own file, at the end", megabytes(anonymous), "")
	return nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
