// Package drivertest is a faulty line, and the suite that every driver passes on it. It does not know any driver: what
// it knows of Modbus it encodes by itself, so that a driver's mistake is not repeated here.
package drivertest

import (
	"fmt"
	"os"
	"time"

	"basemeter/drivers"
)

// A Fault is what the far end does to its next answer.
type Fault int

// The faults of a wire. Not every wire can have each.
const (
	None        Fault = iota
	NoiseBefore       // an answer all the same
	NoiseAfter        // an answer all the same
	Stranger          // somebody else's answer comes first
	Echo              // the question comes back first
	Corrupt           // a bit is wrong
	WrongLength       // sound, but of another length than was asked for
	CutShort          // half of it
	OneShort          // all but its last byte
	OtherUnit         // sound, but of another unit
	Refusal           // the device says that it will not answer
	Silent            // nothing
	Late              // the answer, when nobody waits for it any more
)

var faultNames = [...]string{
	"none", "noise before", "noise after", "stranger first", "echo first", "corrupt", "wrong length", "cut short",
	"a byte short", "another unit's", "refusal", "silent", "late",
}

func (f Fault) String() string {
	if f < 0 || int(f) >= len(faultNames) {
		return fmt.Sprintf("fault %d", int(f))
	}
	return faultNames[f]
}

// harmless: a driver finds its answer all the same.
func (f Fault) harmless() bool { return f <= Echo }

// A Bench is a driver on its test stand: its sources, and a hand on the far end of their wire.
type Bench struct {
	Sources []drivers.Source // of one wire; they are asked in turn

	// Next says what happens to the next answer, and returns what a reading of it looks like. Each call must make the
	// far end answer something new, so that an old answer is recognised. A device that speaks unasked speaks now.
	Next func(Fault) (right func(drivers.Reading) bool)

	Faults  []Fault // those which this wire can have, beside None
	Unplug  func()  // nil: this wire cannot be unplugged
	Plug    func()
	Unasked bool // the device speaks by itself: silence, and a damaged word, are neither reading nor error
}

func (b *Bench) can(f Fault) bool {
	for _, have := range b.Faults {
		if f == have {
			return true
		}
	}
	return f == None
}

// Timeout is how long a driver is to wait for a slave of this process: d, and three times as long on an emulated
// processor, where slave and driver take that much longer to come round.
func Timeout(d time.Duration) time.Duration {
	if os.Getenv("EMULATOR") != "" {
		return 3 * d
	}
	return d
}
