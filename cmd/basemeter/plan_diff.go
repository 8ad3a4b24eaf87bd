package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"basemeter/collector/plan"
)

type planDiff struct {
	Old   string     `arg:"" help:"The folder of the plan as it was. / 原计划文件夹"`
	New   string     `arg:"" help:"The folder of the plan as it is to be. / 新计划文件夹"`
	From  *plan.Date `help:"The first date; default: the first that either plan speaks of. / 起始日期"`
	To    *plan.Date `help:"The first date that is not compared; default: behind the last. / 截止日期（不含）"`
	Lines int        `default:"60" help:"How many changes to list; the rest is counted. / 最多列出的条数"`
	Lang  string     `default:"${lang}" enum:"zh,en" help:"Language. / 语言"`
}

// Run lists what changes by place and day, and adds it up.
func (c *planDiff) Run() error {
	old, err := loadPlan(c.Old)
	if err != nil {
		return err
	}
	new, err := loadPlan(c.New)
	if err != nil {
		return err
	}
	d := differences{planner: planner{speaker{lang: c.Lang}}, old: old, new: new, left: c.Lines}
	d.say(0, "%s (version %s) → %s (version %s)", c.Old, old.Version, c.New, new.Version)
	from, to := span(old, new)
	if c.From != nil {
		from = c.From.In(zoneOf(old, new))
	}
	if c.To != nil {
		to = c.To.In(zoneOf(old, new))
	}
	if c.From != nil && c.To != nil && !from.Before(to) {
		return errors.New("--to: is not after --from")
	}
	d.list(plan.Diff(old, new, from, to))
	return d.flush(os.Stdout)
}

// zoneOf is the zone of the first base: in it dates are meant that name none.
func zoneOf(plans ...*plan.Plan) *time.Location {
	for _, p := range plans {
		for _, b := range p.Bases {
			return b.Zone
		}
	}
	return time.UTC
}

// span holds all that the plans date.
func span(plans ...*plan.Plan) (from, to time.Time) {
	see := func(begin, end time.Time) {
		if from.IsZero() || begin.Before(from) {
			from = begin
		}
		if end.After(to) {
			to = end
		}
	}
	for _, p := range plans {
		for _, b := range p.Bases {
			for _, t := range b.Terms {
				see(t.Week1.In(b.Zone), t.End().In(b.Zone))
			}
			for _, o := range b.Occurrences {
				see(b.Date(o.From).In(b.Zone), b.Date(o.To).Add(1).In(b.Zone))
			}
		}
	}
	return from, to
}

// differences are those of two plans on their way to paper.
type differences struct {
	planner
	old, new *plan.Plan
	left     int // how many lines may still be written
	rest     int // how many were not
	heading  string
}

// list writes a line for each day of each change, as long as there is room.
func (d *differences) list(changes plan.Changes) {
	var assetHours time.Duration
	places := map[string]bool{}
	for _, c := range changes {
		b := d.base(c.Base)
		if c.Place == "" {
			d.line(c, "%s: cards belong to others, or machines stand elsewhere: every hour of the base", c.Base)
			continue
		}
		places[c.Base+"/"+c.Place] = true
		if d.isAsset(c) {
			assetHours += c.To.Sub(c.From)
		}
		for from := c.From; from.Before(c.To); {
			day := b.Date(from)
			to := day.Add(1).In(b.Zone)
			if c.To.Before(to) {
				to = c.To
			}
			d.line(c, "%v  %s  %s → %s", day, between(b, from, to), d.describe(c, c.Old), d.describe(c, c.New))
			from = to
		}
	}
	if d.rest > 0 {
		d.say(0, "and %d more", d.rest)
	}
	d.say(0, "different: %d places, %.6g asset-hours, %d hours of bases", len(places), assetHours.Hours(), len(changes.Hours()))
}

// line writes one under the heading of its place.
func (d *differences) line(c plan.Change, format string, args ...any) {
	if d.left--; d.left < 0 {
		d.rest++
		return
	}
	if heading := c.Base + "/" + c.Place; heading != d.heading && c.Place != "" {
		d.heading = heading
		d.say(0, "%s", heading)
	}
	d.say(1, format, args...)
}

// base is the one of the new plan, or else of the old.
func (d *differences) base(id string) *plan.Base {
	if b := d.new.Base(id); b != nil {
		return b
	}
	return d.old.Base(id)
}

func (d *differences) isAsset(c plan.Change) bool {
	for _, p := range []*plan.Plan{d.old, d.new} {
		if b := p.Base(c.Base); b != nil && b.Asset(c.Place) != nil {
			return true
		}
	}
	return false
}

// describe is a slot in short, with the particulars of its use if only they differ.
func (d *differences) describe(c plan.Change, s *plan.Slot) string {
	text := d.short(s)
	if s != nil && len(s.Uses) > 0 && d.short(c.Old) == d.short(c.New) {
		text += fmt.Sprintf(d.in(" (%s)"), d.particulars(d.base(c.Base), s.Uses[0]))
	}
	return text
}

func (d *differences) short(s *plan.Slot) string {
	if s == nil {
		return d.in("not in the plan")
	}
	text := d.state(s)
	if s.Provisional {
		text += d.in(", provisional")
	}
	if s.Maintenance != nil {
		text += " " + d.in(layers[plan.ByMaintenance])
	}
	for _, o := range s.Uses {
		text += " " + d.in(layers[o.Layer]) + " " + o.ID
	}
	return text
}
