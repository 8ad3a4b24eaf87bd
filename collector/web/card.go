package web

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"basemeter/agent/record"
	"basemeter/collector/report"
)

// A card is one asset: how it is, and where its time went.
type card struct {
	Base, Name, Asset string
	State, Since, Age string
	Why               string
	Values            []string
	Bar               []segment
	Running, Elapsed  string
	Coverage          string
	Figures           bool // whether there are any
}

// A place is an area, and how many are there, in words.
type place struct{ Base, Name, Present string }

type segment struct {
	State string
	Width template.CSS // percent
	Title string
}

// cards joins what is said now with the figures; an asset that has only one of them is shown all the same.
func (s *server) cards(a *asked, v view, now []Live, lines []report.Line) []card {
	live := map[[2]string]Live{}
	for _, l := range now {
		live[[2]string{l.Base, l.Asset}] = l
	}
	var cards []card
	for i := range lines {
		key := [2]string{lines[i].Base, lines[i].Asset}
		cards = append(cards, s.card(a, v, live[key], &lines[i]))
		delete(live, key)
	}
	for _, l := range now {
		if _, left := live[[2]string{l.Base, l.Asset}]; left {
			cards = append(cards, s.card(a, v, l, &report.Line{Group: report.Group{Base: l.Base, Asset: l.Asset}}))
		}
	}
	return cards
}

func (s *server) places(a *asked, v view, areas []Area) (list []place) {
	for _, one := range areas {
		if one.People != nil {
			name := cmp.Or(map[string]string{"zh": one.TextZH, "en": one.TextEN}[v.Lang], one.Area)
			list = append(list, place{s.baseName(a, v, one.Base), name, fmt.Sprintf(v.Word["present"], *one.People)})
		}
	}
	return list
}

func (s *server) card(a *asked, v view, l Live, line *report.Line) card {
	ms, all := byState(line)
	c := card{Base: s.baseName(a, v, line.Base), Asset: line.Asset, Name: line.Asset, State: l.State, Why: v.inWords(l.Why),
		Running: v.length(ms[0]), Elapsed: v.length(all), Coverage: portion(all-ms[4], all), Figures: all > 0}
	if name := map[string]string{"zh": l.TextZH, "en": l.TextEN}[v.Lang]; name != "" {
		c.Name = name
	}
	if l.State == "" {
		c.State, c.Why = record.Unknown.String(), v.Word["no word"]
	} else if !l.Since.IsZero() {
		c.Since = l.Since.In(beijing).Format("01-02 15:04:05")
		c.Age = v.length(s.Now().Sub(l.Since).Milliseconds())
	}
	c.Values = v.values(l.Values)
	for i, ms := range ms {
		if ms > 0 {
			c.Bar = append(c.Bar, segment{states[i], template.CSS(fmt.Sprintf("%.3f%%", 100*float64(ms)/float64(all))),
				v.Word[states[i]] + " " + v.length(ms) + " · " + portion(ms, all)})
		}
	}
	return c
}

// shown are the points that the page has words for, the most telling first.
var shown = []string{"power", "current", "voltage", "count", "energy_import"}

// values are what was last read, by device/point, and still holds.
func (v view) values(read map[string]record.Shown) []string {
	var list []string
	for _, point := range shown {
		for _, full := range slices.Sorted(maps.Keys(read)) {
			if _, name, _ := strings.Cut(full, "/"); name == point && read[full].Quality == record.Good {
				list = append(list, fmt.Sprintf(v.Word[point], read[full].Number))
			}
		}
	}
	return list
}
