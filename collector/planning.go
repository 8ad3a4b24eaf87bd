package collector

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/store"
)

// planEvery is how often the files of the plan are looked at. A change counts once it has stood for as long, so that
// nobody reads half of what an editor, or git, is writing.
const planEvery = 2 * time.Second

// followPlan makes a changed plan count, and judges anew the hours that it changes. One with faults counts for nothing:
// the old plan stays in force, and health says so.
func (c *Collector) followPlan(ctx context.Context, dir string) error {
	tick := time.NewTicker(planEvery)
	defer tick.Stop()
	loaded := c.planStamp
	for before := loaded; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := stampOf(dir)
		stands := now == before
		if before = now; now == loaded || !stands {
			continue
		}
		loaded = now
		was := c.plans.current.Load().plan
		if err := c.plans.load(dir); err != nil {
			c.planFault.Store(err.Error())
			c.log.Error("the plan stays as it was", "reason", err)
			continue
		}
		c.planFault.Store("")
		c.strangers.forget()
		if err := c.replan(ctx, was, c.plans.current.Load().plan); err != nil {
			return err
		}
	}
}

// mostYears is how far back a changed plan is followed where facts are kept for ever; restate goes further.
const mostYears = 2

// replan judges anew what differs between two plans, as far back as facts are kept. It goes on until it is done; of a
// collector that is stopped on the way, restate does the rest.
func (c *Collector) replan(ctx context.Context, was, is *plan.Plan) error {
	now := time.Now()
	from := now.AddDate(-mostYears, 0, 0)
	if c.database.KeepFacts > 0 {
		from = now.Add(-c.database.KeepFacts)
	}
	var changed []baseHour
	for _, h := range plan.Diff(was, is, from, now).Hours() {
		changed = append(changed, baseHour{h.Base, h.Start})
	}
	hours := c.kept(changed, now)
	c.log.Info("the plan has changed", "version", is.Version, "was", was.Version, "hours", len(hours))
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		s, err := c.store()
		if err == nil {
			err = c.books(s).settle(ctx, c.kept(hours, time.Now()))
		}
		if store.Refused(err) {
			c.refused.Add(1)
			c.log.Error("the ledger does not follow the plan: the database refuses; restate does, once it takes rows", "reason", err)
			return nil
		}
		if err == nil {
			c.log.Info("the ledger follows the plan", "version", is.Version)
			return nil
		}
		c.log.Warn("the ledger does not follow the plan yet", "again in", pause, "reason", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// hintAtRestate says if the newest rows of the ledger were judged by another plan than the one in force: it changed while
// no collector ran, or one was stopped before the ledger had followed.
func (c *Collector) hintAtRestate(ctx context.Context, s *store.Store) {
	is := c.plans.version()
	was, err := s.NewestPlan(ctx)
	if err == nil && is != "" && was != "" && was != is {
		c.log.Warn("the ledger was judged by another plan; basemeter-collector restate makes it follow", "version", is, "was", was)
	}
}

// stampOf tells whether any file in a folder, or below it, has changed.
func stampOf(dir string) string {
	all := ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil {
			all += fmt.Sprintln(path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		all += err.Error()
	}
	return all
}
