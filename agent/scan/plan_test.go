package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/modbus"
)

// meterKinds are the project's first profiles; the ranges are this test's.
var meterKinds = []Known{
	{"dtsu666", Modbus, []string{"9600 8N1", "9600 8N2"}, []Range{
		{"voltage_l1", "V", 3, 0x2006, "f32", false, 0.1, 80, 300},
		{"frequency", "Hz", 3, 0x2044, "f32", false, 0.01, 45, 65},
	}},
	{"pzem016", Modbus, []string{"9600 8N1"}, []Range{
		{"voltage", "V", 4, 0, "u16", false, 0.1, 80, 300},
		{"power_factor", "1", 4, 8, "u16", false, 0.01, 0, 1},
		{"frequency", "Hz", 4, 7, "u16", false, 0.1, 45, 65},
	}},
	{"sdm120", Modbus, []string{"2400 8N1"}, []Range{
		{"voltage", "V", 4, 0, "f32", false, 1, 80, 300},
		{"frequency", "Hz", 4, 0x46, "f32", false, 1, 45, 65},
	}},
	{"sdm630", Modbus, []string{"9600 8N1", "9600 8E1"}, []Range{
		{"voltage_l1", "V", 4, 0, "f32", false, 1, 80, 300},
		{"voltage_l2", "V", 4, 2, "f32", false, 1, 80, 300},
		{"voltage_l3", "V", 4, 4, "f32", false, 1, 80, 300},
		{"frequency", "Hz", 4, 0x46, "f32", false, 1, 45, 65},
	}},
	{"dlt645", DLT645, []string{"2400 8E1", "57600 8E1"}, nil},
	{"cnc", "mtconnect", nil, nil},
}

func TestPlanBeginsWithTheLikely(t *testing.T) {
	s, err := Plan(Options{Port: "/dev/x", Known: meterKinds})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, step := range s.Steps {
		order = append(order, step.Setting.String())
	}
	const want = "9600 8N1, 9600 8E1, 2400 8N1, 2400 8E1, 9600 8N2, 57600 8E1, 19200 8E1, 19200 8N1, 4800 8N1, 4800 8E1, 38400 8N1, 38400 8E1, 115200 8N1, 1200 8N1, 1200 8E1"
	if got := strings.Join(order[:15], ", "); got != want || len(order) != 30 {
		t.Errorf("%d steps: %s", len(order), got)
	}
	for i, step := range s.Steps {
		if units := map[bool]int{true: 32, false: 215}[i < 15]; len(step.Units) != units || step.Meters != (i < 15 && step.Setting.Parity == "even") {
			t.Errorf("step %d: %+v", i, step)
		}
	}
	if len(s.questions) != 2 {
		t.Errorf("%d questions, where one of each table concerns every kind: %v", len(s.questions), s.questions)
	}
	t.Logf("%v if nobody answers, %v with six devices; the likely units %v", s.Takes(0), s.Takes(6), likelyPart(s))
}

func likelyPart(s Search) (sum time.Duration) {
	for _, step := range s.Steps[:len(s.Steps)/2] {
		sum += step.Takes
	}
	return sum
}

