package dlt645

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/port"
	"basemeter/drivers/sim"
)

// mixed is a port with Modbus unit 1 behind it, which holds 42, and the meters.
func mixed(t *testing.T, baud int, meters map[string]sim.DLT645) *port.Port {
	t.Helper()
	w, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	units := map[byte]sim.Registers{1: func(byte, uint16, uint16) ([]uint16, bool) { return []uint16{42}, true }}
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { done <- sim.ServeMixed(ctx, w, units, meters, baud) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("far end: %v", err)
		}
	})
	return port.New(port.Settings{Name: w.Path, Baud: max(baud, 2400), Parity: "even"})
}

func machine(seed uint64) (sim.DLT645, sim.Signals) {
	born := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	m, noon := sim.New(seed, born, 1), born.Add(12*time.Hour)
	return sim.DLT645Meter(m, func() time.Time { return noon }), m.At(noon)
}

func open(t *testing.T, l *Line, d Device) *Source {
	t.Helper()
	s, err := l.Source(d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var profile = []Point{
	{Name: "energy", Identifier: 0x00010000, Length: 4, Scale: 0.01},
	{Name: "voltage", Identifier: 0x0201FF00, Length: 2, Scale: 0.1},
	{Name: "current", Identifier: 0x0202FF00, Length: 3, Scale: 0.001},
	{Name: "power", Identifier: 0x02030000, Length: 3, Signed: true, Scale: 0.1},
}

func checkReadings(t *testing.T, got []drivers.Reading, err error, s sim.Signals) {
	t.Helper()
	want := map[string]float64{"energy": s.KWh, "voltage": s.Volts, "current": s.Amps / 3, "power": s.Watts}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%v, %v", got, err)
	}
	for _, r := range got {
		_, point, _ := strings.Cut(r.Point, "/")
		if off := r.Value - want[point]; off > 0.06 || off < -0.06 {
			t.Errorf("%s: %v, want %v", r.Point, r.Value, want[point])
		}
	}
}

// raw asks Modbus unit 1 for its register, as any other protocol would use the port.
func raw(t *testing.T, p *port.Port) {
	p.Lock()
	defer p.Unlock()
	if _, err := p.Open(); err != nil {
		t.Error(err)
		return
	}
	live := func() error { return nil }
	buf := make([]byte, 64)
	for n := 1; n > 0; {
		n, _ = p.Read(buf, p.Active.Add(max(p.Hush, 20*time.Millisecond)), live)
	}
	if err := p.Write([]byte{1, 3, 0, 0, 0, 1, 0x84, 0x0A}); err != nil {
		t.Error(err)
	}
	var got []byte
	for end := time.Now().Add(5 * time.Second); len(got) < 7 && time.Now().Before(end); {
		n, err := p.Read(buf, end, live)
		if err != nil {
			t.Error(err)
			return
		}
		got = append(got, buf[:n]...)
	}
	p.Hush = 0
	if !bytes.HasPrefix(got, []byte{1, 3, 2, 0, 42}) || len(got) != 7 {
		t.Errorf("Modbus: % X", got)
	}
}

// Two meters and a Modbus unit on one wire are asked from three sides at once, and nobody hears what is not his.
func TestSharedPort(t *testing.T) {
	one, first := machine(1)
	two, second := machine(2)
	p := mixed(t, 19200, map[string]sim.DLT645{"000102030425": one, "652022122018": two})
	l := New(p, noTime)
	a := open(t, l, Device{Name: "a", Address: "000102030425", Points: profile, Timeout: 5 * time.Second})
	b := open(t, l, Device{Name: "b", Address: "652022122018", Points: profile, Timeout: 5 * time.Second})
	var all sync.WaitGroup
	for _, turn := range []func(){
		func() { got, err := a.Read(t.Context(), nil); checkReadings(t, got, err, first) },
		func() { got, err := b.Read(t.Context(), nil); checkReadings(t, got, err, second) },
		func() { raw(t, p) },
	} {
		all.Go(func() {
			for range 4 {
				turn()
			}
		})
	}
	all.Wait()
	if s := a.Stats(); s.Requests != 16 || s.Answers != 16 || s.Foreign != 0 || s.P50 == 0 {
		t.Errorf("%+v", s)
	}
}

func TestAddressIsAskedFor(t *testing.T) {
	meter, signals := machine(1)
	meters := map[string]sim.DLT645{"000102030425": meter}
	p := mixed(t, 0, meters)
	l := New(p, noTime)
	s := open(t, l, Device{Name: "m", Points: profile, Timeout: 300 * time.Millisecond})
	got, err := s.Read(t.Context(), nil)
	checkReadings(t, got, err, signals)
	if id, err := s.Identity(t.Context()); id != "000102030425" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	if id, err := l.Address(t.Context(), 300*time.Millisecond); id != "000102030425" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	data, err := l.Identifier(t.Context(), "000102030425", 0x02800002, 300*time.Millisecond)
	if err != nil || len(data) != 2 || data[1] != 0x50 && data[1] != 0x49 {
		t.Errorf("hertz: % X, %v", data, err)
	}
	if _, err := l.Identifier(t.Context(), "000102030425", 0x04000101, 300*time.Millisecond); !errors.Is(err, Refusal(2)) {
		t.Errorf("%v, want a refusal", err)
	}
	if _, err := l.Identifier(t.Context(), "000102030426", 0x00010000, 50*time.Millisecond); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("%v, want absent", err)
	}
}

