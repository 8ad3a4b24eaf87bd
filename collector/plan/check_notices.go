package plan

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"basemeter/configs/strict"
)

// readNotices lays all holiday files together: December may stand in the file of the year after.
func (d *draft) readNotices(a *almanac) {
	a.notices, a.holidays = map[int]bool{}, map[Date]holiday{}
	for i, name := range d.Holidays {
		at := strict.Index("holidays", i)
		within := path.Join(d.folder, name)
		switch {
		case slices.Index(d.Holidays, name) < i:
			d.calendar.Fault(at, "%s stands twice", strict.Shown(name))
		case !fs.ValidPath(within):
			d.calendar.Fault(at, "%s leads out of the plan's folder", strict.Shown(name))
		default:
			d.readNotice(a, at, within, path.Join(d.shown, name))
		}
	}
}

func (d *draft) readNotice(a *almanac, at, within, shown string) {
	text, err := read(d.root, within)
	if err != nil {
		d.calendar.Fault(at, "%s cannot be read: %s", strict.Shown(path.Base(within)), cause(err))
		return
	}
	n, faults := parseNotice(shown, text)
	d.others = append(d.others, faults...)
	d.notices = append(d.notices, n)
	if len(n.days) == 0 && len(faults) == 0 {
		d.calendar.warn(at, "%s has no days: the notice of %d is not out yet, and its dates are provisional", shown, n.year)
		return
	}
	a.notices[n.year] = true
	for _, day := range n.days {
		if err := a.add(n.year, day, shown); err != nil {
			d.others = append(d.others, strict.Fault{File: shown, Line: day.line, Column: day.column, Path: day.Date.String(), Text: err.Error()})
		}
	}
}

// add enters a day of a year's notice.
func (a *almanac) add(year int, day noticeDay, file string) error {
	h := holiday{*day.IsOff, Reason{Layer: ByWorkday, Text: day.Name, Where: Where{file, day.line}}}
	if h.off {
		h.by.Layer = ByHoliday
	}
	before, twice := a.holidays[day.Date]
	switch december := (Date{year - 1, 12, 1}); {
	case day.Date.Before(december) || day.Date.Year > year:
		return fmt.Errorf("does not belong to the notice of %d; allowed: its dates, and those of December before", year)
	case twice && before.off != h.off:
		return fmt.Errorf("%v says the opposite", before.by.Where)
	case !twice:
		a.holidays[day.Date] = h
	}
	return nil
}
