package pages

import (
	"fmt"
	"html/template"
	"math"
	"slices"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// A warm is one hour of the week: how much of the machines' time in it was effective use.
type warm struct {
	Day, Hour int // Monday is 0
	Share     float64
	Known     bool // there was such an hour, and enough of it is known
	Doubtful  bool // there was, and too little is known
	Cell      utilisation.Cell
}

// warmth are the hours of a week.
func warmth(h *report.Heat, floor float64) (week [7][24]warm) {
	for day := range h {
		for hour := range h[day] {
			c := h[day][hour]
			w := warm{Day: day, Hour: hour, Cell: c, Share: utilisation.Quotient(c[utilisation.Effective], c.Elapsed())}
			w.Doubtful = c.Elapsed() > 0 && c.Coverage() < floor
			w.Known = c.Elapsed() > 0 && !w.Doubtful
			week[day][hour] = w
		}
	}
	return week
}

// level is one of six steps from nothing to the most there is.
func level(share, most float64) int {
	if share <= 0 || most <= 0 {
		return 0
	}
	return int(math.Min(5, math.Ceil(5*share/most)))
}

func hottest(week *[7][24]warm) (most float64) {
	for day := range week {
		for _, w := range week[day] {
			if w.Known {
				most = math.Max(most, w.Share)
			}
		}
	}
	return most
}

// heatMap draws a week: days down, hours across. A number of a step stands in the cell, for who sees no colours.
func (a *asking) heatMap(h *report.Heat) template.HTML {
	week := warmth(h, a.floor)
	most := hottest(&week)
	const left, size = 30.0, 13.7
	d := &drawing{width: left + 24*size + 1, height: 7*size + 18}
	for hour := 0; hour < 24; hour += 3 {
		d.text(left+size*float64(hour), 10, "start", "", fmt.Sprintf("%02d", hour))
	}
	for day := range week {
		y := 15 + size*float64(day)
		d.text(0, y+10, "start", "", a.word[fmt.Sprintf("day %d", day)])
		for hour, w := range week[day] {
			class := fmt.Sprintf("h%d", level(w.Share, most))
			title := fmt.Sprintf("%s %02d:00 %s", a.word[fmt.Sprintf("day %d", day)], hour, percent(w.Share))
			switch {
			case w.Doubtful:
				class, title = "hq", title+" · "+a.word["doubtful"]
			case !w.Known:
				class, title = "void", ""
			}
			d.rect(left+size*float64(hour), y, size-1, size-1, class, title)
			if w.Doubtful {
				d.text(left+size*float64(hour)+size/2-0.5, y+9.5, "middle", "", "?")
			}
		}
	}
	return d.done("heat", "chart", a.word["heat title"], fmt.Sprintf(a.word["heat desc"], percent(most)))
}

// A heatRow is a line of the table that says the same.
type heatRow struct {
	Day   string
	Hours []string
}

func (a *asking) heatTable(h *report.Heat) (rows []heatRow) {
	for day, hours := range warmth(h, a.floor) {
		row := heatRow{Day: a.word[fmt.Sprintf("day %d", day)]}
		for _, w := range hours {
			text := fmt.Sprintf("%.0f", 100*w.Share)
			if !w.Known {
				text = map[bool]string{true: "?", false: "–"}[w.Doubtful]
			}
			row.Hours = append(row.Hours, text)
		}
		rows = append(rows, row)
	}
	return rows
}

// busiest are the hours of the week of most use, of those that are known well enough.
func busiest(h *report.Heat, floor float64, most int) (list []warm) {
	for _, hours := range warmth(h, floor) {
		for _, w := range hours {
			if w.Known && w.Share > 0 {
				list = append(list, w)
			}
		}
	}
	slices.SortStableFunc(list, func(v, w warm) int {
		switch {
		case v.Share > w.Share:
			return -1
		case v.Share < w.Share:
			return 1
		}
		return 0
	})
	return list[:min(most, len(list))]
}
