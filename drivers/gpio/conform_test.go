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

// A contact cannot be corrupt, silent or late, only bounce. A pulse that comes while nobody counts is none, so counters
// have tests of their own.
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
