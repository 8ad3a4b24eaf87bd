package plan

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"time"

	"basemeter/configs/strict"
)

// checkCalendar checks calendar.yaml and makes the base's almanac of it.
func (d *draft) checkCalendar() {
	a := &d.base.almanac
	a.terms = d.checkTerms()
	a.tables = d.checkTables()
	a.weekly = map[Layer]week{
		ByTerm:     d.checkWeek(ByTerm, d.Weekly.InTerm),
		ByVacation: d.checkWeek(ByVacation, d.Weekly.Vacation),
	}
	if !d.calendar.Given("weekly.in_term") {
		d.calendar.Fault("weekly.in_term", `is missing; expected hours such as {mon-fri: [["08:00","12:00"]]}`)
	}
	d.readNotices(a)
	d.checkOverrides(a)
}

// checkTerms returns the sound ones in order.
func (d *draft) checkTerms() []Term {
	const mostWeeks = 53
	file := &d.calendar
	d.known.terms = named(file, strict.Taken{}, "term", "terms", "code", d.Terms, func(t *Term) string { return t.Code })
	var sound []Term
	for i, t := range d.Terms {
		at := strict.Index("terms", i)
		file.Check(at+".weeks", strict.Between(t.Weeks, 1, mostWeeks))
		switch day := t.Week1.Weekday(); {
		case t.Week1.IsZero():
			file.Fault(at+".week1", "is missing; expected the Monday of the first week")
		case day != time.Monday:
			file.Fault(at+".week1", "%v is a %s; expected the Monday of the first week, %v", t.Week1, Day(day), t.Week1.Add(-int(day+6)%7))
		case !file.Faulty(at):
			sound = append(sound, t)
		}
	}
	slices.SortFunc(sound, func(a, b Term) int { return a.Week1.Compare(b.Week1) })
	for i := 1; i < len(sound); i++ {
		if before := sound[i-1]; sound[i].Week1.Before(before.End()) {
			file.Fault("terms", "%s begins on %v, and %s ends only on %v", sound[i].Code, sound[i].Week1, before.Code, before.End().Add(-1))
		}
	}
	return sound
}

// checkTables checks the times of the lessons' periods.
func (d *draft) checkTables() []PeriodTable {
	file := &d.calendar
	campuses := list{what: "campus of an area", has: map[string]bool{}, unsure: d.registry.Ill("areas")}
	for _, a := range d.Areas {
		if a.Campus != "" && !campuses.has[a.Campus] {
			campuses.has[a.Campus], campuses.ids = true, append(campuses.ids, a.Campus)
		}
	}
	for i, t := range d.Periods {
		at := strict.Index("periods", i)
		file.Check(at+".campus", campuses.perhaps(t.Campus))
		d.checkSeason(at, t.From, t.Until)
		if len(t.Table) == 0 {
			file.Fault(at+".table", `is missing; expected the periods of a day, such as {"1": ["08:00","08:45"]}`)
		}
		d.checkTable(at+".table", t.Table)
	}
	return d.Periods
}

func (d *draft) checkSeason(at string, from, until Season) {
	file := &d.calendar
	switch {
	case from.IsZero() != until.IsZero():
		file.Fault(at+".from", "from and until belong together; write both, or none for all of the year")
	case from.EveryYear() != until.EveryYear():
		file.Fault(at+".until", "%v and %v are not of a kind; allowed: a month and a day both, or a date both", from, until)
	case !from.IsZero() && from == until || !from.EveryYear() && until.Before(from.Date):
		file.Fault(at+".until", "%v is not after from, which is %v; until is the first day the table does not hold", until, from)
	}
}

// checkTable holds periods to follow each other.
func (d *draft) checkTable(at string, table map[string][]Clock) {
	file, order := &d.calendar, map[int]string{}
	for key := range table {
		if n, err := strconv.Atoi(key); err != nil || n < 1 || n > mostNumber || strconv.Itoa(n) != key {
			file.Fault(strict.Join(at, key), "%s is no number of a period; allowed: 1 to %d", strict.Shown(key), mostNumber)
		} else {
			order[n] = key
		}
	}
	var before Clock
	for n := 1; n <= mostNumber; n++ {
		key, given := order[n]
		if !given {
			continue
		}
		path := strict.Join(at, key)
		if s, ok := d.calendar.span(path, table[key]); ok {
			if s.from < before {
				file.Fault(path, "begins at %v, before the period ahead of it ends at %v", s.from, before)
			}
			before = s.to
		}
	}
}

