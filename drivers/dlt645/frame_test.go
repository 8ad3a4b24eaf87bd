package dlt645

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"basemeter/drivers"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func meterAt(t testing.TB, s string) address {
	t.Helper()
	a, err := parseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The frames are published examples of DL/T 645-2007: energy and the voltage block, the rest from a list of parsed
// frames (hwhale.com/article/138066), to which a master sends four wake bytes first.
func TestGoldenQuestions(t *testing.T) {
	for _, c := range []struct {
		q    question
		want string
	}{
		{question{readData, meterAt(t, "000102030425"), 0x00010000}, "68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16"},
		{question{readData, meterAt(t, "000000000161"), 0x02010100}, "68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16"},
		{question{readData, meterAt(t, "000000000161"), 0x02020100}, "68 61 01 00 00 00 00 68 11 04 33 34 35 35 18 16"},
		{question{readData, meterAt(t, "652022122018"), 0x0201FF00}, "68 18 20 12 22 20 65 68 11 04 33 32 34 35 A4 16"},
		{question{control: readAddress, address: anyone}, "68 AA AA AA AA AA AA 68 13 00 DF 16"},
	} {
		want := "FEFEFEFE" + strings.ReplaceAll(c.want, " ", "")
		if got := strings.ToUpper(hex.EncodeToString(c.q.append(nil))); got != want {
			t.Errorf("%v: %s, want %s", c.q, got, want)
		}
	}
}

func TestGoldenAnswers(t *testing.T) {
	for _, c := range []struct {
		meter string
		point Point
		heard string
		want  float64
	}{
		{"000102030425", Point{Identifier: 0x00010000, Length: 4, Scale: 0.01},
			"68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16", 1206.42},
		{"652022122018", Point{Identifier: 0x0201FF00, Offset: 4, Length: 2, Scale: 0.1},
			"FE FE FE FE 68 18 20 12 22 20 65 68 91 0A 33 32 34 35 33 33 33 33 C7 56 13 16", 239.4},
		{"652022122018", Point{Identifier: 0x0201FF00, Offset: 0, Length: 2, Scale: 0.1},
			"FE 68 18 20 12 22 20 65 68 91 0A 33 32 34 35 33 33 33 33 C7 56 13 16", 0},
		{"000000000161", Point{Identifier: 0x00010000, Length: 4, Scale: 0.01},
			"68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16", 0.26},
		{"000000000161", Point{Identifier: 0x02010100, Length: 2, Scale: 0.1},
			"68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16", 100.1},
	} {
		q, heard := question{readData, meterAt(t, c.meter), c.point.Identifier}, unhex(t, c.heard)
		f := q.look(heard)
		if f.to != len(heard) {
			t.Errorf("% X: found %+v", heard, f)
			continue
		}
		data, err := q.open(heard[f.from:f.to])
		if err != nil {
			t.Error(err)
			continue
		}
		a := plan("meter", []Point{c.point})[0]
		got, err := a.decode(data, drivers.Instant{}, nil)
		if err != nil || len(got) != 1 || !near(got[0].Value, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.heard, got, err, c.want)
		}
	}
}

