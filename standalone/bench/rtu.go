package main

import (
	"context"
	"fmt"
	"time"
)

// rtu keeps a serial line as busy as the driver can.
func (b *bench) rtu(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, err := rtuPlant(ctx)
	if err != nil {
		return err
	}
	s, err := b.stand(ctx, rtuLine(w.line.Path), rtuUnits, rtuPoints)
	if err != nil {
		return err
	}
	defer s.close()
	progress("watch for %v", b.length)
	agent := &watched{name: gatewayName, child: s.agent}
	w.answered.Store(0)
	w.early.Store(0)
	began := time.Now()
	if _, err := s.watch(ctx, b.length, agent); err != nil {
		return err
	}
	asked, early := w.answered.Load(), w.early.Load()
	rate := float64(asked) / time.Since(began).Seconds()
	const registers = 2 * rtuPoints
	limit := 1 / ((8+5+2*registers)*char + 2*silence).Seconds()
	row("polls each second", fmt.Sprintf("%.2f", rate), fmt.Sprintf("the wire's limit is %.2f", limit))
	row("share of the wire", fmt.Sprintf("%.1f %%", 100*rate/limit), "≥ 95 %")
	row("questions within 3.5 characters of an answer", decimal(int(early)), "0")
	row("processor, ms per 1 000 values read", fmt.Sprintf("%.1f", agent.cpu.Seconds()*1e6/float64(rtuPoints*asked)), "")
	return nil
}
