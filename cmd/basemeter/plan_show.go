package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"basemeter/collector/plan"
)

type planShow struct {
	Dir   string      `arg:"" help:"The folder of the plan. / 计划文件夹"`
	Date  plan.Date   `required:"" help:"2025-10-11, by the base's clock. / 日期"`
	Time  *plan.Clock `help:"14:20: only what holds at this moment. / 时刻"`
	Asset string      `required:"" help:"An asset, or an area. / 设备或场地编号"`
	Base  string      `help:"Needed if several bases have such an asset. / 基地编号"`
	Lang  string      `default:"${lang}" enum:"zh,en" help:"Language. / 语言"`
}

// Run prints the date's slots, or the one of the moment.
func (c *planShow) Run() error {
	if c.Time != nil && *c.Time == 24*60 {
		return errors.New("--time: 24:00 is the next date's 00:00; allowed: 00:00 to 23:59")
	}
	p, err := loadPlan(c.Dir)
	if err != nil {
		return err
	}
	b, err := c.base(p)
	if err != nil {
		return err
	}
	out := planner{speaker{lang: c.Lang}}
	out.head(b, c.Asset, c.Date)
	for _, s := range b.Slots(c.Asset, c.Date.In(b.Zone), c.Date.Add(1).In(b.Zone)) {
		if c.Time == nil || holds(s, c.Time.On(c.Date, b.Zone)) {
			out.slot(b, s)
		}
	}
	return out.flush(os.Stdout)
}

// base is the one that has the asset.
func (c *planShow) base(p *plan.Plan) (*plan.Base, error) {
	having := slices.DeleteFunc(slices.Clone(p.Bases), func(b *plan.Base) bool {
		return c.Base != "" && b.ID != c.Base || b.Asset(c.Asset) == nil && b.Area(c.Asset) == nil
	})
	switch len(having) {
	case 0:
		return nil, fmt.Errorf("--asset: no asset or area is called %q; there are: %s", c.Asset, strings.Join(placesOf(p.Bases), ", "))
	case 1:
		return having[0], nil
	}
	return nil, fmt.Errorf("--base: several bases have %s; name one", c.Asset)
}

// placesOf are those that can be asked for, with their base if there are several.
func placesOf(bases []*plan.Base) []string {
	var all []string
	for _, b := range bases {
		for _, a := range b.Areas {
			all = append(all, a.ID)
		}
		for _, a := range b.Assets {
			all = append(all, a.ID)
		}
	}
	return all
}

func holds(s plan.Slot, t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// head says what the lines below are about.
func (p *planner) head(b *plan.Base, place string, d plan.Date) {
	name := ""
	if a := b.Asset(place); a != nil {
		name = p.name(a.TextZH, a.TextEN)
	} else if a := b.Area(place); a != nil {
		name = p.name(a.TextZH, a.TextEN)
	}
	term := p.in("vacation")
	if t := b.Term(d); t != nil {
		term = fmt.Sprintf(p.in("%s, week %d"), t.Code, d.Since(t.Week1)/7+1)
	}
	p.say(0, "%s/%s %s, %v %s, %s", b.ID, place, name, d, p.in(plan.Day(d.Weekday())), term)
}

// slot is a line for whether the base is open, and one for all that is planned.
func (p *planner) slot(b *plan.Base, s plan.Slot) {
	provisional := ""
	if s.Provisional {
		provisional = p.in(", provisional: no notice yet")
	}
	p.say(0, "%s  %s  %s%s  %v", between(b, s.From, s.To), p.state(&s), p.reason(s.OpenBy), provisional, s.OpenBy.Where)
	if s.Maintenance != nil {
		p.say(0, "             %s  %s  %v", p.in(layers[plan.ByMaintenance]), s.Maintenance.Text, s.Maintenance.Where)
	}
	for i, o := range s.Uses {
		behind := ""
		if i > 0 {
			behind = p.in("displaced ")
		}
		p.say(0, "             %s%s  %s %s%s%s  %v", behind, p.in(layers[o.Layer]), o.ID, o.Text, p.in(", "), p.particulars(b, o), o.Where)
	}
}

// between are two times of the base's clock within a day, which 24:00 ends.
func between(b *plan.Base, from, to time.Time) string {
	end := to.In(b.Zone).Format("15:04")
	if end == "00:00" {
		end = "24:00"
	}
	return from.In(b.Zone).Format("15:04") + "–" + end
}
