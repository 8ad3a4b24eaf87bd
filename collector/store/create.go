package store

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	httpapi "github.com/influxdata/influxdb-client-go/v2/api/http"
	"github.com/influxdata/influxdb-client-go/v2/domain"
)

// create makes the database and the two retentions unless they are there. It may be repeated.
func (s *Store) create(ctx context.Context) error {
	if s.options.Org != "" {
		return s.createBuckets(ctx)
	}
	database := identifier(s.options.Database)
	if err := s.command(ctx, "CREATE DATABASE "+database); err != nil {
		return err
	}
	kept, err := s.retentions(ctx)
	if err != nil {
		return err
	}
	for name, keep := range map[string]time.Duration{factsRetention: s.options.KeepFacts, ledgerRetention: 0} {
		statement := ""
		have, ok := kept[name]
		switch {
		case !ok:
			statement = fmt.Sprintf("CREATE RETENTION POLICY %s ON %s DURATION %s REPLICATION 1 SHARD DURATION %s",
				identifier(name), database, influxDuration(keep), influxDuration(shard(keep)))
		case longer(keep, have):
			statement = fmt.Sprintf("ALTER RETENTION POLICY %s ON %s DURATION %s", identifier(name), database, influxDuration(keep))
		case longer(have, keep): // that would delete: never by a change of a configuration file
			s.options.Log.Warn("database keeps longer than configured; shorten it by hand with ALTER RETENTION POLICY",
				"retention", name, "keeps", have, "configured", keep)
		}
		if statement == "" {
			continue
		}
		if err := s.command(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// retentions are how long each retention of the database keeps what it has; 0 is for ever.
func (s *Store) retentions(ctx context.Context) (map[string]time.Duration, error) {
	kept := map[string]time.Duration{}
	err := s.query(ctx, "", "SHOW RETENTION POLICIES ON "+identifier(s.options.Database), func(r *row) error {
		keep, err := time.ParseDuration(r.cells[1].text)
		kept[r.cells[0].text] = keep
		return err
	})
	return kept, err
}

// longer tells whether a keeps more than b; 0 is for ever.
func longer(a, b time.Duration) bool { return b != 0 && (a == 0 || a > b) }

func influxDuration(d time.Duration) string {
	if d == 0 {
		return "INF"
	}
	return fmt.Sprintf("%ds", int64(d/time.Second))
}

// shard is the span of one of InfluxDB's files: it is dropped as a whole, and each costs memory.
func shard(keep time.Duration) time.Duration {
	const day = 24 * time.Hour
	switch {
	case keep == 0 || keep >= 365*day:
		return 28 * day
	case keep >= 28*day:
		return 7 * day
	case keep >= 2*day:
		return day
	}
	return time.Hour
}

// createBuckets is create for 2.x. No test here reaches it: no such server can be run where we are tested.
func (s *Store) createBuckets(ctx context.Context) error {
	org, err := s.client.OrganizationsAPI().FindOrganizationByName(ctx, s.options.Org)
	if err != nil {
		return fmt.Errorf("organisation %s: %w", s.options.Org, err)
	}
	buckets := s.client.BucketsAPI()
	for name, keep := range map[string]time.Duration{factsRetention: s.options.KeepFacts, ledgerRetention: 0} {
		name = s.options.Database + "/" + name // 2.x answers InfluxQL for database/retention buckets without more ado
		found, err := buckets.FindBucketByName(ctx, name)
		if found != nil {
			continue
		}
		if err != nil && !notFound(err) {
			return fmt.Errorf("bucket %s: %w", name, err)
		}
		expire := domain.RetentionRule{EverySeconds: int64(keep / time.Second)}
		if _, err := buckets.CreateBucketWithName(ctx, org, name, expire); err != nil {
			return fmt.Errorf("make bucket %s: %w", name, err)
		}
	}
	return nil
}

// notFound knows a missing bucket: the server's 404, or the client's own words when the list is empty.
func notFound(err error) bool {
	var e *httpapi.Error
	if errors.As(err, &e) && e.StatusCode == http.StatusNotFound {
		return true
	}
	return strings.HasSuffix(err.Error(), "not found")
}
