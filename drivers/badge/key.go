package badge

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"basemeter/drivers"
)

// A Key is what pseudonyms are made with: 256 bits that nobody can guess. It shows itself to nobody.
type Key [32]byte

// Format shows no key, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, "a key") }

// MarshalText shows none either, in JSON as in a log.
func (k Key) MarshalText() ([]byte, error) { return []byte("a key"), nil }

// Key makes a lone key the key of every moment.
func (k Key) Key(drivers.Instant) (Key, error) { return k, nil }

// readKey reads a key from a file that only its owner may read.
func readKey(path string) (key Key, err error) {
	f, err := os.Open(path)
	if err != nil {
		return Key{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Key{}, err
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return Key{}, fmt.Errorf("badge key %s: mode %04o lets others at it; it must be 0600", path, info.Mode().Perm())
	}
	if info.Size() != int64(len(key)) {
		return Key{}, fmt.Errorf("badge key %s: %d bytes, where a key has %d", path, info.Size(), len(key))
	}
	if _, err = io.ReadFull(f, key[:]); err == nil && key == (Key{}) {
		err = fmt.Errorf("badge key %s: nothing but zeros", path)
	}
	return key, err
}

// makeKey puts a whole key at path or none, and tells whether it did. A key that somebody else put there stays.
func makeKey(path string) (made bool, err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return false, err
	}
	defer os.Remove(f.Name())
	var key Key
	rand.Read(key[:]) // does not fail
	if _, err = f.Write(key[:]); err == nil {
		err = errors.Join(belong(f, dir), f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	err = os.Link(f.Name(), path)
	if made = err == nil; err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	return made, syncDir(dir)
}

// belong gives a file that root makes to the owner of its folder, who is to read it: a command that an administrator
// runs must not leave the gateway without its key.
func belong(f *os.File, dir string) error {
	info, err := os.Stat(dir)
	if err != nil || os.Geteuid() != 0 {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}

// syncDir makes a new name in dir outlive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
