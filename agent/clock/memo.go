package clock

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// remembered is how many boots can be dated afterwards: a power cut each evening, for four months.
const remembered = 128

// A memo is what outlives a power cut.
type memo struct {
	FloorMS int64   `json:"floor_ms"`
	Epoch   uint64  `json:"epoch"`
	Ever    bool    `json:"ever_synced"` // so that the floor is more than what an image was made with
	Boots   []*boot `json:"boots"`
}

// A boot is one run of the machine: wall time is OffsetMS plus the time since it began. FirstMS is what OffsetMS was when
// the clock was first set: all that was seen before is dated by it, for ever, so that a batch sent twice is the same.
type boot struct {
	ID       string `json:"id"`
	OffsetMS int64  `json:"offset_ms"`
	FirstMS  int64  `json:"first_ms"`
	Synced   bool   `json:"synced"`
	Floored  bool   `json:"floored"` // if not synced, it began after a moment that had once been certain
}

func (b *boot) zero() time.Time  { return time.UnixMilli(b.OffsetMS).UTC() }
func (b *boot) first() time.Time { return time.UnixMilli(b.FirstMS).UTC() }

// load reads the memo. A damaged file is set aside: without it old facts without a date stay without one, but a
// gateway that does not start measures nothing at all.
func load(path string) (memo, error) {
	var m memo
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if json.Unmarshal(data, &m) != nil {
		return memo{}, os.Rename(path, path+".bad")
	}
	return m, nil
}

// write replaces the file in one step, so that a power cut leaves the old memo or the new one.
func (m *memo) write(path string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
