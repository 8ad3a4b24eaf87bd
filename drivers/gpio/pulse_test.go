package gpio

import (
	"testing"
	"time"

	periph "periph.io/x/conn/v3/gpio"
	"pgregory.net/rapid"

	"basemeter/drivers"
)

const settleOfRuns = 5 * time.Millisecond

// A run is a level, from its edge to the next.
type run struct {
	length time.Duration
	late   time.Duration // the level was looked at before its edge had come; 0: it was not
	lost   bool          // its edge was
}

// counted is what a counter makes of runs, which take turns and begin with a closing. Before them it stood open.
func counted(runs []run) (pulses int, lost uint64) {
	now := drivers.Instant{Mono: time.Hour}
	in := newInput(Config{Name: "x", Closed: periph.High, Settle: settleOfRuns}, false)
	in.level.see(false, false, now)
	now.Mono += time.Second
	in.level.see(false, false, now)
	count := func(changed bool) {
		if changed && in.level.stood {
			pulses++
		}
	}
	e := edge{}
	for _, r := range runs {
		e.high, e.at = !e.high, now.Mono
		now.Mono += r.length
		if r.lost {
			e.lost++
			continue
		}
		if r.late > 0 && e.lost == 0 { // where edges were lost others wait, and they are looked at before the level is
			count(in.look(e.high, drivers.Instant{Mono: e.at + r.late}))
		}
		count(step(in, e, now))
		if in.held != nil {
			count(step(in, *in.held, now))
		}
		e.lost = 0
	}
	now.Mono += time.Second
	count(in.level.see(in.level.closed, false, now))
	return pulses, in.Stats().Overruns
}

// were is how many there were: closings that stood, each after an opening that stood. The last level stands.
func were(runs []run) (pulses int) {
	stood, closed := false, false
	for i, r := range runs {
		closed = !closed
		if closed != stood && (r.length >= settleOfRuns || i == len(runs)-1) {
			if stood = closed; closed {
				pulses++
			}
		}
	}
	return pulses
}

// Whatever the edges, and however late they come, as many pulses are counted as there were; and if edges were lost, never
// more.
func TestPulsesAreThoseThatStood(t *testing.T) {
	lengths := rapid.SliceOf(rapid.IntRange(1, 12))
	late := rapid.IntRange(0, 9)
	rapid.Check(t, func(t *rapid.T) {
		var runs []run
		for _, ms := range lengths.Draw(t, "lengths") {
			runs = append(runs, run{time.Duration(ms) * time.Millisecond, time.Duration(late.Draw(t, "late")) * time.Millisecond, false})
		}
		if got, lost := counted(runs); got != were(runs) || lost != 0 {
			t.Errorf("%d pulses and %d edges lost, want %d and 0", got, lost, were(runs))
		}
		dropped := uint64(0)
		for i := range max(len(runs), 1) - 1 { // the kernel drops the oldest, and so never the last
			if runs[i].lost = rapid.IntRange(0, 3).Draw(t, "lost") == 0; runs[i].lost {
				dropped++
			}
		}
		if got, lost := counted(runs); got > were(runs) || lost != dropped {
			t.Errorf("%d pulses and %d edges lost, there were %d and %d", got, lost, were(runs), dropped)
		}
	})
}

// A closing that bounced once, and a hundred milliseconds of which nothing is known, are no pulse of that length.
func TestWhatWasBeforeLostEdgesHasNotStood(t *testing.T) {
	const ms = time.Millisecond
	runs := []run{{length: ms}, {length: 100 * ms, lost: true}, {length: ms, lost: true}, {length: 100 * ms}}
	if got, lost := counted(runs); got != 0 || lost != 2 {
		t.Errorf("%d pulses and %d edges lost, want 0 and 2", got, lost)
	}
}

// A busy gateway saw that a contact was open again, and forgot for how long it had been closed.
func TestTheLevelWaitsForItsEdge(t *testing.T) {
	at := func(ms int) drivers.Instant {
		return drivers.Instant{Mono: time.Hour + time.Duration(ms)*time.Millisecond}
	}
	in := newInput(Config{Name: "flow", Closed: periph.High, Settle: settleOfRuns}, false)
	in.level.see(false, false, at(-1000))
	if !in.look(false, at(0)) {
		t.Fatal("it did not stand open")
	}
	if step(in, edge{high: true, at: at(10).Mono}, at(10)) {
		t.Error("an edge alone stands")
	}
	if in.look(false, at(60)) || in.look(false, at(70)) || in.still(at(70)) {
		t.Error("it is open before its edge has come")
	}
	opened := edge{at: at(50).Mono}
	if !step(in, opened, at(71)) || !in.level.stood || in.level.since.Mono != at(10).Mono {
		t.Errorf("40 ms closed are not seen: %+v", in.level)
	}
	if step(in, opened, at(71)); !in.look(false, at(72)) || in.level.stood || in.level.since.Mono != at(50).Mono {
		t.Errorf("its opening is not seen: %+v", in.level)
	}
	if in.look(true, at(100)) || in.look(true, at(1099)) || in.look(true, at(1100)) {
		t.Error("closed, by an edge that is merely late")
	}
	if !in.look(true, at(1106)) || !in.level.stood {
		t.Error("an edge that never comes hides a level for ever")
	}
}

// step is what follow does with one edge, by the test's clock.
func step(in *input, e edge, now drivers.Instant) (changed bool) {
	in.held, in.ahead = nil, 0
	return in.use(e, now.Mono, now)
}
