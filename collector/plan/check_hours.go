package plan

import (
	"slices"
	"time"

	"basemeter/configs/strict"
)

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

// grid warns of an edge that lies between two lines of the grid: counts of passages come for all of a cell, and cannot be
// divided there.
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

// checkWeek lays the hours out by weekday. A day that is not there is closed.
func (d *draft) checkWeek(season Layer, given map[string][][]Clock) week {
	file, at := &d.calendar, strict.Join("weekly", string(season))
	var w week
	for day := range w.hours {
		w.hours[day].by = Reason{Layer: season, Where: file.where(at)}
	}
	for _, name := range file.Keys(at) {
		path := strict.Join(at, name)
		all, err := days(name)
		file.Check(path, err)
		of := hours{file.spans(path, given[name]), Reason{Layer: season, Text: name, Where: file.where(path)}}
		for _, day := range all {
			if before := w.hours[day].by.Text; before != "" {
				file.Fault(path, "%s stands in %s too; write each day once", Day(day), before)
			}
			w.hours[day] = of
		}
	}
	w.uniform = !slices.ContainsFunc(w.hours[time.Monday:time.Saturday], func(h hours) bool { return !slices.Equal(h.open, w.hours[time.Monday].open) })
	return w
}
