package collector

import (
	"context"

	"basemeter/collector/forms"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/web"
)

// Form fills in a form for what a query asks, as it is chosen to be.
func (c *Collector) Form(ctx context.Context, id string, q report.Query, choice web.Choice) (table.Document, error) {
	var inForce *plan.Plan
	if current := c.plans.current.Load(); current != nil {
		inForce = current.plan
	}
	var frozen []report.Frozen
	if q.Version != "" {
		var err error
		if frozen, err = c.Frozen(ctx); err != nil {
			return table.Document{}, err
		}
	}
	return forms.Make(ctx, c, forms.Request{Form: id, Query: q, Frozen: frozen, Words: Vocabulary(inForce), Floor: &choice.Floor,
		Options: forms.Options{AllAssets: choice.AllAssets, UseInHours: choice.UseInHours, Weight: choice.Weight}})
}

// everyForm is those that web serves.
func everyForm() (all []web.Form) {
	for _, f := range forms.All() {
		one := web.Form{ID: f.ID, Text: f.Text, Year: "academic", Period: f.Period, Takes: f.Takes}
		if f.Year == forms.Calendar {
			one.Year = "calendar"
		}
		all = append(all, one)
	}
	return all
}
