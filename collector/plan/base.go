package plan

import "time"

// A Base is one training base: what there is, and what was meant to happen there. Nothing of it may be changed.
type Base struct {
	BaseEntry
	Zone *time.Location // its Timezone; days are cut at its midnight

	Organisations []Organisation
	Areas         []Area
	Assets        []Asset
	Cards         []CardGroup
	Projects      []Project
	Terms         []Term // in order

	Lessons     int           // how many the timetable has
	Occurrences []*Occurrence // dated lessons and bookings, and maintenance, in order of their beginning

	organisations map[string]*Organisation
	areas         map[string]*Area
	assets        map[string]*Asset
	groups        map[string]*CardGroup
	projects      map[string]*Project

	almanac almanac
	places  map[string]*place
	content content // what its version is made of
}

// newBase is one with what the registry says, in which nothing occurs yet.
func newBase(r *Registry) *Base {
	b := &Base{BaseEntry: r.Base, Organisations: r.Organisations, Areas: r.Areas, Assets: r.Assets, Cards: r.Cards, Projects: r.Projects}
	b.Zone, _ = zone(b.Timezone) // which is checked
	b.organisations = by(b.Organisations, func(o *Organisation) string { return o.ID })
	b.areas = by(b.Areas, func(a *Area) string { return a.ID })
	b.assets = by(b.Assets, func(a *Asset) string { return a.ID })
	b.groups = by(b.Cards, func(c *CardGroup) string { return c.Group })
	b.projects = by(b.Projects, func(p *Project) string { return p.ID })
	return b
}

// occur adds an occurrence. What lies in an hour that the clock jumps over does not take place.
func (b *Base) occur(e *Entry, from, to time.Time) {
	if from.Before(to) {
		b.Occurrences = append(b.Occurrences, &Occurrence{e, from.UTC(), to.UTC()})
	}
}

// Area is the one with an id, or nil.
func (b *Base) Area(id string) *Area { return b.areas[id] }

// Asset is the one with an id, or nil.
func (b *Base) Asset(id string) *Asset { return b.assets[id] }

// Organisation is the one with an id, or nil.
func (b *Base) Organisation(id string) *Organisation { return b.organisations[id] }

// Group is the one by its name in the gateways' tables, or nil.
func (b *Base) Group(name string) *CardGroup { return b.groups[name] }

// Project is the one with an id, or nil.
func (b *Base) Project(id string) *Project { return b.projects[id] }

// by indexes a list.
func by[T any](list []T, id func(*T) string) map[string]*T {
	index := make(map[string]*T, len(list))
	for i := range list {
		index[id(&list[i])] = &list[i]
	}
	return index
}

// Date is the day of t by the base's clock.
func (b *Base) Date(t time.Time) Date { return DateOf(t.In(b.Zone)) }

// Term is the one that a date lies in, or nil.
func (b *Base) Term(d Date) *Term { return b.almanac.term(d) }

// AcademicYear is the half-open year that t lies in, from 1 September to 31 August by the base's clock.
func (b *Base) AcademicYear(t time.Time) (from, to time.Time) {
	first, next := b.Date(t).AcademicYear()
	return first.In(b.Zone), next.In(b.Zone)
}

// Provisional tells whether a date may still turn out to be a holiday.
func (b *Base) Provisional(d Date) bool { return b.almanac.day(d).provisional }

// WeeklyHours is how long the base is open in an ordinary week, under ByTerm or ByVacation.
func (b *Base) WeeklyHours(season Layer) time.Duration {
	var minutes Clock
	for _, day := range b.almanac.weekly[season].hours {
		for _, s := range day.open {
			minutes += s.to - s.from
		}
	}
	return time.Duration(minutes) * time.Minute
}
