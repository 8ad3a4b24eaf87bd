package collector

import (
	"context"
	"slices"

	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// Known tells whether a value of a dimension means anything: to the taxonomy, or to the ledger as far as a scope goes. What
// was heard of under a name that no registry has is known. What others use is not: it would tell of them.
func (c *Collector) Known(ctx context.Context, within report.Scope, d report.Dimension, id string) (bool, error) {
	if _, found := wordsOf(plan.Taxonomy(), d).Find(id); found {
		return true, nil
	}
	if d == report.ByAffiliation {
		_, found := utilisation.ParseAffiliation(id)
		return found, nil
	}
	if (d == report.ByPurpose || d == report.ByUserGroup) && slices.Contains([]string{utilisation.None, utilisation.Unattributed}, id) {
		return true, nil
	}
	s, err := c.source()
	if err != nil {
		return false, err
	}
	return s.heard(ctx, within, c.Catalogue(), d, id)
}

// heard tells whether the ledger has a value, in those bases that may be seen.
func (s source) heard(ctx context.Context, within report.Scope, list *report.Catalogue, d report.Dimension, id string) (bool, error) {
	if d != report.ByBase && d != report.ByPurpose && d != report.ByUserGroup {
		return false, nil
	}
	bases, err := s.store.Bases(ctx)
	bases = slices.DeleteFunc(bases, func(base string) bool { return !within.Has(base, list.Base(base)) })
	if err != nil || d == report.ByBase {
		return slices.Contains(bases, id), err
	}
	if len(bases) == 0 { // of none; the store would take it for any
		return false, nil
	}
	all, err := s.store.Heard(ctx, string(d), bases)
	return slices.Contains(all, id), err
}
