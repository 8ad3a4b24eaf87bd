package serial

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

func TestConform(t *testing.T) {
	drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
		b := newBench(t, 500*time.Millisecond)
		begin := time.Now()
		b.reader.config.Now = func() drivers.Instant { return drivers.Instant{Mono: time.Since(begin)} }
		b.plug()
		card := byte(0)
		return &drivertest.Bench{
			Sources: []drivers.Source{b.reader},
			Faults: []drivertest.Fault{
				drivertest.NoiseBefore, drivertest.NoiseAfter, drivertest.Corrupt, drivertest.WrongLength,
				drivertest.CutShort, drivertest.Silent,
			},
			Next: func(f drivertest.Fault) func(drivers.Reading) bool {
				card++
				number := [5]byte{0x13, 0, 0x5D, 0x1D, card}
				b.master.Write(damaged(frame(number), f)) // unplugged, it fails
				return func(r drivers.Reading) bool {
					return r.Point == "gate-1/badge" && r.Value == 1 && r.Card == pseudonym(testKey(), number)
				}
			},
			Unasked: true,
			Unplug:  func() { b.master.Close() },
			Plug:    func() { b.plugCold() },
		}
	})
}

func frame(number [5]byte) []byte {
	sum := byte(0)
	for _, b := range number {
		sum ^= b
	}
	return fmt.Appendf(nil, "\x02%X%02X\x03", number, sum)
}

func damaged(frame []byte, f drivertest.Fault) []byte {
	noise := []byte("\xff\x00F3\x03")
	switch f {
	case drivertest.NoiseBefore:
		return slices.Concat(noise, frame)
	case drivertest.NoiseAfter:
		return slices.Concat(frame, noise)
	case drivertest.Corrupt:
		return bytes.Replace(frame, []byte("5D"), []byte("5C"), 1)
	case drivertest.WrongLength:
		return slices.Delete(frame, 4, 6)
	case drivertest.CutShort:
		return frame[:7]
	case drivertest.Silent:
		return nil
	}
	return frame
}
