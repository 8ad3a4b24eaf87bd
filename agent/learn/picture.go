package learn

import (
	"fmt"
	"math"
	"strings"
)

var blocks = []rune(" ▁▂▃▄▅▆▇█")

const rows = 6 // of a histogram in a terminal

// Histogram draws how much of the time was spent at which power, so many characters wide: each column a bin, on a scale
// that is logarithmic but for its beginning. Heights are square roots, so that a rare state can be seen. The thresholds
// are marked below.
func (p *Proposal) Histogram(width int) string {
	width = max(width, 20)
	h := &p.hill
	if len(h.share) == 0 {
		return ""
	}
	columns := make([]float64, width)
	for i, w := range h.share {
		columns[i*width/len(h.share)] += w
	}
	var tallest float64
	for _, w := range columns {
		tallest = max(tallest, math.Sqrt(w))
	}
	var b strings.Builder
	for row := rows - 1; row >= 0; row-- {
		line := make([]rune, width)
		for i, w := range columns {
			eighths := int(math.Ceil(math.Sqrt(w)/tallest*rows*8)) - row*8
			line[i] = blocks[min(max(eighths, 0), 8)]
		}
		b.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	b.WriteString(strings.Repeat("─", width) + "\n")
	b.WriteString(p.marks(width))
	return b.String()
}

// marks are the ends of the scale and the thresholds, each under its column.
func (p *Proposal) marks(width int) string {
	h := &p.hill
	column := func(v float64) int {
		return min(max(int((h.to(v)-h.from)/step*float64(width)/float64(len(h.share))), 0), width-1)
	}
	pointers, names := []rune(strings.Repeat(" ", width)), strings.Builder{}
	at := 0
	for _, t := range []struct {
		name string
		v    float64
	}{{"standby_above", p.StandbyAbove}, {"running_above", p.RunningAbove}} {
		if t.v <= 0 {
			continue
		}
		c := column(t.v)
		pointers[c] = '▲'
		text := fmt.Sprintf("%s %s", t.name, plain(t.v))
		from := max(c-len(text)/2, at)
		names.WriteString(strings.Repeat(" ", from-at) + text + "  ")
		at = from + len(text) + 2
	}
	low, high := short(h.back(h.from)), short(h.back(h.from+float64(len(h.share))*step))
	scale := low + strings.Repeat(" ", max(1, width-len(low)-len(high))) + high
	text := scale + "\n"
	if at > 0 {
		text = strings.TrimRight(string(pointers), " ") + "\n" + strings.TrimRight(names.String(), " ") + "\n" + text
	}
	return text
}

// short is a number of about two digits.
func short(v float64) string {
	if math.Abs(v) < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", round(math.Abs(v))*math.Copysign(1, v))
}
