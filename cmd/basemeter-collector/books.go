package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"basemeter/collector"
	"basemeter/configs"
)

// books is what every command on the ledger needs.
type books struct {
	Config string `short:"c" required:"" type:"existingfile" help:"The configuration of the collector. / 采集服务的配置文件"`
}

// with reads the configuration and does something with the ledger that it names, until Ctrl-C.
func (b *books) with(do func(context.Context, *collector.Books) error) error { return b.work(do, true) }

// withoutPlan is with for what must go on whatever is wrong with the plan.
func (b *books) withoutPlan(do func(context.Context, *collector.Books) error) error {
	return b.work(do, false)
}

func (b *books) work(do func(context.Context, *collector.Books) error, planned bool) error {
	config, faults := configs.Load[configs.Collector](b.Config)
	if len(faults) > 0 {
		fmt.Fprintln(os.Stderr, faults)
		return fmt.Errorf("%s: %d faults", b.Config, len(faults))
	}
	if !planned {
		config.Plan = ""
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ledger, err := collector.OpenBooks(ctx, config, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer ledger.Close()
	return do(ctx, ledger)
}

// moment is a date, whose midnight is the base's, or a time with its zone.
func moment(flag, text string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("--%s: %q is neither a date like 2026-03-01 nor a time like 2026-03-01T08:00:00+08:00", flag, text)
	}
	return t, nil
}

// span is what two flags say.
func span(from, to string, zone *time.Location) (first, last time.Time, err error) {
	if first, err = moment("from", from, zone); err != nil {
		return first, last, err
	}
	if last, err = moment("to", to, zone); err == nil && !first.Before(last) {
		err = errors.New("--to: is not after --from")
	}
	return first, last, err
}
