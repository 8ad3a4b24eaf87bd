package spool

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A step is one Append of the spool that the tests below damage, and where its frame stands.
type step struct {
	payload, mark string
	sequence      uint64
	file          string
	from, to      int
}

var steps = []step{
	{payload: "alpha", mark: "m1"}, {payload: "beta"}, {mark: "m2"}, {payload: "gamma", mark: "m3"},
	{payload: "delta"}, {payload: "epsilon", mark: "m4"}, {mark: "m5"},
	{payload: "zeta"}, {payload: "eta", mark: "m6"}, {payload: "theta"},
}

// damageable makes a spool of three segments; the frames' places are in the steps it returns.
func damageable(t *testing.T) (dir string, made []step) {
	dir = t.TempDir()
	s := open(t, Options{Dir: dir, SegmentBytes: 190, Now: at(noon)})
	for _, p := range steps {
		p.sequence = appendTo(t, s, p.payload, p.mark)
		g := s.segments[len(s.segments)-1]
		p.file, p.to = segmentName(g.number), int(g.size)
		if n := len(made); n > 0 && made[n-1].file == p.file {
			p.from = made[n-1].to
		} else if p.mark == "" {
			p.mark = made[n-1].mark // carried into the new segment
		}
		made = append(made, p)
	}
	closeIt(t, s)
	if n := len(segments(t, dir)); n != 3 {
		t.Fatalf("%d segments", n)
	}
	return dir, made
}

// left is what must be found when only the frames that keep approves are intact.
func left(made []step, keep func(step) bool) (pending, mark string, newest uint64) {
	var list []string
	for _, p := range made {
		if !keep(p) {
			continue
		}
		if p.payload != "" {
			list = append(list, fmt.Sprintf("%d:%s", p.sequence, p.payload))
		}
		if p.mark != "" {
			mark = p.mark
		}
		newest = max(newest, p.sequence)
	}
	return strings.Join(list, " "), mark, newest
}

// use goes on with a damaged spool as an agent would, and looks at it once more after a restart.
func use(t *testing.T, dir, pending, mark string) (next uint64) {
	t.Helper()
	s := hasty(open(t, Options{Dir: dir, SegmentBytes: 190, Now: at(noon)}))
	expect(t, s, pending, mark)
	next = appendTo(t, s, "new", "")
	pending = strings.TrimSpace(fmt.Sprintf("%s %d:new", pending, next))
	expect(t, s, pending, mark)
	first, _, _, _ := s.Next(0)
	ack(t, s, first)
	_, pending, _ = strings.Cut(pending, " ")
	appendTo(t, s, "", "later")
	closeIt(t, s)

	s = hasty(open(t, Options{Dir: dir, SegmentBytes: 190, Now: at(noon)}))
	expect(t, s, pending, "later")
	if n := s.Stats().Newest; n != next {
		t.Fatalf("newest %d, want %d", n, next)
	}
	closeIt(t, s)
	return next
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// each runs damage over every file and every byte of it, with and without the acknowledgement file beside it.
func each(t *testing.T, check func(t *testing.T, dir, name string, data []byte, i int, made []step)) {
	master, made := damageable(t)
	files, err := os.ReadDir(master)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, acks := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s acks %v", f.Name(), acks), func(t *testing.T) {
				data, err := os.ReadFile(filepath.Join(master, f.Name()))
				if err != nil {
					t.Fatal(err)
				}
				for i := range len(data) {
					dir := copyDir(t, master)
					if !acks {
						os.Remove(filepath.Join(dir, ackName))
					}
					check(t, dir, f.Name(), data, i, made)
					if t.Failed() {
						t.Fatalf("byte %d", i)
					}
				}
			})
		}
	}
}

func TestCutAnywhere(t *testing.T) {
	each(t, func(t *testing.T, dir, name string, data []byte, cut int, made []step) {
		write(t, filepath.Join(dir, name), data[:cut])
		pending, mark, newest := left(made, func(p step) bool { return p.file != name || p.to <= cut })
		numbered, _ := os.Stat(filepath.Join(dir, ackName))
		next := use(t, dir, pending, mark)
		if numbered != nil && name != ackName {
			newest = made[len(made)-1].sequence
		}
		if next != newest+1 {
			t.Errorf("next sequence is %d after %d", next, newest)
		}
	})
}

