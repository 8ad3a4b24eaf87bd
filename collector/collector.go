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
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"basemeter/agent/record"
	"basemeter/collector/access"
	"basemeter/collector/ingest"
	"basemeter/collector/pages"
	"basemeter/collector/plan"
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
	log       *slog.Logger
	database  store.Options
	opened    atomic.Pointer[store.Store] // nil until the database has answered for the first time
	plans     plans
	planDir   string
	planStamp string // of the files as they were read
	strangers strangers
	planFault atomic.Value // string: why the plan on the disk does not count
	floor     *floor
	ingest    ingest.Options
	count     ingest.Counters
	listener  net.Listener
	turns     *access.Turns // of questions that take long, from programs and from people
	handler   http.Handler
	streams   streams
	journal   journal
	refused   atomic.Uint64 // rows of the ledger that the database will not take
}

// New reads what the configuration names and listens; it needs neither broker nor database.
func New(c configs.Collector, o Options) (*Collector, error) {
	self := &Collector{log: o.Log, floor: newFloor(time.Now), journal: journal{by: c.MQTT.ClientID}, turns: access.NewTurns(access.TurnsEach, access.TurnsAll)}
	var err error
	if self.ingest, err = self.ingestOptions(c); err != nil {
		return nil, err
	}
	if self.database, err = storeOptions(c.InfluxDB, o.Log); err != nil {
		return nil, err
	}
	serving, err := self.webOptions(c)
	if err != nil {
		return nil, err
	}
	if self.planDir = c.Plan; c.Plan != "" {
		self.planStamp = stampOf(c.Plan) // before it is read: what changes meanwhile is news
		if err := self.plans.load(c.Plan); err != nil {
			return nil, err
		}
	}
	if self.handler, err = self.door(c.HTTP, self.sites(c, serving)); err != nil {
		return nil, err
	}
	self.handler = shielded(self.handler)
	self.listener, err = listen(c.HTTP, o.Listener)
	return self, err
}

// sites are what is served: the floor and the API, and the pages of those who evaluate.
func (c *Collector) sites(conf configs.Collector, serving web.Options) http.Handler {
	all := http.NewServeMux()
	all.Handle("/", web.Handler(serving))
	all.Handle(figuresPrefix, http.StripPrefix(strings.TrimSuffix(figuresPrefix, "/"), pages.Handler(pages.Options{
		Answer: c.Answer, Catalogue: c.Catalogue, Heat: c.Heat, Explain: c.Explain, Evidence: c.Evidence,
		Turn: c.turns.Take, Frozen: c.Frozen, Corrections: c.Corrections, Words: plan.Taxonomy().Words, KeepFacts: conf.InfluxDB.KeepFacts.D(),
		Prefix: figuresPrefix, Public: conf.HTTP.Public, FloorHref: "../", Now: time.Now, Log: c.log,
	})))
	return all
}

// figuresPrefix is where the pages of those who evaluate are.
const figuresPrefix = "/figures/"

// Run owns every goroutine of the collector. It returns when ctx ends or a part fails for good. A database that does not
// answer yet is waited for, and health says so.
func (c *Collector) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.serve(ctx) })
	if c.planDir != "" {
		g.Go(func() error { return c.followPlan(ctx, c.planDir) })
	}
	g.Go(func() error {
		s, err := store.Open(ctx, c.database)
		if err != nil {
			return fmt.Errorf("influxdb: %w", err)
		}
		defer s.Close()
		c.opened.Store(s)
		c.hintAtRestate(ctx, s)
		work, ctx := errgroup.WithContext(ctx)
		work.Go(func() error { return c.keepClosing(ctx, s) })
		work.Go(func() error { return ingest.Run(ctx, c.ingest) })
		return work.Wait()
	})
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil // nothing to drain: what was not acknowledged comes again
}

// errEarly is the answer to those who ask before the database has answered.
var errEarly = errors.New("it has not answered yet")

func (c *Collector) store() (*store.Store, error) {
	if s := c.opened.Load(); s != nil {
		return s, nil
	}
	return nil, errEarly
}

