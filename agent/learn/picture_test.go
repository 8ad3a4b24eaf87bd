package learn

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"
)

func week() []Sample {
	samples, _ := play(1, 7*24*hour, part{Off, 2, 0.5, 14 * hour}, part{Standby, 150, 0.1, hour}, part{Running, 1200, 0.12, 3 * hour})
	return samples
}

func TestHistogram(t *testing.T) {
	p := Learn(week())
	for _, width := range []int{0, 20, 40, 72, 200} {
		text := p.Histogram(width)
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		if len(lines) != rows+4 {
			t.Errorf("%d lines:\n%s", len(lines), text)
		}
		for i, line := range lines {
			if n := utf8.RuneCountInString(line); n > max(width, 20) && i != rows+2 { // the thresholds' names need what they need
				t.Errorf("%d columns at %d:\n%s", n, width, text)
			}
		}
		if width >= 72 && (!strings.Contains(lines[rows+2], "standby_above "+plain(p.StandbyAbove)) || !strings.Contains(lines[rows+2], "running_above ")) {
			t.Errorf("thresholds are not marked:\n%s", text)
		}
	}
	none := Proposal{}
	if none.Histogram(72) != "" {
		t.Error("drew nothing at all as something")
	}
}

// The marks are where the empty columns are.
func TestThresholdsStandInTheValleys(t *testing.T) {
	p := Learn(week())
	lines := strings.Split(p.Histogram(72), "\n")
	bottom, pointers := []rune(lines[rows-1]), []rune(lines[rows+1])
	marks := 0
	for i, r := range pointers {
		if r != '▲' {
			continue
		}
		marks++
		if i < len(bottom) && bottom[i] != ' ' {
			t.Errorf("a threshold stands under a hill:\n%s", strings.Join(lines, "\n"))
		}
	}
	if marks != 2 {
		t.Errorf("%d marks", marks)
	}
}

func TestPNG(t *testing.T) {
	samples := week()
	p := Learn(samples)
	var b bytes.Buffer
	if err := p.PNG(&b, samples); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.RGBA]int{}
	dots := image.NewRGBA(picture.Bounds())
	draw.Draw(dots, dots.Bounds(), picture, image.Point{}, draw.Src)
	for i := 0; i < len(dots.Pix); i += 4 {
		seen[color.RGBA{dots.Pix[i], dots.Pix[i+1], dots.Pix[i+2], dots.Pix[i+3]}]++
	}
	if seen[signal] < 2*240+2*800 || seen[bars] < 10_000 || seen[ink] < 1000 || len(seen) != 5 {
		t.Errorf("%v", seen)
	}
	none := Proposal{}
	if err := none.PNG(&b, nil); err != nil {
		t.Error(err)
	}
}

func TestEveryNumberCanBeWritten(t *testing.T) {
	for _, v := range []float64{0, 0.5, 3, 42, 999, 1000, 1500, 30000, 1e6} {
		for _, r := range number(v) {
			if _, ok := digits[r]; !ok {
				t.Errorf("%v has %q", v, r)
			}
		}
	}
	if number(1500) != "1.5k" || number(30000) != "30k" || number(2.04) != "2" {
		t.Error(number(1500), number(30000), number(2.04))
	}
}
