package configs

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"testing"
)

// Each device's documented answer is decoded here by other code than the loader's, so that the two check each other.
func TestProfilesDecodeTheirGoldenFrames(t *testing.T) {
	for _, name := range ProfileNames() {
		t.Run(name, func(t *testing.T) {
			p, faults := FindProfile(name)
			check(t, faults.Err())
			if p.Name != name || len(p.Caveats) == 0 || p.TextZH == "" || p.TextEN == "" || len(p.Serial) == 0 && p.Protocol != AnMTAgent {
				t.Errorf("%+v lacks something", p)
			}
			if p.Protocol == AnMTAgent {
				return // what it decodes is text
			}
			seen := map[string]bool{}
			for _, g := range p.Golden {
				for point, want := range g.Values {
					seen[point] = true
					if got := decodeGolden(t, p, g, point); math.Abs(got-want) > 1e-5*math.Max(1, math.Abs(want)) {
						t.Errorf("%s is %v, want %v", point, got, want)
					}
				}
			}
			for _, point := range p.Points {
				if !seen[point.Name] {
					t.Errorf("no golden frame holds %s", point.Name)
				}
			}
		})
	}
}

// decodeGolden reads one point from an answer, as a person with the manual would.
func decodeGolden(t *testing.T, p Profile, g Golden, name string) float64 {
	t.Helper()
	var point Point
	for _, one := range p.Points {
		if one.Name == name {
			point = one
		}
	}
	frame, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "").Replace(g.Response))
	check(t, err)
	if p.Protocol == DLT645 {
		return decodeMeter(t, frame, point)
	}
	asked, err := hex.DecodeString(strings.ReplaceAll(g.Request, " ", ""))
	check(t, err)
	at := frame[3+2*(point.Address-int(binary.BigEndian.Uint16(asked[2:]))):]
	switch high, low := uint32(binary.BigEndian.Uint16(at)), uint32(0); point.Type {
	case "u16":
		return float64(high) * point.Scale
	case "u32":
		low = uint32(binary.BigEndian.Uint16(at[2:]))
		if point.Order == "low-first" {
			high, low = low, high
		}
		return float64(high<<16|low) * point.Scale
	case "i32":
		return float64(int32(binary.BigEndian.Uint32(at))) * point.Scale
	case "i64":
		return float64(int64(binary.BigEndian.Uint64(at))) * point.Scale
	case "f32":
		return float64(math.Float32frombits(binary.BigEndian.Uint32(at))) * point.Scale
	case "f64":
		return math.Float64frombits(binary.BigEndian.Uint64(at)) * point.Scale
	}
	t.Fatalf("%s is a %s, which this test does not know", name, point.Type)
	return 0
}

// decodeMeter reads one point from a DL/T 645 answer: behind the wake bytes, fourteen bytes of head and identifier.
func decodeMeter(t *testing.T, frame []byte, point Point) (value float64) {
	for frame[0] == 0xFE {
		frame = frame[1:]
	}
	at := 14 + point.Offset
	for i := point.Length - 1; i >= 0; i-- {
		b := frame[at+i] - 0x33
		if point.Signed && i == point.Length-1 && b >= 0x80 {
			point.Scale, b = -point.Scale, b-0x80
		}
		value = value*100 + float64(b/16*10+b%16)
	}
	return value * point.Scale
}

// The same thing has the same name and unit on every device, or reports could not compare them.
func TestProfilesSpeakOneLanguage(t *testing.T) {
	units := map[string]string{}
	for _, name := range ProfileNames() {
		p, _ := FindProfile(name)
		for _, point := range p.Points {
			if was := units[point.Name]; was != "" && was != point.Unit {
				t.Errorf("%s of %s is in %s, elsewhere in %s", point.Name, name, point.Unit, was)
			}
			units[point.Name] = point.Unit
			if point.Counter != strings.Contains(point.Name, "energy") {
				t.Errorf("%s of %s: a counter is what has energy in its name", point.Name, name)
			}
		}
		for _, needed := range []string{"power", "energy_import"} {
			if units[needed] == "" && p.Protocol != AnMTAgent && name != "adl3000e" {
				t.Errorf("%s has no %s", name, needed)
			}
		}
	}
}

func TestProfileThatIsNot(t *testing.T) {
	for name, want := range map[string]string{
		"sdm12":               `sdm12: no profile is called "sdm12"; did you mean "sdm120"? allowed: adl3000e, adw300, dlt645, dtsu666, iem3155, mtconnect, pac2200, pzem016, sdm120, sdm630, or a file ending in .yaml`,
		"testdata/none.yaml":  "testdata/none.yaml: no such file or directory",
		"testdata/empty.yaml": "testdata/empty.yaml:1:1: the file is empty",
	} {
		if _, faults := FindProfile(name); faults.Error() != want {
			t.Errorf("got %s, want %s", faults, want)
		}
	}
}

// All lengths and orders, each against its number written by hand.
func TestValuesOfEachType(t *testing.T) {
	const frame = "BFF8 0000 0000 0000"
	payload, err := hex.DecodeString(strings.ReplaceAll(frame, " ", ""))
	check(t, err)
	for _, c := range []struct {
		kind, order string
		first       int
		want        float64
	}{
		{"u16", "", 0, 49144}, {"i16", "", 0, -16392}, {"u32", "", 0, 49144 << 16}, {"i32", "", 0, -16392 << 16},
		{"u32", "low-first", 0, 49144}, {"f64", "", 0, -1.5}, {"f32", "", 0, -1.9375}, {"u16", "", 3, 0},
		{"u64", "low-first", 0, 49144}, {"i64", "", 0, -16392 << 48},
	} {
		p := Point{Function: 3, Type: c.kind, Order: c.order, Scale: 1}
		if got := p.value(payload, c.first); got != c.want {
			t.Errorf("%s %s from %s is %v, want %v", c.kind, c.order, frame, got, c.want)
		}
	}
	coil := Point{Function: 1, Type: "bit", Scale: 1}
	if coil.value(payload, 0) != 1 || coil.value(payload, 6) != 0 || coil.value(payload, 11) != 1 || coil.value(payload, 10) != 0 {
		t.Error("bits are counted from the lowest of each byte")
	}
}
