package gpio

import (
	"os"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

// A contact cannot be corrupt, silent or late, only bounce. A pulse on a pin that does not keep its edges is none if it
// comes while nobody counts, so such counters have tests of their own.
func TestConform(t *testing.T) {
	drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
		pin := newFakePin()
		s := NewContact(config(pin))
		t.Cleanup(func() { s.Close() })
		closed := pin.level == periph.Low
		return &drivertest.Bench{
			Sources: []drivers.Source{s},
			Faults:  []drivertest.Fault{drivertest.NoiseBefore},
			Next: func(f drivertest.Fault) func(drivers.Reading) bool {
				switch f {
				case drivertest.NoiseBefore:
					pin.play(time.Millisecond, map[bool]string{false: "_#_#", true: "#_#_"}[closed])
					fallthrough
				case drivertest.None:
					closed = !closed
					pin.play(0, map[bool]string{false: "_", true: "#"}[closed])
				}
				want := map[bool]float64{false: 0, true: 1}[closed]
				return func(r drivers.Reading) bool { return r.Point == "lamp/contact" && r.Value == want }
			},
		}
	})
}

// A contact on a line, which settles its edges or leaves that to us.
func TestConformContactOfLine(t *testing.T) {
	for name, settles := range map[string]bool{"settled by the kernel": true, "settled here": false} {
		t.Run(name, func(t *testing.T) {
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
				w := newWire(t)
				w.settles = settles
				s := NewContact(onWire(w))
				t.Cleanup(func() { s.Close() })
				return &drivertest.Bench{
					Sources: []drivers.Source{s}, Unplug: w.pull, Plug: w.plug,
					Next: func(f drivertest.Fault) func(drivers.Reading) bool {
						if f == drivertest.None {
							w.put(!w.high, 0)
						}
						want := map[bool]float64{false: 1, true: 0}[w.high] // closed is low
						return func(r drivers.Reading) bool { return r.Point == "lamp/contact" && r.Value == want }
					},
				}
			})
		})
	}
}

// Each answer is one pulse more, however long ago it came and however it bounced.
func TestConformPulseOfLine(t *testing.T) {
	drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
		w := newWire(t)
		s := NewPulse(onWire(w))
		t.Cleanup(func() { s.Close() })
		if _, err := s.Read(t.Context(), nil); err != nil { // a pulse before there is a line is none
			t.Fatal(err)
		}
		count := 0.0
		return &drivertest.Bench{
			Sources: []drivers.Source{s}, Unplug: w.pull, Plug: w.plug,
			Faults: []drivertest.Fault{drivertest.NoiseBefore},
			Next: func(f drivertest.Fault) func(drivers.Reading) bool {
				if watched := w.far != nil; watched && f != drivertest.Silent {
					if f == drivertest.NoiseBefore {
						w.put(false, 25*time.Millisecond)
						w.put(true, 24*time.Millisecond)
					}
					w.put(false, 20*time.Millisecond)
					w.put(true, 10*time.Millisecond)
					count++
				}
				want := count
				return func(r drivers.Reading) bool { return r.Point == "lamp/count" && r.Value == want }
			},
		}
	})
}

func onWire(w *wire) Config {
	return Config{Name: "lamp", Open: w.source, Now: realNow, Settle: 5 * time.Millisecond, Hold: 2 * slice}
}
