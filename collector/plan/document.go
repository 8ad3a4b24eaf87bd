package plan

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// maxFileBytes bounds a file: twenty thousand lessons fit in.
const maxFileBytes = 4 << 20

// The files of a base. A base without lessons or bookings needs no file that says so.
const (
	registryFile  = "registry.yaml"
	calendarFile  = "calendar.yaml"
	timetableFile = "timetable.yaml"
	bookingsFile  = "bookings.yaml"
)

// A document is one file on its way to a value: what strict knows of it, and what deserves a second look.
type document struct {
	strict.Document
	warnings strict.Faults
}

// open reads a file of a folder into a value. One that is not there is a fault, or empty if it need not be there.
func (d *document) open(root fs.FS, name, shown string, needed bool, into any) {
	d.File, d.MaxBytes, d.Elsewhere = shown, maxFileBytes, elsewhere
	text, err := read(root, name)
	if err == nil {
		d.Parse(text, into)
		return
	}
	d.Parse([]byte("{}"), into)
	if needed || !errors.Is(err, fs.ErrNotExist) {
		d.FaultAt(0, 0, "", cause(err))
	}
}

// warn notes what is allowed at path and yet deserves a second look.
func (d *document) warn(path, format string, args ...any) {
	line, column := d.Position(path)
	d.warnings = append(d.warnings, strict.Fault{File: d.File, Line: line, Column: column, Path: path, Text: fmt.Sprintf(format, args...)})
}

// where is the place of path, to be cited.
func (d *document) where(path string) Where {
	line, _ := d.Position(path)
	return Where{d.File, line}
}

// elsewhere names the file that a key of the top level belongs to.
func elsewhere(key string) string {
	for name, v := range map[string]any{registryFile: Registry{}, calendarFile: Calendar{}, timetableFile: Timetable{}, bookingsFile: Bookings{}} {
		if slices.Contains(strict.KeysOf(v), key) {
			return "it belongs in " + name + "."
		}
	}
	return ""
}

// basesIn are the folders that each hold a base.
func basesIn(root fs.FS) ([]string, error) {
	if _, err := fs.Stat(root, registryFile); err == nil {
		return []string{"."}, nil
	}
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			folders = append(folders, e.Name())
		}
	}
	if folders == nil {
		return nil, fmt.Errorf("holds no %s, nor folders of bases that do", registryFile)
	}
	return folders, nil
}

// read returns all of a file that is not too large.
func read(root fs.FS, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(text) > maxFileBytes {
		err = fmt.Errorf("the file is larger than %v", strict.Bytes(maxFileBytes))
	}
	return text, err
}

// cause is why a file cannot be read, without its name, which the fault gives.
func cause(err error) string {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return err.Error()
}
