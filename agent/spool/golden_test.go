package spool

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

const golden = "testdata/golden"

// The disk format outlives the program: what a version wrote, its successors read.
func TestGoldenIsRead(t *testing.T) {
	s := open(t, Options{Dir: copyDir(t, golden)})
	expect(t, s, "2:two 4:four", "newest mark")
	if s.Stream() != "000102030405060708090a0b0c0d0e0f" {
		t.Fatal(s.Stream())
	}
	if q := appendTo(t, s, "five", ""); q != 5 {
		t.Fatalf("sequence %d", q)
	}
}

func TestGoldenIsWritten(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir, SegmentBytes: 100, Now: at(noon)})
	appendTo(t, s, "one", "mark")
	appendTo(t, s, "two", "")
	appendTo(t, s, "three", "")
	appendTo(t, s, "four", "")
	appendTo(t, s, "", "newest mark")
	ack(t, s, 1, 3)
	closeIt(t, s)
	write(t, filepath.Join(dir, "stream"), []byte("000102030405060708090a0b0c0d0e0f\n"))
	os.Remove(filepath.Join(dir, "lock"))
	if *update {
		os.RemoveAll(golden)
		if err := os.CopyFS(golden, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		got, _ := os.ReadFile(filepath.Join(dir, f.Name()))
		want, _ := os.ReadFile(filepath.Join(golden, f.Name()))
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n%x\nwant\n%x", f.Name(), got, want)
		}
	}
}