func TestLook(t *testing.T) {
	const (
		ours    = "68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16"
		asked   = "FE FE FE FE 68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16"
		another = "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"
		voltage = "68 25 04 03 02 01 00 68 91 06 33 34 34 35 34 43 DD 16"
		refused = "68 25 04 03 02 01 00 68 D1 01 35 06 16"
	)
	q := question{readData, meterAt(t, "000102030425"), 0x00010000}
	for _, c := range []struct {
		name, heard string
		from, to    int
		missing     int
		foreign     int
		verdict     error // if nothing is found
	}{
		{name: "nothing", verdict: drivers.ErrAbsent},
		{name: "answer", heard: ours, to: 20},
		{name: "noise before", heard: "00 FF 68 FE" + ours, from: 4, to: 24},
		{name: "echo first", heard: asked + ours, from: 20, to: 40},
		{name: "another meter first", heard: another + ours, from: 20, to: 40, foreign: 1},
		{name: "another identifier first", heard: voltage + ours, from: 18, to: 38, foreign: 1},
		{name: "goes on elsewhere", heard: "68 25 04 03 02 01 00 68 B1 08 33 33 34 33 75 39 45 33 AB 16", to: 20},
		{name: "refusal", heard: refused, to: 13},
		{name: "echo", heard: asked, verdict: drivers.ErrAbsent},
		{name: "another meter", heard: another, foreign: 1, verdict: drivers.ErrAbsent},
		{name: "another identifier", heard: voltage, foreign: 1, verdict: drivers.ErrAbsent},
		{name: "wake bytes", heard: "FEFEFEFE", verdict: drivers.ErrAbsent},
		{name: "first byte", heard: "68", missing: 11, verdict: errShort},
		// The second 68 might be the first.
		{name: "half", heard: ours[:29], missing: 9, verdict: errShort},
		{name: "all but the end", heard: ours[:56], missing: 1, verdict: errShort},
		{name: "sum", heard: strings.Replace(ours, "8B", "8C", 1), verdict: errChecksum},
		{name: "end", heard: strings.Replace(ours, "8B 16", "8B 17", 1), verdict: errChecksum},
		{name: "digit", heard: strings.Replace(ours, "75", "74", 1), verdict: errChecksum},
		{name: "noise", heard: "00 FF", verdict: errNoise},
	} {
		heard := unhex(t, c.heard)
		f := q.look(heard)
		if (f != find{c.from, c.to, c.missing, c.foreign}) && f.to == 0 || f.from != c.from || f.to != c.to || f.foreign != c.foreign {
			t.Errorf("%s: %+v", c.name, f)
		}
		if err := q.verdict(heard); c.to == 0 && !errors.Is(err, c.verdict) {
			t.Errorf("%s: %v, want %v", c.name, err, c.verdict)
		}
	}
}

// Of all single wrong bits in an answer, none gives a value; of all cuts, none does.
func TestEveryWrongBit(t *testing.T) {
	whole := unhex(t, "68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16")
	q := question{readData, meterAt(t, "000102030425"), 0x00010000}
	for bit := range 8 * len(whole) {
		heard := append([]byte(nil), whole...)
		heard[bit/8] ^= 1 << (bit % 8)
		if f := q.look(heard); f.to != 0 {
			t.Errorf("bit %d: % X passes", bit, heard)
		}
		if err := q.verdict(heard); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("bit %d: %v", bit, err)
		}
	}
	for cut := range whole {
		if f := q.look(whole[:cut]); f.to != 0 || cut > 0 && f.missing == 0 {
			t.Errorf("cut at %d: %+v", cut, f)
		}
	}
}

// FuzzLook finds nothing but whole frames that answer the question, and decodes nothing but digits.
func FuzzLook(f *testing.F) {
	for _, seed := range []string{
		"", "68", "FEFEFEFE 68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16",
		"68 25 04 03 02 01 00 68 D1 01 35 06 16", "68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16",
		"68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16 68 25 04 03 02 01 00 68 91 08 33 33 34 33 75 39 45 33 8B 16",
		"68 25 04 03 02 01 00 68 91 FF 33", "68 25 04 03 02 01 00 68 93 06 58 37 36 35 34 33 F9 16",
	} {
		f.Add(unhex(f, seed))
	}
	meter := meterAt(f, "000102030425")
	data, query := question{readData, meter, 0x00010000}, question{control: readAddress, address: anyone}
	points := plan("meter", []Point{
		{Name: "energy", Identifier: 0x00010000, Length: 4}, {Name: "signed", Identifier: 0x00010000, Length: 4, Signed: true},
	})
	f.Fuzz(func(t *testing.T, heard []byte) {
		for _, q := range []question{data, query} {
			found := q.look(heard)
			if found.to == 0 {
				q.verdict(heard)
				continue
			}
			frame := append([]byte(nil), heard[found.from:found.to]...)
			if n, _ := measure(frame); n != len(frame) || frame[8]&0x80 == 0 {
				t.Errorf("% X is no answer", frame)
			}
			answer, err := q.open(frame)
			if q == query || err != nil {
				continue
			}
			if address(frame[1:7]) != meter {
				t.Errorf("% X is another's", frame)
			}
			readings, _ := points[0].decode(answer, drivers.Instant{}, nil)
			for _, r := range readings {
				if r.Value < -79999999 || r.Value > 99999999 || len(answer) != 4 {
					t.Errorf("% X gives %v", answer, r.Value)
				}
			}
		}
	})
}
