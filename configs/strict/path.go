package strict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Given tells whether the file says anything at path.
func (d *Document) Given(path string) bool { return d.nodes[path] != nil }

// Ill tells whether path or anything around it has a fault.
func (d *Document) Ill(path string) bool {
	for ; path != ""; path = parent(path) {
		if d.broken[path] {
			return true
		}
	}
	return d.broken[""]
}

// Faulty tells whether anything at or within path has a fault.
func (d *Document) Faulty(path string) bool {
	return d.broken[path] || slices.ContainsFunc(d.faults, func(f Fault) bool { return within(f.Path, path) })
}

// within tells whether path leads to something inside of the outer one.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (outer == "" || rest != "" && (rest[0] == '.' || rest[0] == '['))
}

// Position is where the nearest part of path stands that the file has. Lines and columns count from 1, columns in
// characters.
func (d *Document) Position(path string) (line, column int) {
	for path != "" && !d.Given(path) {
		path = parent(path)
	}
	return position(d.nodes[path])
}

// Keys are those that the file has at path, in its order.
func (d *Document) Keys(path string) []string {
	var keys []string
	if m, ok := d.nodes[path].(*ast.MappingNode); ok {
		for _, entry := range m.Values {
			keys = append(keys, keyOf(entry))
		}
	}
	return keys
}

// Join appends a key to a path. One that could be taken for part of a path is quoted.
func Join(path, key string) string {
	if strings.ContainsAny(key, `.[]" `) {
		key = Shown(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Index appends the place in a list, from 0, to a path.
func Index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// parent is path without its last key or index.
func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

func keyOf(entry *ast.MappingValueNode) string { return entry.Key.GetToken().Value }

// position is where a reader looks for n: a mapping starts at its first key, not at that key's colon.
func position(n ast.Node) (line, column int) {
	if n == nil {
		return 1, 1
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return at(m.Values[0].Key.GetToken())
	}
	return at(n.GetToken())
}

func at(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}
