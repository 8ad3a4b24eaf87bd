package badge

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"basemeter/drivers"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// at is a moment in Shanghai, by a clock that was set.
func at(local string) drivers.Instant {
	t, err := time.ParseInLocation("2006-01-02 15:04", local, shanghai)
	if err != nil {
		panic(err)
	}
	return drivers.Instant{Wall: t.UTC(), Synced: true}
}

func unset(local string) drivers.Instant {
	i := at(local)
	i.Synced = false
	return i
}

func TestKeyIsRefused(t *testing.T) {
	key := []byte(strings.Repeat("k", 33))
	for _, c := range []struct {
		name string
		key  []byte
		mode os.FileMode
		want string
	}{
		{"others can read it", key[:32], 0o644, "0600"},
		{"the group can read it", key[:32], 0o640, "0600"},
		{"empty", nil, 0o600, "0 bytes"},
		{"too long", key, 0o600, "33 bytes"},
		{"a power cut left zeros", make([]byte, 32), 0o600, "zeros"},
	} {
		for _, name := range []string{"badge.key", "badge-2026-2027.key"} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, c.key, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, c.mode); err != nil {
					t.Fatal(err)
				}
				ring := &Ring{Path: filepath.Join(filepath.Dir(path), "badge.key"), Zone: shanghai}
				for _, moment := range []drivers.Instant{at("2026-11-24 08:00"), unset("2026-11-24 08:00")} {
					_, err := ring.Key(moment)
					if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "kkk") {
						t.Errorf("error %v, want one with %q and the path", err, c.want)
					}
				}
				if left, err := os.ReadFile(path); err != nil || string(left) != string(c.key) {
					t.Error("the file is not as it was")
				}
			})
		}
	}
	if _, err := (&Ring{Path: filepath.Join(t.TempDir(), "no", "badge.key"), Zone: shanghai}).Key(at("2026-11-24 08:00")); err == nil {
		t.Error("a key in no directory")
	}
}

func TestKeysShowThemselvesToNobody(t *testing.T) {
	key := testKey()
	inside := struct {
		Keys Keys
		Year YearKey
		Many []Key
	}{key, YearKey{2026, key}, []Key{key}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{key, &key, inside, YearKey{2026, key}} {
			got := fmt.Sprintf(verb, v)
			if text, err := json.Marshal(v); err != nil || strings.Contains(string(text), "1,2") {
				t.Errorf("JSON of %T shows %s, %v", v, text, err)
			}
			for _, part := range []string{"00010203", "0 1 2", "0x1, 0x2", "\x01\x02", `\x01\x02`} {
				if strings.Contains(got, part) {
					t.Errorf("%s of %T shows %s", verb, v, got)
				}
			}
		}
	}
}
