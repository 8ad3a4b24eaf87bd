package schoolyear

import (
	"slices"
	"strings"
)

// planned is a booking, or a lesson on one of its dates.
type planned struct {
	span
	id           string
	places       []string // an area, or assets
	purpose      string
	organisation string
	booking      bool
	selfOperated bool

	text, project string
	group         string // of the cards that come
	size          int
	noShow        bool // nobody comes
}

func (p *planned) affiliation() string { return affiliations[p.organisation] }

// of tells whether it concerns a place: an asset by itself or by its area, an area also by one of its assets.
func (p *planned) of(place string) bool {
	if slices.Contains(p.places, place) {
		return true
	}
	for _, other := range p.places {
		room := roomOf(other)
		if room.id == other && slices.Contains(room.assets, place) || room.id == place {
			return true
		}
	}
	return false
}

// assets are those that it concerns.
func (p *planned) assets() []string {
	if room := roomOf(p.places[0]); room.id == p.places[0] {
		return room.assets
	}
	return p.places
}

// counting is the one that counts of those at a place: a booking before a lesson, then what began first, then by id.
func counting(at int64, all []*planned) (counts *planned) {
	for _, p := range all {
		if p.covers(at) && (counts == nil || p.before(counts)) {
			counts = p
		}
	}
	return counts
}

func (p *planned) before(other *planned) bool {
	if p.booking != other.booking {
		return p.booking
	}
	if p.from != other.from {
		return p.from < other.from
	}
	return p.id < other.id
}

// lessonsOfYear are the lessons of all dates.
func lessonsOfYear() (all []planned) {
	for d := date(0); d < days; d++ {
		for i, t := range terms {
			weekday, week := d.taught(t)
			for j := range lessons {
				if l := &lessons[j]; l.weekday == weekday && l.in(week) {
					all = append(all, l.on(d, i))
				}
			}
		}
	}
	for _, name := range exam.dates {
		d := dated(name)
		all = append(all, planned{span: span{d.clock(exam.from), d.clock(exam.to)}, id: exam.id, places: exam.assets,
			purpose: train, organisation: "nc-vtc", group: "cnc-2401", size: 6})
	}
	return all
}

// taught is the weekday whose lessons run on the date, and the week of the term; week 0 if none do.
func (d date) taught(t term) (weekday, week int) {
	name := d.String()
	if name == closedOn {
		return 0, 0
	}
	if weekday, follows := followsWeekday[name]; follows {
		return weekday, d.week(t)
	}
	if other, follows := followsDate[name]; follows {
		return dated(other).weekday(), dated(other).week(t)
	}
	if _, told := notices[name]; told {
		return 0, 0 // a holiday, or a make-up day of which nobody has said what is taught
	}
	return d.weekday(), d.week(t)
}

// on is the lesson on a date of the term of that number. It lasts from its first period's beginning to its last's end.
func (l *lesson) on(d date, term int) planned {
	periods := d.periods(roomOf(l.places[0]).campus)
	return planned{span: span{d.clock(periods[l.first-1][0]), d.clock(periods[l.last-1][1])}, id: l.idIn(term),
		places: l.places, purpose: l.purpose, organisation: l.organisation, group: l.group, size: l.size}
}

func (l *lesson) idIn(term int) string {
	return l.id + "-" + strings.TrimPrefix(terms[term].code, "2025-2026-")
}
