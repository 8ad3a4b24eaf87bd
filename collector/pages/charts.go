package pages

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/report"
)

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// purposeChart is machine-hours by purpose over months or days.
func (a *asking) purposeChart() (chart, error) {
	grain := a.period.grain()
	title := fmt.Sprintf(a.word["purposes over"], a.word["per "+string(grain)])
	without := func(reason string) chart { return chart{Reason: reason, Table: grid{Caption: title}} }
	if !dividable("effective_hours", nil, a.where()) {
		return without(a.word["missing not_divided"]), nil
	}
	answer, err := a.answer([]string{"effective_hours"}, report.ByPurpose, grain)
	if err != nil {
		return chart{}, err
	}
	steps := a.period.steps(a.now)
	at := map[string]int{}
	for i, step := range steps {
		at[step] = i
	}
	by := map[string]*series{}
	for _, l := range answer.Lines {
		f := l.Figure("effective_hours")
		i, ok := at[l.At(grain)]
		if !ok || f.Missing != "" || f.Value <= 0 {
			continue
		}
		s := by[l.Purpose]
		if s == nil {
			s = &series{Name: a.term(l.Purpose), Class: purposeClass(l.Purpose), Letter: purposeLetter(l.Purpose), Values: make([]float64, len(steps))}
			by[l.Purpose] = s
		}
		s.Values[i] += f.Value
		s.Whole += f.Value
	}
	if len(by) == 0 {
		return without(a.word["no use"]), nil
	}
	var all []series
	for _, s := range by {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(s, t series) int { return cmp.Or(cmp.Compare(s.Letter, t.Letter), cmp.Compare(s.Name, t.Name)) })
	all = fold(all, a.word["other purposes"])
	c := chart{Keys: all, Table: grid{Caption: title, Head: []string{a.word["per "+string(grain)]}}}
	c.Draw = stacked("uses", title, a.inOneLine(all), a.stepLabels(steps), all)
	for _, s := range all {
		c.Table.Head = append(c.Table.Head, s.Name)
	}
	for i, step := range steps {
		row := gridRow{Name: step}
		for _, s := range all {
			row.Texts = append(row.Texts, grouped(s.Values[i], 1))
		}
		c.Table.Rows = append(c.Table.Rows, row)
	}
	return c, nil
}

// inOneLine tells the sums of a chart, for who hears it.
func (a *asking) inOneLine(all []series) (text string) {
	for _, s := range all {
		text += fmt.Sprintf("%s %s %s; ", s.Name, grouped(s.Whole, 1), a.word["unit h"])
	}
	return text
}

// stepLabels are short: the month alone, the day alone.
func (a *asking) stepLabels(steps []string) (labels []string) {
	for _, step := range steps {
		if len(step) == len("2006-01-02") {
			labels = append(labels, step[8:])
			continue
		}
		t, _ := time.Parse("2006-01", step)
		labels = append(labels, t.Format(a.word["month short"]))
	}
	return labels
}

// sidesChart is inside against outside: machine-hours and person-hours.
func (a *asking) sidesChart(whole *report.Answer) chart {
	pair := func(name, inside, outside string) portion {
		in, out := whole.Total.Figure(inside), whole.Total.Figure(outside)
		n, m := a.number(in, ""), a.number(out, "")
		p := portion{Name: name, Inside: in.Value, Outside: out.Value, InsideIs: n.Text + " " + n.Unit, OutsideIs: m.Text + " " + m.Unit}
		switch {
		case n.Missing:
			p.Missing = n.Text
		case m.Missing:
			p.Missing = m.Text
		case in.Value+out.Value <= 0:
			p.Missing = a.word["none so far"]
		}
		return p
	}
	all := []portion{pair(a.word["machine-hours"], "internal_hours", "external_hours"), pair(a.word["person-hours"], "person_hours_inside", "person_hours_society")}
	c := chart{Table: grid{Caption: a.word["sides title"], Head: []string{"", a.word["inside"], a.word["outside"]}}}
	desc := ""
	for _, p := range all {
		texts := []string{p.InsideIs, p.OutsideIs}
		if p.Missing != "" {
			texts = []string{p.Missing, p.Missing}
		}
		c.Table.Rows = append(c.Table.Rows, gridRow{Name: p.Name, Texts: texts})
		desc += p.Name + ": " + a.word["inside"] + " " + texts[0] + ", " + a.word["outside"] + " " + texts[1] + "; "
	}
	c.Draw = parted("sides", a.word["sides title"], desc, a.word["inside"], a.word["outside"], all)
	return c
}