func (c *Collector) serve(ctx context.Context) error {
	server := &http.Server{Handler: c.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: 5 * time.Minute, MaxHeaderBytes: 32 << 10} // who reads slowly must not keep others out
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(c.listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}

// write has batches written and the ledger brought up to date, before anybody is told that they are safe.
func (c *Collector) write(ctx context.Context, batches []record.Batch) error {
	s, err := c.store()
	if err != nil {
		return err
	}
	rejected := s.WriteFacts(ctx, batches)
	var rejections store.RejectedError
	if rejected != nil && !errors.As(rejected, &rejections) {
		return rejected
	}
	c.strangers.hear(&c.plans, batches)
	books, hours := c.books(s), touched(batches)
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := books.settle(ctx, c.kept(hours, time.Now()))
		if err == nil {
			return rejected
		}
		if store.Refused(err) {
			c.refused.Add(1)
			c.log.Error("the ledger is not brought up to date: the database refuses", "reason", err)
			return rejected
		}
		c.log.Warn("ledger not brought up to date", "again in", pause, "reason", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause + rand.N(pause/4)):
		}
	}
}

// kept leaves out hours that can no longer be judged.
func (c *Collector) kept(hours []baseHour, now time.Time) []baseHour {
	oldest := judgeable(c.database.KeepFacts, now)
	return slices.DeleteFunc(slices.Clone(hours), func(h baseHour) bool { return h.start.Before(oldest) })
}

// judgeable is the first hour of which all facts are still there, if facts are kept for so long; 0: for ever. A stay that
// lies in an hour may have begun a day before it. What lies earlier is left as it was judged: anew it would be unknown,
// and the row that says better is kept for ever.
func judgeable(keep time.Duration, now time.Time) time.Time {
	if keep == 0 {
		return time.Time{}
	}
	before := min(record.MaxStayMS*time.Millisecond, keep/2)
	return now.Add(before - keep).UTC().Truncate(time.Hour).Add(time.Hour)
}

func (c *Collector) books(s *store.Store) *bookkeeper {
	return newBookkeeper(s, &c.plans, c.database.KeepFacts, &c.journal)
}

func (c *Collector) source() (source, error) {
	s, err := c.store()
	if err != nil {
		return source{}, err
	}
	return newSource(c.books(s), s), nil
}

// version is the ledger as it is or, if it is named, a frozen version of it.
func (c *Collector) version(ctx context.Context, name string) (report.Ledger, error) {
	s, err := c.source()
	if err != nil {
		return nil, err
	}
	return s.version(ctx, name)
}

// Spells are those of one asset that overlap [from, to), in order.
func (c *Collector) Spells(ctx context.Context, base, asset string, from, to time.Time) ([]record.Spell, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	return s.Spells(ctx, base, asset, from, to)
}

// diagnosis is whether all is well: the broker and the database answer, and every gateway is there. The streams say which
// batches are here, and how many are missing in between.
func (c *Collector) diagnosis(ctx context.Context) (well bool, body any) {
	s, err := c.store()
	if err != nil {
		return false, map[string]any{"well": false, "database": err.Error()}
	}
	reason, since := s.Trouble()
	gaps, err := c.streams.known(ctx, s)
	gateways := c.floor.known()
	well = reason == "" && err == nil && c.count.Connected.Load()
	for _, g := range gateways {
		well = well && g.Status == record.Online
	}
	answer := map[string]any{
		"well": well, "broker_connected": c.count.Connected.Load(), "gateways": gateways, "streams": gaps,
		"batches_rejected": c.rejected(),
	}
	if fault, _ := c.planFault.Load().(string); fault != "" {
		well, answer["well"], answer["plan"] = false, false, fault
	}
	if unplanned := c.strangers.all(); len(unplanned) > 0 {
		answer["not_in_plan"] = unplanned
	}
	if reason != "" {
		answer["database"] = map[string]any{"reason": reason, "since": since}
	}
	if err != nil {
		answer["streams"] = err.Error()
	}
	return well, answer
}
