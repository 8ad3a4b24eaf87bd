package strict

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// scalar sets v to what n says. The text counts as it is written: YAML's own notions of octal numbers, of "1_000" and
// of "yes" are refused, because they differ from one program to the next.
func scalar(n ast.Node, v reflect.Value) error {
	text, quoted, err := textOf(n)
	if err != nil {
		return err
	}
	switch into := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		err = into.UnmarshalText([]byte(text))
	case *string:
		*into, err = text, mustQuote(n, text)
	case *int:
		*into, err = parseInt(text, quoted)
	case *float64:
		*into, err = parseFloat(text, quoted)
	case *bool:
		*into, err = text == "true", OneOf(text, "true", "false")
	default:
		panic(fmt.Sprintf("strict: no value of a file is a %v", v.Type()))
	}
	return err
}

// kindOf is what a file says for a type: one that reads a text is a single value, whatever it is made of.
func kindOf(t reflect.Type) reflect.Kind {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return reflect.String
	}
	return t.Kind()
}

func textOf(n ast.Node) (text string, quoted bool, err error) {
	if text := unspaced(n); text != "" {
		return text, false, nil
	}
	switch n := n.(type) {
	case *ast.MappingNode, *ast.SequenceNode:
		return "", false, fmt.Errorf("%s, expected a single value", described(n))
	case *ast.NullNode:
		return "", false, errors.New("has no value; write one, or leave the key out")
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true, nil
	}
	t := n.GetToken()
	return t.Value, inQuotes(t), nil
}

func inQuotes(t *token.Token) bool {
	return t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
}

// unspaced is the text that goccy takes for a key and its value in a list within braces: {monday: [08:00]}. For YAML
// the two have a space between them.
func unspaced(n ast.Node) string {
	m, ok := n.(*ast.MappingNode)
	if !ok || m.IsFlowStyle || len(m.Values) != 1 {
		return ""
	}
	pair := m.Values[0]
	key, value := pair.Key.GetToken(), pair.Value.GetToken()
	line, column := at(pair.Start)
	behind, next := at(value)
	if _, single := pair.Value.(ast.ScalarNode); !single || behind != line || next != column+1 || inQuotes(key) || inQuotes(value) {
		return ""
	}
	return key.Value + ":" + value.Value
}

// mustQuote refuses what other readers of the file would not take for text.
func mustQuote(n ast.Node, text string) error {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return nil
	}
	return fmt.Errorf("%s is not text for YAML; write \"%s\" in quotes", text, text)
}

var (
	integer = regexp.MustCompile(`^-?(0|[1-9][0-9]*|0x[0-9a-fA-F]+)$`)
	decimal = regexp.MustCompile(`^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

func parseInt(s string, quoted bool) (int, error) {
	if quoted && integer.MatchString(s) {
		return 0, quotedNumber(s)
	}
	if !integer.MatchString(s) {
		return 0, fmt.Errorf("%s is not a whole number; allowed: such as 3 or 0x2012", Shown(s))
	}
	n, err := strconv.ParseInt(s, 0, 32)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number", Shown(s))
	}
	return int(n), nil
}

func parseFloat(s string, quoted bool) (float64, error) {
	if quoted && decimal.MatchString(s) {
		return 0, quotedNumber(s)
	}
	if !decimal.MatchString(s) {
		return 0, fmt.Errorf("%s is not a number; allowed: such as 3, 0.1 or 1e-3", Shown(s))
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number", Shown(s))
	}
	return f, nil
}

func quotedNumber(s string) error {
	return fmt.Errorf("%q is text because of its quotes; write %s", s, s)
}

// Shown quotes a value of the file, shortened.
func Shown(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
