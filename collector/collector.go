// Package collector is the centre: it introduces ingest, store, utilisation, report and web to each other, and owns
// their goroutines. Any number of collectors may share the work; none keeps anything that another would miss.
package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"basemeter/agent/record"
	"basemeter/collector/ingest"
	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/web"
	"basemeter/configs"
)

// Version is said on the command line.
const Version = "0.1.0"

// Options are what a configuration file does not say.
type Options struct {
	Log      *slog.Logger
	Listener net.Listener // where figures are served; nil: where the configuration says
}

// A Collector is one of the centre's.
type Collector struct {
	log      *slog.Logger
	store    *store.Store
	floor    *floor
	ingest   ingest.Options
	count    ingest.Counters
	listener net.Listener
	handler  http.Handler
	streams  streams
}

// New opens the database, which it waits for until ctx ends.
func New(ctx context.Context, c configs.Collector, o Options) (*Collector, error) {
	self := &Collector{log: o.Log, floor: newFloor(time.Now), listener: o.Listener}
	var err error
	if self.ingest, err = self.ingestOptions(c); err != nil {
		return nil, err
	}
	serving, err := self.webOptions(c)
	if err != nil {
		return nil, err
	}
	self.handler = web.Handler(serving)
	if self.listener == nil {
		if self.listener, err = net.Listen("tcp", c.HTTP.Listen); err != nil {
			return nil, fmt.Errorf("http.listen: %w", err)
		}
	}
	if self.store, err = openStore(ctx, c.InfluxDB, o.Log); err != nil {
		return nil, errors.Join(fmt.Errorf("influxdb: %w", err), self.listener.Close())
	}
	return self, nil
}

// Run owns every goroutine of the collector. It returns when ctx ends or a part fails for good.
func (c *Collector) Run(ctx context.Context) error {
	defer c.store.Close()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return ingest.Run(ctx, c.ingest) })
	g.Go(func() error { return c.serve(ctx) })
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil // nothing to drain: what was not acknowledged comes again
}

func (c *Collector) serve(ctx context.Context) error {
	server := &http.Server{Handler: c.handler, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(c.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}

// write has batches written and the ledger brought up to date, before anybody is told that they are safe.
func (c *Collector) write(ctx context.Context, batches []record.Batch) error {
	refused := c.store.WriteFacts(ctx, batches)
	var rejections store.RejectedError
	if refused != nil && !errors.As(refused, &rejections) {
		return refused
	}
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := settle(ctx, c.store, batches)
		if err == nil {
			return refused
		}
		c.log.Warn("ledger not brought up to date", "again in", pause, "reason", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause + rand.N(pause/4)):
		}
	}
}

// Report answers a query from the ledger.
func (c *Collector) Report(ctx context.Context, q report.Query) ([]report.Row, error) {
	return report.Build(ctx, c.store, q)
}

// Spells are those of one asset that overlap [from, to), in order.
func (c *Collector) Spells(ctx context.Context, base, asset string, from, to time.Time) ([]record.Spell, error) {
	return c.store.Spells(ctx, base, asset, from, to)
}

// health is whether all is well: the broker and the database answer, every gateway is there, no batch is missing.
func (c *Collector) health(ctx context.Context) (well bool, body any) {
	reason, since := c.store.Trouble()
	gaps, err := c.streams.known(ctx, c.store)
	gateways := c.floor.known()
	well = reason == "" && err == nil && c.count.Connected.Load()
	for _, g := range gateways {
		well = well && g.Status == record.Online
	}
	answer := map[string]any{
		"well": well, "broker_connected": c.count.Connected.Load(), "gateways": gateways, "streams": gaps,
		"batches_rejected": c.rejected(),
	}
	if reason != "" {
		answer["database"] = map[string]any{"reason": reason, "since": since}
	}
	if err != nil {
		answer["streams"] = err.Error()
	}
	return well, answer
}