func TestFlipAnywhere(t *testing.T) {
	each(t, func(t *testing.T, dir, name string, data []byte, i int, made []step) {
		for _, flip := range []byte{0x01, 0xff} {
			dir, data := copyDir(t, dir), bytes.Clone(data)
			data[i] ^= flip
			write(t, filepath.Join(dir, name), data)
			pending, mark, _ := left(made, func(p step) bool { return p.file != name || i < p.from || i >= p.to })
			if next := use(t, dir, pending, mark); next <= made[len(made)-1].sequence {
				t.Errorf("sequence %d was given out before", next)
			}
		}
	})
}

func TestManyBytesLost(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"a zeroed page":       func(b []byte) []byte { clear(b[20:150]); return b },
		"zeros behind":        func(b []byte) []byte { return append(b, make([]byte, 5000)...) },
		"rubbish behind":      func(b []byte) []byte { return append(b, strings.Repeat(magic, 999)...) },
		"half a frame behind": func(b []byte) []byte { return append(b, b[:40]...) },
		"all zero":            func(b []byte) []byte { clear(b); return b },
		"all rubbish":         func(b []byte) []byte { return bytes.Repeat([]byte("rubbish"), 30) },
		"empty":               func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			master, _ := damageable(t)
			for _, path := range segments(t, master) {
				dir := copyDir(t, master)
				path = filepath.Join(dir, filepath.Base(path))
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				write(t, path, change(data))
				s := hasty(open(t, Options{Dir: dir}))
				pending, mark := rest(t, s), string(s.Mark())
				closeIt(t, s)
				if next := use(t, dir, pending, mark); next <= 8 {
					t.Errorf("%s: sequence %d was given out before", path, next)
				}
			}
		})
	}
}

func TestUnreadableFileIsSetAside(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	appendTo(t, s, "one", "m")
	closeIt(t, s)
	strange := filepath.Join(dir, segmentName(7))
	if err := os.Mkdir(strange, 0o700); err != nil { // the one file that root cannot read
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "ffffffffffffffff.seg"), []byte("not one of ours"))
	s = open(t, Options{Dir: dir})
	expect(t, s, "1:one", "m")
	if n := s.Stats().Corrupt; n != 1 {
		t.Fatalf("%d corrupt", n)
	}
	if _, err := os.Stat(filepath.Join(dir, "0000000000000007.bad")); err != nil {
		t.Fatal(err)
	}
	if q := appendTo(t, s, "x", ""); q <= 7 || q > 1000 {
		t.Fatalf("sequence %d: the lost file may have held some above 7", q)
	}
}

// Somebody restored an old copy of a segment.
func TestSequenceAppearsOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	appendTo(t, s, "one", "m")
	closeIt(t, s)
	write(t, filepath.Join(dir, segmentName(5)), frame{sequence: 1, payload: []byte("again")}.append(nil, place{5, 0}))
	s = open(t, Options{Dir: dir})
	expect(t, s, "1:one", "m")
	if n := s.Stats().Corrupt; n != 1 {
		t.Fatalf("%d corrupt", n)
	}
}

func TestStreamWithoutItsNumberingEnds(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	appendTo(t, s, "one", "m")
	closeIt(t, s)
	if err := errors.Join(os.Remove(segments(t, dir)[0]), os.Remove(filepath.Join(dir, ackName))); err != nil {
		t.Fatal(err)
	}
	if again := open(t, Options{Dir: dir}); again.Stream() == s.Stream() {
		t.Fatal("sequence 1 will be used twice")
	}
}

func TestAppendCutShortIsNoDamage(t *testing.T) {
	dir, made := damageable(t)
	write(t, filepath.Join(dir, segmentName(9)), []byte(magic+"torn"))
	if err := os.Truncate(filepath.Join(dir, made[9].file), int64(made[9].to+500)); err != nil { // zeros
		t.Fatal(err)
	}
	s := open(t, Options{Dir: dir})
	if stats := s.Stats(); stats.Corrupt != 0 || stats.Newest != 8 || len(segments(t, dir)) != 3 {
		t.Fatalf("%+v", stats)
	}
}

// The last frame may have been published before it was damaged. A crash right after the repair must not free its number.
func TestNumberingOutlivesTheRepair(t *testing.T) {
	dir, made := damageable(t)
	os.Remove(filepath.Join(dir, ackName))
	spoil(t, dir, made[9].file, made[9].from)
	open(t, Options{Dir: dir})
	if q := appendTo(t, open(t, Options{Dir: copyDir(t, dir)}), "new", ""); q <= 8 {
		t.Fatalf("sequence %d was given out before", q)
	}
}

// spoil changes one byte of a file.
func spoil(t *testing.T, dir, name string, i int) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	data[i] ^= 1
	write(t, filepath.Join(dir, name), data)
}
