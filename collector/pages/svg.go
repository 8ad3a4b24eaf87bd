package pages

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// A drawing is an SVG in the making. It is as wide as a phone's screen and grows with its place; its colours are classes
// of style.css, so that they are the same everywhere and can change for print.
type drawing struct {
	strings.Builder
	width, height float64
}

// coordinate is short: tenths are enough.
func coordinate(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	return strconv.FormatFloat(math.Round(10*f)/10, 'f', -1, 64)
}

func (d *drawing) rect(x, y, w, h float64, class, title string) {
	fmt.Fprintf(d, `<rect x="%s" y="%s" width="%s" height="%s" class="%s"`, coordinate(x), coordinate(y), coordinate(w), coordinate(h), class)
	if title == "" {
		d.WriteString("/>")
		return
	}
	fmt.Fprintf(d, "><title>%s</title></rect>", html.EscapeString(title))
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(d, `<path d="M%s %sL%s %s" class="%s"/>`, coordinate(x1), coordinate(y1), coordinate(x2), coordinate(y2), class)
}

// text is anchored at its start, middle or end.
func (d *drawing) text(x, y float64, anchor, class, text string) {
	fmt.Fprintf(d, `<text x="%s" y="%s"`, coordinate(x), coordinate(y))
	if anchor != "start" {
		fmt.Fprintf(d, ` text-anchor="%s"`, anchor)
	}
	if class != "" {
		fmt.Fprintf(d, ` class="%s"`, class)
	}
	fmt.Fprintf(d, ">%s</text>", html.EscapeString(text))
}

// done is the whole, with a title and a description for who hears it read. Names in it are ours: id must be of a-z.
func (d *drawing) done(id, class, title, desc string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>`,
		class, coordinate(d.width), coordinate(d.height), id, id, id, html.EscapeString(title), id, html.EscapeString(desc), d.String()))
}

// step is a round distance of ticks on an axis from 0 to most, of which there are three to six.
func step(most float64) float64 {
	if !(most > 0) || math.IsInf(most, 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(most)))
	switch lead := most / unit; {
	case lead <= 1.5:
		return unit / 4
	case lead <= 3:
		return unit / 2
	case lead <= 6:
		return unit
	}
	return 2 * unit
}

// short is a number on an axis.
func short(v float64) string {
	if v >= 10_000 {
		return grouped(v/1000, decimals(v/1000)) + "k"
	}
	return grouped(v, decimals(v))
}

func decimals(v float64) int {
	switch {
	case v == math.Trunc(v):
		return 0
	case 10*v == math.Trunc(10*v):
		return 1
	}
	return 2
}
