package dlt645

import (
	"errors"
	"math"
	"testing"

	"basemeter/drivers"
	"basemeter/drivers/port"
)

// near leaves room for what a scale of 0.1 is not.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		name, data string
		point      Point
		want       float64
		ok         bool
	}{
		{"energy", "42 06 12 00", Point{Scale: 0.01}, 1206.42, true},
		{"no scale", "42 06 12 00", Point{}, 120642, true},
		{"the most digits", "99 99 99 99 99 99 99", Point{}, 99999999999999, true},
		{"positive power", "34 12 00", Point{Signed: true, Scale: 0.0001}, 0.1234, true},
		{"negative power", "34 12 80", Point{Signed: true, Scale: 0.0001}, -0.1234, true},
		{"largest negative", "99 99 F9", Point{Signed: true}, -799999, true},
		{"nothing below zero", "00 00 80", Point{Signed: true}, 0, true},
		{"not available", "FF FF FF", Point{}, 0, false},
		{"not available, signed", "FF FF FF", Point{Signed: true}, 0, false},
		{"a hexadecimal digit", "0A 00", Point{}, 0, false},
		{"another", "A0 00", Point{}, 0, false},
		{"a sign where none is known", "34 12 A0", Point{}, 0, false},
	} {
		got, ok := c.point.number(unhex(t, c.data))
		if !near(got, c.want) || ok != c.ok {
			t.Errorf("%s: %v, %v, want %v", c.name, got, ok, c.want)
		}
	}
}

// The three phases of a block are asked for once; a meter with one phase may leave two out.
func TestBlocks(t *testing.T) {
	phase := func(name string, offset int) Point {
		return Point{Name: name, Identifier: 0x0201FF00, Offset: offset, Length: 2, Scale: 0.1}
	}
	asks := plan("m", []Point{phase("v1", 0), {Name: "p", Identifier: 0x02030000, Length: 3}, phase("v2", 2), phase("v3", 4)})
	if len(asks) != 2 || len(asks[0].slots) != 3 || asks[1].identifier != 0x02030000 {
		t.Fatalf("%+v", asks)
	}
	for _, c := range []struct {
		name string
		ask  int
		data string
		want []string
		err  error
	}{
		{"three phases", 0, "94 23 95 23 96 23", []string{"m/v1", "m/v2", "m/v3"}, nil},
		{"one phase", 0, "94 23", []string{"m/v1"}, nil},
		{"the second is not there", 0, "94 23 FF FF 96 23", []string{"m/v1", "m/v3"}, nil},
		{"none is there", 0, "FF FF FF FF FF FF", nil, errDigits},
		{"no data", 0, "", nil, errDigits},
		{"power", 1, "34 12 00", []string{"m/p"}, nil},
		{"power with other decimals", 1, "34 12 00 00", nil, errLength},
		{"power that is cut", 1, "34 12", nil, errLength},
	} {
		got, err := asks[c.ask].decode(unhex(t, c.data), drivers.Instant{Boot: "b"}, nil)
		if !errors.Is(err, c.err) || len(got) != len(c.want) {
			t.Errorf("%s: %v, %v", c.name, got, err)
			continue
		}
		for i, r := range got {
			if r.Point != c.want[i] || r.At.Boot != "b" {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestSourcesThatMakeNoSense(t *testing.T) {
	good := Point{Name: "p", Identifier: 0x00010000, Length: 4}
	for name, d := range map[string]Device{
		"no points":         {Address: "000102030425"},
		"short address":     {Address: "0425", Points: []Point{good}},
		"letters":           {Address: "00010203042A", Points: []Point{good}},
		"everybody":         {Address: "999999999999", Points: []Point{good}},
		"no length":         {Points: []Point{{Name: "p"}}},
		"too many digits":   {Points: []Point{{Name: "p", Length: 8}}},
		"beyond any answer": {Points: []Point{{Name: "p", Offset: 195, Length: 2}}},
		"before the answer": {Points: []Point{{Name: "p", Offset: -1, Length: 2}}},
	} {
		d.Name = "m"
		if _, err := New(port.New(port.Settings{Name: "/nowhere", Baud: 2400}), noTime).Source(d); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
}

// Nothing that this package can send has another control code than those of reading.
func TestOnlyReads(t *testing.T) {
	for _, c := range []control{readData, readAddress} {
		frame := question{control: c}.append(nil)
		if code := frame[12]; code != 0x11 && code != 0x13 {
			t.Errorf("sends 0x%02X", code)
		}
	}
}
