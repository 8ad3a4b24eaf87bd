package cards

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// A stamp tells whether a file has changed: each change puts another file in its place.
type stamp struct {
	inode   uint64
	size    int64
	changed time.Time
}

func look(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	s := stamp{size: info.Size(), changed: info.ModTime()}
	if file, ok := info.Sys().(*syscall.Stat_t); ok {
		s.inode = file.Ino
	}
	return s
}

// LookEvery is how often Watch looks at the file.
const LookEvery = 2 * time.Second

// Watch makes what others write to the file count, until ctx ends. A file that has changed counts once it has stayed the
// same from one look to the next, so that nobody reads half of what is being copied. Say is told of each change: nil
// once the new table counts, or why it does not, and the table stays as it was.
func (t *Table) Watch(ctx context.Context, say func(error)) {
	tick := time.NewTicker(LookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if changed, err := t.follow(); changed {
			say(err)
		}
	}
}

// follow looks at the file once.
func (t *Table) follow() (changed bool, err error) {
	now := look(t.path)
	t.mu.Lock()
	stands := now == t.seen
	t.seen = now
	changed = stands && now != t.as
	t.mu.Unlock()
	if !changed {
		return false, nil
	}
	cards, err := load(t.path)
	if now == (stamp{}) && err == nil { // whoever enrols and erases leaves a file, also an empty one
		err = fmt.Errorf("%s is gone; what it held is forgotten at the next start", t.path)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.as = now
	if err == nil {
		t.cards = cards
	}
	return true, err
}

// hold keeps others from changing the file at path until release is called.
func hold(path string) (release func(), err error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(belong(f, path), syscall.Flock(int(f.Fd()), syscall.LOCK_EX)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { f.Close() }, nil // which lets go of it
}

// replace puts text under path, as a whole or not at all, and returns when a power cut cannot undo it.
func replace(path string, text []byte) error {
	temp := path + ".tmp" // one name, so that what a power cut leaves there does not outlive the next change
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // after the rename there is nothing to remove
	if _, err = f.Write(text); err == nil {
		err = errors.Join(belong(f, path), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// belong gives a file that root writes to the owner of the folder: an administrator's command must not leave the
// gateway with a table that it cannot read.
func belong(f *os.File, path string) error {
	info, err := os.Stat(filepath.Dir(path))
	if err != nil || os.Geteuid() != 0 {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}