// Two meters that answer to everybody's address cannot be told apart.
func TestAddressOfTwoMeters(t *testing.T) {
	meter, _ := machine(1)
	l := New(mixed(t, 0, map[string]sim.DLT645{"000102030425": meter, "652022122018": meter}), noTime)
	if id, err := l.Address(t.Context(), 100*time.Millisecond); !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("%q, %v, want garbled", id, err)
	}
}

// A meter that is exchanged for another is found at its new address; one with an address of its own is not.
func TestExchangedMeter(t *testing.T) {
	old, _ := machine(1)
	other, signals := machine(2)
	first := mixed(t, 0, map[string]sim.DLT645{"000102030425": old})
	second := mixed(t, 0, map[string]sim.DLT645{"652022122018": other})
	l := New(first, noTime)
	s := open(t, l, Device{Name: "m", Points: profile, Timeout: 100 * time.Millisecond})
	if _, err := s.Read(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first.Close()
	l.port = second
	second.Join()
	defer func() { l.port = first; second.Leave() }()
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("%v, want absent", err)
	}
	got, err := s.Read(t.Context(), nil)
	checkReadings(t, got, err, signals)
}

// What is refused does not take the rest with it.
func TestRefusedPoint(t *testing.T) {
	meter, signals := machine(1)
	l := New(mixed(t, 0, map[string]sim.DLT645{"000102030425": meter}), noTime)
	s := open(t, l, Device{Name: "m", Address: "000102030425", Timeout: 5 * time.Second,
		Points: append([]Point{{Name: "date", Identifier: 0x04000101, Length: 4}}, profile...)})
	got, err := s.Read(t.Context(), nil)
	if !errors.Is(err, Refusal(2)) || err.Error() != "m: read 04000101 of 000102030425: refused with 0x02, no such data" {
		t.Errorf("%v", err)
	}
	checkReadings(t, got, nil, signals)
	if s := s.Stats(); s.Refusals != 1 || s.Answers != 4 {
		t.Errorf("%+v", s)
	}
}

// A meter that is there but shows no digits is garbled, and counted so.
func TestNoDigits(t *testing.T) {
	empty := func(uint32) ([]byte, bool) { return []byte{0xFF, 0xFF, 0xFF, 0xFF}, true }
	l := New(mixed(t, 0, map[string]sim.DLT645{"000102030425": empty}), noTime)
	s := open(t, l, Device{Name: "m", Address: "000102030425", Points: profile[:1], Timeout: 5 * time.Second})
	got, err := s.Read(t.Context(), nil)
	if len(got) > 0 || !errors.Is(err, drivers.ErrGarbled) {
		t.Errorf("%v, %v", got, err)
	}
	if s := s.Stats(); s.Garbled != 1 || s.Answers != 0 {
		t.Errorf("%+v", s)
	}
	if err := s.Probe(t.Context()); err != nil {
		t.Errorf("it is there, but %v", err)
	}
}

// A meter that has answered quickly all the time is soon given up on when it stops.
func TestLearnsPatience(t *testing.T) {
	meter, _ := machine(1)
	l := New(mixed(t, 0, map[string]sim.DLT645{"000102030425": meter}), noTime)
	s := open(t, l, Device{Name: "m", Address: "000102030425", Points: profile[:1], Timeout: 30 * time.Second})
	for range 40 {
		if _, err := s.Read(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	s.meter.address[0]++ // now nobody is there
	began := time.Now()
	if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("%v, want absent", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("given up on after %v", took)
	}
}

// The silence that somebody else asked for is kept, and so is a meter's own.
func TestSilenceIsKept(t *testing.T) {
	meter, _ := machine(1)
	p := mixed(t, 0, map[string]sim.DLT645{"000102030425": meter})
	s := open(t, New(p, noTime), Device{Name: "m", Address: "000102030425", Points: profile[:1], Pause: 50 * time.Millisecond})
	if _, err := s.Read(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, hush := range []time.Duration{0, 150 * time.Millisecond} {
		p.Lock()
		p.Active, p.Hush = time.Now(), hush
		began := p.Active
		p.Unlock()
		if _, err := s.Read(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < max(hush, 50*time.Millisecond) {
			t.Errorf("spoke after %v", took)
		}
	}
}
