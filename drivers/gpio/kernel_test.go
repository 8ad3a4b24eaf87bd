package gpio

import (
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev/uapi"
	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
)

// The kernel would keep 16 edges for who does not say how many: a sixth of a second at 50 Hz.
func TestWhatTheKernelIsAskedFor(t *testing.T) {
	const edges = uapi.LineFlagV2Input | uapi.LineFlagV2EdgeBoth
	for pull, want := range map[periph.Pull]uapi.LineFlagV2{
		periph.PullUp: edges | uapi.LineFlagV2BiasPullUp, periph.PullDown: edges | uapi.LineFlagV2BiasPullDown,
		periph.Float: edges | uapi.LineFlagV2BiasDisabled, periph.PullNoChange: edges,
	} {
		r := request(17, pull, 0)
		if r.Config.Flags != want || r.Lines != 1 || r.Offsets[0] != 17 || r.EventBufferSize != 1024 || r.Config.NumAttrs != 0 {
			t.Errorf("%v: %+v", pull, r)
		}
	}
	r := request(17, periph.PullUp, 20*time.Millisecond)
	var period uapi.DebouncePeriod
	period.Decode(r.Config.Attrs[0].Attr)
	if r.Config.NumAttrs != 1 || r.Config.Attrs[0].Mask != 1 || time.Duration(period) != 20*time.Millisecond {
		t.Errorf("%+v", r.Config)
	}
}

func TestGap(t *testing.T) {
	for _, c := range []struct {
		last, now uint32
		want      uint64
	}{{0, 1, 0}, {1, 2, 0}, {5, 9, 3}, {0, 4, 3}, {math.MaxUint32, 0, 0}, {math.MaxUint32 - 1, 1, 2}} {
		if got := gap(c.last, c.now); got != c.want {
			t.Errorf("from %d to %d: %d lost, want %d", c.last, c.now, got, c.want)
		}
	}
}

func TestEdgesAreTakenInTheirOrder(t *testing.T) {
	w := newWire(t)
	if _, _, err := w.take(0); !errors.Is(err, os.ErrClosed) {
		t.Errorf("before it is watched: %v", err)
	}
	if _, err := w.watch(periph.PullUp, 0); err != nil {
		t.Fatal(err)
	}
	defer w.Halt()
	if _, ok, err := w.take(0); ok || err != nil {
		t.Errorf("took one of none: %v", err)
	}
	begin := time.Now()
	if _, ok, err := w.take(20 * time.Millisecond); ok || err != nil || time.Since(begin) < 20*time.Millisecond {
		t.Errorf("took one of none after %v: %v", time.Since(begin), err)
	}
	w.put(false, 2*time.Second)
	w.put(true, time.Second)
	w.number += 7 // for which there was no room
	w.put(false, 0)
	var last edge
	for i, want := range []edge{{high: false}, {high: true}, {high: false, lost: 7}} {
		e, ok, err := w.take(time.Duration(i-1) * time.Second) // for ever, at once, in time
		if !ok || err != nil || e.high != want.high || e.lost != want.lost || e.at <= last.at {
			t.Errorf("edge %d: %+v, %v, %v", i, e, ok, err)
		}
		last = e
	}
	w.hangUp()
	if _, ok, err := w.take(time.Second); ok || err == nil {
		t.Errorf("of a chip that has gone: %v, %v", ok, err)
	}
}

func counter(w *wire, now func() drivers.Instant) (*Pulse, func() float64) {
	c := NewPulse(Config{Name: "flow", Open: w.source, Now: now, Settle: 5 * time.Millisecond, Hold: 30 * time.Millisecond})
	w.t.Cleanup(func() { c.Close() })
	return c, func() float64 {
		w.t.Helper()
		got, err := c.Read(w.t.Context(), nil)
		if err != nil || len(got) != 1 {
			w.t.Fatalf("%v, %v", got, err)
		}
		return got[0].Value
	}
}

