package serial

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

// A speaker is what a kind of reader says of the card with the number 0x5D1D00 and n.
type speaker struct {
	config Config
	bits   int
	say    func(n uint64) []byte
	bit    byte // of a digit, which shows that it is corrupt: where there is no checksum, one that no digit has
	faults []drivertest.Fault
}

func TestConform(t *testing.T) {
	ofLine := []drivertest.Fault{drivertest.Corrupt, drivertest.WrongLength, drivertest.CutShort, drivertest.Silent}
	noisy := append(ofLine, drivertest.NoiseBefore, drivertest.NoiseAfter) // a line has no place for noise
	for name, s := range map[string]speaker{
		"rdm6300":      {module, 40, func(n uint64) []byte { return frame(0x5D1D00 + n) }, 1, noisy},
		"wiegand bits": {any37, 35, func(n uint64) []byte { return []byte(bitString(37, 0x5D1D00+n) + "\r\n") }, 1, ofLine},
		"wiegand hex":  {any37, 24, func(n uint64) []byte { return fmt.Appendf(nil, "%07X\r", framed(26, 0x5D1D00+n)) }, 1, ofLine},
		"hex lines": {Config{Kind: ASCII, Pattern: "([0-9A-F]{8})", Digits: "hex"}, 32,
			func(n uint64) []byte { return fmt.Appendf(nil, "\x02%08X\x03", 0x5D1D00+n) }, 0x80, ofLine},
		"decimal lines": {decimals, 32, func(n uint64) []byte { return fmt.Appendf(nil, "No.%010d\r\n", 0x5D1D00+n) }, 0x80, ofLine},
	} {
		t.Run(name, func(t *testing.T) {
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench { return s.bench(t) })
		})
	}
}

func (s speaker) bench(t *testing.T) *drivertest.Bench {
	b := newBench(t, 500*time.Millisecond, s.config)
	begin := time.Now()
	b.wire.now = func() drivers.Instant { return drivers.Instant{Mono: time.Since(begin)} }
	b.plug()
	n := uint64(0)
	return &drivertest.Bench{
		Sources: []drivers.Source{b.reader},
		Faults:  s.faults,
		Next: func(f drivertest.Fault) func(drivers.Reading) bool {
			n++
			card := badge.Bits(s.bits, 0x5D1D00+n).Pseudonym(testKey())
			b.master.Write(damaged(s.say(n), f, s.bit)) // unplugged, it fails
			return func(r drivers.Reading) bool { return r.Point == "gate-1/badge" && r.Value == 1 && r.Card == card }
		},
		Unasked: true,
		Unplug:  func() { b.master.Close() },
		Plug:    func() { b.plugCold() },
	}
}

func frame(card uint64) []byte {
	sum := byte(0)
	for shift := 0; shift < 40; shift += 8 {
		sum ^= byte(card >> shift)
	}
	return fmt.Appendf(nil, "\x02%010X%02X\x03", card, sum)
}

func damaged(frame []byte, f drivertest.Fault, bit byte) []byte {
	noise, middle := []byte("\xff\x00F3\x03"), len(frame)/2
	switch f {
	case drivertest.NoiseBefore:
		return slices.Concat(noise, frame)
	case drivertest.NoiseAfter:
		return slices.Concat(frame, noise)
	case drivertest.Corrupt:
		frame[middle] ^= bit
		return frame
	case drivertest.WrongLength:
		return slices.Delete(frame, middle, middle+2)
	case drivertest.CutShort:
		return frame[:middle]
	case drivertest.Silent:
		return nil
	}
	return frame
}
