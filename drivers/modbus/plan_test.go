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
		most         int
		want         string // function:address+count
	}{
		{"alone", "4:52 f32", 125, "4:52+2"},
		{"touching", "4:0 f32, 4:2 f32, 4:4 u16", 125, "4:0+5"},
		{"in any order", "4:4 u16, 4:0 f32, 4:2 f32", 125, "4:0+5"},
		{"a gap is not read", "4:0 f32, 4:6 f32", 125, "4:0+2 4:6+2"},
		{"overlapping", "3:0 u64, 3:1 u16, 3:3 u32", 125, "3:0+5"},
		{"one inside another", "3:0 u64, 3:1 u16", 125, "3:0+4"},
		{"the same twice", "3:7 u16, 3:7 i16", 125, "3:7+1"},
		{"tables stay apart", "3:0 u16, 4:1 u16", 125, "3:0+1 4:1+1"},
		{"a device's limit", "4:0 f32, 4:2 f32, 4:4 f32", 4, "4:0+4 4:4+2"},
		{"no value is cut", "4:0 u16, 4:1 f32, 4:3 f32", 4, "4:0+3 4:3+2"},
		{"bits have a limit of their own", "1:0 bit, 1:1 bit, 1:2 bit", 2, "1:0+3"},
		{"the last register", "4:65534 f32", 125, "4:65534+2"},
	} {
		var got []string
		for _, g := range plan(points(t, c.points), c.most) {
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
		for _, r := range probes(plan(points(t, c.points), 125)) {
			got = append(got, fmt.Sprintf("%d:%d+%d", r.function.code, r.address, r.count))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// Every point is read once, whole, and no request asks for more than it may or for what no point covers.
func TestPlanCoversItsPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(4, 125).Draw(t, "most")
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
			return Point{
				Function: function(rapid.IntRange(3, 4).Draw(t, "function")),
				Address:  rapid.Uint16Range(0, 60).Draw(t, "address"),
				Type:     rapid.SampledFrom([]string{"u16", "f32", "i64"}).Draw(t, "type"),
			}
		}), 1, 40).Draw(t, "points")
		seen := 0
		for _, g := range plan(points, most) {
			seen += len(g.points)
			covered := map[int]bool{}
			for _, s := range g.slots("") {
				for b := s.from; b < s.to; b++ {
					covered[b] = true
				}
				if s.from < 0 || s.to > g.size() {
					t.Errorf("%v outside %v", s, g.request)
				}
			}
			if len(covered) != g.size() || g.count > most {
				t.Errorf("%v of most %d covers %d bytes", g.request, most, len(covered))
			}
		}
		if seen != len(points) {
			t.Errorf("%d points of %d", seen, len(points))
		}
	})
}
