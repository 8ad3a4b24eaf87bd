package pages

import (
	"fmt"
	"time"

	"basemeter/collector/report"
)

// A certificate is a base's period on one sheet of paper.
type certificate struct {
	Picker  *picker
	About   []string
	Choose  []link
	Offers  []link // frozen versions that it could be made from
	Empty   bool
	Draft   bool
	Base    string
	ID      string
	Facts   []termOf
	Period  string
	Reach   string
	Rows    []certified
	Amounts []termOf
	Version []termOf
	Check   string // where it can be checked again; empty: that is not known
	Made    string
}

// certified is a line of it.
type certified struct{ Name, Value, Unit, Coverage, Estimated, Faint string }

func (c certificate) told() (*picker, []string) { return c.Picker, nil }
func (c certificate) heading() string           { return c.Base }

var certifiedMetrics = []string{"effective_hours", "open_use_hours", "external_hours", "external_share", "allocation", "utilization_efficiency", "quota_ratio", "days_used",
	"person_hours_inside", "person_hours_society", "visits", "coverage"}

func (a *asking) certificate() (any, error) {
	c := certificate{Picker: a.picker("certificate", false, true), Base: a.word["page certificate"]}
	if a.place.kind != report.ByBase {
		c.Choose = a.choose("certificate")
		return c, nil
	}
	answer, err := a.answer(append([]string{"corrected_hours", "elapsed_hours"}, certifiedMetrics...), report.ByBase)
	if err != nil {
		return nil, err
	}
	c.Base, c.ID, c.Draft = a.baseName(a.place.id), a.place.id, a.period.version == ""
	for _, v := range a.versions() {
		if !v.Chosen {
			c.Offers = append(c.Offers, link{a.href("certificate", "period", v.Value), v.Text, false})
		}
	}
	if c.Empty = len(answer.Lines) == 0 || hollow(&answer.Total); c.Empty {
		return c, nil
	}
	c.Facts = a.certifiedFacts()
	c.Period = fmt.Sprintf("%s (%s – %s)", a.periodTitle(), a.period.from.Format(time.DateOnly), a.period.last().Format(time.DateOnly))
	reach := earlier(answer.To, a.now)
	if answer.To.IsZero() {
		reach = a.now
	}
	c.Reach = reach.In(a.period.zone).Format("2006-01-02 15:04 -07:00")
	for _, id := range certifiedMetrics {
		c.Rows = append(c.Rows, a.certified(answer.Total.Figure(id)))
	}
	a.certifiedAmounts(&c, &answer.Total)
	a.certifiedVersion(&c, &answer)
	c.Made = a.now.In(a.period.zone).Format("2006-01-02 15:04 -07:00")
	return c, nil
}

func (a *asking) periodTitle() string {
	if len(a.period.frozen) > 0 {
		return a.period.frozen[0].Period
	}
	return a.period.name
}

func (a *asking) certifiedFacts() (list []termOf) {
	for _, t := range a.baseFacts() {
		if t.Name == a.word["kind"] || t.Name == a.word["city"] || t.Name == a.word["owner"] || t.Name == a.word["machines"] || t.Name == a.word["base id"] {
			list = append(list, t)
		}
	}
	return list
}

func (a *asking) certified(f *report.Figure) certified {
	n := a.number(f, "")
	row := certified{Name: n.Name, Value: n.Text, Unit: n.Unit, Coverage: n.Coverage, Estimated: "–"}
	if n.Coverage == "" {
		row.Coverage = "–"
	}
	if f != nil && f.EstimatedMS > 0 {
		m, _ := definitionOf(f.Metric)
		row.Estimated = a.estimated(&m, f.EstimatedMS)
	}
	if n.Faint {
		row.Faint = a.word["doubtful mark"]
	}
	return row
}

// certifiedAmounts are the parts of the figures that are not plain measurement.
func (a *asking) certifiedAmounts(c *certificate, l *report.Line) {
	for _, t := range [][2]string{{"elapsed_hours", "total time"}, {"corrected_hours", "corrected"}} {
		if f := l.Figure(t[0]); f != nil && f.Missing == "" {
			c.Amounts = append(c.Amounts, termOf{Name: a.word[t[1]], Value: a.hours(f.Numerator)})
		}
	}
	if f := l.Figure("effective_hours"); f != nil && f.Missing == "" {
		c.Amounts = append(c.Amounts, termOf{Name: a.word["estimated of effective"], Value: a.hours(f.EstimatedMS)})
	}
}

func (a *asking) certifiedVersion(c *certificate, answer *report.Answer) {
	add := func(name, value string) { c.Version = append(c.Version, termOf{Name: a.word[name], Value: value}) }
	for _, f := range a.period.frozen {
		add("frozen version", f.Version+" · "+f.Made.In(a.period.zone).Format("2006-01-02 15:04")+" · "+f.Author)
		add("sha256", f.Digest)
		add("formula and plan", fmt.Sprintf("%d · %s", f.Formula, orNone(f.Plan, a)))
	}
	if c.Draft {
		add("formula and plan", fmt.Sprintf("%d · %s", answer.Formula, orNone(answer.Plan, a)))
	}
	if a.Public == "" {
		return
	}
	page := a.href("certificate", "period", "custom", "from", a.period.from.Format(time.DateOnly), "last", a.period.last().Format(time.DateOnly), "metric", "", "by", "", "asset", "")
	if !c.Draft {
		page = a.href("certificate", "period", a.period.within(a.period.id), "metric", "", "by", "", "asset", "")
	}
	c.Check = a.Public + a.Prefix + page
}
