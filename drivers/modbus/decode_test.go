package modbus

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"basemeter/drivers"
)

// unhex reads "01 04 0808".
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pzem is the register table of PZEM-016 and PZEM-004T v3.
func pzem() []Point {
	in := function(4)
	return []Point{
		{"voltage", in, 0, "u16", false, 0.1},
		{"current", in, 1, "u32", true, 0.001},
		{"power", in, 3, "u32", true, 0.1},
		{"energy", in, 5, "u32", true, 1},
		{"frequency", in, 7, "u16", false, 0.1},
		{"factor", in, 8, "u16", false, 0.01},
		{"alarm", in, 9, "u16", false, 0},
	}
}

func TestGoldenFrames(t *testing.T) {
	float := Point{"voltage", function(4), 0, "f32", false, 0}
	for _, c := range []struct {
		source, request, response string
		unit                      byte
		points                    []Point
		want                      []float64
	}{
		{"PZEM-016, domain.md 4.1", "01 04 0000 000A 70 0D",
			"01 04 14 08D1 006C 0000 00F4 0000 0026 0000 01F4 0064 0000 51 34",
			1, pzem(), []float64{225.7, 0.108, 24.4, 38, 50, 1, 0}},
		{"SDM120 protocol manual: 230.2 V", "01 04 0000 0002 71 CB", "01 04 04 4366 3334 1B 38",
			1, []Point{float}, []float64{230.2}},
	} {
		groups := plan(c.points, limits{registers: 125})
		q := newQuestion(c.unit, groups[0].request)
		if string(q.frame[:]) != string(unhex(t, c.request)) {
			t.Errorf("%s: asked % X", c.source, q.frame)
		}
		frame := unhex(t, c.response)
		from, to := find(frame, &q)
		if from != 0 || to != len(frame) {
			t.Errorf("%s: found %d to %d", c.source, from, to)
			continue
		}
		data, _ := q.open(frame[1 : to-2])
		for i, s := range groups[0].slots("meter") {
			if got := s.value(data); math.Abs(got-c.want[i]) > 1e-5*c.want[i] {
				t.Errorf("%s: %s is %v, want %v", c.source, s.name, got, c.want[i])
			}
		}
	}
}

// The examples of the Modbus application protocol 1.1b3, sections 6.1 to 6.4.
func TestGoldenPDUs(t *testing.T) {
	for _, c := range []struct {
		request, response string
		r                 request
	}{
		{"01 0013 0013", "01 03 CD 6B 05", request{function(1), 0x13, 19}},
		{"02 00C4 0016", "02 03 AC DB 35", request{function(2), 0xC4, 22}},
		{"03 006B 0003", "03 06 022B 0000 0064", request{function(3), 0x6B, 3}},
		{"04 0008 0001", "04 02 000A", request{function(4), 8, 1}},
	} {
		q := newQuestion(1, c.r)
		if string(q.frame[1:6]) != string(unhex(t, c.request)) {
			t.Errorf("asked % X, want %s", q.frame[1:6], c.request)
		}
		if data, err := c.r.open(unhex(t, c.response)); err != nil || len(data) != c.r.size() {
			t.Errorf("%s: % X, %v", c.response, data, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		kind, data string
		low        bool
		want       float64
	}{
		{"u16", "FFFE", false, 65534},
		{"i16", "FFFE", false, -2},
		{"u32", "0001 0002", false, 65538},
		{"u32", "0002 0001", true, 65538},
		{"i32", "FFFF FFFE", false, -2},
		{"u64", "0000 0000 0001 0000", false, 65536},
		{"i64", "FFFE FFFF FFFF FFFF", true, -2},
		{"f32", "4366 3334", false, 230.2},
		{"f32", "3334 4366", true, 230.2},
		{"f64", "4059 0000 0000 0000", false, 100},
		{"f64", "0000 0000 0000 4059", true, 100},
	} {
		p := Point{Type: c.kind, LowWordFirst: c.low}
		if got := p.number(unhex(t, c.data)); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s %s: %v, want %v", c.kind, c.data, got, c.want)
		}
	}
}

func TestBits(t *testing.T) {
	points := []Point{
		{"a", function(1), 0x13, "bit", false, 0},
		{"b", function(1), 0x14, "bit", false, 0},
		{"c", function(1), 0x1C, "bit", false, 0},
	}
	g := group{request{function(1), 0x13, 10}, points, false}
	for i, want := range []float64{1, 0, 1} {
		if got := g.slots("io")[i].value([]byte{0xCD, 0x02}); got != want {
			t.Errorf("%s: %v, want %v", points[i].Name, got, want)
		}
	}
}

// An adapter that echoes gives back coils at 0x0300 as if it were their answer: 3 bytes, checksum and all.
func TestEchoIsNoAnswer(t *testing.T) {
	q := newQuestion(1, request{function(1), 0x0300, 17})
	echo := q.frame[:]
	if from, to := find(echo, &q); to != 0 {
		t.Errorf("took the question for its answer: %d to %d", from, to)
	}
	answer := unhex(t, "01 01 03 CD6B01")
	sum := checksum(answer)
	answer = append(answer, byte(sum), byte(sum>>8))
	if from, to := find(append(echo, answer...), &q); from != 8 || to != 16 {
		t.Errorf("found %d to %d, want 8 to 16", from, to)
	}
}

func TestVerdicts(t *testing.T) {
	q := newQuestion(1, request{function(4), 0, 2})
	for _, c := range []struct {
		heard string
		want  error
	}{
		{"", drivers.ErrAbsent},
		{"02 04 04 4366 3334 28 38", drivers.ErrAbsent}, // another device's
		{"01 04 0000 0002 71 CB", drivers.ErrAbsent},    // our own echo
		{"01 04 04 4366 3334 1B 39", errChecksum},
		{"01 04 04 4366", errShort},
		{"01 04", errShort},
		{"01 04 02 4366 0000", errLength},
		{"00 FF 13", errNoise},
	} {
		if got := verdict(unhex(t, c.heard), &q); !errors.Is(got, c.want) {
			t.Errorf("%q: %v, want %v", c.heard, got, c.want)
		}
	}
}

func TestFunctionsOnlyRead(t *testing.T) {
	for code := -1; code < 300; code++ {
		if _, err := FunctionOf(code); (err == nil) != (code >= 1 && code <= 4) {
			t.Errorf("function %d: %v", code, err)
		}
	}
}
