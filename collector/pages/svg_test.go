package pages

import (
	"encoding/xml"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"basemeter/collector/report"
	"basemeter/collector/utilisation"
)

// elementsOf reads a drawing, which must be XML to the last sign.
func elementsOf(t *testing.T, draw template.HTML) (all []xml.StartElement) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(draw)))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, draw)
		}
		if e, ok := token.(xml.StartElement); ok {
			all = append(all, e.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// heights adds up the bars of a class.
func heights(t *testing.T, draw template.HTML, class string) (sum float64) {
	for _, e := range elementsOf(t, draw) {
		if e.Name.Local == "rect" && attribute(e, "class") == class {
			h, err := strconv.ParseFloat(attribute(e, "height"), 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += h
		}
	}
	return sum
}

func TestStackedBarsAreAsHighAsTheirValues(t *testing.T) {
	draw := stacked("x", "title <&>", "desc \"'", []string{"1", "2"}, []series{
		{Name: "a", Class: "p1", Letter: "A", Values: []float64{30, 10}}, {Name: "b<i>", Class: "p2", Letter: "B", Values: []float64{10, 0}}})
	a, b := heights(t, draw, "seg p1"), heights(t, draw, "seg p2")
	if math.Abs(a-4*b) > 0.5 || b == 0 {
		t.Errorf("40 is drawn as %v, 10 as %v", a, b)
	}
	for _, want := range []string{"<title id=\"x-t\">title &lt;&amp;&gt;</title>", "<desc id=\"x-d\">", `role="img"`, "b&lt;i&gt;"} {
		if !strings.Contains(string(draw), want) {
			t.Errorf("no %s in %s", want, draw)
		}
	}
}

func TestDrawingsOfNothingAndOfNonsense(t *testing.T) {
	for _, v := range []float64{0, math.NaN(), math.Inf(1), -5, 1e300, 1e-300} {
		draw := stacked("x", "t", "d", []string{"1"}, []series{{Class: "p1", Values: []float64{v}}})
		elementsOf(t, draw)
		elementsOf(t, spark([]float64{v, 1}, []bool{true, true}, "l"))
		elementsOf(t, parted("x", "t", "d", "i", "o", []portion{{Inside: v, Outside: 1}}))
		if strings.Contains(string(draw), "NaN") || strings.Contains(string(draw), "Inf") {
			t.Errorf("%v: %s", v, draw)
		}
	}
	elementsOf(t, stacked("x", "t", "d", nil, nil))
	if spark([]float64{1, 2}, []bool{false, false}, "l") != "" {
		t.Error("a course of which nothing is known is drawn")
	}
}

// What is not known is a gap, not a low.
func TestACourseHasGaps(t *testing.T) {
	draw := string(spark([]float64{1, 0, 2, 3}, []bool{true, false, true, true}, "l"))
	path := draw[strings.Index(draw, ` d="`)+4:]
	if path = path[:strings.Index(path, `"`)]; strings.Count(path, "M") != 2 || strings.Count(path, "L") != 1 {
		t.Error(path)
	}
}

func TestTicksAreRound(t *testing.T) {
	for most, want := range map[float64]float64{0: 1, 1: 0.25, 2.5: 0.5, 4: 1, 9: 2, 15: 2.5, 3300: 1000, 7000: 2000} {
		if got := step(most); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: %v, want %v", most, got, want)
		}
	}
}

func TestAHeatMapTellsIdleFromUnknown(t *testing.T) {
	a := &asking{Lang: "en", word: words["en"], floor: 0.8}
	var h report.Heat
	h[0][9] = cellOf(50, 100, 0)  // half of it used
	h[0][10] = cellOf(25, 100, 0) // a quarter
	h[0][11] = cellOf(0, 100, 0)  // idle
	h[0][12] = cellOf(50, 60, 40) // too little is known
	week := warmth(&h, a.floor)
	if level(week[0][9].Share, hottest(&week)) != 5 || level(week[0][11].Share, hottest(&week)) != 0 || !week[0][12].Doubtful || week[6][0].Known {
		t.Errorf("%+v", week[0][9:13])
	}
	draw := a.heatMap(&h)
	if n := len(elementsOf(t, draw)); n < 7*24 {
		t.Errorf("%d elements", n)
	}
	row := a.heatTable(&h)[0].Hours
	if row[9] != "50" || row[11] != "0" || row[12] != "?" || row[13] != "–" {
		t.Errorf("%v", row)
	}
	if busy := busiest(&h, a.floor, 5); len(busy) != 2 || busy[0].Hour != 9 || busy[1].Hour != 10 { // neither the idle nor the doubtful
		t.Errorf("%+v", busy)
	}
}

func cellOf(used, known, unknown int64) (c utilisation.Cell) {
	c[1], c[0], c[utilisation.Effective] = known, unknown, used
	return c
}

func TestPurposesKeepTheirColours(t *testing.T) {
	seen := map[string]string{}
	for _, id := range coloured {
		class := purposeClass(id)
		if other := seen[class]; other != "" || !strings.Contains(style, "."+class+" { fill:") {
			t.Errorf("%s is %s, as %s", id, class, other)
		}
		seen[class] = id
	}
	if purposeClass("unattributed") != "p0" || purposeClass("new one") != "p6" {
		t.Errorf("a colour has changed: %s", purposeClass("new one"))
	}
}

func TestManyPurposesAreFolded(t *testing.T) {
	var all []series
	for i := range 12 {
		all = append(all, series{Name: strconv.Itoa(i), Letter: strconv.Itoa(i), Values: []float64{float64(i)}, Whole: float64(i)})
	}
	kept := fold(all, "rest")
	var sum float64
	for _, s := range kept {
		sum += s.Whole
	}
	if len(kept) != mostSeries || sum != 66 || kept[len(kept)-1].Whole != 0+1+2+3+4 {
		t.Errorf("%+v", kept)
	}
}