func TestPulsesBetweenReadsAreCounted(t *testing.T) {
	w := newWire(t)
	c, read := counter(w, realNow)
	if n := read(); n != 0 {
		t.Fatalf("%v pulses before there was one", n)
	}
	for i := range 250 { // five seconds at 50 Hz, in which nobody read
		age := 5*time.Second - time.Duration(i)*20*time.Millisecond
		w.put(false, age)
		w.put(true, age-10*time.Millisecond)
	}
	read()
	if n := read(); n != 250 {
		t.Errorf("%v pulses, want 250", n)
	}
	w.number += 7
	w.put(false, 0)
	read()
	if s := c.Stats(); s.Overruns != 7 {
		t.Errorf("%d lost, want 7", s.Overruns)
	}
}

// Away while it looked at its clock, the process took a bounce for a level that had stood all that time: the contact was
// closed before and after, and its level did not tell.
func TestAnEdgeThatCameOnTheWayToTheClock(t *testing.T) {
	w := newWire(t)
	var closed time.Duration // on CLOCK_MONOTONIC; 0: it need not bounce any more
	c, read := counter(w, func() drivers.Instant {
		if closed > 0 && monotonic() > closed+5*time.Millisecond {
			<-time.After(5 * time.Millisecond)
			w.put(true, monotonic()-closed-time.Millisecond)
			w.put(false, monotonic()-closed-8*time.Millisecond)
			closed = 0
		}
		return realNow()
	})
	read()
	for pulses := range 3 {
		w.put(false, 0)
		closed = monotonic()
		if n := read(); n != float64(pulses+1) || closed > 0 {
			t.Fatalf("%v pulses, want %d: the first closing lasted for a millisecond", n, pulses+1)
		}
		w.put(true, 0)
		read()
	}
	if s := c.Stats(); s.Answers != 7 || s.Overruns != 0 {
		t.Errorf("%+v, want 7 levels that stood", s)
	}
}

// The kernel stamps the end of the time for which a level has stood; the state began before.
func TestAContactThatTheKernelSettles(t *testing.T) {
	const settle = 20 * time.Millisecond
	w := newWire(t)
	w.settles = true
	c := NewContact(Config{Name: "lamp", Open: w.source, Now: realNow, Settle: settle, Hold: 60 * time.Millisecond})
	defer c.Close()
	read := func(want float64) time.Duration {
		t.Helper()
		got, err := c.Read(t.Context(), nil)
		if err != nil || len(got) != 1 || got[0].Value != want {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
		return got[0].At.Mono
	}
	read(0)
	if at := read(0); monotonic()-at < settle {
		t.Errorf("it is said to be open %v ago, and it may have closed %v ago", monotonic()-at, settle)
	}
	closed := monotonic() - 10*time.Millisecond - settle
	w.put(false, 10*time.Millisecond)
	if at := read(1); at-closed < -time.Millisecond || at-closed > time.Millisecond {
		t.Errorf("it closed %v after it did", at-closed)
	}
}

// What a line says later is of later.
func TestReadingsComeInOrder(t *testing.T) {
	const settle = 10 * time.Millisecond
	w := newWire(t)
	w.settles = true
	c := NewContact(Config{Name: "lamp", Open: w.source, Now: realNow, Settle: settle, Hold: 15 * time.Millisecond})
	defer c.Close()
	var last time.Duration
	for i := range 30 {
		if i%3 == 2 {
			w.put(!w.high, 0)
		}
		got, err := c.Read(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			if r.At.Mono < last {
				t.Errorf("reading %d is %v before the one before", i, last-r.At.Mono)
			}
			last = r.At.Mono
		}
	}
	if last == 0 {
		t.Error("it said nothing")
	}
}

func TestAChipThatGoesIsAbsentAndComesBack(t *testing.T) {
	w := newWire(t)
	w.high = false
	c := NewContact(Config{Name: "lamp", Open: w.source, Now: realNow, Settle: 5 * time.Millisecond, Hold: 50 * time.Millisecond})
	defer c.Close()
	for round := range 2 {
		if got, err := c.Read(t.Context(), nil); err != nil || len(got) != 1 || got[0].Value != 1 || w.watched != round+1 {
			t.Fatalf("%v, %v, watched %d times", got, err, w.watched)
		}
		w.pull()
		for range 2 { // it is met, and then not found
			if _, err := c.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
				t.Errorf("%v", err)
			}
		}
		w.plug()
		if s := c.Stats(); s.Lost != uint64(round+1) {
			t.Errorf("lost %d times", s.Lost)
		}
	}
}
