package plan

import (
	"fmt"
	"slices"

	"basemeter/configs/strict"
)

// A list is the ids that others may refer to.
type list struct {
	what   string // a thing of the list
	path   string // where the list stands
	ids    []string
	has    map[string]bool
	unsure bool // the list itself has a fault, and what follows from it is no news
}

// names are the lists of a registry and its calendar.
type names struct {
	organisations, areas, assets, groups, projects, terms list
}

// named makes a list of what stands at path, and holds each id to its form and to being the only one.
func named[T any](d *document, taken strict.Taken, what, path, key string, things []T, id func(*T) string) list {
	l := list{what: what, path: path, has: map[string]bool{}, unsure: d.Ill(path)}
	for i := range things {
		at, name := strict.Index(path, i)+"."+key, id(&things[i])
		d.Check(at, strict.ID(name))
		taken.Take(&d.Document, at, name)
		l.ids, l.has[name] = append(l.ids, name), true
		l.unsure = l.unsure || d.Ill(at)
	}
	return l
}

// check holds a value to being one of the list.
func (l *list) check(id string) error {
	switch {
	case l.unsure || l.has[id]:
		return nil
	case id == "":
		return fmt.Errorf("is missing; expected an id that stands in %s", l.path)
	}
	return strict.Called(l.what, id, l.ids)
}

// perhaps is check for a value that may be left out.
func (l *list) perhaps(id string) error {
	if id == "" {
		return nil
	}
	return l.check(id)
}

// word holds a value to a list of the taxonomy.
func word(what, id string, words []string) error {
	if id == "" || slices.Contains(words, id) {
		return strict.OneOf(id, words...)
	}
	return strict.Called(what, id, words)
}
