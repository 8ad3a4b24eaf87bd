package plan

import (
	"maps"
	"slices"
	"time"

	"basemeter/configs/strict"
)

// warnOfMakeUpDays finds make-up work days of which nobody says whose lessons are taught, or when the base is open. Outside
// terms nothing is taught, and only the hours can be in doubt.
func (d *draft) warnOfMakeUpDays() {
	a := &d.base.almanac
	for _, date := range slices.SortedFunc(maps.Keys(a.holidays), Date.Compare) {
		h := a.holidays[date]
		_, settled := a.overrides[date]
		if h.off || settled {
			continue
		}
		season := a.season(date)
		switch {
		case !a.weekly[season].uniform:
			d.calendar.warn("overrides", "%v is a make-up work day (%v), and the hours of Monday to Friday differ: it stays as its weekday unless an override says follows_weekday, follows_date or open", date, h.by.Where)
		case season == ByTerm:
			d.calendar.warn("overrides", "%v is a make-up work day (%v): no lessons are taught unless an override says follows_weekday or follows_date", date, h.by.Where)
		}
	}
}

// warnOfYears finds the years whose notice is not loaded and would settle dates of terms.
func (d *draft) warnOfYears() {
	a, dates := &d.base.almanac, map[int]int{}
	for _, t := range a.terms {
		for date := t.Week1; date.Before(t.End()); date = date.Add(1) {
			if year := date.Year; a.day(date).provisional && a.notices[year] {
				dates[year+1]++ // the end of December waits for the next one
			} else if a.day(date).provisional {
				dates[year]++
			}
		}
	}
	for _, year := range slices.Sorted(maps.Keys(dates)) {
		d.calendar.warn("holidays", "no notice of %d is listed: %d dates of terms are provisional", year, dates[year])
	}
}

// warnOfOverlaps finds bookings of one asset, or of its area, that want it at the same time: the one that begins first
// counts. Each is told once, however many machines they share.
func (d *draft) warnOfOverlaps() {
	told := map[[2]*Entry]bool{}
	for _, asset := range d.base.Assets {
		var last *Occurrence // the one that ends last so far
		for _, o := range d.base.bookings(asset.ID) {
			if last != nil && o.From.Before(last.To) && !told[[2]*Entry{last.Entry, o.Entry}] {
				told[[2]*Entry{last.Entry, o.Entry}] = true
				d.bookings.warn(d.path(o), "overlaps %s (%v) on %s; the one that begins first counts", strict.Shown(last.ID), last.Where, asset.ID)
			}
			if last == nil || o.To.After(last.To) {
				last = o
			}
		}
	}
}

// bookings are those of an asset and of its area, in order of their beginning.
func (b *Base) bookings(asset string) []*Occurrence { return b.uses(asset, ByBooking) }

// uses are those of a layer.
func (b *Base) uses(asset string, layer Layer) []*Occurrence {
	var all []*Occurrence
	for _, a := range b.places[asset].agendas {
		all = append(all, a.list...)
	}
	all = slices.DeleteFunc(all, func(o *Occurrence) bool { return o.Layer != layer })
	slices.SortStableFunc(all, inOrder)
	return all
}

// path is where a booking stands in its file.
func (d *draft) path(o *Occurrence) string {
	return strict.Index("bookings", slices.IndexFunc(d.Bookings.Bookings, func(b Booking) bool { return b.ID == o.ID }))
}

// warnOfUnusable finds bookings of an asset while maintenance of it, or of its area, is planned, which goes before them,
// or while it is out of service. Each is told once.
func (d *draft) warnOfUnusable() {
	told := map[*Entry]bool{}
	for _, asset := range d.base.Assets {
		p := d.base.places[asset.ID]
		for _, o := range d.base.bookings(asset.ID) {
			named := slices.Contains(o.Assets, asset.ID) // of an area the other machines can still be used
			switch m := p.maintained(o.From, o.To); {
			case told[o.Entry] || !named:
				continue
			case m != nil:
				d.bookings.warn(d.path(o), "maintenance of %s is planned meanwhile (%v), and goes before it", asset.ID, m.Where)
			case o.From.Before(p.from) || !p.until.IsZero() && o.To.After(p.until):
				d.bookings.warn(d.path(o), "%s is not in service all of the time (%v)", asset.ID, p.service.Where)
			default:
				continue
			}
			told[o.Entry] = true
		}
	}
}

// maintained is a planned maintenance of the place that touches [from, to), or nil.
func (p *place) maintained(from, to time.Time) *Occurrence {
	for _, o := range p.near(from, to, nil) {
		if o.Layer == ByMaintenance && o.From.Before(to) && from.Before(o.To) {
			return o
		}
	}
	return nil
}

// warnOfLessons finds lessons of one place at the same time that are for different purposes or organisations: only the one
// that begins first counts. Each pair is told once.
func (d *draft) warnOfLessons() {
	told := map[[2]*Entry]bool{}
	for _, asset := range d.base.Assets {
		var last *Occurrence // the one that ends last so far
		for _, o := range d.base.uses(asset.ID, ByTimetable) {
			if last != nil && o.From.Before(last.To) && !told[[2]*Entry{last.Entry, o.Entry}] &&
				(o.Purpose != last.Purpose || o.Organisation != last.Organisation) {
				told[[2]*Entry{last.Entry, o.Entry}] = true
				at := strict.Index("lessons", slices.IndexFunc(d.Lessons, func(l Lesson) bool { return l.ID == o.ID }))
				d.timetable.warn(at, "overlaps %s (%v) on %s, first on %v, for another purpose or organisation; the one that begins first counts",
					strict.Shown(last.ID), last.Where, asset.ID, d.base.Date(o.From))
			}
			if last == nil || o.To.After(last.To) {
				last = o
			}
		}
	}
}
