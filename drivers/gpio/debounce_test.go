package gpio

import (
	"fmt"
	"testing"
	"time"

	"basemeter/drivers"
)

func ms(n int) drivers.Instant { return drivers.Instant{Mono: time.Duration(n) * time.Millisecond} }

// Drawn, one letter a millisecond: _ open, # closed, ! an edge was met but the level is the same again. A level must
// stand for 3 ms.
func TestDebounce(t *testing.T) {
	for _, c := range []struct{ name, levels, want string }{
		{"open from the start", "______", "_0"},
		{"closed from the start", "######", "#0"},
		{"closes and opens", "____########_____", "_0 #4 _12"},
		{"too short to count", "____##______", "_0"},
		{"just long enough", "____####_____", "_0 #4 _8"},
		{"bounces: stamped with the last edge", "____#_##_#####", "_0 #9"},
		{"bounces at the start", "#_#_____", "_3"},
		{"a bounce too quick to be seen", "____##!####", "_0 #6"},
		{"never stands", "_#_#_#_#_#", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stood(c.levels); got != c.want {
				t.Errorf("%s: stood %q, want %q", c.levels, got, c.want)
			}
		})
	}
}

func stood(levels string) string {
	d := debounce{settle: 3 * time.Millisecond}
	got, level := "", byte(0)
	for i := range len(levels) {
		edge := levels[i] == '!'
		if !edge {
			level = levels[i]
		}
		if d.see(level == '#', edge, ms(i)) {
			got += fmt.Sprintf(" %c%d", level, d.since.Mono.Milliseconds())
		}
	}
	if got == "" {
		return ""
	}
	return got[1:]
}

// What stands takes turns, and each stood from its stamp on.
func FuzzDebounce(f *testing.F) {
	f.Add([]byte{0, 9, 1, 1, 0, 9, 1, 200}, uint8(5))
	f.Fuzz(func(t *testing.T, steps []byte, settle uint8) {
		d := debounce{settle: time.Duration(settle) * time.Millisecond}
		var last drivers.Instant
		at, moved := 0, 0 // when the level last moved
		known, level := false, false
		for i, step := range steps {
			at += int(step >> 2)
			closed, edge := step&1 == 1, step&2 == 2
			if i == 0 || closed != level || edge {
				moved, level = at, closed
			}
			if !d.see(closed, edge, ms(at)) {
				continue
			}
			if d.since != ms(moved) || at-moved < int(settle) || d.since.Mono < last.Mono {
				t.Fatalf("stands from %v, moved at %d, now %d", d.since.Mono, moved, at)
			}
			if known && d.stood == !closed {
				t.Fatal("stands otherwise than seen")
			}
			known, last = true, d.since
		}
	})
}
