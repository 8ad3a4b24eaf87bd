package plan

import (
	"strconv"

	"basemeter/configs/strict"
)

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
