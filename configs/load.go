// Package configs holds the files that people write and the one loader that checks them: agent.yaml, collector.yaml,
// site.yaml and the profiles of devices. The samples beside this code are the manual.
//
// Loading is strict and happens once. All faults of a file come together, each with its place, and what has none
// needs no second check. Loading opens no wires, brokers or databases, and does not read secrets: whether
// a named file of a secret exists is found out by who opens it.
package configs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// MaxFileBytes bounds a file: ten thousand assets fit in.
const MaxFileBytes = 2 << 20

// File is a type that stands in a file of its own.
type File interface {
	Agent | Collector | Site | Profile
}

// Load reads a file, fills in the defaults and checks everything. With faults the value is what could be made of it:
// good enough for Agent.Without, and for nothing else. A relative file name counts from the folder of the file in
// which it stands.
func Load[T File](path string) (T, Faults) {
	text, err := read(path)
	if err != nil {
		var none T
		return none, unreadable(path, err)
	}
	return Parse[T](path, text)
}

// Parse is Load for a text at hand; path only says where it stands.
func Parse[T File](path string, text []byte) (T, Faults) {
	var v T
	d := document{file: filepath.ToSlash(path), folder: filepath.Dir(path), nodes: nodes{}, broken: map[string]bool{}}
	if root := d.parse(text); root != nil {
		into := any(&v).(checked)
		d.decode("", root, reflectOf(into))
		into.fill(&d)
		into.check(&d)
		into.locate(d.folder)
	}
	d.faults.sort(d.file)
	return v, d.faults
}

// A checked type knows its defaults, its rules, and which of its fields are names of files.
type checked interface {
	fill(*document)
	check(*document)
	locate(folder string)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFileBytes+1)) // the one byte too many is told by parse
}

// locate makes the file names count from folder.
func locate(folder string, names ...*string) {
	for _, name := range names {
		if *name != "" && !filepath.IsAbs(*name) {
			*name = filepath.Join(folder, *name)
		}
	}
}

// Report writes all that is wrong with a file, or that nothing is, and returns an error if anything is.
func Report[T File](path string, to io.Writer) error {
	_, faults := Load[T](path)
	if len(faults) == 0 {
		_, err := fmt.Fprintf(to, "%s: no faults\n", path)
		return err
	}
	_, err := fmt.Fprintln(to, faults)
	return errors.Join(err, fmt.Errorf("%s: %d faults", path, len(faults)))
}
