package forms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/table"
)

// A projects is which projects an asset or a base had sessions of in the period, by the class of their purposes.
type projects struct {
	byClass map[string]map[string]bool
	untold  table.Text // why it cannot be told; empty: it can
}

var frozenHasNone = table.Text{ZH: "冻结版本不含使用记录", EN: "a frozen version holds no sessions"}

// projects asks for those of an asset. A session that nobody came to is none.
func (m *maker) projects(ctx context.Context, base, asset string) (projects, error) {
	p := projects{byClass: map[string]map[string]bool{}}
	m.step(base + "/" + asset)
	if m.Query.Version != "" {
		p.untold = frozenHasNone
		return p, nil
	}
	sessions, err := m.source.Sessions(ctx, base, asset, m.Query.From, m.reach())
	var unheard *report.UnknownError
	switch {
	case errors.As(err, &unheard): // registered, and nothing was ever heard of it
		return p, nil
	case errors.Is(err, report.ErrNotKept):
		p.untold = missing[report.NotKept]
		return p, nil
	case err != nil:
		return p, fmt.Errorf("sessions of %s/%s: %w", base, asset, err)
	}
	for _, s := range sessions {
		if s.Project != "" && s.HeldMS > 0 {
			p.note(m.Words.Class(s.Purpose), s.Project)
		}
	}
	return p, nil
}

func (p *projects) note(class, project string) {
	if p.byClass[class] == nil {
		p.byClass[class] = map[string]bool{}
	}
	p.byClass[class][project] = true
}

// add makes it that of both. What cannot be told of one cannot be told of both.
func (p *projects) add(q projects) {
	for class, all := range q.byClass {
		for project := range all {
			p.note(class, project)
		}
	}
	if p.untold == (table.Text{}) {
		p.untold = q.untold
	}
}

// number is how many there are of a class, as a cell.
func (p *projects) number(class string) table.Cell {
	if p.untold != (table.Text{}) {
		return table.Cell{Kind: table.Unknown, Text: p.untold}
	}
	return table.Amount(float64(len(p.byClass[class])))
}

// all are those of every class.
func (p *projects) all() []string {
	every := map[string]bool{}
	for _, some := range p.byClass {
		maps.Copy(every, some)
	}
	return slices.Sorted(maps.Keys(every))
}
