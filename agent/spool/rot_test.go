package spool

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A payload may be a copy of a segment. When its own frame is damaged, what it contains must not come alive.
func TestFramesInAPayloadStayThere(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	inner := frame{sequence: 1, payload: []byte("wrong"), mark: []byte("wrong")}.append(nil, place{1, 0})
	appendTo(t, s, string(inner), "m")
	appendTo(t, s, "two", "")
	closeIt(t, s)
	spoil(t, dir, segmentName(1), 0)
	expect(t, open(t, Options{Dir: dir}), "2:two", "")
}

// Bytes that rot while the spool is open are met by Next.
func TestNextPassesOverDamage(t *testing.T) {
	dir, made := damageable(t)
	s := hasty(open(t, Options{Dir: dir, SegmentBytes: 190}))
	for _, p := range made[:4] {
		spoil(t, dir, p.file, p.to-1)
	}
	if err := os.Remove(filepath.Join(dir, made[5].file)); err != nil {
		t.Fatal(err)
	}
	pending, mark, _ := left(made, func(p step) bool { return p.file == made[9].file })
	expect(t, s, pending, mark)
	if n := s.Stats().Corrupt; n != 8-len(strings.Fields(pending)) {
		t.Fatalf("%d corrupt", n)
	}
}

// What cannot be read now may be readable later: it is neither given up nor in the way.
func TestNextGoesOnBehindWhatItCannotRead(t *testing.T) {
	dir, made := damageable(t)
	s := hasty(open(t, Options{Dir: dir, SegmentBytes: 190}))
	path := filepath.Join(dir, made[0].file)
	if err := errors.Join(os.Rename(path, path+".away"), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	after := uint64(0)
	for _, want := range []uint64{1, 2, 3} {
		q, _, ok, err := s.Next(after)
		if q != want || ok || err == nil {
			t.Fatalf("%d, %v, %v", q, ok, err)
		}
		after = q
	}
	if q, payload, ok, err := s.Next(after); q != 4 || !ok || string(payload) != "delta" {
		t.Fatalf("%d, %q, %v", q, payload, err)
	}
	if err := errors.Join(os.Remove(path), os.Rename(path+".away", path)); err != nil {
		t.Fatal(err)
	}
	pending, mark, _ := left(made, func(step) bool { return true })
	expect(t, s, pending, mark)
}

// Where the disk would not let a damaged end be cut off, a new segment is begun.
func TestNothingIsWrittenBehindAnUnrepairedEnd(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	appendTo(t, s, "one", "m")
	s.live.Close()
	s.live = nil
	s.segments[0].size--
	if s.openTail(); s.live != nil {
		t.Fatal("the end is not where the last frame ends")
	}
	s.segments[0].size++
	s.number++ // a later file that could not be renamed
	if s.openTail(); s.live != nil {
		t.Fatal("a later segment may be there")
	}
	appendTo(t, s, "two", "")
	expect(t, s, "1:one 2:two", "m")
}
