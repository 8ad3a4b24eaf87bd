package modbus

import (
	"fmt"
	"strings"
	"testing"

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
		{"a hole too large", "4:0 f32, 4:7 f32", 125, 4, "4:0+2 4:7+2"},
		{"holes add up to the limit", "4:0 f32, 4:6 f32, 4:12 f32", 8, 4, "4:0+8 4:12+2"},
		{"no bit is read over", "1:0 bit, 1:2 bit", 125, 4, "1:0+1 1:2+1"},
	} {
		var got []string
		for _, g := range plan(points(t, c.points), limits{c.most, c.hole}) {
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
		for _, r := range probes(plan(points(t, c.points), limits{125, 0})) {
			got = append(got, fmt.Sprintf("%d:%d+%d", r.function.code, r.address, r.count))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// Every point is read once, whole; no request asks for more than it may, nor over a larger hole than it may; and what is
// read over never costs a serial line more than asking again.
func TestPlanCoversItsPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := limits{rapid.IntRange(4, 125).Draw(t, "most"), rapid.IntRange(0, cheaper).Draw(t, "hole")}
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
			return Point{
				Function: function(rapid.IntRange(3, 4).Draw(t, "function")),
				Address:  rapid.Uint16Range(0, 60).Draw(t, "address"),
				Type:     rapid.SampledFrom([]string{"u16", "f32", "i64"}).Draw(t, "type"),
			}
		}), 1, 40).Draw(t, "points")
		seen := 0
		groups := plan(points, l)
		for _, g := range groups {
			seen += len(g.points)
			covered := make([]bool, g.size())
			for _, s := range g.slots("") {
				if s.from < 0 || s.to > g.size() {
					t.Fatalf("%v outside %v", s, g.request)
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
			if longest/2 > l.hole || g.count > l.registers || g.hole != (longest > 0) || !covered[0] || !covered[len(covered)-1] {
				t.Errorf("%v within %+v reads over %d bytes", g.request, l, longest)
			}
		}
		if seen != len(points) {
			t.Errorf("%d points of %d", seen, len(points))
		}
		if cost, apart := characters(groups), characters(plan(points, limits{l.registers, 0})); l.registers == 125 && cost > apart {
			t.Errorf("it costs %d characters, %d without holes", cost, apart)
		}
	})
}

// characters are those of requests and answers, and the silence around them.
func characters(groups []group) (n int) {
	for _, g := range groups {
		n += 8 + 5 + 7 + g.size()
	}
	return n
}
