package main

import (
	"os"

	"basemeter/collector/plan"
)

type planCheck struct {
	Dir  string `arg:"" help:"The folder that holds registry.yaml, or folders of bases that do. / 计划文件夹"`
	Lang string `default:"${lang}" enum:"zh,en" help:"Language of what is said of a sound plan. / 说明的语言"`
}

// Run says what is wrong or, if nothing is, what is doubtful and what the plan comes to.
func (c *planCheck) Run() error {
	p, err := loadPlan(c.Dir)
	if err != nil {
		return err
	}
	out := planner{speaker{lang: c.Lang}}
	for _, w := range p.Warnings {
		out.say(0, "warning: %v", w)
	}
	out.say(0, "%s: no faults, %d warnings, version %s", c.Dir, len(p.Warnings), p.Version)
	for _, b := range p.Bases {
		out.account(b)
	}
	return out.flush(os.Stdout)
}

// account is what a base's files come to.
func (p *planner) account(b *plan.Base) {
	p.say(1, "%s %s", b.ID, p.name(b.TextZH, b.TextEN))
	p.say(2, "areas %d, assets %d, organisations %d, groups of cards %d", len(b.Areas), len(b.Assets), len(b.Organisations), len(b.Cards))
	dated := map[plan.Layer]int{}
	for _, o := range b.Occurrences {
		dated[o.Layer]++
	}
	p.say(2, "lessons %d, taking place %d times; bookings %d; maintenance %d", b.Lessons, dated[plan.ByTimetable], dated[plan.ByBooking], dated[plan.ByMaintenance])
	p.say(2, "open %.4g h a week in term, %.4g h in the vacation", b.WeeklyHours(plan.ByTerm).Hours(), b.WeeklyHours(plan.ByVacation).Hours())
	days, provisional := 0, 0
	for _, t := range b.Terms {
		for d := t.Week1; d.Before(t.End()); d = d.Add(1) {
			days++
			if b.Provisional(d) {
				provisional++
			}
		}
	}
	p.say(2, "terms %d, with %d dates, %d of them provisional", len(b.Terms), days, provisional)
}
