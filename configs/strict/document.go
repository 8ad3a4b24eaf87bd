// Package strict turns a YAML file that a person wrote into a struct, and tells all that is wrong with it at once: each
// fault with its line, its column and its path, and a misspelt word with the one that was probably meant.
//
// It knows what holds for every file: one mapping of plain keys, each once, no anchors, no tags, text in quotes where
// another reader of YAML would take it for something else. What a file is about, and which of its values are sound,
// knows who asks.
package strict

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Document is one file on its way to a value: where each path stands, and what was found wrong so far. A path is
// lines[0].devices[1].period; the empty one is the file as a whole. Load or Parse come first.
type Document struct {
	File     string // where it stands; faults name it
	MaxBytes Bytes  // how large it may be; it must be said

	// Elsewhere says where a key of the top level belongs that File does not know: "it belongs in …."; empty if it
	// belongs nowhere. It may be nil.
	Elsewhere func(key string) string

	nodes  map[string]ast.Node // the values of the file by path
	broken map[string]bool     // paths with a fault, and paths that a misspelt key seems to mean
	faults Faults
}

// Load is Parse for the text of File. A file that cannot be read is a fault without a line.
func (d *Document) Load(into any) bool {
	text, err := read(d.File, d.MaxBytes)
	if err != nil {
		d.clear()
		d.FaultAt(0, 0, "", cause(err))
		return false
	}
	return d.Parse(text, into)
}

// Parse decodes text into the struct that into points to, by its tags: `yaml:"key"`, and `yaml:",inline"` for an
// embedded one. A field is a string, an int of 32 bits, a float64, a bool, an encoding.TextUnmarshaler, which is given a
// single value as it is written and whose error is the fault, or is made of these: a struct, a pointer, a slice, a map
// by string. Any other type panics when the file has a value for it.
//
// Parse goes on behind a fault, so into holds what could be made of the text. False means that nothing could, and the
// one fault says why.
func (d *Document) Parse(text []byte, into any) bool {
	d.clear()
	root := d.parse(text)
	if root != nil {
		d.decode("", root, reflect.ValueOf(into).Elem())
	}
	return root != nil
}

func (d *Document) clear() {
	d.nodes, d.broken, d.faults = map[string]ast.Node{}, map[string]bool{}, nil
}

// Faults are all that was found so far, in the file's order; those of files it refers to come behind.
func (d *Document) Faults() Faults {
	d.faults.sort(filepath.ToSlash(d.File))
	return d.faults
}

// Fault notes what is wrong at path, once: what follows from a fault already noted there, or around it, is no news.
func (d *Document) Fault(path, format string, args ...any) {
	if d.Ill(path) {
		return
	}
	line, column := d.Position(path)
	d.FaultAt(line, column, path, fmt.Sprintf(format, args...))
}

// FaultAt notes what is wrong at path, whatever else is, and where a reader finds it: the line and the column count
// from 1.
func (d *Document) FaultAt(line, column int, path, text string) {
	d.broken[path] = true
	d.faults = append(d.faults, Fault{filepath.ToSlash(d.File), line, column, path, text})
}

// Check notes a rule's answer at path, if it has one.
func (d *Document) Check(path string, err error) {
	if err != nil {
		d.Fault(path, "%v", err)
	}
}

// Adopt notes the faults of another file, which the value at path names. They stand where they are, in that file, but
// belong to path.
func (d *Document) Adopt(path string, faults Faults) {
	for _, f := range faults {
		if f.Path != "" {
			f.Text = f.Path + ": " + f.Text
		}
		f.Path = path
		d.faults = append(d.faults, f)
	}
	d.broken[path] = d.broken[path] || len(faults) > 0
}

// Unused notes the keys that the file has at path but that a thing of this kind has no use for.
func (d *Document) Unused(path, kind string, used ...string) {
	for _, key := range d.Keys(path) {
		if !slices.Contains(used, key) {
			d.Fault(Join(path, key), "not used with %s; allowed: %s", kind, strings.Join(used, ", "))
		}
	}
}
