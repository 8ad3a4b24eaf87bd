package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"basemeter/collector/store"

	"basemeter/standalone/bench/province"
)

// A realm is a province in a database of its own, and what is asked about it.
type realm struct {
	name string
	province.Province
	questions []question
}

// realms are the province, and one of half its bases to see what grows with them.
func (b *bench) realms() []realm {
	whole := province.Province{Bases: 11, Years: 2, Deep: 1, Hours: 1, Days: true}
	half := province.Province{Bases: 5, Years: 2}
	if b.full {
		whole = province.Province{Bases: 200, Years: 2, Deep: 20, Hours: 1, Days: true}
		half = province.Province{Bases: 100, Years: 2}
	}
	return []realm{{"province", whole, questions(whole.Focus())}, {"half", half, growing}}
}

// reports loads the provinces, unless a folder has them, and asks a collector of each for reports.
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
		if err := r.load(ctx, dir, "http://"+addr); err != nil {
			return err
		}
	}
	if err := rested(ctx, influxd); err != nil {
		return err
	}
	for _, r := range b.realms() {
		if err := b.interview(ctx, r, dir, "http://"+addr); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// load writes a province into its database. What a file says was written whole is not written again.
func (r *realm) load(ctx context.Context, dir, url string) error {
	if err := r.WritePlan(filepath.Join(dir, r.name)); err != nil {
		return err
	}
	mark, what := filepath.Join(dir, r.name+".loaded"), fmt.Sprintf("%+v", r.Province)
	if was, err := os.ReadFile(mark); err == nil && string(was) == what {
		progress("%s is there: %s", r.name, what)
		return nil
	}
	s, err := store.Open(ctx, store.Options{URL: url, Database: r.name})
	if err != nil {
		return err
	}
	defer s.Close()
	began, sum := time.Now(), 0
	err = r.Load(ctx, s, func(bases, rows int) {
		if sum += rows; bases%20 == 0 || bases == r.Bases {
			progress("%s: %d of %d bases, %d rows, %.0f s", r.name, bases, r.Bases, sum, time.Since(began).Seconds())
		}
	})
	return errors.Join(err, os.WriteFile(mark, []byte(what), 0o600))
}

// rested waits until a database has put what was written in order, but no longer than three minutes.
func rested(ctx context.Context, influxd *child) error {
	const look = 3 * time.Second
	progress("wait for the database to rest")
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); {
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
func (b *bench) interview(ctx context.Context, r realm, dir, database string) error {
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
influxdb: {url: "`+database+`", database: `+r.name+`, keep_facts: 0s}
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
	i := &interview{url: "http://" + listen, collector: collector, client: &http.Client{Timeout: 5 * time.Minute}}
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
	return i.memory("memory, peak", "≤ 300 MB")
}
