package strict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The rules that many files share. Each says what is wrong with a value, and what is allowed.

// IDForm is the form of a name that fits into topics and tags.
const IDForm = `^[a-z0-9][a-z0-9_-]{0,63}$`

var idForm = regexp.MustCompile(IDForm)

// ID holds a name to what fits into topics and tags.
func ID(s string) error {
	const allowed = "allowed: 1 to 64 of a-z, 0-9, - and _, the first a letter or a digit"
	return Formed(s, idForm, allowed)
}

// Formed holds a value that must be given to a form, in which allowed puts it to people.
func Formed(s string, form *regexp.Regexp, allowed string) error {
	switch {
	case s == "":
		return fmt.Errorf("is missing; %s", allowed)
	case !form.MatchString(s):
		return fmt.Errorf("%s does not fit; %s", Shown(s), allowed)
	}
	return nil
}

// Needed wants a value; what says which.
func Needed(s, what string) error {
	if strings.TrimSpace(s) == "" {
		return fmt.Errorf("is missing; expected %s", what)
	}
	return nil
}

// OneOf holds a value that must be given to a list of words.
func OneOf(s string, allowed ...string) error {
	switch {
	case slices.Contains(allowed, s):
		return nil
	case s == "":
		return fmt.Errorf("is missing; allowed: %s", strings.Join(allowed, ", "))
	}
	return fmt.Errorf("%s is none of the allowed: %s", Shown(s), strings.Join(allowed, ", "))
}

// Between holds a number, printed with its unit if its type has one, to bounds that are themselves allowed.
func Between[T ~int | ~int64](v, least, most T) error {
	if v < least || v > most {
		return fmt.Errorf("%v is out of bounds; allowed: %v to %v", v, least, most)
	}
	return nil
}

// Taken remembers what was used where, so that nothing is used twice.
type Taken map[string]string

// Take notes at path that value is used a second time, if it is. No value takes nothing.
func (t Taken) Take(d *Document, path, value string) {
	if value == "" {
		return
	}
	if by, ok := t[value]; ok {
		d.Fault(path, "%s is taken by %s; choose another", Shown(value), by)
		return
	}
	t[value] = path
}

// Called says that no such thing is known, which one was probably meant, and which there are.
func Called(what, name string, known []string) error {
	text := fmt.Sprintf("no %s is called %s", what, Shown(name))
	if meant := Nearest(name, known); meant != "" {
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
