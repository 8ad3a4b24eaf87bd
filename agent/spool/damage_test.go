package spool

import (
	"bytes"
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
		for _, flip := range []byte{0x01, 0x80, 0xff} {
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
