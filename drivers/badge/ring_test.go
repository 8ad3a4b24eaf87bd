package badge

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"basemeter/drivers"
)

// A bench is a ring in a folder of its own, and what it told.
type bench struct {
	*testing.T
	ring *Ring
	told []string
}

func newBench(t *testing.T, files ...string) *bench {
	b := &bench{T: t}
	b.ring = &Ring{Path: filepath.Join(t.TempDir(), "badge.key"), Zone: shanghai, Tell: func(did, file string, err error) {
		b.told = append(b.told, strings.TrimSuffix(fmt.Sprintf("%s %s %v", did, file, err), " <nil>"))
	}}
	for i, name := range files {
		b.put(name, byte(i+1))
	}
	return b
}

func (b *bench) put(name string, first byte) {
	b.Helper()
	key := Key{first}
	if err := os.WriteFile(filepath.Join(filepath.Dir(b.ring.Path), name), key[:], 0o600); err != nil {
		b.Fatal(err)
	}
}

// key is what the ring answers at a moment.
func (b *bench) key(i drivers.Instant) Key {
	b.Helper()
	key, err := b.ring.Key(i)
	if err != nil {
		b.Fatal(err)
	}
	if key == (Key{}) {
		b.Fatal("a key that is none")
	}
	return key
}

