package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// clock goes on by a second each time it is asked.
func clock() func() time.Time {
	at := monday
	return func() time.Time { at = at.Add(time.Second); return at }
}

func TestAsideKeepsMessageAndReason(t *testing.T) {
	a := Aside{Dir: filepath.Join(t.TempDir(), "new", "aside"), MaxBytes: 1 << 20, Now: clock()}
	if err := a.Keep(topic, []byte("{broken"), "unreadable: at byte 1"); err != nil {
		t.Fatal(err)
	}
	if err := a.Keep("basemeter/1/base/../../etc/passwd", []byte("x"), "a topic that climbs"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"20260302T010001.000Z-gw-1.json", "20260302T010001.000Z-gw-1.reason",
		"20260302T010002.000Z-unknown-2.json", "20260302T010002.000Z-unknown-2.reason",
	}
	if got := names(t, a.Dir); !slices.Equal(got, want) {
		t.Fatalf("files %v, want %v", got, want)
	}
	payload, _ := os.ReadFile(filepath.Join(a.Dir, want[0]))
	reason, _ := os.ReadFile(filepath.Join(a.Dir, want[1]))
	if string(payload) != "{broken" || string(reason) != topic+"\nunreadable: at byte 1\n" {
		t.Errorf("kept %q because %q", payload, reason)
	}
}

func TestAsideIsBoundedAndTheOldestGo(t *testing.T) {
	dir := t.TempDir()
	now := clock()
	total := func() (bytes int64) {
		for _, name := range names(t, dir) {
			bytes += size(filepath.Join(dir, name))
		}
		return bytes
	}
	for range 3 { // three processes, one after the other
		a := Aside{Dir: dir, MaxBytes: 1000, Now: now}
		for range 5 {
			if err := a.Keep(topic, []byte(strings.Repeat("x", 200)), "reason"); err != nil {
				t.Fatal(err)
			}
			if bytes := total(); bytes > 1000 {
				t.Fatalf("%d bytes are kept", bytes)
			}
		}
	}
	got := names(t, dir)
	if len(got) != 8 || !strings.HasPrefix(got[0], "20260302T010012") {
		t.Errorf("kept %v, want the newest four", got)
	}
	a := Aside{Dir: dir, MaxBytes: 1000, Now: now}
	if err := a.Keep(topic, make([]byte, 5<<20), "huge"); err != nil {
		t.Fatal(err)
	}
	if bytes := total(); bytes > 1000 || bytes < 800 {
		t.Errorf("a message of 5 MB left %d bytes", bytes)
	}
}

func TestAsideSaysWhenItCannot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := Aside{Dir: file, MaxBytes: 1000}
	if err := a.Keep(topic, []byte("x"), "reason"); err == nil {
		t.Error("kept in a folder that is a file")
	}
}
