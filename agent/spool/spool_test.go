package spool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// open opens a spool that the test's end closes. Its acknowledgements are saved at once.
func open(t testing.TB, o Options) *Spool {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.uptime = eager()
	return s
}

// eager is an uptime at which every acknowledgement is due.
func eager() func() time.Duration {
	var now time.Duration
	return func() time.Duration { now += time.Minute; return now }
}

// hasty does not wait for the disk.
func hasty(s *Spool) *Spool {
	s.flush = func(*os.File) error { return nil }
	return s
}

func appendTo(t testing.TB, s *Spool, payload, mark string) uint64 {
	t.Helper()
	sequence, err := s.Append([]byte(payload), []byte(mark))
	if err != nil {
		t.Fatal(err)
	}
	return sequence
}

func ack(t testing.TB, s *Spool, sequences ...uint64) {
	t.Helper()
	for _, q := range sequences {
		if err := s.Ack(q); err != nil {
			t.Fatal(err)
		}
	}
}

func closeIt(t testing.TB, s *Spool) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// rest lists what is pending: "1:one 2:two".
func rest(t testing.TB, s *Spool) string {
	t.Helper()
	var list []string
	for sequence := uint64(0); ; {
		next, payload, ok, err := s.Next(sequence)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return strings.Join(list, " ")
		}
		if next <= sequence {
			t.Fatalf("Next(%d) gave %d", sequence, next)
		}
		list, sequence = append(list, fmt.Sprintf("%d:%s", next, payload)), next
	}
}

func expect(t testing.TB, s *Spool, pending, mark string) {
	t.Helper()
	if got := rest(t, s); got != pending {
		t.Fatalf("pending %q, want %q", got, pending)
	}
	if got := string(s.Mark()); got != mark {
		t.Fatalf("mark %q, want %q", got, mark)
	}
	stats := s.Stats()
	if stats.Pending != len(strings.Fields(pending)) {
		t.Fatalf("%d pending, want %q", stats.Pending, pending)
	}
}

// memory is a directory that does not wait for a disk, where there is one.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "spool")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := memory(t)
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func segments(t testing.TB, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

func TestAppendNextAck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "spool")
	s := open(t, Options{Dir: dir})
	expect(t, s, "", "")
	for i, payload := range []string{"one", "two", "three"} {
		if q := appendTo(t, s, payload, "m"+payload); q != uint64(i+1) {
			t.Fatalf("sequence %d", q)
		}
	}
	if q := appendTo(t, s, "", "only a mark"); q != 0 {
		t.Fatalf("a mark has sequence %d", q)
	}
	if q := appendTo(t, s, "", ""); q != 0 {
		t.Fatalf("nothing has sequence %d", q)
	}
	expect(t, s, "1:one 2:two 3:three", "only a mark")
	ack(t, s, 2, 2, 0, 99)
	appendTo(t, s, "four", "")
	expect(t, s, "1:one 3:three 4:four", "only a mark")
	frames := int64(len("one"+"mone"+"three"+"mthree"+"four") + 3*headerBytes)
	if stats := s.Stats(); stats.Newest != 4 || stats.Oldest != 1 || stats.PendingBytes != frames {
		t.Fatalf("%+v", stats)
	}
	stream := s.Stream()
	closeIt(t, s)
	closeIt(t, s)
	if _, err := s.Append([]byte("x"), nil); err == nil {
		t.Fatal("Append after Close")
	}

	s = open(t, Options{Dir: dir})
	expect(t, s, "1:one 3:three 4:four", "only a mark")
	if s.Stream() != stream || len(stream) != 32 {
		t.Fatalf("stream %q was %q", s.Stream(), stream)
	}
	if q := appendTo(t, s, "five", ""); q != 5 {
		t.Fatalf("sequence %d", q)
	}
}

func TestStreamIsBornOnce(t *testing.T) {
	dir := t.TempDir()
	a := open(t, Options{Dir: dir})
	closeIt(t, a)
	b := open(t, Options{Dir: dir})
	if a.Stream() != b.Stream() {
		t.Fatal("an unused spool changed its stream")
	}
	if c := open(t, Options{Dir: t.TempDir()}); c.Stream() == b.Stream() {
		t.Fatal("two spools have one stream")
	}
}

func TestNextReturnsTheCallersOwnBytes(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	appendTo(t, s, "payload", "mark")
	_, payload, _, _ := s.Next(0)
	clear(append(payload, "overwritten"...))
	clear(s.Mark())
	if _, again, _, _ := s.Next(0); !bytes.Equal(again, []byte("payload")) {
		t.Fatalf("%q", again)
	}
	expect(t, s, "1:payload", "mark")
}

// An operator watching the card wants to know how often the acknowledgement file is written.
func TestAcknowledgementsAreSavedOnceASecond(t *testing.T) {
	s := hasty(open(t, Options{Dir: t.TempDir()}))
	now, writes := time.Hour, 0
	s.uptime = func() time.Duration { return now }
	s.flush = func(f *os.File) error {
		if strings.HasSuffix(f.Name(), "acks.tmp") {
			writes++
		}
		return nil
	}
	for range 10 { // 10 s of 10 batches a second
		for range 10 {
			ack(t, s, appendTo(t, s, "x", ""))
			now += 100 * time.Millisecond
		}
	}
	if writes < 9 || writes > 11 {
		t.Fatalf("%d writes in 10 s", writes)
	}
	closeIt(t, s)
	before := writes
	closeIt(t, s)
	if writes != before {
		t.Fatal("a second Close writes")
	}
}
