package configs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// A document is one file on its way to a value: where each path stands, and what was found wrong so far.
type document struct {
	file, folder string
	nodes        nodes
	broken       map[string]bool // paths with a fault, and paths that a misspelt key seems to mean
	faults       Faults
}

// nodes are the values of the file by path, the empty path being the root.
type nodes map[string]ast.Node

// given tells whether the file says anything at path.
func (d *document) given(path string) bool { return d.nodes[path] != nil }

// fault notes what is wrong at path, once: what follows from a fault already noted there, or around it, is no news.
// It stands at the nearest part of path that the file has.
func (d *document) fault(path, format string, args ...any) {
	if d.ill(path) {
		return
	}
	near := path
	for near != "" && !d.given(near) {
		near = parent(near)
	}
	line, column := position(d.nodes[near])
	d.faultAt(line, column, path, fmt.Sprintf(format, args...))
}

func (d *document) faultAt(line, column int, path, text string) {
	d.broken[path] = true
	d.faults = append(d.faults, Fault{d.file, line, column, path, text})
}

// ill tells whether path or anything around it has a fault.
func (d *document) ill(path string) bool {
	for ; path != ""; path = parent(path) {
		if d.broken[path] {
			return true
		}
	}
	return d.broken[""]
}

// faulty tells whether anything at or within path has a fault.
func (d *document) faulty(path string) bool {
	return slices.ContainsFunc(d.faults, func(f Fault) bool { return strings.HasPrefix(f.Path, path) })
}

// keys are those that the file has at path, in its order.
func (d *document) keys(path string) []string {
	var keys []string
	if m, ok := d.nodes[path].(*ast.MappingNode); ok {
		for _, entry := range m.Values {
			keys = append(keys, keyOf(entry))
		}
	}
	return keys
}

// join appends a key. One that could be taken for part of a path is quoted.
func join(path, key string) string {
	if strings.ContainsAny(key, `.[]" `) {
		key = shown(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

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