func (b *bench) files() string {
	b.Helper()
	all, err := os.ReadDir(filepath.Dir(b.ring.Path))
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.Name())
		if info, err := f.Info(); err != nil || info.Mode() != 0o600 {
			b.Errorf("%s has mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
	return strings.Join(names, " ")
}

// The same card, shown at these minutes of Shanghai, has the pseudonym of its letter.
func TestTheTurnOfTheYear(t *testing.T) {
	b := newBench(t)
	letters, drawn := map[string]byte{}, ""
	shown := []string{
		"2026-06-30 12:00", "2026-08-31 23:58", "2026-08-31 23:59", // the last minutes of 2025-2026
		"2026-09-01 00:00", "2026-09-01 00:01", "2026-12-31 23:59", "2027-01-01 00:00", "2027-08-31 23:59",
		"2027-09-01 00:00", "2027-09-01 00:01",
	}
	for _, minute := range shown {
		s := &script{lines: []line{{number: Bits(40, 0x13005D1DA5), instant: at(minute)}}}
		readings, err := New(Config{Name: "gate-1", Keys: b.ring}, s, &s.tally).Read(t.Context(), nil)
		if err != nil || len(readings) != 1 {
			t.Fatalf("at %s: %v, %v", minute, readings, err)
		}
		card := readings[0].Card
		if letters[card] == 0 {
			letters[card] = 'A' + byte(len(letters))
		}
		drawn += string(letters[card])
	}
	if want := "AAA" + "BBBBB" + "CC"; drawn != want {
		t.Errorf("the card is called %s, want %s", drawn, want)
	}
	if got, want := b.files(), "badge-2026-2027.key badge-2027-2028.key"; got != want {
		t.Errorf("the ring holds %s, want %s", got, want)
	}
	want := "made badge-2025-2026.key, made badge-2026-2027.key, made badge-2027-2028.key, destroyed badge-2025-2026.key"
	if got := strings.Join(b.told, ", "); got != want {
		t.Errorf("it told: %s\nwant: %s", got, want)
	}
}

func TestKeyIsMadeOnce(t *testing.T) {
	for name, moment := range map[string]drivers.Instant{"set": at("2026-11-24 08:00"), "unset": unset("1970-01-01 08:00")} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			keys := make([]Key, 8)
			var wg sync.WaitGroup
			for i := range keys {
				ring := &Ring{Path: b.ring.Path, Zone: shanghai} // as of processes that start at once
				wg.Go(func() {
					var err error
					if keys[i], err = ring.Key(moment); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for _, key := range keys {
				if key != keys[0] || key == (Key{}) {
					t.Fatal("keys differ, or are none")
				}
			}
			if got, want := b.files(), map[string]string{"set": "badge-2026-2027.key", "unset": "badge.key"}[name]; got != want {
				t.Errorf("files %s, want %s", got, want)
			}
		})
	}
}

// What an earlier version made is the key of the year in which it is found, so that the pseudonyms of this year go on.
func TestTheKeyWithoutAYearIsTaken(t *testing.T) {
	b := newBench(t, "badge.key")
	if key := b.key(unset("1970-01-01 08:00")); key != (Key{1}) || b.files() != "badge.key" {
		t.Fatalf("before the clock is set it is used as it is: %t, %s", key == Key{1}, b.files())
	}
	var wg sync.WaitGroup
	for range 8 {
		ring := &Ring{Path: b.ring.Path, Zone: shanghai}
		wg.Go(func() {
			if key, err := ring.Key(at("2026-11-24 08:00")); key != (Key{1}) || err != nil {
				t.Errorf("another key, %v", err)
			}
		})
	}
	wg.Wait()
	if got := b.files(); got != "badge-2026-2027.key" {
		t.Errorf("files %s", got)
	}
	if b.key(at("2027-08-31 23:59")) != (Key{1}) || b.key(at("2027-09-01 00:00")) == (Key{1}) {
		t.Error("it is not the key of its year, and of that alone")
	}
}

// A power cut between the two steps of taking leaves two names of one file.
func TestAKeyThatWasHalfTaken(t *testing.T) {
	b := newBench(t, "badge.key")
	if err := os.Link(b.ring.Path, strings.Replace(b.ring.Path, "badge.", "badge-2026-2027.", 1)); err != nil {
		t.Fatal(err)
	}
	if b.key(at("2026-11-24 08:00")) != (Key{1}) {
		t.Error("another key")
	}
	if all, err := b.ring.All(); err != nil || len(all) != 1 || all[0] != (YearKey{2026, Key{1}}) {
		t.Errorf("%d keys, %v", len(all), err)
	}
}

// A clock that was not set makes no key for the time that it shows.
func TestAClockThatWasNotSet(t *testing.T) {
	years := []string{"badge-2024-2025.key", "badge-2025-2026.key", "badge-2026-2027.key", "badge.key"}
	for _, c := range []struct {
		name  string
		files []string
		shows string
		newer string // when the keys were made, if not now
		want  byte
	}{
		{"the newest key there is", years[:2], "1970-01-01 08:00", "", 2},
		{"also by the clock of an image", years[:2], "2024-11-19 12:00", "", 2},
		{"but none that was made ahead", years[:3], "1970-01-01 08:00", "2026-06-30 08:00", 2},
		{"unless it is the only one", years[2:3], "1970-01-01 08:00", "2026-06-30 08:00", 1},
		{"the year that is shown, if that can be", years[:3], "2025-10-01 08:00", "", 2},
		{"the newest before it, if that has none", years[:2], "2026-09-01 00:10", "", 2},
		{"the first after it, if there is none before", years[1:3], "2025-02-01 08:00", "", 1},
		{"a year before none", []string{years[3], years[1]}, "1970-01-01 08:00", "", 2},
		{"the key without a year, if there is no other", years[3:], "2026-10-01 08:00", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, c.files...)
			for _, f := range c.files {
				if c.newer == "" {
					continue
				}
				made := at(c.newer).Wall
				if err := os.Chtimes(filepath.Join(filepath.Dir(b.ring.Path), f), made, made); err != nil {
					t.Fatal(err)
				}
			}
			before := b.files()
			if key := b.key(unset(c.shows)); key != (Key{c.want}) {
				t.Errorf("key %d, want %d of %v", key[0], c.want, c.files)
			}
			if after := b.files(); after != before {
				t.Errorf("files %s, then %s", before, after)
			}
			if _, err := b.ring.Ahead(unset(c.shows), 1); err == nil {
				t.Error("cards are enrolled by it")
			}
		})
	}
	t.Run("without any key it makes one without a year", func(t *testing.T) {
		b := newBench(t)
		first := b.key(unset("1970-01-01 08:00"))
		if first != b.key(unset("1970-01-02 08:00")) || b.files() != "badge.key" {
			t.Errorf("files %s", b.files())
		}
		if first != b.key(at("2026-11-24 08:00")) || b.files() != "badge-2026-2027.key" {
			t.Errorf("once the clock is set: files %s", b.files())
		}
	})
}

