package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"basemeter/collector/store"
	"basemeter/collector/utilisation"

	"basemeter/standalone/bench/province"
)

// A realm is a province, and what is asked about it.
type realm struct {
	name string
	province.Province
	questions []question
}

// realms are half the province, to see what grows with it, and all of it: in one database, one after the other.
func (b *bench) realms() []realm {
	whole := province.Province{Bases: 11, Years: 2, Deep: 1, Hours: 1}
	if b.full {
		whole = province.Province{Bases: 200, Years: 2, Deep: 20, Hours: 1}
	}
	half := whole
	half.Bases /= 2
	return []realm{{"half", half, growing}, {"whole", whole, questions(whole.Focus())}}
}

// reports loads provinces, as far as a folder does not have them, and asks a collector of each for reports.
func (b *bench) reports(ctx context.Context) error {
	dir, err := b.keep, error(nil)
	if dir == "" {
		dir, err = b.folder()
	}
	if err != nil {
		return err
	}
	addr, err := freeAddress()
	if err != nil {
		return err
	}
	influxd, err := start(ctx, b.tools.influxd, "-dir", filepath.Join(dir, "influxdb"), "-addr", addr)
	if err != nil {
		return err
	}
	defer influxd.end()
	if err := await(ctx, "the database", func() (bool, error) {
		return strings.Contains(influxd.said(), "ready"), influxd.alive()
	}); err != nil {
		return err
	}
	for _, r := range b.realms() {
		if more, err := r.exceeded(ctx, "http://"+addr); err != nil || more {
			if err != nil {
				return err
			}
			continue
		}
		if err := r.load(ctx, dir, "http://"+addr); err != nil {
			return err
		}
		if err := rested(ctx, influxd); err != nil {
			return err
		}
		if err := b.interview(ctx, r, dir, influxd, "http://"+addr); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// exceeded tells whether the database has more bases than a province. Its collector would close the books of those that its plan
// does not know.
func (r *realm) exceeded(ctx context.Context, url string) (bool, error) {
	s, err := store.Open(ctx, store.Options{URL: url, Database: database})
	if err != nil {
		return false, err
	}
	defer s.Close()
	bases, err := s.Bases(ctx)
	return len(bases) > r.Bases, err
}

// load writes what the database does not have of a province.
func (r *realm) load(ctx context.Context, dir, url string) error {
	if err := r.WritePlan(filepath.Join(dir, r.name)); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: url, Database: database})
	if err != nil {
		return err
	}
	defer s.Close()
	began, sum := time.Now(), 0
	return r.Load(ctx, s, func(bases, rows int) {
		if sum += rows; bases%20 == 0 || bases == r.Bases {
			progress("%d of %d bases, %d rows, %.0f s", bases, r.Bases, sum, time.Since(began).Seconds())
		}
	})
}

// database is the province's name in InfluxDB.
const database = "province"

// rested waits until a database has put what was written in order, but no longer than a minute.
func rested(ctx context.Context, influxd *child) error {
	const look = 3 * time.Second
	progress("wait for the database to rest")
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		before, err := influxd.cpu()
		if err != nil {
			return err
		}
		if err := sleep(ctx, look); err != nil {
			return err
		}
		if after, err := influxd.cpu(); err != nil || after-before < look/20 {
			return err
		}
	}
	return nil
}

// interview asks a collector of one realm.
func (b *bench) interview(ctx context.Context, r realm, dir string, influxd *child, url string) error {
	scratch, err := b.folder()
	if err != nil {
		return err
	}
	broker, err := b.tools.broker(ctx, scratch)
	if err != nil {
		return err
	}
	defer broker.end()
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	config := filepath.Join(scratch, "collector.yaml")
	if err := os.WriteFile(config, []byte(`mqtt: {broker: "`+broker.url()+`", client_id: collector}
influxdb: {url: "`+url+`", database: `+database+`, keep_facts: 0s}
aside: {dir: aside}
http: {listen: "`+listen+`", access: open}
plan: "`+filepath.Join(dir, r.name)+`"
`), 0o600); err != nil {
		return err
	}
	collector, err := start(ctx, b.tools.collector, "run", "-c", config)
	if err != nil {
		return err
	}
	defer collector.end()
	i := &interview{url: "http://" + listen, collector: collector, database: influxd, client: &http.Client{Timeout: 5 * time.Minute}}
	began := time.Now()
	if err := i.settled(ctx); err != nil {
		return err
	}
	heading(fmt.Sprintf("  %d bases, %d assets, %d years at the grain of months", r.Bases, r.Bases*province.PerBase, r.Years))
	row("started, and all closed months proved", fmt.Sprintf("%.1f s", time.Since(began).Seconds()), "")
	if err := i.memory("memory after that, peak", ""); err != nil {
		return err
	}
	for _, q := range r.questions {
		if err := i.ask(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
	}
	if err := i.memory("memory, peak", "≤ 300 MB"); err != nil || r.name == "half" {
		return err
	}
	return heat(ctx, url, r.Focus().ID)
}

// heat asks the database what a heat map of a base's year is made of, as the collector does: the sums of each hour.
func heat(ctx context.Context, url, base string) error {
	s, err := store.Open(ctx, store.Options{URL: url, Database: database})
	if err != nil {
		return err
	}
	defer s.Close()
	effective, _ := utilisation.MetricOf("effective_hours")
	warmth := utilisation.Reads([]utilisation.Metric{effective})
	for _, asset := range []string{"asset-00", ""} {
		var took []time.Duration
		hours := 0
		for range 3 {
			began := time.Now()
			var err error
			if asset == "" { // rolled days have the hours of their base
				of := utilisation.Range{Bases: []string{base}, From: province.LastYear, To: province.End, Grain: utilisation.Hour, Whole: true, Measures: warmth}
				err = s.EachRow(ctx, of, func(utilisation.Row) error { hours++; return nil })
			} else {
				err = s.SumByHour(ctx, base, asset, province.LastYear, province.End, warmth, func(time.Time, utilisation.Cell) error { hours++; return nil })
			}
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		row(fmt.Sprintf("heat map of %s %s, a year of %d hours, median [best]", base, asset, hours/3), fmt.Sprintf("%.2f [%.2f] s", took[1].Seconds(), took[0].Seconds()), "")
	}
	return nil
}
