package sim

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// twoMeters hold what the examples of the standard's explanations show, and Modbus unit 1 holds 42.
func twoMeters() (map[byte]Registers, map[string]DLT645) {
	holds := func(id uint32, data ...byte) DLT645 {
		return func(identifier uint32) ([]byte, bool) { return data, identifier == id }
	}
	return map[byte]Registers{1: fixed(42)}, map[string]DLT645{
		"000102030425": holds(0x00010000, 0x42, 0x06, 0x12, 0x00),
		"652022122018": holds(0x0201FF00, 0, 0, 0, 0, 0x94, 0x23),
	}
}

func TestMixedGoldenFrames(t *testing.T) {
	for _, c := range []struct{ name, request, want string }{
		{"energy", "68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16",
			"FEFEFEFE 68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16"},
		{"voltage, behind wake bytes", "FE FE FE FE 68 18 20 12 22 20 65 68 11 04 33 32 34 35 A4 16",
			"FEFEFEFE 68 18 20 12 22 20 65 68 91 0A 33 32 34 35 33 33 33 33 C7 56 13 16"},
		{"no such data", "68 25 04 03 02 01 00 68 11 04 33 33 34 34 E2 16", "FEFEFEFE 68 25 04 03 02 01 00 68 D1 01 35 06 16"},
		{"Modbus, behind a write that nobody obeys",
			"68 25 04 03 02 01 00 68 14 04 33 33 34 33 E4 16 01 04 0000 0001 31 CA", "01 04 02 002A 38EF"},
	} {
		for _, baud := range []int{0, 115200} {
			w := wire(t)
			units, meters := twoMeters()
			beside(t, func(ctx context.Context) error { return ServeMixed(ctx, w, units, meters, baud) })
			want := hex.EncodeToString(unhex(t, c.want))
			if got := hex.EncodeToString(ask(t, w, unhex(t, c.request), len(want)/2)); got != want {
				t.Errorf("%s at %d baud: % X, want %s", c.name, baud, got, c.want)
			}
		}
	}
}

func TestAddressOfOneMeter(t *testing.T) {
	query := unhex(t, "68 AA AA AA AA AA AA 68 13 00 DF 16")
	want := "fefefefe68250403020100689306583736353433f916"
	_, meters := twoMeters()
	delete(meters, "652022122018")
	if got := hex.EncodeToString(replyDLT645(query, meters)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, both := twoMeters()
	if reply := replyDLT645(query, both); isDLT645(reply[4:]) {
		t.Errorf("two meters at once can be understood: % X", reply)
	}
}

// Whatever comes before a request, in pieces or not, it is heard.
func TestRequestsInNoise(t *testing.T) {
	request := unhex(t, "68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16")
	for _, noise := range []string{"", "00", "68", "68 68 68", "01 04 00 00", "68 25 04 03 02 01 00 68 11 FF", strings.Repeat("68", 400)} {
		var heard, found []byte
		for _, b := range append(unhex(t, noise), request...) {
			heard = append(heard, b)
			if found == nil {
				found, heard = firstRequest(heard)
			}
		}
		if string(found) != string(request) || len(heard) != 0 {
			t.Errorf("behind %q: % X, and % X is left", noise, found, heard)
		}
	}
}

func TestDLT645Meter(t *testing.T) {
	m := New(1, born, 1)
	meter, s := DLT645Meter(m, noon), m.At(noon())
	for id, want := range map[uint32][2]float64{ // what is shown, and how fine
		0x00010000: {s.KWh, 0.01}, 0x0201FF00: {s.Volts, 0.1}, 0x0202FF00: {s.Amps / 3, 0.001},
		0x02030000: {s.Watts / 1000, 0.0001}, 0x02060000: {s.PowerFactor, 0.001}, 0x02800002: {s.Hertz, 0.01},
	} {
		data, ok := meter(id)
		if !ok {
			t.Errorf("%08X: no such data", id)
		}
		if id&0xFF00 == 0xFF00 {
			data = data[:len(data)/3]
		}
		var got float64
		for i := len(data) - 1; i >= 0; i-- {
			got = got*100 + float64(data[i]>>4*10+data[i]&15)
		}
		if off := got*want[1] - want[0]; off > 0.51*want[1] || off < -0.51*want[1] {
			t.Errorf("%08X: %v, want %v", id, got*want[1], want[0])
		}
	}
	if _, ok := meter(0x04000101); ok {
		t.Error("it has a date")
	}
}

// Four bytes of waking, eleven bits a character: 20 of request, 3.5 of silence, 24 of answer.
func TestMetersTakeTheirTime(t *testing.T) {
	w := wire(t)
	_, meters := twoMeters()
	beside(t, func(ctx context.Context) error { return ServeDLT645(ctx, w, meters, 9600) })
	begin := time.Now()
	ask(t, w, unhex(t, "FE FE FE FE 68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16"), 24)
	if took, least := time.Since(begin), 39*11*time.Second/9600; took < least { // the wake bytes are not counted
		t.Errorf("answered within %v, want %v", took, least)
	}
}
