package collector

import (
	"context"

	"basemeter/collector/forms"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/web"
)

// Form fills in a form for what a query asks.
func (c *Collector) Form(ctx context.Context, id string, q report.Query) (table.Document, error) {
	var inForce *plan.Plan
	if current := c.plans.current.Load(); current != nil {
		inForce = current.plan
	}
	return forms.Make(ctx, c, forms.Request{Form: id, Query: q, Words: Vocabulary(inForce)})
}

// everyForm is those that web serves.
func everyForm() (all []web.Form) {
	for _, f := range forms.All() {
		all = append(all, web.Form{ID: f.ID, Text: f.Text})
	}
	return all
}
