package pages

import (
	"cmp"
	"fmt"
	"slices"

	"basemeter/collector/report"
)

// An improvement is where time is lost, list by list.
type improvement struct {
	Picker *picker
	About  []string
	Name   string
	Choose []link
	Empty  bool
	Busy   []ranked
	Lists  []ranking
	Apart  []ranked // too little is known of them to be ranked
}

func (i improvement) told() (*picker, []string) { return i.Picker, i.About }
func (i improvement) heading() string           { return i.Name }

// A ranking is a short list, worst first, with what it means and what can be done.
type ranking struct {
	Title, Means, Unit string
	List               []ranked
	Note               string
}

// ranked is a line of it. Share is its length against the first, 0 to 100.
type ranked struct {
	Name, Href, Value, Coverage, More string
	Share                             float64
}

// lost are the metrics that a base can do something about.
var lost = []string{"idle_open_hours", "unattended_hours", "occupied_idle_hours", "no_show_hours", "standby_kwh"}

const mostRanked = 5

func (a *asking) improve() (any, error) {
	i := improvement{Picker: a.picker("improve", false, true), Name: a.word["page improve"]}
	if a.place.kind != report.ByBase {
		i.Choose = a.choose("improve")
		return i, nil
	}
	answer, err := a.answer(slices.Concat(lost, []string{"days_used", "coverage"}), report.ByBase, report.ByAsset)
	if err != nil {
		return nil, err
	}
	i.About, i.Name = a.about(&answer), a.word["page improve"]+" · "+a.baseName(a.place.id)
	if i.Empty = len(answer.Lines) == 0 || hollow(&answer.Total); i.Empty {
		return i, nil
	}
	for _, l := range answer.Lines {
		if c := l.Figure("coverage"); c.Missing != "" || c.Coverage < a.floor && c.Value < a.floor {
			i.Apart = append(i.Apart, ranked{Name: a.assetName(l.Base, l.Asset), Href: a.explained("coverage", "base", l.Base, "asset", l.Asset), Coverage: percent(c.Value)})
		}
	}
	for _, id := range lost {
		i.Lists = append(i.Lists, a.ranking(&answer, id))
	}
	if i.Busy, err = a.busy(); err != nil {
		return nil, err
	}
	return i, nil
}

// ranking ranks the machines by a metric; nothing below the floor of coverage is ranked.
func (a *asking) ranking(answer *report.Answer, id string) ranking {
	m, _ := definitionOf(id)
	r := ranking{Title: a.metricName(id), Means: a.word["means "+id], Unit: a.word["unit "+string(m.Unit)]}
	var lines []report.Line
	for _, l := range answer.Lines {
		f, c := l.Figure(id), l.Figure("coverage")
		if f.Missing == "" && f.Value > 0 && f.Coverage >= a.floor && c.Value >= a.floor {
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(k, l report.Line) int { return cmp.Compare(l.Figure(id).Value, k.Figure(id).Value) })
	for _, l := range lines[:min(mostRanked, len(lines))] {
		f := l.Figure(id)
		line := ranked{Name: a.assetName(l.Base, l.Asset), Href: a.explained(id, "base", l.Base, "asset", l.Asset), Value: shown(f.Value, m.Unit), Coverage: percent(f.Coverage), Share: 100 * f.Value / lines[0].Figure(id).Value}
		if days := l.Figure("days_used"); id == "idle_open_hours" && days != nil && days.Missing == "" {
			line.More = fmt.Sprintf(a.word["days without use"], max(0, a.daysSoFar()-int(days.Value)))
		}
		r.List = append(r.List, line)
	}
	if len(lines) == 0 {
		r.Note = a.word["nothing lost"]
	}
	return r
}

// daysSoFar are the days of the period up to today.
func (a *asking) daysSoFar() (n int) {
	for t := a.period.from; t.Before(a.period.to) && t.Before(a.now); t = t.AddDate(0, 0, 1) {
		n++
	}
	return n
}

// busy are the hours of the week in which machines are hardest to get.
func (a *asking) busy() (list []ranked, _ error) {
	if !a.weekly() {
		return nil, nil
	}
	h, err := a.server.Heat(a.ctx, a.place.id, a.only[report.ByAsset], a.period.from, earlier(a.period.to, a.now))
	if err != nil {
		return nil, err
	}
	for _, w := range busiest(&h, a.floor, mostRanked) {
		list = append(list, ranked{Name: fmt.Sprintf("%s %02d:00–%02d:00", a.word[fmt.Sprintf("day %d", w.Day)], w.Hour, w.Hour+1), Value: percent(w.Share), Coverage: percent(w.Cell.Coverage()), Share: 100 * w.Share})
	}
	return list, nil
}
