package learn

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strings"
	"time"
)

var (
	paper  = color.RGBA{255, 255, 255, 255}
	ink    = color.RGBA{60, 60, 60, 255}
	faint  = color.RGBA{225, 225, 225, 255}
	bars   = color.RGBA{70, 130, 180, 255}
	signal = color.RGBA{200, 40, 40, 255}
)

const (
	pictureWidth  = 900
	pictureHeight = 620
	margin        = 60
)

// PNG draws two pictures above each other: how much of the time was spent at which power, and the power over the time,
// each with the thresholds. Axes are in watts and hours.
func (p *Proposal) PNG(w io.Writer, samples []Sample) error {
	c := canvas{image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))}
	draw.Draw(c, c.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	samples, _ = sane(samples)
	if len(p.hill.share) > 0 && len(samples) > 0 {
		p.drawHistogram(c, image.Rect(margin, 20, pictureWidth-20, 260))
		p.drawTime(c, image.Rect(margin, 320, pictureWidth-20, pictureHeight-40), samples)
	}
	return png.Encode(w, c)
}

// along is where v stands on the scale, as a part of the whole.
func (p *Proposal) along(v float64) float64 {
	h := &p.hill
	part := (h.to(v) - h.from) / (float64(len(h.share)) * step)
	return min(max(part, 0), 1)
}

// ticks are round powers within the scale.
func (p *Proposal) ticks() (all []float64) {
	h := &p.hill
	high := h.back(h.from + float64(len(h.share))*step)
	if h.from <= 0 {
		all = append(all, 0)
	}
	for decade := 1.0; decade < high; decade *= 10 {
		for _, v := range []float64{decade, 3 * decade} {
			if v >= h.unit && v >= h.back(h.from) && v <= high {
				all = append(all, v)
			}
		}
	}
	return all
}

func (p *Proposal) drawHistogram(c canvas, box image.Rectangle) {
	var tallest float64
	for _, w := range p.hill.share {
		tallest = max(tallest, w)
	}
	for _, v := range p.ticks() {
		x := box.Min.X + int(p.along(v)*float64(box.Dx()))
		c.line(x, box.Min.Y, x, box.Max.Y, faint)
		c.text(x, box.Max.Y+8, number(v), ink)
	}
	for i, w := range p.hill.share {
		from, to := box.Min.X+i*box.Dx()/len(p.hill.share), box.Min.X+(i+1)*box.Dx()/len(p.hill.share)
		tall := int(math.Sqrt(w/tallest) * float64(box.Dy()))
		draw.Draw(c, image.Rect(from, box.Max.Y-tall, to, box.Max.Y), image.NewUniform(bars), image.Point{}, draw.Src)
	}
	c.frame(box)
	for _, v := range p.thresholds() {
		x := box.Min.X + int(p.along(v)*float64(box.Dx()))
		c.line(x, box.Min.Y, x, box.Max.Y+24, signal)
		c.text(x, box.Max.Y+28, number(v), signal)
	}
}

func (p *Proposal) thresholds() []float64 {
	if p.StandbyAbove <= 0 {
		return nil
	}
	return []float64{p.StandbyAbove, p.RunningAbove}
}

func (p *Proposal) drawTime(c canvas, box image.Rectangle, samples []Sample) {
	y := func(v float64) int { return box.Max.Y - int(p.along(v)*float64(box.Dy())) }
	for _, v := range p.ticks() {
		c.line(box.Min.X, y(v), box.Max.X, y(v), faint)
		c.text(box.Min.X-25, y(v)-5, number(v), ink)
	}
	var all time.Duration
	for _, s := range samples {
		all += s.For
	}
	x := func(at time.Duration) int { return box.Min.X + int(float64(at)/float64(all)*float64(box.Dx())) }
	every := hours(all)
	for at := time.Duration(0); at <= all; at += every {
		c.line(x(at), box.Max.Y, x(at), box.Max.Y+5, ink)
		c.text(x(at), box.Max.Y+10, number(at.Hours()), ink)
	}
	gone, last := time.Duration(0), y(samples[0].Value)
	for _, s := range samples {
		c.line(x(gone), last, x(gone), y(s.Value), bars)
		last = y(s.Value)
		c.line(x(gone), last, x(gone+s.For), last, bars)
		gone += s.For
	}
	c.frame(box)
	for _, v := range p.thresholds() {
		c.line(box.Min.X, y(v), box.Max.X, y(v), signal)
		c.text(box.Max.X-20, y(v)-14, number(v), signal)
	}
}

// hours is a round distance of marks for about ten of them.
func hours(all time.Duration) time.Duration {
	for _, h := range []time.Duration{1, 2, 3, 6, 12, 24, 48, 168} {
		if all <= 12*h*time.Hour {
			return h * time.Hour
		}
	}
	return max(all/10, time.Hour)
}

// number writes thousands with a k, so that it stays short.
func number(v float64) string {
	if v >= 1000 {
		return strings.TrimSuffix(plain(round(v)/1000), ".0") + "k"
	}
	return plain(math.Round(v*10) / 10)
}

// A canvas is drawn upon without any font but its own digits.
type canvas struct{ *image.RGBA }

// line is horizontal or vertical.
func (c canvas) line(x0, y0, x1, y1 int, in color.Color) {
	box := image.Rect(x0, y0, x1, y1)
	box.Max = box.Max.Add(image.Pt(1, 1))
	draw.Draw(c, box, image.NewUniform(in), image.Point{}, draw.Src)
}

func (c canvas) frame(box image.Rectangle) {
	c.line(box.Min.X, box.Max.Y, box.Max.X, box.Max.Y, ink)
	c.line(box.Min.X, box.Min.Y, box.Min.X, box.Max.Y, ink)
}

// digits are three dots wide and five high, a row each.
var digits = map[rune][5]string{
	'0': {"###", "# #", "# #", "# #", "###"}, '1': {" # ", "## ", " # ", " # ", "###"},
	'2': {"###", "  #", "###", "#  ", "###"}, '3': {"###", "  #", "###", "  #", "###"},
	'4': {"# #", "# #", "###", "  #", "  #"}, '5': {"###", "#  ", "###", "  #", "###"},
	'6': {"###", "#  ", "###", "# #", "###"}, '7': {"###", "  #", "  #", "  #", "  #"},
	'8': {"###", "# #", "###", "# #", "###"}, '9': {"###", "# #", "###", "  #", "###"},
	'.': {"   ", "   ", "   ", "   ", " # "}, 'k': {"# #", "# #", "## ", "# #", "# #"},
	'-': {"   ", "   ", "###", "   ", "   "},
}

// text stands with its middle at x and its top at y.
func (c canvas) text(x, y int, text string, in color.Color) {
	const dot, wide = 2, 8
	x -= len(text) * wide / 2
	for _, r := range text {
		for row, dots := range digits[r] {
			for column, d := range dots {
				if d == '#' {
					at := image.Pt(x+column*dot, y+row*dot)
					draw.Draw(c, image.Rectangle{at, at.Add(image.Pt(dot, dot))}, image.NewUniform(in), image.Point{}, draw.Src)
				}
			}
		}
		x += wide
	}
}
