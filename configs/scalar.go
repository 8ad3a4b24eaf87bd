package configs

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

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
	case *string:
		*into, err = text, mustQuote(n, text)
	case *Duration:
		*into, err = ParseDuration(text)
	case *Bytes:
		*into, err = ParseBytes(text)
	case *int:
		*into, err = parseInt(text, quoted)
	case *float64:
		*into, err = parseFloat(text, quoted)
	case *bool:
		*into, err = text == "true", oneOf(text, "true", "false")
	}
	return err
}

func textOf(n ast.Node) (text string, quoted bool, err error) {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.SequenceNode:
		return "", false, fmt.Errorf("%s, expected a single value", described(n))
	case *ast.NullNode:
		return "", false, errors.New("has no value; write one, or leave the key out")
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true, nil
	}
	t := n.GetToken()
	return t.Value, t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType, nil
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
	days    = regexp.MustCompile(`^[0-9]+d$`)
)

func parseInt(s string, quoted bool) (int, error) {
	if quoted && integer.MatchString(s) {
		return 0, inQuotes(s)
	}
	if !integer.MatchString(s) {
		return 0, fmt.Errorf("%s is not a whole number; allowed: such as 3 or 0x2012", shown(s))
	}
	n, err := strconv.ParseInt(s, 0, 32)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number", shown(s))
	}
	return int(n), nil
}

func parseFloat(s string, quoted bool) (float64, error) {
	if quoted && decimal.MatchString(s) {
		return 0, inQuotes(s)
	}
	if !decimal.MatchString(s) {
		return 0, fmt.Errorf("%s is not a number; allowed: such as 3, 0.1 or 1e-3", shown(s))
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is too large a number", shown(s))
	}
	return f, nil
}

func inQuotes(s string) error { return fmt.Errorf("%q is text because of its quotes; write %s", s, s) }

// ParseDuration reads a length of time: as Go writes it, or whole days: 90d.
func ParseDuration(s string) (Duration, error) {
	if integer.MatchString(s) && s != "0" {
		return 0, fmt.Errorf("%s has no unit; write %ss for seconds", s, s)
	}
	if days.MatchString(s) {
		n, err := strconv.Atoi(s[:len(s)-1])
		if err != nil || n > 36500 {
			return 0, fmt.Errorf("%s is more than a century", shown(s))
		}
		return Duration(time.Duration(n) * day), nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is not a length of time; allowed: such as 300ms, 10s, 5m, 2h or 90d", shown(s))
	}
	return Duration(d), nil
}

const day = 24 * time.Hour

// String is the shortest form that ParseDuration reads.
func (d Duration) String() string {
	if d.D() >= 2*day && d.D()%day == 0 {
		return fmt.Sprintf("%dd", d.D()/day)
	}
	s := d.D().String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

var byteUnits = []struct {
	name string
	size int64
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// ParseBytes reads a size.
func ParseBytes(s string) (Bytes, error) {
	for _, u := range byteUnits {
		number, ok := strings.CutSuffix(s, u.name)
		number = strings.TrimRight(number, " ")
		if !ok || !integer.MatchString(number) {
			continue
		}
		n, err := strconv.ParseInt(number, 0, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.size {
			break
		}
		return Bytes(n * u.size), nil
	}
	return 0, fmt.Errorf("%s is not a size; allowed: such as 64KiB, 256MiB, 1GiB or a number of bytes", shown(s))
}

// String is the largest unit that divides the size.
func (b Bytes) String() string {
	for _, u := range byteUnits {
		if b != 0 && int64(b)%u.size == 0 {
			return fmt.Sprintf("%d%s", int64(b)/u.size, u.name)
		}
	}
	return "0"
}
