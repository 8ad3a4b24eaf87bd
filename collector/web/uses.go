package web

import (
	"cmp"
	"fmt"

	"basemeter/collector/report"
)

// uses are what machines were used for in the period of the page, and by whom; none if the database does not say.
func (s *server) uses(a *asked, v view, q report.Query) (list []useRow) {
	q.By, q.Metrics = []report.Dimension{report.ByPurpose, report.ByAffiliation}, []string{"effective_hours"}
	got, err := s.Answer(a.ctx, q)
	if err != nil {
		s.Log.Debug("page without uses", "reason", err)
		return nil
	}
	word, all := s.Words(v.Lang), exact(&got.Total, "effective_hours")
	for i := range got.Lines {
		l := &got.Lines[i]
		if ms := exact(l, "effective_hours"); ms > 0 {
			list = append(list, useRow{word(l.Purpose), word(l.Affiliation), v.length(ms), portion(ms, all)})
		}
	}
	return list
}

// people are who was there.
func (s *server) people(a *asked, v view, q report.Query) (list []peopleRow) {
	q.By, q.Metrics = []report.Dimension{report.ByAffiliation, report.ByUserGroup}, []string{"person_hours", "visits"}
	got, err := s.Answer(a.ctx, q)
	if err != nil {
		s.Log.Debug("page without people", "reason", err)
		return nil
	}
	word := s.Words(v.Lang)
	for i := range got.Lines {
		l := &got.Lines[i]
		row := peopleRow{Group: word(l.UserGroup), User: word(l.Affiliation)}
		row.Hours, row.Estimated = v.known(l.Figure("person_hours"), func(f *report.Figure) (string, string) { return v.length(f.Numerator), v.length(f.EstimatedMS) })
		row.Visits, _ = v.known(l.Figure("visits"), func(f *report.Figure) (string, string) { return fmt.Sprint(f.Numerator), "" })
		list = append(list, row)
	}
	return list
}

// known is a figure in words, or why there is none.
func (v view) known(f *report.Figure, say func(*report.Figure) (string, string)) (one, other string) {
	switch {
	case f == nil:
		return "–", "–"
	case f.Missing != "":
		why := cmp.Or(map[report.Missing]string{report.Withheld: v.Word["withheld"]}[f.Missing], "–")
		return why, why
	}
	return say(f)
}
