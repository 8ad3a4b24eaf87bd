package report

import (
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// grain is the coarsest that the query's division of time allows.
func (q *Query) grain() utilisation.Grain {
	if q.by(ByDay) || q.by(ByWeek) || q.by(ByTerm) {
		return utilisation.Day
	}
	return utilisation.Month
}

// date fills in the periods that a moment of a base lies in, those that are asked for, and returns the span that they
// have in common.
func (q *Query) date(g *Group, base string, at time.Time) span {
	whole := span{q.From, q.end()}
	for _, d := range ofTime {
		if q.by(d) {
			name, s := period(d, at.In(q.clock(base)), q.base(base))
			*g.at(d), whole = name, whole.and(s)
		}
	}
	return whole
}

// period is the name of a period of a kind that a moment lies in, by the clock that it carries, and when that is. Of a
// date in no term the name is empty, and it is a day.
func period(d Dimension, at time.Time, b *Base) (string, span) {
	y, m, day := at.Date()
	first := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, at.Location())
	}
	switch d {
	case ByWeek:
		year, week := at.ISOWeek()
		monday := day - (int(at.Weekday())+6)%7
		return fmt.Sprintf("%d-W%02d", year, week), span{first(y, m, monday), first(y, m, monday+7)}
	case ByMonth:
		return at.Format("2006-01"), span{first(y, m, 1), first(y, m+1, 1)}
	case ByYear:
		return fmt.Sprint(y), span{first(y, 1, 1), first(y+1, 1, 1)}
	case ByAcademicYear: // 1 September to 31 August: domain.md 2.1
		if m < time.September {
			y--
		}
		return fmt.Sprintf("%d-%d", y, y+1), span{first(y, 9, 1), first(y+1, 9, 1)}
	case ByTerm:
		if b != nil {
			if i := slices.IndexFunc(b.Terms, func(t Term) bool { return !at.Before(t.From) && at.Before(t.To) }); i >= 0 {
				return b.Terms[i].Code, span{b.Terms[i].From, b.Terms[i].To}
			}
		}
		return "", span{first(y, m, day), first(y, m, day+1)}
	}
	return at.Format(time.DateOnly), span{first(y, m, day), first(y, m, day+1)}
}