func TestKeysMadeAhead(t *testing.T) {
	b := newBench(t, "badge-2024-2025.key", "badge-2025-2026.key")
	keys, err := b.ring.Ahead(at("2026-06-30 08:00"), 2)
	if err != nil || len(keys) != 2 || keys[0] != (YearKey{2025, Key{2}}) || keys[1].Year != 2026 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	if got, want := b.files(), "badge-2024-2025.key badge-2025-2026.key badge-2026-2027.key"; got != want {
		t.Errorf("files %s, want %s: the year before is kept while this one lasts", got, want)
	}
	if b.key(at("2026-08-31 23:59")) != (Key{2}) || b.key(at("2026-09-01 00:00")) != keys[1].Key {
		t.Error("the year turned before its time, or to another key")
	}
	if got, want := b.files(), "badge-2025-2026.key badge-2026-2027.key"; got != want {
		t.Errorf("after the turn: files %s, want %s", got, want)
	}
	if all, err := b.ring.All(); err != nil || !slices.Equal(all, []YearKey{{2025, Key{2}}, {2026, keys[1].Key}}) {
		t.Errorf("%d keys, %v", len(all), err)
	}
}

// A false time server must not cost the keys that are in use.
func TestAClockThatLeapsDestroysNothing(t *testing.T) {
	b := newBench(t, "badge-2025-2026.key", "badge-2026-2027.key")
	b.key(at("2036-11-24 08:00"))
	if b.key(at("2026-11-24 08:00")) != (Key{2}) {
		t.Error("the key in use is gone")
	}
	if got, want := b.files(), "badge-2025-2026.key badge-2026-2027.key badge-2036-2037.key"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
}

// A key that was only made ahead is no proof that its year was lived through.
func TestAClockThatLeapsBeyondAKeyMadeAheadDestroysNothing(t *testing.T) {
	b := newBench(t)
	keys, err := b.ring.Ahead(at("2026-11-24 08:00"), 2)
	if err != nil {
		t.Fatal(err)
	}
	b.key(at("2028-11-24 08:00"))
	if b.key(at("2026-11-24 08:01")) != keys[0].Key {
		t.Error("the key in use is gone")
	}
	b.key(at("2027-09-01 00:00"))
	b.key(at("2028-09-01 00:00"))
	if got, want := b.files(), "badge-2027-2028.key badge-2028-2029.key"; got != want {
		t.Errorf("once the years were lived through: files %s, want %s", got, want)
	}
}

func TestAKeyWithoutAYearThatNobodyTookIsDestroyedInTime(t *testing.T) {
	b := newBench(t, "badge.key", "badge-2026-2027.key")
	made := at("2026-09-10 08:00").Wall
	if err := os.Chtimes(b.ring.Path, made, made); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, files string }{
		{"2026-11-24 08:00", "badge-2026-2027.key badge.key"},
		{"2027-11-24 08:00", "badge-2026-2027.key badge-2027-2028.key badge.key"},
		{"2028-11-24 08:00", "badge-2027-2028.key badge-2028-2029.key"},
	} {
		b.key(at(c.at))
		if got := b.files(); got != c.files {
			t.Errorf("at %s: files %s, want %s", c.at, got, c.files)
		}
	}
}

// What root makes is for the owner of the folder, who is to read it.
func TestKeysBelongToTheOwnerOfTheFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	b := newBench(t)
	if err := os.Chown(filepath.Dir(b.ring.Path), 12345, 12346); err != nil {
		t.Fatal(err)
	}
	b.key(at("2026-11-24 08:00"))
	info, err := os.Stat(b.ring.File(2026))
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 12345 || owner.Gid != 12346 {
		t.Errorf("it belongs to %d:%d", owner.Uid, owner.Gid)
	}
}

func TestNamesOfKeyFiles(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{"badge.key": "badge-2026-2027.key", "key": "key-2026-2027", "a.b.key": "a.b-2026-2027.key"} {
		ring := &Ring{Path: filepath.Join(dir, path), Zone: time.UTC}
		if got := filepath.Base(ring.File(2026)); got != want {
			t.Errorf("beside %s: %s, want %s", path, got, want)
		}
		if _, err := ring.Key(drivers.Instant{Wall: at("2026-11-24 08:00").Wall, Synced: true}); err != nil {
			t.Error(err)
		}
		if all, err := ring.All(); err != nil || len(all) != 1 || all[0].Year != 2026 {
			t.Errorf("beside %s there are %d, %v", path, len(all), err)
		}
	}
}
