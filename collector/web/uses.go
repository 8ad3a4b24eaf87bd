package web

import (
	"context"
	"fmt"

	"basemeter/collector/report"
)

// uses are what machines were used for in the period of the page, and by whom; none if the database does not say.
func (s server) uses(ctx context.Context, v view, q report.Query) (list []useRow) {
	q.By = []report.Dimension{report.ByPurpose, report.ByAffiliation}
	rows, err := s.Report(ctx, q)
	if err != nil {
		s.Log.Debug("page without uses", "reason", err)
		return nil
	}
	var all int64
	for _, r := range rows {
		all += int64(r.Effective)
	}
	word := s.Words(v.Lang)
	for _, r := range rows {
		if r.Effective > 0 {
			list = append(list, useRow{word(r.Purpose), word(r.Affiliation), v.length(int64(r.Effective)), share(int64(r.Effective), all)})
		}
	}
	return list
}

// people are who was there.
func (s server) people(ctx context.Context, v view, q report.Query) (list []peopleRow) {
	q.By = []report.Dimension{report.ByAffiliation, report.ByUserGroup}
	rows, err := s.People(ctx, q)
	if err != nil {
		s.Log.Debug("page without people", "reason", err)
		return nil
	}
	word := s.Words(v.Lang)
	for _, r := range rows {
		list = append(list, peopleRow{word(r.UserGroup), word(r.Affiliation), v.length(int64(r.Person)), v.length(int64(r.Estimate)), fmt.Sprint(r.Visits)})
	}
	return list
}
