package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Fault is one thing that is wrong with a file.
type Fault struct {
	File   string
	Line   int    // from 1; 0 if the file could not be read
	Column int    // from 1, in characters
	Path   string // lines[0].devices[1].period; empty: the file as a whole
	Text   string // what is wrong and what is allowed
}

func (f Fault) String() string {
	where := f.File
	if f.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	if f.Path != "" {
		where += ": " + f.Path
	}
	return where + ": " + f.Text
}

// Faults are all that is wrong with a file, in its order.
type Faults []Fault

// Error is one line a fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// Err is nil if nothing is wrong.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// sort puts the faults into the file's order; those of files it refers to come behind.
func (f Faults) sort(file string) {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(behind(a, file)-behind(b, file), cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

func behind(f Fault, file string) int {
	if f.File == file {
		return 0
	}
	return 1
}
