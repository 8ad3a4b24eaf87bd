package modbus

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A point is drawn as function:address type.
func points(t testing.TB, drawn string) []Point {
	t.Helper()
	var points []Point
	for _, d := range strings.Split(drawn, ", ") {
		var code int
		p := Point{Name: d}
		if _, err := fmt.Sscanf(d, "%d:%d %s", &code, &p.Address, &p.Type); err != nil {
			t.Fatal(d, err)
		}
		p.Function = function(code)
		points = append(points, p)
	}
	return points
}

func TestPlan(t *testing.T) {
	for _, c := range []struct {
		name, points string
		most, hole   int
		want         string // function:address+count
	}{
		{"alone", "4:52 f32", 125, 0, "4:52+2"},
		{"touching", "4:0 f32, 4:2 f32, 4:4 u16", 125, 0, "4:0+5"},
		{"in any order", "4:4 u16, 4:0 f32, 4:2 f32", 125, 0, "4:0+5"},
		{"a gap is not read", "4:0 f32, 4:6 f32", 125, 0, "4:0+2 4:6+2"},
		{"overlapping", "3:0 u64, 3:1 u16, 3:3 u32", 125, 0, "3:0+5"},
		{"one inside another", "3:0 u64, 3:1 u16", 125, 0, "3:0+4"},
		{"the same twice", "3:7 u16, 3:7 i16", 125, 0, "3:7+1"},
		{"tables stay apart", "3:0 u16, 4:1 u16", 125, 0, "3:0+1 4:1+1"},
		{"a device's limit", "4:0 f32, 4:2 f32, 4:4 f32", 4, 0, "4:0+4 4:4+2"},
		{"no value is cut", "4:0 u16, 4:1 f32, 4:3 f32", 4, 0, "4:0+3 4:3+2"},
		{"bits have a limit of their own", "1:0 bit, 1:1 bit, 1:2 bit", 2, 0, "1:0+3"},
		{"the last register", "4:65534 f32", 125, 0, "4:65534+2"},
		{"a hole that may be read", "4:0 f32, 4:6 f32", 125, 4, "4:0+8"},
		{"a hole that costs as much as it saves", "4:0 f32, 4:12 f32", 125, 125, "4:0+2 4:12+2"},
		{"a hole that only moves a limit", "4:0 f32, 4:4 f32, 4:6 f32, 4:8 f32, 4:10 f32", 8, 4, "4:0+2 4:4+8"},
		{"a hole too large", "4:0 f32, 4:7 f32", 125, 4, "4:0+2 4:7+2"},
		{"holes add up to the limit", "4:0 f32, 4:6 f32, 4:12 f32", 8, 4, "4:0+8 4:12+2"},
		{"no bit is read over", "1:0 bit, 1:2 bit", 125, 4, "1:0+1 1:2+1"},
	} {
		var got []string
		for _, g := range plan(points(t, c.points), limits{c.most, c.hole, slow}) {
			got = append(got, fmt.Sprintf("%d:%d+%d", g.function.code, g.address, g.count))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

func TestProbes(t *testing.T) {
	for _, c := range []struct{ name, points, want string }{
		{"a meter of floats", "4:0 f32, 4:2 f32, 4:4 f32", "4:0+2 4:0+6 4:0+1"},
		{"mixed", "4:0 u16, 4:1 u32", "4:0+1 4:1+2 4:0+3"},
		{"one float", "4:52 f32", "4:52+2 4:52+1"},
		{"one register", "4:52 u16", "4:52+1"},
		{"eight contacts", "2:0 bit, 2:1 bit, 2:2 bit", "2:0+1"},
	} {
		var got []string
		for _, r := range probes(plan(points(t, c.points), limits{125, 0, slow})) {
			got = append(got, fmt.Sprintf("%d:%d+%d", r.function.code, r.address, r.count))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// slow is the price at 9600 baud and below, in characters: see RTU.
var slow = price{8 + 5 + 7, 2}

// Every point is read once, whole; no request asks for more than it may, nor over a larger hole than it may; and no
// plan costs more than without holes, nor than joining whatever can be joined.
func TestPlanCoversItsPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := limits{rapid.IntRange(4, 125).Draw(t, "most"), rapid.IntRange(0, 125).Draw(t, "hole"), slow}
		points := rapid.SliceOfN(rapid.Custom(anyPoint), 1, 40).Draw(t, "points")
		groups := plan(points, l)
		left := map[Point]int{}
		for _, p := range points {
			left[p]++
		}
		for _, g := range groups {
			for _, p := range g.points {
				left[p]--
			}
			checkGroup(t, &g, l)
		}
		for p, n := range left {
			if n != 0 {
				t.Errorf("%+v is read %d times too few", p, n)
			}
		}
		solid := limits{l.registers, 0, slow}
		cost, apart := total(groups), total(plan(points, solid))
		if most := total(greedy(points, solid)); cost > apart || apart > most {
			t.Errorf("it costs %d characters, %d without holes, %d without a plan", cost, apart, most)
		}
	})
}

func anyPoint(t *rapid.T) Point {
	p := Point{
		Function: function(rapid.IntRange(1, 4).Draw(t, "function")),
		Address:  rapid.Uint16Range(0, 60).Draw(t, "address"),
		Type:     rapid.SampledFrom([]string{"u16", "f32", "i64"}).Draw(t, "type"),
	}
	if p.Function.bits() {
		p.Type = "bit"
	}
	return p
}

func checkGroup(t *rapid.T, g *group, l limits) {
	scale := 2 // bytes
	if g.function.bits() {
		scale, l.registers, l.hole = 1, 2000, 0
	}
	covered := make([]bool, g.count*scale)
	for i, s := range g.slots("") {
		if s.point.Function != g.function || s.from < 0 || s.to > len(covered) || s.to-s.from != g.points[i].width()*scale {
			t.Fatalf("%v in %v", s, g.request)
		}
		for b := s.from; b < s.to; b++ {
			covered[b] = true
		}
	}
	hole, longest := 0, 0
	for _, c := range covered {
		if hole++; c {
			hole = 0
		}
		longest = max(longest, hole)
	}
	if longest/scale > l.hole || g.count > l.registers || g.hole != (longest > 0) || !covered[0] || !covered[len(covered)-1] {
		t.Errorf("%v within %+v reads over %d", g.request, l, longest/scale)
	}
}

// greedy joins whatever it can, from the first point on.
func greedy(points []Point, l limits) (groups []group) {
	for _, code := range []byte{1, 2, 3, 4} {
		groups = append(groups, group{})
		for address := range 100 {
			for _, p := range points {
				if p.Function.code != code || int(p.Address) != address {
					continue
				}
				if g := &groups[len(groups)-1]; g.count == 0 || !g.join(p, l) {
					groups = append(groups, group{request: request{p.Function, p.Address, p.width()}})
				}
			}
		}
	}
	return groups
}

func total(groups []group) (n time.Duration) {
	for _, g := range groups {
		if g.hole = false; g.count > 0 { // that a hole tips the scales costs nothing
			n += slow.of(&g)
		}
	}
	return n
}
