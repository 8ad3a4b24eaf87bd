package forms

import (
	"context"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
	"basemeter/collector/utilisation"
)

// byMonth is effective hours by month, a column for each purpose that occurs.
func byMonth(ctx context.Context, m *maker) error {
	const metric = "effective_hours"
	a, err := m.ask(ctx, []report.Dimension{report.ByPurpose, report.ByMonth}, []string{metric}, nil)
	if err != nil {
		return err
	}
	months, purposes := map[string][]table.Cell{}, []string{}
	for i := range a.Lines {
		l := &a.Lines[i]
		if l.Purpose != utilisation.None && l.Purpose != utilisation.Maintenance && hours(l, metric) > 0 && !slices.Contains(purposes, l.Purpose) {
			purposes = append(purposes, l.Purpose)
		}
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		row := months[l.Month]
		if row == nil {
			row = make([]table.Cell, len(purposes))
			for n := range row {
				row[n] = table.Amount(0)
			}
			months[l.Month] = row
		}
		if n := slices.Index(purposes, l.Purpose); n >= 0 {
			row[n] = m.of(l, metric)
		}
	}
	s := table.Sheet{ID: "months", Title: say("逐月机时（按用途）", "Hours by month and purpose"), Columns: []table.Column{{ID: "month", Head: heads[report.ByMonth]}}}
	for _, p := range purposes {
		s.Columns = append(s.Columns, table.Column{ID: p, Head: m.word(report.ByPurpose, p), Unit: "h", Format: table.Decimal})
	}
	for _, month := range sorted(months) {
		s.Rows = append(s.Rows, append([]table.Cell{table.Say(month)}, months[month]...))
	}
	if len(purposes) > 0 {
		s.Charts = []table.Chart{{Kind: table.StackedBars, Title: say("各用途的有效机时", "Effective hours by purpose"), Labels: "month", Values: purposes}}
	}
	m.add(s, say("有效机时 = %s。", "Effective hours = %s.", head(metric).Help))
	return nil
}

func sorted(of map[string][]table.Cell) (keys []string) {
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// insideOutside is whose hours they were, by month.
func insideOutside(ctx context.Context, m *maker) error {
	metrics := []string{"internal_hours", "external_hours", "external_share", "effective_hours", "running_hours", "allocation", "availability_iso", "coverage"}
	a, err := m.ask(ctx, []report.Dimension{report.ByMonth}, metrics, nil)
	if err != nil {
		return err
	}
	s := m.sheet("inside-outside", say("逐月校内与对外", "Inside and outside by month"), a.Lines, append([]column{m.by(report.ByMonth)}, m.metrics(metrics...)...)...)
	s.Charts = []table.Chart{{Kind: table.StackedBars, Title: say("校内机时与对外服务机时", "Machine-hours inside and for outside users"), Labels: "month",
		Values: []string{"internal_hours", "external_hours"}}}
	m.add(s, say("使用方不明的机时算作校内，不算对外。", "Hours of users of whom nothing is known count as inside."))
	return nil
}
