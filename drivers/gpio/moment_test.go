package gpio

import (
	"testing"
	"time"

	"basemeter/drivers"
)

func TestAnEdgeIsAsOldAsItsStamp(t *testing.T) {
	now := drivers.Instant{Mono: time.Hour, Wall: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)}
	if got := instant(9*time.Second, 10*time.Second, now); got.Mono != time.Hour-time.Second || !got.Wall.Equal(now.Wall.Add(-time.Second)) {
		t.Errorf("%+v", got)
	}
	if got := instant(11*time.Second, 10*time.Second, now); got != now {
		t.Errorf("an edge from the future: %+v", got)
	}
}

// Away between two looks at its clocks, the process would have taken one edge for older than it was.
func TestClocksAreComparedBetterEachTime(t *testing.T) {
	const ahead = time.Hour
	var c clocks
	for _, look := range []struct{ least, most, want time.Duration }{
		{ahead - 300*time.Millisecond, ahead, ahead - 150*time.Millisecond}, // it was away for 300 ms
		{ahead - time.Millisecond, ahead + time.Millisecond, ahead - time.Millisecond/2},
		{ahead - time.Second, ahead + time.Second, ahead - time.Millisecond/2},
		{ahead + 5*time.Second, ahead + 5*time.Second + 2*time.Millisecond, ahead + 5*time.Second + time.Millisecond}, // it was asleep
	} {
		c.narrow(look.least, look.most)
		if got := (c.least + c.most) / 2; got != look.want {
			t.Errorf("after %v to %v: %v, want %v", look.least, look.most, got, look.want)
		}
	}
	c = clocks{}
	for range 100 {
		now, m := c.look(realNow)
		if off := now.Mono - m; off < -time.Millisecond || off > time.Millisecond {
			t.Errorf("one clock on both sides, and they differ by %v", off)
		}
	}
}
