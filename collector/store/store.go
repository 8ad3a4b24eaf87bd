// Package store is the one place that knows InfluxDB: 1.8 with a database, 2.x and 3 with an organisation. It writes
// what gateways observed and what became of it, and answers what the rest of the centre asks. It does not know how the
// facts came, nor what a figure is.
//
// Two retentions hold everything, made if they are missing.
//
//	facts    spell   tags base, gateway, asset    state, to_ms, why, estimated, stream, sequence
//	         sample  tags base, gateway, asset    one float field a value, one …_flag a flag
//	         badge   tags base, gateway, reader   card
//	         presence tags base, gateway, place, reader   card, group, known_ms, to_ms, ended, continues
//	         session tags base, gateway, asset    purpose, by, group, known_ms, to_ms, ended
//	         count   tags base, gateway, place, counter   to_ms, passages
//	         batch   tags base, gateway, stream   sequence, facts
//	ledger   ledger  tags base, asset, purpose, affiliation                a sum of each utilisation.Measure; formula, plan
//	         crowd   tags base, place, purpose, affiliation, user_group    person_ms, estimated_ms, visits, people; formula, plan
//	         ledger_day, ledger_month   as ledger, crowd_day, crowd_month   as crowd: its sums
//	         base_day, base_month       as ledger, without asset: sums of whole bases
//	         base_hour                  the same of each hour of a rolled day, of all uses together: tag base alone
//	         days    tags base, asset (none: any of the base)              days of a month on which it was used
//	         closed  tags base         from_ms, to_ms, closing_ms: a point for each day, when it ends
//	         change  tags base, by     day_ms: a journal of which days were written over
//	         correction  tags base, asset     id, from_ms, to_ms, state, purpose, affiliation, reason, author
//	         freeze      tags base, period    number, from_ms, to_ms, rows, digest, reason, author; formula, plan
//	         frozen, frozen_crowd   as ledger and crowd, with the tag version
//	         token       tag id               hash, name, scope, made_ms, expires_ms; and, of its end, revoked_ms
//
// A point's time is the fact's own, its nanoseconds below the millisecond are the gateway's epoch. So the same batch
// written twice is the same points, and two facts that claim one moment because the clock was set back are two.
package store

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"
)

// Options say where the database is and who we are.
type Options struct {
	URL       string
	Database  string        // 1.8: the database; 2.x: the first part of the buckets' names
	Username  string        // 1.8; empty if it asks for none
	Password  string        //
	Org       string        // 2.x and 3; empty means 1.8
	Token     string        //
	KeepFacts time.Duration // 0: for ever. The ledger is always kept
	Timeout   time.Duration // of one request; 0 means 20 s
	Log       *slog.Logger  // hears when the database goes and comes back, and each reason once
}

// The two retentions.
const (
	factsRetention  = "facts"
	ledgerRetention = "ledger"
)

// A Store is safe for any number of goroutines. It holds nothing that a restart would miss.
type Store struct {
	options Options
	client  influxdb2.Client
	http    *http.Client
	facts   api.WriteAPIBlocking
	ledger  api.WriteAPIBlocking

	// Expired counts requests with facts that were older than KeepFacts when they came: the database left those out.
	Expired atomic.Uint64
	// Questions, Rows and Bytes count what was asked of the database and what it answered.
	Questions, Rows, Bytes atomic.Uint64

	mu      sync.Mutex
	trouble string    // why the database takes nothing just now
	since   time.Time // when that began
}

// Open makes sure of the database and its two retentions. It waits for a database that does not answer yet, until ctx
// ends; one that answers but will not have us is an error.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{options: o, http: &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ResponseHeaderTimeout: o.Timeout,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       90 * time.Second,
	}}}
	token := o.Token
	if o.Org == "" && o.Username != "" {
		token = o.Username + ":" + o.Password // how 1.8 wants it on the newer write API
	}
	settings := influxdb2.DefaultOptions().SetHTTPClient(s.http).SetApplicationName("basemeter").SetLogLevel(0)
	s.client = influxdb2.NewClientWithOptions(o.URL, token, settings)
	s.facts = s.client.WriteAPIBlocking(o.Org, o.Database+"/"+factsRetention)
	s.ledger = s.client.WriteAPIBlocking(o.Org, o.Database+"/"+ledgerRetention)
	if err := s.await(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("database %s at %s: %w", o.Database, o.URL, err)
	}
	return s, nil
}

// await creates what is missing, as soon as the database answers.
func (s *Store) await(ctx context.Context) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := s.create(ctx)
		if err == nil {
			s.well()
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
		if declined(err) {
			return err
		}
		s.ill(err)
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// Close gives the connections back.
func (s *Store) Close() {
	s.client.Close()
	s.http.CloseIdleConnections()
}

// Trouble is why the database takes nothing just now, and since when; "" if it does.
func (s *Store) Trouble() (reason string, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble, s.since
}

// ill notes why the database does not take what it is given, and says so if that is news.
func (s *Store) ill(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble == "" {
		s.since = time.Now()
	}
	if s.trouble != err.Error() {
		s.trouble = err.Error()
		s.options.Log.Warn("database takes nothing", "url", s.options.URL, "reason", s.trouble)
	}
}

func (s *Store) well() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble != "" {
		s.options.Log.Info("database back", "url", s.options.URL, "after", time.Since(s.since).Round(time.Millisecond))
		s.trouble = ""
	}
}
