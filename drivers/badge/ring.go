package badge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"basemeter/drivers"
)

// KeptYears is how many years before the present one keep their key. A year's sessions are kept to its end and while
// they can be objected to, which is the year after; then the key goes, and with it what links a pseudonym to a card.
const KeptYears = 1

// What a ring tells that it did to a file.
const (
	Made      = "made"      // for a year or, by a clock that was not set, for none
	Taken     = "taken"     // it had no year, and has one now
	Destroyed = "destroyed" // its year has been over long enough
)

// A Ring is the keys of a base: one for each academic year, each in a file of its own beside the one that Path names.
//
//	/var/lib/basemeter/badge.key             without a year: made before the clock was set, or by an earlier version
//	/var/lib/basemeter/badge-2026-2027.key   of 1 September 2026 to 31 August 2027
//
// The key without a year becomes that of the year in which the ring finds it, if no year has one yet, so that the
// pseudonyms under it go on. Nothing is kept in memory: a key that is destroyed, or put there, counts at once. A ring is
// safe for concurrent use, also by several processes.
type Ring struct {
	Path string
	Zone *time.Location                    // whose 1 September it is
	Tell func(did, file string, err error) // of what was done to a file, by its name alone, or could not be; may be nil

	mu    sync.Mutex
	swept Year // the year in which it last looked for keys to destroy
}

// A YearKey is one key of a ring. Year is 0 of the key without one.
type YearKey struct {
	Year Year
	Key  Key
}

// Key is the key of the academic year in which at lies. If there is none it is made, but only by a clock that was set:
// a clock that was not gets the likeliest of those that there are.
func (r *Ring) Key(at drivers.Instant) (Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !at.Synced {
		return r.likely(at.Wall.In(r.Zone))
	}
	return r.of(r.year(at), at)
}

// Ahead are the keys of the year in which at lies and of as many in all, each made if there is none. The clock must be
// set.
func (r *Ring) Ahead(at drivers.Instant, years int) ([]YearKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !at.Synced {
		return nil, errors.New("the clock has not been set, so nobody knows of which year the key should be")
	}
	now := r.year(at)
	var keys []YearKey
	for year := now; year < now+Year(years); year++ {
		key, err := r.of(year, at)
		if err != nil {
			return nil, err
		}
		keys = append(keys, YearKey{year, key})
	}
	return keys, nil
}

// All are the keys that there are, the oldest first and the one without a year last; it makes none.
func (r *Ring) All() ([]YearKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	years, _, err := r.years()
	if err != nil {
		return nil, err
	}
	var keys []YearKey
	for _, year := range append(years, 0) {
		key, err := readKey(r.File(year))
		if errors.Is(err, fs.ErrNotExist) || slices.ContainsFunc(keys, func(k YearKey) bool { return k.Key == key }) {
			continue // the latter where a power cut left it under both names
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, YearKey{year, key})
	}
	return keys, nil
}

func (r *Ring) year(at drivers.Instant) Year { return YearOf(at.Wall.In(r.Zone)) }

// File is where the key of a year is kept; of 0, the one without a year.
func (r *Ring) File(year Year) string {
	if year == 0 {
		return r.Path
	}
	ext := filepath.Ext(r.Path)
	return fmt.Sprintf("%s-%v%s", strings.TrimSuffix(r.Path, ext), year, ext)
}

