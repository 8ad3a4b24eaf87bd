package report

import (
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A span is half-open.
type span struct{ from, to time.Time }

func (s span) empty() bool { return !s.from.Before(s.to) }

// and is what both have in common.
func (s span) and(t span) span { return span{later(s.from, t.from), earlier(s.to, t.to)} }

func (s span) ms() int64 {
	if s.empty() {
		return 0
	}
	return s.to.Sub(s.from).Milliseconds()
}

// byHour are its parts in each hour.
func (s span) byHour() (parts []span) {
	for !s.empty() {
		end := earlier(floorHour(s.from).Add(time.Hour), s.to)
		parts = append(parts, span{s.from, end})
		s.from = end
	}
	return parts
}

// push adds a span behind the last; what follows at once is one with it.
func push(spans []span, s span) []span {
	if s.empty() {
		return spans
	}
	if n := len(spans) - 1; n >= 0 && spans[n].to.Equal(s.from) {
		spans[n].to = s.to
		return spans
	}
	return append(spans, s)
}

// union are spans in order, none of which touches another.
func union(spans []span) (all []span) {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	for _, s := range spans {
		if n := len(all) - 1; n >= 0 && !all[n].to.Before(s.from) {
			all[n].to = later(all[n].to, s.to)
		} else if !s.empty() {
			all = append(all, s)
		}
	}
	return all
}

// less is what of some spans is in none of others; both are in order, and none touches another.
func less(spans, others []span) (left []span) {
	for _, s := range spans {
		for _, o := range others {
			left = push(left, s.and(span{s.from, o.from}))
			s.from = later(s.from, o.to)
		}
		left = push(left, s)
	}
	return left
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func floorHour(t time.Time) time.Time { return utilisation.Hour.Floor(t, nil) }

func ceilHour(t time.Time) time.Time { return utilisation.Hour.Ceil(t, nil) }
