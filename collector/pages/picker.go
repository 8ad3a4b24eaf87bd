package pages

import (
	"time"

	"basemeter/collector/report"
)

// A picker is the form at the head of a page.
type picker struct {
	Action  string
	Hidden  []choice // what a new choice keeps
	Periods []choices
	Places  []choices
	By      []choice // empty: the page is not divided
	From    string   // the days of a period of one's own
	Last    string
}

// picker offers what there is. A page of one base offers bases alone.
func (a *asking) picker(action string, divided, ofBases bool) *picker {
	p := &picker{Action: action, Places: a.places(), Periods: a.periods()}
	p.Hidden = []choice{{Value: a.Lang, Text: "lang"}}
	if floor := a.given.Get("floor"); floor != "" {
		p.Hidden = append(p.Hidden, choice{Value: floor, Text: "floor"})
	}
	if ofBases && len(p.Places) > 0 {
		bases := p.Places[len(p.Places)-1]
		p.Places = []choices{bases}
	}
	if divided {
		for _, d := range groupings {
			if (d == report.ByLine || d == report.ByAsset) && a.place.kind != report.ByBase && a.by != d {
				continue // a thousand machines are nobody's table
			}
			p.By = append(p.By, choice{string(d), a.word["by "+string(d)], a.by == d})
		}
	}
	p.From, p.Last = a.period.from.Format(time.DateOnly), a.period.last().Format(time.DateOnly)
	return p
}

// periods are those by name, the terms, years and months up to now, and the frozen versions.
func (a *asking) periods() []choices {
	at := func(id, text string) choice { return choice{id, text, a.period.version == "" && a.period.id == id} }
	var usual, terms, months choices
	usual.Label, terms.Label, months.Label = a.word["usual periods"], a.word["terms and years"], a.word["months"]
	for _, id := range []string{"term", "term-1", "academic", "academic-1", "year", "year-1", "month", "month-1"} {
		if p, err := a.periodOf(id); err == nil {
			usual.List = append(usual.List, at(id, a.word["period "+id]+" ("+p.name+")"))
		}
	}
	usual.List = append(usual.List, at("custom", a.word["period custom"]))
	for _, t := range a.terms() {
		if !t.From.After(a.now) {
			terms.List = append(terms.List, at(t.Code, t.Code))
		}
	}
	first := time.Date(a.now.In(a.zone()).Year(), a.now.In(a.zone()).Month(), 1, 0, 0, 0, 0, a.zone())
	for i := range 14 {
		id := first.AddDate(0, -i, 0).Format("2006-01")
		months.List = append(months.List, at(id, a.monthName(id)))
	}
	groups := []choices{usual, terms, months, {a.word["frozen versions"], a.versions()}}
	if !a.offered(groups) { // a day, a year or a part of a frozen version, from a link
		groups = append([]choices{{"", []choice{{a.period.within(a.period.id), a.period.name, true}}}}, groups...)
	}
	return groups
}

func (a *asking) offered(groups []choices) bool {
	for _, g := range groups {
		for _, c := range g.List {
			if c.Chosen {
				return true
			}
		}
	}
	return false
}

// versions are the frozen versions that belong to the place.
func (a *asking) versions() (list []choice) {
	for _, f := range a.frozen {
		in := a.place.kind == "" || a.place.kind == report.ByBase && a.place.id == f.Base
		for _, b := range a.bases() {
			in = in || b.ID == f.Base
		}
		for _, c := range list {
			in = in && c.Value != frozenMark+f.Version
		}
		if in {
			list = append(list, choice{frozenMark + f.Version, f.Version + " (" + f.Period + ")", a.period.version == f.Version && a.period.id == ""})
		}
	}
	return list
}
