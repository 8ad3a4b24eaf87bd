package spool

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// peeked is what Peek finds; it must leave no trace.
func peeked(t *testing.T, dir string) string {
	t.Helper()
	before := traces(t, dir)
	var all []string
	if err := Peek(dir, func(payload []byte) bool { all = append(all, string(payload)); return true }); err != nil {
		t.Fatal(err)
	}
	if after := traces(t, dir); after != before {
		t.Fatalf("the files were\n%s\nand are\n%s", before, after)
	}
	return strings.Join(all, " ")
}

func traces(t *testing.T, dir string) (all string) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			data, _ := os.ReadFile(path)
			all += path + " " + string(data) + "\n"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPeekWhileTheSpoolIsOpen(t *testing.T) {
	dir := t.TempDir()
	s := hasty(open(t, Options{Dir: dir, SegmentBytes: 100, Now: at(noon)}))
	if got := peeked(t, dir); got != "" {
		t.Errorf("a new spool holds %q", got)
	}
	appendTo(t, s, "one", "mark")
	appendTo(t, s, "two", "")
	appendTo(t, s, "three", "")
	appendTo(t, s, "four", "")
	ack(t, s, 1, 3)
	if got := peeked(t, dir); got != "two four" {
		t.Errorf("pending are %q", got)
	}
	seen := 0
	if err := Peek(dir, func([]byte) bool { seen++; return false }); err != nil || seen != 1 {
		t.Errorf("it was to stop after one: %d, %v", seen, err)
	}
	closeIt(t, s)
	if got := peeked(t, dir); got != "two four" {
		t.Errorf("once it is closed, pending are %q", got)
	}
	if err := Peek(filepath.Join(dir, "no"), func([]byte) bool { return true }); err == nil {
		t.Error("no folder, and no word of it")
	}
}

// A damaged batch is passed over, wherever its file was cut.
func TestPeekAtDamage(t *testing.T) {
	each(t, func(t *testing.T, dir, name string, data []byte, i int, _ []step) {
		write(t, filepath.Join(dir, name), data[:i])
		peeked(t, dir)
	})
}
