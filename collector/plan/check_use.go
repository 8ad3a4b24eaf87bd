package plan

import (
	"time"

	"basemeter/configs/strict"
)

const mostPeople = 10000

// checkUse checks what lessons and bookings have in common.
func (d *draft) checkUse(file *document, at string, u *Use) {
	known := &d.known
	file.Check(at+".purpose", word("purpose", u.Purpose, Taxonomy().uses()))
	file.Check(at+".organisation", known.organisations.check(u.Organisation))
	file.Check(at+".project", known.projects.perhaps(u.Project))
	d.checkPlace(file, at, u)
}

// checkPlace wants either an area or some of its assets.
func (d *draft) checkPlace(file *document, at string, u *Use) {
	switch {
	case u.Area != "" && len(u.Assets) > 0:
		file.Fault(at+".assets", "area and assets exclude each other: an area is all that stands in it")
	case u.Area == "" && len(u.Assets) == 0:
		file.Fault(at+".area", "is missing; expected area, or assets: a list of them")
	}
	file.Check(at+".area", d.known.areas.perhaps(u.Area))
	taken := strict.Taken{}
	for i, id := range u.Assets {
		path := strict.Index(at+".assets", i)
		file.Check(path, d.known.assets.check(id))
		taken.Take(&file.Document, path, id)
	}
}

// entry is what occurrences of u cite.
func (d *draft) entry(file *document, at string, layer Layer, u Use) *Entry {
	e := &Entry{Layer: layer, Use: u, Where: file.where(at)}
	if o := d.base.Organisation(u.Organisation); o != nil {
		e.Affiliation = o.Affiliation
	}
	return e
}

// checkMoments wants a beginning and a later end, at most a leap year apart: whoever takes a machine for longer hosts it.
func (d *draft) checkMoments(file *document, at string, from, to Moment) (begin, end time.Time) {
	const longest = 366 * 24 * time.Hour
	begin, end = from.In(d.base.Zone), to.In(d.base.Zone)
	switch {
	case file.Ill(at+".from") || file.Ill(at+".to"):
	case from.IsZero() || to.IsZero():
		file.Fault(at+".to", "is missing, or from is; expected both, such as 2025-12-01T08:00")
	case !begin.Before(end):
		file.Fault(at+".to", "%v is not after from, which is %v", to, from)
	case end.Sub(begin) > longest:
		file.Fault(at+".to", "is more than 366 days after from; write one entry for each year")
	default:
		file.grid(at+".from", from.Clock)
		file.grid(at+".to", to.Clock)
	}
	return begin, end
}

// checkMaintenance checks and dates the maintenance of calendar.yaml.
func (d *draft) checkMaintenance() {
	file := &d.calendar
	for i, m := range d.Maintenance {
		at := strict.Index("maintenance", i)
		use := Use{Area: m.Area, Purpose: "maintenance"}
		if m.Asset != "" {
			use.Assets = []string{m.Asset}
		}
		switch {
		case (m.Asset == "") == (m.Area == ""):
			file.Fault(at, "expected one of asset and area")
		default:
			file.Check(at+".asset", d.known.assets.perhaps(m.Asset))
			file.Check(at+".area", d.known.areas.perhaps(m.Area))
		}
		from, to := d.checkMoments(file, at, m.From, m.To)
		entry := d.entry(file, at, ByMaintenance, use)
		entry.Text = m.Reason
		d.base.occur(entry, from, to)
	}
}

// checkBookings checks and dates bookings.yaml.
func (d *draft) checkBookings() {
	file, bookings := &d.bookings, d.Bookings.Bookings
	named(file, strict.Taken{}, "booking", "bookings", "id", bookings, func(b *Booking) string { return b.ID })
	for i := range bookings {
		b, at := &bookings[i], strict.Index("bookings", i)
		file.Check(at+".text", strict.Needed(b.Text, "what it is for"))
		d.checkUse(file, at, &b.Use)
		file.Check(at+".people", strict.Between(b.People, 0, mostPeople))
		from, to := d.checkMoments(file, at, b.From, b.To)
		entry := d.entry(file, at, ByBooking, b.Use)
		entry.ID, entry.Text, entry.People = b.ID, b.Text, b.People
		d.base.occur(entry, from, to)
	}
}
