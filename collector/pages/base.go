package pages

import (
	"fmt"
	"html/template"

	"basemeter/collector/report"
)

// A basePage is what a base is, and its year.
type basePage struct {
	Picker   *picker
	About    []string
	Name     string
	Facts    []termOf
	Areas    []termOf
	Empty    bool
	Keys     []number
	Purpose  chart
	Heat     template.HTML
	HeatOf   []heatRow
	Machines grid
	Actions  []link
	Choose   []link // bases to choose among, if none is chosen
}

func (b basePage) told() (*picker, []string) { return b.Picker, b.About }
func (b basePage) heading() string           { return b.Name }

func (a *asking) base() (any, error) {
	b := basePage{Picker: a.picker("base", false, true), Name: a.word["page base"]}
	if a.place.kind != report.ByBase {
		b.Choose = a.choose("base")
		return b, nil
	}
	whole, err := a.answer(keyMetrics, report.ByBase)
	if err != nil {
		return nil, err
	}
	b.Name, b.About = a.baseName(a.place.id), a.about(&whole)
	b.Facts, b.Areas = a.baseFacts(), a.areas()
	b.Actions = []link{{a.href(here, "metric", "", "by", "asset"), a.word["to overview"], false}, {a.toPage("improve"), a.word["page improve"], false}, {a.toPage("certificate"), a.word["page certificate"], false}}
	if b.Empty = len(whole.Lines) == 0 || hollow(&whole.Total); b.Empty {
		return b, nil
	}
	for _, id := range keyMetrics {
		b.Keys = append(b.Keys, a.number(whole.Total.Figure(id), a.explained(id)))
	}
	if b.Purpose, err = a.purposeChart(); err != nil {
		return nil, err
	}
	if err = a.heatOf(&b.Heat, &b.HeatOf); err != nil {
		return nil, err
	}
	a.by = report.ByAsset
	b.Machines, err = a.grid()
	return b, err
}

// choose offers the bases of the place.
func (a *asking) choose(page string) (list []link) {
	for _, base := range a.bases() {
		list = append(list, link{Href: a.href(page, "base", base.ID), Text: a.baseName(base.ID)})
	}
	return list
}

// baseFacts are what the registry says of a base; what it does not say is left out.
func (a *asking) baseFacts() (list []termOf) {
	b := a.place.card
	if b == nil {
		return []termOf{{a.word["base"], a.place.id, a.word["not registered"]}}
	}
	owner := b.Owner
	if o := b.Organisation(b.Owner); o != nil {
		owner = o.Text.In(a.Lang)
	}
	for _, t := range [][2]string{{"kind", a.term(b.Kind)}, {"variant", a.term(b.Variant)}, {"city", a.term(b.City)}, {"county", a.term(b.County)}, {"zone", a.term(b.Zone)}, {"cluster", a.term(b.Cluster)}, {"consortium", a.term(b.Consortium)}, {"owner", owner}, {"school code", b.SchoolCode}} {
		if t[1] != "" {
			list = append(list, termOf{Name: a.word[t[0]], Value: t[1]})
		}
	}
	return append(list, termOf{Name: a.word["machines"], Value: fmt.Sprint(len(b.Assets))}, termOf{Name: a.word["base id"], Value: b.ID})
}

func (a *asking) areas() (list []termOf) {
	if a.place.card == nil {
		return nil
	}
	for _, area := range a.place.card.Areas {
		machines := 0
		for _, m := range a.place.card.Assets {
			if m.Area == area.ID {
				machines++
			}
		}
		name := area.Text.In(a.Lang)
		if name == "" {
			name = area.ID
		}
		list = append(list, termOf{name, fmt.Sprintf(a.word["area holds"], area.Workstations, machines), ""})
	}
	return list
}
