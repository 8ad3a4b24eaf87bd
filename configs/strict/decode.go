package strict

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decode walks n against the type of v. goccy's own decoder stops at the first fault; this one goes on.
func (d *Document) decode(path string, n ast.Node, v reflect.Value) {
	d.nodes[path] = n
	if what := foreign(n); what != "" {
		d.Fault(path, "%s", what)
		return
	}
	_, empty := n.(*ast.NullNode)
	switch kindOf(v.Type()) {
	case reflect.Pointer:
		if !empty {
			v.Set(reflect.New(v.Type().Elem()))
			d.decode(path, n, v.Elem())
		}
	case reflect.Struct, reflect.Map:
		if m, ok := n.(*ast.MappingNode); ok {
			d.mapping(path, m, v)
		} else if !empty {
			d.Fault(path, "%s, expected keys and values: %s", described(n), inside(v.Type()))
		}
	case reflect.Slice:
		if s, ok := n.(*ast.SequenceNode); ok {
			d.list(path, s, v)
		} else if !empty {
			d.Fault(path, `%s, expected a list: lines that start with "- "`, described(n))
		}
	default:
		if err := scalar(n, v); err != nil {
			d.Fault(path, "%v", err)
		}
	}
}

func (d *Document) list(path string, s *ast.SequenceNode, v reflect.Value) {
	v.Set(reflect.MakeSlice(v.Type(), len(s.Values), len(s.Values)))
	for i, n := range s.Values {
		at := Index(path, i)
		if _, empty := n.(*ast.NullNode); empty {
			d.nodes[at] = n
			d.Fault(at, "nothing behind the dash")
			continue
		}
		d.decode(at, n, v.Index(i))
	}
}

func (d *Document) mapping(path string, m *ast.MappingNode, v reflect.Value) {
	first := map[string]*ast.MappingValueNode{}
	for _, entry := range m.Values {
		key, before := keyOf(entry), first[keyOf(entry)]
		line, column := at(entry.Key.GetToken())
		switch entry.Key.(type) {
		case *ast.MergeKeyNode:
			d.FaultAt(line, column, Join(path, key), "merge keys are not accepted; write the values out")
			continue
		case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode:
		default:
			d.FaultAt(line, column, Join(path, key), "a key must be a plain word")
			continue
		}
		if before != nil {
			was, _ := at(before.Key.GetToken())
			d.FaultAt(line, column, Join(path, key), fmt.Sprintf("the key stands twice, first in line %d", was))
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
func (d *Document) entry(path string, entry *ast.MappingValueNode, v reflect.Value, given map[string]*ast.MappingValueNode) {
	key := keyOf(entry)
	if v.Kind() == reflect.Map {
		one := reflect.New(v.Type().Elem()).Elem()
		d.decode(Join(path, key), entry.Value, one)
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(reflect.ValueOf(key), one)
		return
	}
	if field, ok := fieldOf(v, key); ok {
		d.decode(Join(path, key), entry.Value, field)
		return
	}
	line, column := at(entry.Key.GetToken())
	d.FaultAt(line, column, Join(path, key), d.unknown(path, key, v.Type(), given))
}

// unknown says what a key may have meant. The key that it seems to mean counts as spoken for, so that nobody
// complains that it is missing.
func (d *Document) unknown(path, key string, t reflect.Type, given map[string]*ast.MappingValueNode) string {
	var free []string
	for _, known := range keysOf(t) {
		if given[known] == nil {
			free = append(free, known)
		}
	}
	text := "unknown key"
	if meant := Nearest(key, free); meant != "" {
		d.broken[Join(path, meant)] = true
		text += fmt.Sprintf("; did you mean %q?", meant)
	} else if other := d.elsewhere(path, key); other != "" {
		text += "; " + other
	} else {
		text += ";"
	}
	return text + " allowed: " + strings.Join(keysOf(t), ", ")
}

func (d *Document) elsewhere(path, key string) string {
	if path != "" || d.Elsewhere == nil {
		return ""
	}
	return d.Elsewhere(key)
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
		return "is " + Shown(n.GetToken().Value)
	}
}
