package configs

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The rules that several files share. Each says what is wrong with a value, and what is allowed.

var (
	idForm   = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// check notes a rule's answer at path.
func (d *document) check(path string, err error) {
	if err != nil {
		d.fault(path, "%v", err)
	}
}

// id holds a name to what fits into topics and tags.
func id(s string) error {
	const allowed = "allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit"
	return formed(s, idForm, allowed)
}

// pointName holds a name to what fits into a field of the database.
func pointName(s string) error {
	return formed(s, nameForm, "allowed: 1 to 64 of a-z, 0-9 and _, the first a letter")
}

func formed(s string, form *regexp.Regexp, allowed string) error {
	switch {
	case s == "":
		return fmt.Errorf("is missing; %s", allowed)
	case !form.MatchString(s):
		return fmt.Errorf("%s does not fit; %s", shown(s), allowed)
	}
	return nil
}

func needed(s, what string) error {
	if strings.TrimSpace(s) == "" {
		return fmt.Errorf("is missing; expected %s", what)
	}
	return nil
}

func oneOf(s string, allowed ...string) error {
	switch {
	case slices.Contains(allowed, s):
		return nil
	case s == "":
		return fmt.Errorf("is missing; allowed: %s", strings.Join(allowed, ", "))
	}
	return fmt.Errorf("%s is none of the allowed: %s", shown(s), strings.Join(allowed, ", "))
}

func between[T ~int | ~int64](v, least, most T) error {
	if v < least || v > most {
		return fmt.Errorf("%v is out of bounds; allowed: %v to %v", v, least, most)
	}
	return nil
}

// hostPort holds s to an address that can be called, or listened on if host may be empty.
func hostPort(s string, anyHost bool) error {
	const allowed = "allowed: host:port, such as 192.168.1.20:502"
	if s == "" {
		return fmt.Errorf("is missing; %s", allowed)
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" && !anyHost || strings.ContainsAny(host, " /@") {
		return fmt.Errorf("%s is not an address; %s", shown(s), allowed)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("port %s; allowed: 1 to 65535", shown(port))
	}
	return nil
}

// loopback tells whether only this machine can reach a listener on s.
func loopback(s string) bool {
	host, _, _ := net.SplitHostPort(s)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// taken remembers what was used where, so that nothing is used twice.
type taken map[string]string

func (t taken) take(d *document, path, value string) {
	if value == "" {
		return
	}
	if by, ok := t[value]; ok {
		d.fault(path, "%s is taken by %s; choose another", shown(value), by)
		return
	}
	t[value] = path
}

// unused notes the keys that the file has at path but that a thing of this kind has no use for.
func (d *document) unused(path, kind string, used ...string) {
	for _, key := range d.keys(path) {
		if !slices.Contains(used, key) {
			d.fault(join(path, key), "not used with %s; allowed: %s", kind, strings.Join(used, ", "))
		}
	}
}

// called says that no such thing is known, which one was probably meant, and which there are.
func called(what, name string, known []string) error {
	text := fmt.Sprintf("no %s is called %s", what, shown(name))
	if meant := nearest(name, known); meant != "" {
		text += fmt.Sprintf("; did you mean %q?", meant)
	} else {
		text += ";"
	}
	if len(known) == 0 {
		return fmt.Errorf("%s there is none", text)
	}
	if more := len(known) - 20; more > 0 {
		known = append(slices.Clone(known[:20]), fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%s allowed: %s", text, strings.Join(known, ", "))
}
