package badge

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "badge.key")
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = LoadKey(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, key := range keys {
		if len(key) != keyLen || !bytes.Equal(key, keys[0]) || bytes.Equal(key, make([]byte, keyLen)) {
			t.Fatalf("keys differ, or are none: %d bytes", len(key))
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files left, want the key", len(left))
	}
}

func TestKeyIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		size int
		mode os.FileMode
		want string
	}{
		{"others can read it", 32, 0o644, "0600"},
		{"the group can read it", 32, 0o640, "0600"},
		{"empty", 0, 0o600, "0 bytes"},
		{"too long", 33, 0o600, "33 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "badge.key")
			if err := os.WriteFile(path, make([]byte, c.size), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := LoadKey(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one with %q and the path", err, c.want)
			}
		})
	}
	if _, err := LoadKey(filepath.Join(t.TempDir(), "no", "badge.key")); err == nil {
		t.Error("a key in no directory")
	}
}
