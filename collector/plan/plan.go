// Package plan knows what was meant to happen at a place at a moment, and which layer said so: opening hours of term and
// vacation, holidays and their make-up work days, the school's overrides, planned maintenance, the timetable, bookings.
//
// A plan is loaded once from files, strictly, and is then a value: it answers about any moment without asking for the
// time, reading or writing, and any number of goroutines may ask at once. It does not know what did happen, nor who
// wants to know.
package plan

import (
	"cmp"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"basemeter/configs/strict"
)

// A Plan is the plans of some bases.
type Plan struct {
	Bases []*Base // by id

	// Version is 12 hexadecimal digits that plans with the same content share, however their files are laid out.
	Version string

	// Warnings are what is allowed and yet deserves a second look, with its place.
	Warnings strict.Faults
}

// Load reads the plan of one base, if dir holds registry.yaml, or one in each of its subfolders. With faults, which are
// those of all files together, there is no plan.
func Load(dir string) (*Plan, strict.Faults) { return load(os.DirFS(dir), dir) }

// Base is the one with an id, or nil.
func (p *Plan) Base(id string) *Base {
	i, found := slices.BinarySearchFunc(p.Bases, id, func(b *Base, id string) int { return strings.Compare(b.ID, id) })
	if !found {
		return nil
	}
	return p.Bases[i]
}

// unique notes a base's id that another base has.
func (p *Plan) unique(d *draft) {
	id := d.base.ID
	if slices.ContainsFunc(p.Bases, func(b *Base) bool { return b.ID == id }) {
		d.registry.Fault("base.id", "another base is called %s; choose another", strict.Shown(id))
	}
}

// load is Load for any tree of files; dir only says where it stands.
func load(root fs.FS, dir string) (*Plan, strict.Faults) {
	p := &Plan{}
	folders, err := basesIn(root)
	if err != nil {
		return nil, strict.Faults{{File: dir, Text: cause(err)}}
	}
	var faults strict.Faults
	for _, folder := range folders {
		d := draft{root: root, folder: folder, shown: path.Join(dir, folder)}
		d.load()
		p.unique(&d)
		faults = append(faults, d.faults()...)
		p.Warnings = append(p.Warnings, d.warnings()...)
		p.Bases = append(p.Bases, d.base)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	slices.SortFunc(p.Bases, func(a, b *Base) int { return cmp.Compare(a.ID, b.ID) })
	p.Version = version(p.Bases)
	return p, nil
}
