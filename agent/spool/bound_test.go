package spool

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func onDisk(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}

func TestMaxBytesDropsTheOldest(t *testing.T) {
	o := Options{Dir: memory(t), MaxBytes: 4000}
	s := hasty(open(t, o))
	for i := range 100 {
		appendTo(t, s, fmt.Sprintf("%064d", i), "mark")
		if n := s.Stats().Bytes; n > o.MaxBytes || onDisk(t, o.Dir) > n+2*(56+16*maxLost)+100 {
			t.Fatalf("%d bytes, %d on disk", n, onDisk(t, o.Dir))
		}
	}
	before := s.Stats()
	if before.Dropped == 0 || before.Dropped != before.Oldest-1 || before.Pending != int(100-before.Dropped) {
		t.Fatalf("%+v", before)
	}
	if !slices.Equal(before.Lost, []Range{{1, before.Dropped}}) {
		t.Fatalf("%v", before.Lost)
	}
	crashed := open(t, Options{Dir: copyDir(t, o.Dir)})
	closeIt(t, s)
	s = open(t, o)
	for _, s := range []*Spool{s, crashed} {
		if after := s.Stats(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Fatalf("%+v, was %+v", after, before)
		}
	}
}

func TestDroppedCountsOnlyWhatWasPending(t *testing.T) {
	s := hasty(open(t, Options{Dir: memory(t), MaxBytes: 1000, SegmentBytes: 250}))
	for i := range 20 {
		q := appendTo(t, s, strings.Repeat("x", 60), "m")
		if i%3 == 1 {
			ack(t, s, q)
		}
	}
	stats, lost := s.Stats(), uint64(0)
	for _, r := range stats.Lost {
		for q := r.From; q <= r.To; q++ {
			if lost++; q%3 == 2 {
				t.Errorf("%d was acknowledged", q)
			}
		}
	}
	if lost != stats.Dropped || lost == 0 || len(stats.Lost) < 2 {
		t.Fatalf("%+v", stats)
	}
}

func TestLostRangesAreBounded(t *testing.T) {
	s := hasty(open(t, Options{Dir: memory(t), MaxBytes: 1000, SegmentBytes: 1}))
	s.uptime = func() time.Duration { return 0 }
	for range 3 * maxLost {
		appendTo(t, s, strings.Repeat("x", 100), "")
		ack(t, s, appendTo(t, s, "x", ""))
	}
	if stats := s.Stats(); len(stats.Lost) != maxLost || stats.Dropped < 2*maxLost {
		t.Fatalf("%d ranges, %d dropped", len(stats.Lost), stats.Dropped)
	}
}

func TestMaxAge(t *testing.T) {
	now := noon
	s := hasty(open(t, Options{Dir: memory(t), MaxAge: 40 * time.Hour, Now: func() time.Time { return now }}))
	for range 100 {
		appendTo(t, s, "an hour's batch", "mark")
		now = now.Add(time.Hour)
	}
	// A segment takes a quarter of MaxAge, and goes when its newest batch is too old.
	if stats := s.Stats(); stats.Pending < 40 || stats.Pending > 52 || stats.Dropped != uint64(100-stats.Pending) {
		t.Fatalf("%+v", stats)
	}
}

// A gateway without a clock battery began in 1970, then somebody asked for the time.
func TestUntrustedTimeDoesNotAge(t *testing.T) {
	var now time.Time
	s := hasty(open(t, Options{Dir: memory(t), MaxAge: time.Hour, SegmentBytes: 1, Now: func() time.Time { return now }}))
	for range 5 {
		appendTo(t, s, "undated", "")
	}
	now = noon
	appendTo(t, s, "dated", "")
	if n := s.Stats().Dropped; n != 0 {
		t.Fatalf("%d dropped", n)
	}
	now = now.Add(2 * time.Hour)
	appendTo(t, s, "live", "") // the live segment has no age
	appendTo(t, s, "live", "")
	if n := s.Stats().Dropped; n != 6 {
		t.Fatalf("%d dropped", n)
	}
}

func TestMarksForEverStaySmall(t *testing.T) {
	o := Options{Dir: memory(t), SegmentBytes: 2000}
	s := hasty(open(t, o))
	ack(t, s, appendTo(t, s, "one", ""))
	s.uptime = func() time.Duration { return 0 } // no acknowledgement file helps
	for i := range 1000 {
		appendTo(t, s, "", fmt.Sprintf("%0100d", i))
		if n := onDisk(t, o.Dir); n > 2500 {
			t.Fatalf("%d bytes after %d marks", n, i)
		}
	}
	closeIt(t, s)
	s = open(t, o)
	expect(t, s, "", fmt.Sprintf("%0100d", 999))
	if q := appendTo(t, s, "two", ""); q != 2 {
		t.Fatalf("sequence %d", q)
	}
}

func TestMarkOutlivesItsSegment(t *testing.T) {
	o := Options{Dir: memory(t), MaxBytes: 2000}
	s := hasty(open(t, o))
	appendTo(t, s, "", "the only mark")
	for range 100 {
		appendTo(t, s, strings.Repeat("x", 80), "")
	}
	closeIt(t, s)
	s = open(t, o)
	if string(s.Mark()) != "the only mark" || s.Stats().Dropped == 0 {
		t.Fatalf("%q, %+v", s.Mark(), s.Stats())
	}
}

func TestAcknowledgedSegmentsGo(t *testing.T) {
	o := Options{Dir: memory(t), SegmentBytes: 1000}
	s := hasty(open(t, o))
	for range 100 {
		appendTo(t, s, strings.Repeat("x", 100), "")
	}
	for q := uint64(100); q > 0; q-- { // newest first
		ack(t, s, q)
	}
	if n := len(segments(t, o.Dir)); n != 1 {
		t.Fatalf("%d segments", n)
	}
	expect(t, s, "", "")
}

func TestReadSegmentLetsItsRoomGo(t *testing.T) {
	s := hasty(open(t, Options{Dir: memory(t), SegmentBytes: 1}))
	appendTo(t, s, "one", "")
	appendTo(t, s, "two", "")
	s.Next(0)
	ack(t, s, 1)
	if s.reading != nil {
		t.Fatal("a deleted file is held open")
	}
}
