package sheets

import "basemeter/collector/plan"

func (l *line) booking() {
	v := plan.Booking{Text: l.plain(colText), Use: l.use(), People: l.people()}
	l.need(colText)
	var day plan.Date
	if l.given(colDates) {
		dates := l.dates()
		if len(dates) > 1 {
			l.wrong(colDates, no(oneDate))
		}
		if len(dates) > 0 {
			day = dates[0]
		}
	}
	l.need(colFrom)
	l.need(colTo)
	v.From = l.moment(colFrom, day)
	if day.IsZero() {
		day = v.From.Date
	}
	v.To = l.moment(colTo, day)
	if l.given(colFrom) && l.given(colTo) && !l.ill[colDates] && !v.From.In(l.Zone).Before(v.To.In(l.Zone)) {
		l.wrong(colTo, no(endsBefore, v.From))
	}
	v.ID = l.id()
	if l.sound() {
		if v.ID == "" {
			v.ID = bookingID(v, "")
		}
		if l.free(v.ID) {
			l.Bookings = append(l.Bookings, v)
		}
	}
}

func (l *line) moment(col column, day plan.Date) plan.Moment {
	if !l.given(col) {
		return plan.Moment{}
	}
	v, w := l.cells[col].asMoment(day, l.g.since)
	l.wrong(col, w)
	return v
}

func (l *line) use() plan.Use {
	u := plan.Use{
		Area: read(l, colArea, func(s string) (string, *wrong) {
			area, w := l.areas.find(s)
			return area, elsewhere(w, l.assets, s, colAssets)
		}),
		Assets: read(l, colAssets, func(s string) ([]string, *wrong) {
			assets, w := l.assets.findAll(s)
			return assets, elsewhere(w, l.areas, s, colArea)
		}),
		Purpose:      read(l, colPurpose, l.purposes.find),
		Organisation: read(l, colOrganisation, l.organisations.find),
		Project:      read(l, colProject, l.projects.find),
		SelfOperated: read(l, colSelfOperated, parseYes),
	}
	if l.absent(colPurpose) {
		u.Purpose = l.Purpose
	}
	if l.absent(colOrganisation) {
		u.Organisation = l.Organisation
	}
	for _, c := range [...]column{colPurpose, colOrganisation} {
		if l.standIn(c) == "" {
			l.need(c)
		}
	}
	switch {
	case l.given(colArea) && l.given(colAssets):
		l.wrong(colAssets, no(areaAndAssets, colArea))
	case l.absent(colArea) && l.absent(colAssets):
		if u.Area = l.Area; u.Area == "" && (l.h.has[colArea] || l.h.has[colAssets]) {
			l.fault(place{sheet: l.g.sheet, line: l.row.line}, neitherAreaNorAssets, colArea, colAssets)
			l.ill[colArea] = true
		}
	}
	return u
}

// elsewhere says of a cell that names nothing of its own column that it names something of another one, if it does.
func elsewhere(w *wrong, others names, cell string, other column) *wrong {
	if w == nil || !others.known {
		return w
	}
	if _, none := others.findAll(cell); none != nil {
		return w
	}
	return no(otherColumn, other)
}