// span reads a begin and an end, and tells whether they are some.
func (d *document) span(at string, pair []Clock) (span, bool) {
	switch {
	case len(pair) != 2:
		d.Fault(at, `%d times, expected two: a begin and an end, such as ["08:00","08:45"]`, len(pair))
		return span{}, false
	case pair[0] >= pair[1]:
		d.Fault(at, "ends at %v, not after %v; a span after midnight belongs to the next day, and 24:00 ends a day", pair[1], pair[0])
		return span{}, false
	}
	d.grid(at, pair[0], pair[1])
	return span{pair[0], pair[1]}, true
}

// gridMinutes is what gateways cut spells on, unless they are told otherwise.
const gridMinutes = 5

// grid warns of an edge that lies between two lines of the grid: a spell across it counts on both sides.
func (d *document) grid(at string, edges ...Clock) {
	for _, c := range edges {
		if c%gridMinutes != 0 {
			d.warn(at, "%v is no multiple of %d minutes, on which the gateways' records are cut", c, gridMinutes)
			return
		}
	}
}

// spans reads opening hours. Those that touch are one.
func (d *document) spans(at string, pairs [][]Clock) []span {
	all := []span{}
	for i, pair := range pairs {
		s, ok := d.span(strict.Index(at, i), pair)
		if !ok {
			continue
		}
		last := len(all) - 1
		switch {
		case last >= 0 && s.from < all[last].to:
			d.Fault(strict.Index(at, i), "begins at %v, before the span ahead of it ends at %v", s.from, all[last].to)
		case last >= 0 && s.from == all[last].to:
			all[last].to = s.to
		default:
			all = append(all, s)
		}
	}
	return all
}

// checkWeek lays the hours out by weekday.
func (d *draft) checkWeek(season Layer, given map[string][][]Clock) week {
	file, at := &d.calendar, strict.Join("weekly", string(season))
	var w week
	var key [7]string
	for day := range w.hours {
		w.hours[day].by = Reason{Layer: season, Where: file.where(at)}
	}
	for _, name := range file.Keys(at) {
		path := strict.Join(at, name)
		all, err := days(name)
		file.Check(path, err)
		open := file.spans(path, given[name])
		for _, day := range all {
			if key[day] != "" && err == nil {
				file.Fault(path, "%s stands in %s too; write each day once", Day(day), key[day])
			}
			key[day] = name
			w.hours[day] = hours{open, Reason{Layer: season, Text: name, Where: file.where(path)}}
		}
	}
	w.uniform = true
	for day := time.Tuesday; day <= time.Friday; day++ {
		w.uniform = w.uniform && slices.Equal(w.hours[day].open, w.hours[time.Monday].open)
	}
	return w
}

// readNotices lays all holiday files together: December may stand in the file of the year after.
func (d *draft) readNotices(a *almanac) {
	a.notices, a.holidays = map[int]bool{}, map[Date]holiday{}
	for i, name := range d.Holidays {
		at := strict.Index("holidays", i)
		if slices.Index(d.Holidays, name) < i {
			d.calendar.Fault(at, "%s stands twice", strict.Shown(name))
			continue
		}
		n, faults := readNotice(d.root, path.Join(d.folder, name), path.Join(d.shown, name))
		d.others = append(d.others, faults...)
		d.notices = append(d.notices, n)
		if len(n.days) == 0 && len(faults) == 0 {
			d.calendar.warn(at, "%s has no days yet: the notice of %d is not out, so its dates are provisional", name, n.year)
			continue
		}
		a.notices[n.year] = true
		for _, day := range n.days {
			d.addHoliday(a, n, day, path.Join(d.shown, name))
		}
	}
}

func (d *draft) addHoliday(a *almanac, n notice, day noticeDay, file string) {
	where := Where{file, day.line}
	fault := func(format string, args ...any) {
		d.others = append(d.others, strict.Fault{File: file, Line: day.line, Column: 1, Text: day.Date.String() + ": " + fmt.Sprintf(format, args...)})
	}
	before, twice := a.holidays[day.Date]
	switch last := (Date{n.year - 1, 12, 1}); {
	case day.Date.Year != n.year && day.Date.Before(last) || day.Date.Year > n.year:
		fault("does not belong to the notice of %d; allowed: its dates, and the end of December before", n.year)
	case twice && before.off != *day.IsOff:
		fault("%v says the opposite", before.by.Where)
	case !twice:
		layer := ByWorkday
		if *day.IsOff {
			layer = ByHoliday
		}
		a.holidays[day.Date] = holiday{*day.IsOff, Reason{Layer: layer, Text: day.Name, Where: where}}
	}
}
