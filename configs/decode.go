package configs

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decode walks n against the type of v. goccy's own decoder stops at the first fault; this one goes on.
func (d *document) decode(path string, n ast.Node, v reflect.Value) {
	d.nodes[path] = n
	if what := foreign(n); what != "" {
		d.fault(path, "%s", what)
		return
	}
	_, empty := n.(*ast.NullNode)
	switch v.Kind() {
	case reflect.Pointer:
		if !empty {
			v.Set(reflect.New(v.Type().Elem()))
			d.decode(path, n, v.Elem())
		}
	case reflect.Struct, reflect.Map:
		if m, ok := n.(*ast.MappingNode); ok {
			d.mapping(path, m, v)
		} else if !empty {
			d.fault(path, "%s, expected keys and values: %s", described(n), inside(v.Type()))
		}
	case reflect.Slice:
		if s, ok := n.(*ast.SequenceNode); ok {
			d.list(path, s, v)
		} else if !empty {
			d.fault(path, `%s, expected a list: lines that start with "- "`, described(n))
		}
	default:
		if err := scalar(n, v); err != nil {
			d.fault(path, "%v", err)
		}
	}
}

func (d *document) list(path string, s *ast.SequenceNode, v reflect.Value) {
	v.Set(reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values)))
	for i, n := range s.Values {
		at := index(path, i)
		if _, empty := n.(*ast.NullNode); empty {
			d.nodes[at] = n
			d.fault(at, "nothing behind the dash")
			continue
		}
		d.decode(at, n, v.Index(i))
	}
}

func (d *document) mapping(path string, m *ast.MappingNode, v reflect.Value) {
	first := map[string]*ast.MappingValueNode{}
	for _, entry := range m.Values {
		key, before := keyOf(entry), first[keyOf(entry)]
		line, column := at(entry.Key.GetToken())
		switch entry.Key.(type) {
		case *ast.MergeKeyNode:
			d.faultAt(line, column, join(path, key), "merge keys are not accepted; write the values out")
			continue
		case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode:
		default:
			d.faultAt(line, column, join(path, key), "a key must be a plain word")
			continue
		}
		if before != nil {
			was, _ := at(before.Key.GetToken())
			d.faultAt(line, column, join(path, key), fmt.Sprintf("the key stands twice, first in line %d", was))
			continue
		}
		first[key] = entry
	}
	for _, entry := range m.Values {
		if first[keyOf(entry)] == entry {
			d.entry(path, entry, v, first)
		}
	}
}

// entry decodes one key's value into its field, or into the map that v is.
func (d *document) entry(path string, entry *ast.MappingValueNode, v reflect.Value, given map[string]*ast.MappingValueNode) {
	key := keyOf(entry)
	if v.Kind() == reflect.Map {
		one := reflect.New(v.Type().Elem()).Elem()
		d.decode(join(path, key), entry.Value, one)
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(reflect.ValueOf(key), one)
		return
	}
	if field, ok := fieldOf(v, key); ok {
		d.decode(join(path, key), entry.Value, field)
		return
	}
	line, column := at(entry.Key.GetToken())
	d.faultAt(line, column, join(path, key), d.unknown(path, key, v.Type(), given))
}

// unknown says what a key may have meant. The key that it seems to mean counts as spoken for, so that nobody
// complains that it is missing.
func (d *document) unknown(path, key string, t reflect.Type, given map[string]*ast.MappingValueNode) string {
	var free []string
	for _, known := range keysOf(t) {
		if given[known] == nil {
			free = append(free, known)
		}
	}
	text := "unknown key"
	if meant := nearest(key, free); meant != "" {
		d.broken[join(path, meant)] = true
		text += fmt.Sprintf("; did you mean %q?", meant)
	} else if other := elsewhere(key); path == "" && other != "" {
		text += "; it belongs in the file of " + other + "."
	} else {
		text += ";"
	}
	return text + " allowed: " + strings.Join(keysOf(t), ", ")
}

// elsewhere names the file that a key of the top level belongs to.
func elsewhere(key string) string {
	for _, other := range []struct {
		file string
		v    any
	}{{"an agent", Agent{}}, {"a collector", Collector{}}, {"a site", Site{}}, {"a profile", Profile{}}} {
		if _, ok := fieldOf(reflect.ValueOf(other.v), key); ok {
			return other.file
		}
	}
	return ""
}

// foreign names what YAML has and our files do not.
func foreign(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		return "anchors (&) and aliases (*) are not accepted; write the value out"
	case *ast.TagNode:
		return "tags (!) are not accepted; write the value alone"
	}
	return ""
}

// described is what is wrong with n, for a sentence that goes on with what was expected.
func described(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode:
		return "has keys and values"
	case *ast.SequenceNode:
		return "is a list"
	case *ast.LiteralNode:
		return "is a block of text"
	default:
		return "is " + shown(n.GetToken().Value)
	}
}

// shown quotes a value of the file, shortened.
func shown(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
