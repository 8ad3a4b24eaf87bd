package pages

import (
	"fmt"
	"html/template"
	"math"
)

// A series is one colour of a chart.
type series struct {
	Name   string
	Class  string // of style.css
	Letter string // stands in its bars and its key, for who sees no colours
	Values []float64
	Whole  float64
}

// drawable is a value that has a length: neither less than nothing nor without end.
func drawable(v float64) float64 {
	if v > 0 && v < 1e15 {
		return v
	}
	return 0
}

// stacked draws bars over steps of time, with the series on top of each other in their order.
func stacked(id, title, desc string, labels []string, all []series) template.HTML {
	d := &drawing{width: 360, height: 230}
	const left, top, bottom = 34.0, 8.0, 210.0
	var most float64
	for i := range labels {
		var sum float64
		for _, s := range all {
			sum += drawable(s.Values[i])
		}
		most = math.Max(most, sum)
	}
	tick := step(most)
	ceiling := math.Max(tick, math.Ceil(most/tick)*tick)
	scale := (bottom - top) / ceiling
	for v := 0.0; v <= ceiling+tick/2; v += tick {
		d.line(left, bottom-v*scale, d.width, bottom-v*scale, "grid")
		d.text(left-4, bottom-v*scale+3, "end", "", short(v))
	}
	wide := (d.width - left) / math.Max(1, float64(len(labels)))
	bar := math.Min(wide*0.78, 34)
	every := int(math.Ceil(float64(len(labels)) * 26 / (d.width - left))) // labels must not touch
	for i, label := range labels {
		x, y := left+wide*(float64(i)+0.5), bottom
		for _, s := range all {
			h := drawable(s.Values[i]) * scale
			if h <= 0 {
				continue
			}
			y -= h
			d.rect(x-bar/2, y, bar, h, "seg "+s.Class, fmt.Sprintf("%s · %s: %s", label, s.Name, grouped(s.Values[i], 1)))
			if h >= 10 && bar >= 10 {
				d.text(x, y+h/2+3, "middle", "in "+s.Class, s.Letter)
			}
		}
		if i%max(1, every) == 0 {
			d.text(x, bottom+13, "middle", "", label)
		}
	}
	return d.done(id, "chart", title, desc)
}

// A portion is a bar that is parted in two.
type portion struct {
	Name                string
	Inside, Outside     float64
	InsideIs, OutsideIs string // in words, with their units
	Missing             string // why it cannot be shown; empty: it can
}

// parted draws each portion as a bar of the same length.
func parted(id, title, desc string, inside, outside string, all []portion) template.HTML {
	d := &drawing{width: 360, height: float64(8 + 64*len(all))}
	for i, p := range all {
		y := float64(64*i) + 14
		d.text(0, y, "start", "strong", p.Name)
		whole := drawable(p.Inside) + drawable(p.Outside)
		if p.Missing != "" || whole <= 0 {
			d.rect(0, y+8, d.width, 18, "void", p.Missing)
			d.text(d.width/2, y+21, "middle", "", p.Missing)
			continue
		}
		cut := d.width * drawable(p.Inside) / whole
		d.rect(0, y+8, cut, 18, "seg inside", inside+": "+p.InsideIs)
		d.rect(cut, y+8, d.width-cut, 18, "seg outside", outside+": "+p.OutsideIs)
		d.text(0, y+39, "start", "", fmt.Sprintf("%s %s · %s", inside, p.InsideIs, percent(p.Inside/whole)))
		d.text(d.width, y+39, "end", "", fmt.Sprintf("%s %s · %s", outside, p.OutsideIs, percent(p.Outside/whole)))
	}
	return d.done(id, "chart", title, desc)
}

// spark is a course as small as a word: a line with its last value marked. What is not known is a gap.
func spark(values []float64, known []bool, label string) template.HTML {
	d := &drawing{width: 92, height: 22}
	var most float64
	for i, v := range values {
		if known[i] {
			most = math.Max(most, drawable(v))
		}
	}
	across := (d.width - 6) / math.Max(1, float64(len(values)-1))
	at := func(i int) (x, y float64) {
		if most > 0 {
			y = drawable(values[i]) / most
		}
		return 3 + across*float64(i), d.height - 3 - 16*y
	}
	path, pen, last := "", "M", -1
	for i := range values {
		if !known[i] {
			pen = "M"
			continue
		}
		x, y := at(i)
		path += pen + coordinate(x) + " " + coordinate(y)
		pen, last = "L", i
	}
	if last < 0 {
		return ""
	}
	x, y := at(last)
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 92 22" role="img" aria-label="%s"><path d="%s"/><circle cx="%s" cy="%s" r="2"/></svg>`,
		template.HTMLEscapeString(label), path, coordinate(x), coordinate(y)))
}
