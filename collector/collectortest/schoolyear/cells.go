package schoolyear

import (
	"slices"

	"basemeter/agent/record"
)

// perHour holds, for each hour of the year, what touches it.
type perHour[T any] [][]T

func (p *perHour[T]) put(s span, what T) {
	if *p == nil {
		*p = make(perHour[T], hours)
	}
	s = s.within(year)
	for h := (s.from - FromMS) / hour; FromMS+h*hour < s.to; h++ {
		(*p)[h] = append((*p)[h], what)
	}
}

func (p perHour[T]) at(h int) []T {
	if p == nil {
		return nil
	}
	return p[h]
}

func hourSpan(h int) span { return span{FromMS + int64(h)*hour, FromMS + int64(h+1)*hour} }

// A judgement holds everything that was told and planned, by place.
type judgement struct {
	truth    Truth
	open     perHour[span]
	spells   map[string]*perHour[*record.Spell]   // by asset
	sessions map[string]*perHour[*record.Session] // by asset
	closed   map[string]*perHour[span]            // planned maintenance, by asset
	planned  map[string]*perHour[*planned]        // by area and by asset
	here     map[string]*perHour[where]           // by area and by asset
}

// judge finds the truth.
func judge(f *facts, plan []planned) Truth {
	j := &judgement{truth: Truth{map[AssetKey]Measures{}, map[PeopleKey]People{}}}
	j.open = make(perHour[span], hours)
	for d := date(0); d < days; d++ {
		for _, open := range d.open() {
			j.open.put(open, open)
		}
	}
	j.spells, j.sessions = byPlace[*record.Spell](), byPlace[*record.Session]()
	j.closed, j.planned, j.here = byPlace[span](), byPlace[*planned](), byPlace[where]()
	for i := range f.spells {
		s := &f.spells[i].fact
		j.spells[s.Asset].put(span{s.FromMS, s.ToMS}, s)
	}
	for i := range f.sessions {
		s := &f.sessions[i].fact
		j.sessions[s.Asset].put(span{s.FromMS, s.ToMS}, s)
	}
	for _, place := range allPlaces() {
		for i := range plan {
			if p := &plan[i]; p.of(place) {
				j.planned[place].put(p.span, p)
			}
		}
		for _, c := range maintenance {
			if c.place == place || c.place == roomOf(place).id {
				j.closed[place].put(c.span(), c.span())
			}
		}
	}
	j.people(f)
	for _, asset := range allAssets() {
		j.asset(asset)
	}
	return j.truth
}

func byPlace[T any]() map[string]*perHour[T] {
	all := map[string]*perHour[T]{}
	for _, place := range allPlaces() {
		all[place] = new(perHour[T])
	}
	return all
}

// edges collects the moments at which anything changes within a span.
type edges struct {
	within  span
	moments []int64
}

func edgesOf(s span) *edges { return &edges{s, []int64{s.from, s.to}} }

func (e *edges) see(spans ...span) {
	for _, s := range spans {
		for _, at := range [2]int64{s.from, s.to} {
			if e.within.covers(at) {
				e.moments = append(e.moments, at)
			}
		}
	}
}

// cells are the spans between two neighbouring edges.
func (e *edges) cells() (all []span) {
	slices.Sort(e.moments)
	for i := 1; i < len(e.moments); i++ {
		if cell := (span{e.moments[i-1], e.moments[i]}); !cell.empty() {
			all = append(all, cell)
		}
	}
	return all
}
