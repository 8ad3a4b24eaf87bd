package modbus

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

// What a device is asked for, by how many lengths its answers have.
var lengths = map[string][]Point{
	"one length":    registers(3),
	"two lengths":   {{Name: "3", Function: function(3), Address: 3, Type: "u32"}},
	"three lengths": registers(0, 4, 5, 8, 9, 10),
}

// A quick device's answers are not waited for long. When it hesitates then, they come after they were given up on, and
// after further questions as well: none of them may become a value, nor may a stranger's, a neighbour's or a damaged one.
func TestRTULaterThanWasLearned(t *testing.T) {
	t.Parallel()
	const ceiling = 300 * time.Millisecond
	for name, points := range lengths {
		for _, late := range []time.Duration{80 * time.Millisecond, 280 * time.Millisecond} {
			random := rand.New(rand.NewPCG(1, uint64(late)))
			h := newHesitant(t, late, ceiling, points, func(int64) drivertest.Fault { return faults[random.IntN(len(faults))] })
			t.Run(fmt.Sprintf("%s/%v", name, late), func(t *testing.T) {
				t.Parallel()
				for end := time.Now().Add(3 * time.Second); time.Now().Before(end); h.read(t) {
					if h.slave.Asked.Load()%5 == 0 {
						h.source.Probe(t.Context())
					}
				}
				h.lazy.Store(false)
				h.recovers(t)
			})
		}
	}
}

var faults = []drivertest.Fault{
	drivertest.Late, drivertest.Late, drivertest.Late, drivertest.Late, drivertest.Late, drivertest.Late,
	drivertest.None, drivertest.None, drivertest.Silent, drivertest.Stranger,
	drivertest.OtherUnit, drivertest.Refusal, drivertest.OneShort, drivertest.Corrupt,
}

// The waits are short at first, so several questions go unanswered before the first answer comes.
func TestRTUSeveralQuestionsLate(t *testing.T) {
	t.Parallel()
	for name, points := range lengths {
		for _, several := range []int64{1, 3, 5} {
			h := newHesitant(t, 700*time.Millisecond, time.Second, points, func(nth int64) drivertest.Fault {
				if nth <= several {
					return drivertest.Late
				}
				return drivertest.None
			})
			t.Run(fmt.Sprintf("%s/%d", name, several), func(t *testing.T) {
				t.Parallel()
				h.recovers(t)
			})
		}
	}
}

// A hesitant device's registers tell which question they answer, by its number.
type hesitant struct {
	slave  drivertest.Slave
	source *Source
	lazy   atomic.Bool
}

// newHesitant is quick, until it is known to be. Then fault says what happens to its nth answer.
func newHesitant(t *testing.T, late, ceiling time.Duration, points []Point, fault func(nth int64) drivertest.Fault) *hesitant {
	h := &hesitant{slave: drivertest.Slave{Unit: unit, Delay: 3 * time.Millisecond, Late: late}}
	h.slave.Value = func(_ byte, address uint16) (uint16, bool) { return h.shows(h.slave.Asked.Load(), address), true }
	var since int64
	h.slave.Fault = func() drivertest.Fault {
		if !h.lazy.Load() {
			return drivertest.None
		}
		since++
		return fault(since)
	}
	h.source = source(t, rtuAt(h.slave.OnPort(t).Path, 115200), ceiling, points)
	for h.slave.Asked.Load() < 50 {
		h.read(t)
	}
	for tally := &h.source.device.tally; tally.Patience(ceiling) >= ceiling; { // the machine was busy, not the device
		tally.Ended(drivers.Answered, h.slave.Delay)
	}
	h.lazy.Store(true)
	return h
}

func (h *hesitant) shows(question int64, address uint16) uint16 { return uint16(question)*64 + address }

func (h *hesitant) recovers(t *testing.T) {
	for range 20 {
		if h.read(t) {
			return
		}
	}
	t.Error("it never came back")
}

// read expects the answers to the last questions, one for each request, or an error.
func (h *hesitant) read(t *testing.T) bool {
	got, err := h.source.Read(t.Context(), nil)
	if err != nil {
		return false // what was read before is not known to belong to any question
	}
	next := h.slave.Asked.Load() - int64(len(h.source.asks)) + 1
	for _, a := range h.source.asks {
		for _, s := range a.slots {
			first := uint16(uint64(got[0].Value) >> (16 * (s.point.width() - 1)))
			if first != h.shows(next, s.point.Address) {
				t.Errorf("%v is not what it showed when it was asked: question %d", got[0], next)
			}
			got = got[1:]
		}
		next++
	}
	return true
}

// A late answer shows that its device is there, and nothing else.
func TestRTULateAnswerToAProbe(t *testing.T) {
	const timeout = 200 * time.Millisecond
	d := newStand(3*time.Millisecond, 0)
	d.slave.Late = 2 * timeout
	s := source(t, rtuAt(d.slave.OnPort(t).Path, 115200), timeout, registers(0))
	for _, f := range []drivertest.Fault{drivertest.Late, drivertest.Silent} { // the one comes in the wait for the other
		d.next(f)
		err := s.Probe(t.Context())
		if want := map[bool]error{true: drivers.ErrAbsent}[f == drivertest.Late]; !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", f, err, want)
		}
	}
	if !s.line.wire.(*rtu).doubts(unit) {
		t.Error("the answer to the second may still come")
	}
	right := d.next(drivertest.None)
	if got, err := s.Read(t.Context(), nil); err != nil || !right(got[0]) {
		t.Errorf("%v, %v", got, err)
	}
}
