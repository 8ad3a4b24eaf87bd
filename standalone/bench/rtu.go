package main

import (
	"context"
	"fmt"
	"time"
)

// A busy line is what was counted on one.
type busy struct {
	rate  float64 // answers a second
	early int64   // questions within 3.5 characters of an answer
	agent *watched
	asked int64
}

// rtuRun lets the gateway work on a line for a while.
func (b *bench) rtuRun(ctx context.Context, dead int, period, timeout string) (r busy, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, err := rtuPlant(ctx, dead)
	if err != nil {
		return r, err
	}
	s, err := b.stand(ctx, rtuLine(w.line.Path, period, timeout), rtuUnits, rtuPoints)
	if err != nil {
		return r, err
	}
	defer s.close()
	progress("watch for %v", b.length)
	r.agent = &watched{name: gatewayName, child: s.agent}
	w.answered.Store(0)
	w.early.Store(0)
	began := time.Now()
	if _, err := s.watch(ctx, b.length, r.agent); err != nil {
		return r, err
	}
	r.asked, r.early = w.answered.Load(), w.early.Load()
	r.rate = float64(r.asked) / time.Since(began).Seconds()
	return r, nil
}

// wireLimit is how many reads of ten floats a second the wire can carry.
func wireLimit() float64 {
	const registers = 2 * rtuPoints
	return 1 / ((8+5+2*registers)*char + 2*silence).Seconds()
}

// rtu keeps a serial line as busy as the driver can.
func (b *bench) rtu(ctx context.Context) error {
	r, err := b.rtuRun(ctx, 0, fullSpeed, "100ms")
	if err != nil {
		return err
	}
	row("polls each second", fmt.Sprintf("%.2f", r.rate), fmt.Sprintf("the wire's limit is %.2f", wireLimit()))
	row("share of the wire", fmt.Sprintf("%.1f %%", 100*r.rate/wireLimit()), "≥ 95 %")
	row("questions within 3.5 characters of an answer", decimal(int(r.early)), "0")
	row("processor, ms per 1 000 values read", fmt.Sprintf("%.1f", r.agent.cpu.Seconds()*1e6/float64(rtuPoints*r.asked)), "")
	return nil
}

// dead is the line with two of its units dead: from the gateway's start on, which is when they cost most.
func (b *bench) dead(ctx context.Context) error {
	const living = rtuUnits - 2
	for _, timeout := range []string{"300ms", "1s"} {
		r, err := b.rtuRun(ctx, 2, "1s", timeout)
		if err != nil {
			return err
		}
		row("living units' polls a second, period 1 s, timeout "+timeout, fmt.Sprintf("%.2f", r.rate), fmt.Sprintf("%d wanted", living))
		row("share of what is wanted", fmt.Sprintf("%.1f %%", 100*r.rate/living), "≥ 99 %, and more if polls that were late at the start are made up; Telegraf: 50 % (300 ms), 33 % (1 s)")
		if r, err = b.rtuRun(ctx, 2, fullSpeed, timeout); err != nil {
			return err
		}
		row("living units' polls a second, at full speed", fmt.Sprintf("%.2f", r.rate), fmt.Sprintf("the wire's limit is %.2f", wireLimit()))
		row("share of the wire", fmt.Sprintf("%.1f %%", 100*r.rate/wireLimit()), "≥ 95 %; Telegraf: 29 % (300 ms)")
	}
	return nil
}
