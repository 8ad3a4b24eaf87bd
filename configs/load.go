// Package configs holds the files that people write and what must be true of each: agent.yaml, collector.yaml,
// site.yaml and the profiles of devices. The samples beside this code are the manual; how a file is read at all is
// package strict's.
//
// Loading is strict and happens once. All faults of a file come together, each with its place, and what has none
// needs no second check. Loading opens no wires, brokers or databases, and does not read secrets: whether
// a named file of a secret exists is found out by who opens it.
package configs

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"basemeter/configs/strict"
)

// MaxFileBytes bounds a file: ten thousand assets fit in.
const MaxFileBytes = 2 << 20

// File is a type that stands in a file of its own.
type File interface {
	Agent | Collector | Site | Profile
}

// A Fault is one thing that is wrong with a file, and Faults are all of them.
type (
	Fault  = strict.Fault
	Faults = strict.Faults
)

// Lengths of time and sizes, as the files write them.
type (
	Duration = strict.Duration
	Bytes    = strict.Bytes
)

// Load reads a file, fills in the defaults and checks everything. With faults the value is what could be made of it:
// good enough for Agent.Without, and for nothing else. A relative file name counts from the folder of the file in
// which it stands.
func Load[T File](path string) (T, Faults) {
	return load[T](path, (*strict.Document).Load)
}

// Parse is Load for a text at hand; path only says where it stands.
func Parse[T File](path string, text []byte) (T, Faults) {
	return load[T](path, func(d *strict.Document, into any) bool { return d.Parse(text, into) })
}

func load[T File](path string, decode func(*strict.Document, any) bool) (T, Faults) {
	var v T
	d := strict.Document{File: path, MaxBytes: MaxFileBytes, Elsewhere: elsewhere}
	if into := any(&v).(checked); decode(&d, into) {
		into.fill(&d)
		into.check(&d)
		into.locate(filepath.Dir(path))
	}
	return v, d.Faults()
}

// elsewhere names the file that a key of the top level belongs to.
func elsewhere(key string) string {
	for _, other := range []struct {
		file string
		v    any
	}{{"an agent", Agent{}}, {"a collector", Collector{}}, {"a site", Site{}}, {"a profile", Profile{}}} {
		if slices.Contains(strict.KeysOf(other.v), key) {
			return "it belongs in the file of " + other.file + "."
		}
	}
	return ""
}

// A checked type knows its defaults, its rules, and which of its fields are names of files.
type checked interface {
	fill(*strict.Document)
	check(*strict.Document)
	locate(folder string)
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
