package hid

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/badge"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

func TestConform(t *testing.T) {
	for digits, c := range map[string]struct {
		verb string
		bits int
	}{"decimal": {"%010d\n", 32}, "hex": {"%010X\n", 40}} {
		t.Run(digits, func(t *testing.T) {
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
				return conformBench(t, digits, func(n uint64) (string, badge.Number) {
					return fmt.Sprintf(c.verb, n), badge.Bits(c.bits, n)
				})
			})
		})
	}
}

func conformBench(t *testing.T, digits string, typed func(n uint64) (string, badge.Number)) *drivertest.Bench {
	b := newBench(t, 500*time.Millisecond, digits)
	begin := time.Now()
	b.wire.now = func() drivers.Instant { return drivers.Instant{Mono: time.Since(begin)} }
	b.plug()
	n := uint64(0x5D1D00)
	return &drivertest.Bench{
		Sources: []drivers.Source{b.reader},
		Faults:  []drivertest.Fault{drivertest.Corrupt, drivertest.WrongLength, drivertest.CutShort, drivertest.Silent},
		Next: func(f drivertest.Fault) func(drivers.Reading) bool {
			n++
			text, number := typed(n)
			b.master.Write(encode(typing(boottime(), damaged(text, f))...)) // unplugged, it fails
			return func(r drivers.Reading) bool {
				return r.Point == "gate-1/badge" && r.Value == 1 && r.Card == number.Pseudonym(testKey())
			}
		},
		Unasked: true,
		Unplug:  b.unplug,
		Plug:    b.plugCold,
	}
}

func damaged(text string, f drivertest.Fault) string {
	keys := []byte(text)
	switch f {
	case drivertest.Corrupt:
		keys[len(keys)/2] = 'X'
	case drivertest.WrongLength: // a number that is some digits short is one as well, as far as anybody can tell
		keys = slices.Insert(keys, 5, []byte("0123456789012345")...)
	case drivertest.CutShort:
		keys = keys[:len(keys)/2]
	case drivertest.Silent:
		keys = nil
	}
	return string(keys)
}