// years are those that have a key, in order, and when a file of the ring was last written.
func (r *Ring) years() (years []Year, newest time.Time, err error) {
	files, err := os.ReadDir(filepath.Dir(r.Path))
	if err != nil {
		return nil, newest, err
	}
	ext := filepath.Ext(r.Path)
	stem := strings.TrimSuffix(filepath.Base(r.Path), ext) + "-"
	for _, f := range files {
		name, ours := strings.CutPrefix(f.Name(), stem)
		year, err := ParseYear(strings.TrimSuffix(name, ext))
		if !ours || err != nil || filepath.Base(r.File(year)) != f.Name() {
			continue
		}
		years = append(years, year)
		if info, err := f.Info(); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	slices.Sort(years)
	return years, newest, nil
}

// of reads the key of a year, or makes it. At is this moment.
func (r *Ring) of(year Year, at drivers.Instant) (Key, error) {
	now := r.year(at)
	key, err := readKey(r.File(year))
	if errors.Is(err, fs.ErrNotExist) && year == now {
		err = r.take(year)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = r.make(year)
	}
	if err == nil && key == (Key{}) {
		key, err = readKey(r.File(year))
	}
	if err == nil && year == now && !r.lived(year) {
		os.Chtimes(r.File(year), at.Wall, at.Wall) // where that cannot be done, keys are only kept for longer
	}
	if err == nil && r.swept != now {
		r.swept = now // what cannot be destroyed is tried again when the year turns, or the program is started
		r.sweep(now)
	}
	return key, err
}

// take makes the key without a year that of a year, if no year has one. It never replaces one.
func (r *Ring) take(year Year) error {
	years, _, err := r.years()
	if err == nil && len(years) > 0 {
		return fs.ErrNotExist
	}
	if _, err := readKey(r.Path); err != nil {
		return err
	}
	err = os.Link(r.Path, r.File(year))
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was quicker
	}
	if err != nil {
		return err
	}
	r.tell(Taken, year, nil)
	return errors.Join(os.Remove(r.Path), syncDir(filepath.Dir(r.Path)))
}

func (r *Ring) make(year Year) error {
	made, err := makeKey(r.File(year))
	if err != nil {
		return fmt.Errorf("badge key %s: %w", r.File(year), err)
	}
	if made {
		r.tell(Made, year, nil)
	}
	return nil
}

// epoch is before any clock of ours was ever right.
var epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// likely is the key that a clock that was not set gets: of the year that it shows or, where it shows a time before there
// were any, of the year in which a key was last made, or else of the one before; else of the first there is. Without any
// it is a key without a year.
func (r *Ring) likely(shown time.Time) (Key, error) {
	years, newest, err := r.years()
	if err != nil {
		return Key{}, err
	}
	if shown.Before(epoch) {
		shown = newest.In(r.Zone) // a key may have been made ahead: the newest there is need not be this year's
	}
	var year Year
	for _, y := range years {
		if year == 0 || y <= YearOf(shown) {
			year = y
		}
	}
	key, err := readKey(r.File(year))
	if year == 0 && errors.Is(err, fs.ErrNotExist) {
		if err = r.make(0); err == nil {
			key, err = readKey(r.Path)
		}
	}
	return key, err
}

// sweep destroys the keys that have been kept long enough. A clock that leapt, as a false time server makes it, must not
// cost a key that is in use: only where the key of the year before was used in its year did the ring see the years turn.
func (r *Ring) sweep(now Year) {
	years, _, err := r.years()
	if err != nil || !r.lived(now-1) {
		return
	}
	for _, year := range years {
		if year < now-KeptYears {
			r.destroy(year)
		}
	}
	if info, err := os.Stat(r.Path); err == nil && YearOf(info.ModTime().In(r.Zone)) < now-KeptYears {
		r.destroy(0) // the key without a year, where the year already had one
	}
}

// lived tells whether the key of a year was used while that lasted: its file then was written, or marked, within the year.
// One that was only made ahead is older than its year.
func (r *Ring) lived(year Year) bool {
	info, err := os.Stat(r.File(year))
	return err == nil && YearOf(info.ModTime().In(r.Zone)) == year
}

func (r *Ring) destroy(year Year) {
	err := os.Remove(r.File(year))
	if errors.Is(err, fs.ErrNotExist) {
		return // another process was quicker
	}
	r.tell(Destroyed, year, errors.Join(err, syncDir(filepath.Dir(r.Path))))
}

func (r *Ring) tell(did string, year Year, err error) {
	if r.Tell != nil {
		r.Tell(did, filepath.Base(r.File(year)), err)
	}
}
