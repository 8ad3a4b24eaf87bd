package main

import (
	"errors"
	"fmt"
	"strings"

	"basemeter/collector/plan"
)

type planCommand struct {
	Check    planCheck    `cmd:"" help:"List every fault and doubt of a plan; of a sound one, what it comes to. / 检查计划文件"`
	Show     planShow     `cmd:"" help:"What was meant to happen on a date, and which file says so. / 查看某天的计划及出处"`
	Diff     planDiff     `cmd:"" help:"Which hours a changed plan changes, and how. / 比较两份计划"`
	Template planTemplate `cmd:"" help:"Write a workbook to fill in a timetable and bookings. / 生成课表与预约的 Excel 模板"`
	Import   planImport   `cmd:"" help:"Read a timetable or bookings from a workbook, a CSV file or a calendar. / 从 Excel、CSV 或日历文件导入课表与预约"`
}

// loadPlan prints every fault, if there are any.
func loadPlan(dir string) (*plan.Plan, error) {
	p, faults := plan.Load(dir)
	if len(faults) == 0 {
		return p, nil
	}
	if _, err := fmt.Println(faults); err != nil {
		return nil, err
	}
	return nil, errors.New(counted(len(faults), "fault"))
}

// counted is a number of things, or one of them, in English.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// layers are what each is called.
var layers = map[plan.Layer]string{
	plan.ByTerm: "in term", plan.ByVacation: "in the vacation", plan.ByHoliday: "holiday", plan.ByWorkday: "make-up work day",
	plan.ByOverride: "override", plan.ByService: "not in service",
	plan.ByTimetable: "lesson", plan.ByBooking: "booking", plan.ByMaintenance: "maintenance",
}

// A planner speaks about plans.
type planner struct{ speaker }

// reason is why a base is open or closed.
func (p *planner) reason(r plan.Reason) string {
	text := p.in(layers[r.Layer])
	if r.Text != "" {
		text += " " + r.Text
	}
	if r.Like != "" {
		text += fmt.Sprintf(p.in(" (as %s)"), r.Like)
	}
	return text
}

// state is what a base is, in a word.
func (p *planner) state(s *plan.Slot) string {
	switch {
	case s.OpenBy.Layer == plan.ByService:
		return p.in("not in service")
	case s.Open:
		return p.in("open")
	}
	return p.in("closed")
}

// particulars are what a use is for, whose, and of how many.
func (p *planner) particulars(b *plan.Base, o *plan.Occurrence) string {
	words := plan.Taxonomy()
	parts := []string{words.Purposes.Text(o.Purpose, p.lang)}
	if by := b.Organisation(o.Organisation); by != nil {
		parts = append(parts, fmt.Sprintf(p.in("%s (%s)"), p.name(by.TextZH, by.TextEN), words.Affiliations.Text(o.Affiliation, p.lang)))
	}
	if o.People > 0 {
		parts = append(parts, fmt.Sprintf(p.in("%d people"), o.People))
	}
	if o.SelfOperated {
		parts = append(parts, p.in("they run the machine themselves"))
	}
	if o.Project != "" {
		parts = append(parts, fmt.Sprintf(p.in("project %s"), o.Project))
	}
	return strings.Join(parts, p.in(", "))
}
