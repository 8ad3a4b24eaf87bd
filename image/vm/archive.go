package vm

import (
	"fmt"
	"io"
	"path"
)

// A File is one of an archive's. Its name has no slash at its beginning.
type File struct {
	Name string
	Mode uint32 // permissions: 0o755
	Data []byte
}

// Types of file in an archive's modes.
const (
	isDir  = 0o040000
	isFile = 0o100000
)

// WriteArchive writes files, and the folders they are in, as the kernel unpacks them before its first process: a cpio
// archive of the newc kind, see Documentation/driver-api/early-userspace/buffer-format.rst. Equal files give equal bytes.
func WriteArchive(w io.Writer, files []File) error {
	a := archive{w: w, made: map[string]bool{".": true}}
	for _, f := range files {
		a.folders(path.Dir(f.Name))
		a.entry(f.Name, isFile|f.Mode, f.Data)
	}
	a.entry("TRAILER!!!", 0, nil)
	return a.err
}

type archive struct {
	w    io.Writer
	made map[string]bool // folders
	last int             // inode
	err  error
}

func (a *archive) folders(dir string) {
	if a.made[dir] {
		return
	}
	a.folders(path.Dir(dir))
	a.made[dir] = true
	a.entry(dir, isDir|0o755, nil)
}

func (a *archive) entry(name string, mode uint32, data []byte) {
	a.last++
	// inode, mode, uid, gid, nlink, mtime, filesize, device and its minor, rdev and its minor, length of the name, checksum
	head := fmt.Sprintf("070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		a.last, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
	a.write([]byte(head + name + "\x00"))
	a.write(data)
}

// write fills up to a multiple of 4 bytes; an entry begins on one.
func (a *archive) write(b []byte) {
	for _, part := range [][]byte{b, make([]byte, -len(b)&3)} {
		if a.err == nil {
			_, a.err = a.w.Write(part)
		}
	}
}