func TestPlanSaysWhatIsWrong(t *testing.T) {
	for want, o := range map[string]Options{
		"want a port or an address":    {},
		"port or an address":           {Port: "/dev/x", Address: "host:502"},
		"units are 1 to 247":           {Port: "/dev/x", Units: []byte{1, 248}},
		"setting \"9600 7E1\"":         {Port: "/dev/x", Known: []Known{{Serial: []string{"9600 7E1"}}}},
		"odd: voltage: function 6":     {Port: "/dev/x", Known: []Known{{Name: "odd", Protocol: Modbus, Recognise: []Range{{Name: "voltage", Function: 6, Type: "u16"}}}}},
		"type \"string\"":              {Port: "/dev/x", Known: []Known{{Name: "odd", Protocol: Modbus, Recognise: []Range{{Name: "voltage", Function: 4, Type: "string"}}}}},
		"setting \"115200 8N1 trail\"": {Port: "/dev/x", Known: []Known{{Serial: []string{"115200 8N1 trail"}}}},
	} {
		if _, err := Plan(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// A model of a line, on which time passes as on a real one but in no time: what the driver does on a wire is measured
// in wire_test.go.
type model struct {
	at      Setting
	devices map[byte]Setting
	meter   Setting
	asked   map[string]int
}

func (m *model) Registers(ctx context.Context, unit byte, f modbus.Function, address uint16, count int, timeout time.Duration) ([]byte, error) {
	m.asked[fmt.Sprint(m.at, unit)]++
	if m.devices[unit] == m.at {
		time.Sleep(request*m.at.char() + 30*time.Millisecond)
		return nil, modbus.Exception(2)
	}
	time.Sleep((request+answer)*m.at.char() + timeout*3/2)
	return nil, drivers.ErrAbsent
}

func (m *model) Address(ctx context.Context, timeout time.Duration) (string, error) {
	if m.meter == m.at {
		time.Sleep(timeout)
		return "000102030425", nil
	}
	time.Sleep(2*request*m.at.char() + timeout*3/2)
	return "", drivers.ErrAbsent
}

// Six devices among 247 units at fifteen settings, and the time that was announced.
func TestWholeSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Plan(Options{Port: "/dev/x", Known: meterKinds})
		if err != nil {
			t.Fatal(err)
		}
		m := &model{devices: map[byte]Setting{}, asked: map[string]int{}, meter: Setting{2400, "even", 1}}
		for unit, text := range map[byte]string{1: "9600 8N1", 7: "9600 8E1", 32: "2400 8N1", 33: "19200 8E1", 100: "1200 8E1", 247: "115200 8N1"} {
			m.devices[unit], _ = ParseSetting(text)
		}
		s.open = func(_ Options, set Setting) (*wire, error) {
			m.at = set
			return &wire{m, m, func() error { return nil }, func() {}}, nil
		}
		began := time.Now()
		var found []Found
		var last Progress
		err = s.Run(t.Context(), func(p Progress) {
			if gone := time.Since(began); gone+p.Left > s.Takes(6) {
				t.Errorf("%v gone, %v left: more than the %v announced", gone, p.Left, s.Takes(6))
			}
			last = p
		}, func(f Found) { found = append(found, f) })
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > s.Takes(6) || took < s.Takes(0)*9/10 {
			t.Errorf("took %v, announced %v to %v", took, s.Takes(0), s.Takes(6))
		}
		if last.Left != 0 || last.Step != last.Steps || last.Unit != 247 {
			t.Errorf("ended at %+v", last)
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprintf("%s%d@%v", f.Meter, f.Unit, f.Setting))
		}
		slices.Sort(got)
		if want := "0001020304250@2400 8E1 100@1200 8E1 1@9600 8N1 247@115200 8N1 32@2400 8N1 33@19200 8E1 7@9600 8E1"; strings.Join(got, " ") != want {
			t.Errorf("found %v", got)
		}
		if n := m.asked["9600 8N2 1"]; n != 0 {
			t.Errorf("asked with two stop bits what had answered with one")
		}
		if n := m.asked["9600 8N2 2"]; n != 2 {
			t.Errorf("asked %d times, want both questions once", n)
		}
	})
}

func TestSettings(t *testing.T) {
	for _, good := range []string{"9600 8N1", "115200 8E2", "300 8O1"} {
		if s, err := ParseSetting(good); err != nil || s.String() != good {
			t.Errorf("%v, %v", s, err)
		}
	}
	for _, bad := range []string{"", "9600", "9600 7E1", "9600 8X1", "9600 8N3", "0 8N1", "-9600 8N1", "9600 8N1 ", "9600  8N1"} {
		if s, err := ParseSetting(bad); err == nil {
			t.Errorf("%q is %v", bad, s)
		}
	}
}

func FuzzParseSetting(f *testing.F) {
	f.Add("9600 8N1")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseSetting(text); err == nil && (s.String() != text || s.char() <= 0) {
			t.Errorf("%q is %v, a character in %v", text, s, s.char())
		}
	})
}
