package collector

import (
	"cmp"
	"slices"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/table"
)

// Catalogue is what the registry of the plan in force says there is; never nil.
func (c *Collector) Catalogue() *report.Catalogue { return c.plans.catalogue() }

func (p *plans) catalogue() *report.Catalogue {
	if current := p.current.Load(); current != nil {
		return current.catalogue
	}
	return &report.Catalogue{}
}

func catalogueOf(p *plan.Plan) *report.Catalogue {
	c := &report.Catalogue{Version: p.Version}
	for _, b := range p.Bases {
		c.Bases = append(c.Bases, baseOf(b))
	}
	slices.SortFunc(c.Bases, func(a, b report.Base) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

func baseOf(b *plan.Base) report.Base {
	all := report.Base{
		ID: b.ID, Text: table.Text{ZH: b.TextZH, EN: b.TextEN}, Kind: b.Kind, Variant: b.Variant, Owner: b.Owner,
		City: b.City, County: b.County, Zone: b.Park, Cluster: b.Cluster, Consortium: b.Consortium, Clock: b.Zone,
	}
	if owner := b.Organisation(b.Owner); owner != nil {
		all.SchoolCode = owner.SchoolCode
	}
	for _, o := range b.Organisations {
		all.Organisations = append(all.Organisations, report.Organisation{ID: o.ID, Text: table.Text{ZH: o.TextZH, EN: o.TextEN}, Affiliation: o.Affiliation})
	}
	for _, a := range b.Areas {
		all.Areas = append(all.Areas, report.Area{ID: a.ID, Text: table.Text{ZH: a.TextZH, EN: a.TextEN}, Workstations: a.Workstations})
	}
	for _, a := range b.Assets {
		all.Assets = append(all.Assets, report.Asset{
			ID: a.ID, Text: table.Text{ZH: a.TextZH, EN: a.TextEN}, Area: a.Area, Line: a.Line, QuotaHours: a.QuotaHours,
			From: midnight(a.From, b), Until: midnight(a.Until, b), Host: a.Host, AssetNumber: a.AssetNumber, ClassCode: a.ClassCode,
			Model: a.Model, Specification: a.Specification, PriceYuan: a.PriceYuan, InCharge: a.InCharge,
		})
	}
	for _, t := range b.Terms {
		all.Terms = append(all.Terms, report.Term{Code: t.Code, From: midnight(t.Week1, b), To: midnight(t.End(), b)})
	}
	return all
}

// serves tells whether the registry has an asset in service at any time of [from, to), or does not know it.
func (s schedule) serves(asset string, from, to time.Time) bool {
	if s.base == nil {
		return true
	}
	a := s.base.Asset(asset)
	if a == nil {
		return true
	}
	until := midnight(a.Until, s.base)
	return midnight(a.From, s.base).Before(to) && (until.IsZero() || until.After(from))
}
