package sheets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"basemeter/collector/plan"
)

// Mark begins a file that an import has written. One without it was written by a person, and is not to be overwritten.
const Mark = "# basemeter plan import: "

// Encode writes one kind of the content as a file of the plan, one entry a line in the order of their ids, so that a
// change of one row is a change of one line.
func (c Content) Encode(k Kind, source string) []byte {
	var b strings.Builder
	source = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(source, "?"))
	fmt.Fprintf(&b, "%s%s\n# 由导入生成，手工修改会在下次导入时丢失。 Written by an import: edits by hand are lost at the next.\n", Mark, source)
	name, entries := "lessons", make([]string, 0, len(c.Lessons)+len(c.Bookings))
	if k == Bookings {
		name = "bookings"
		for _, v := range c.Bookings {
			entries = append(entries, bookingEntry(v))
		}
	} else {
		for _, v := range c.Lessons {
			entries = append(entries, lessonEntry(v))
		}
	}
	if len(entries) == 0 {
		return []byte(b.String() + name + ": []\n")
	}
	b.WriteString(name + ":\n")
	for _, e := range entries {
		b.WriteString("  - {" + e + "}\n")
	}
	return []byte(b.String())
}

// An entry grows key by key; what is not given is left out.
type entry []string

func (e *entry) put(key, value string) {
	if value != "" {
		*e = append(*e, key+": "+value)
	}
}

func (e *entry) text(key, value string) {
	if value != "" {
		e.put(key, scalar(value))
	}
}

func (e *entry) count(key string, n int) {
	if n != 0 {
		e.put(key, strconv.Itoa(n))
	}
}

func (e *entry) list(key string, values []string) {
	if len(values) > 0 {
		e.put(key, "["+strings.Join(values, ", ")+"]")
	}
}

func (e entry) String() string { return strings.Join(e, ", ") }

func lessonEntry(v plan.Lesson) string {
	var e entry
	e.text("id", v.ID)
	e.text("text", v.Text)
	e.text("term", v.Term)
	e.text("weeks", v.Weeks)
	e.text("parity", v.Parity)
	e.text("weekday", v.Weekday)
	var dates []string
	for _, d := range v.Dates {
		dates = append(dates, d.String())
	}
	e.list("dates", dates)
	e.text("periods", v.Periods)
	if v.To != 0 {
		e.put("from", strconv.Quote(v.From.String()))
		e.put("to", strconv.Quote(v.To.String()))
	}
	e.use(v.Use)
	e.count("class_size", v.ClassSize)
	return e.String()
}

func bookingEntry(v plan.Booking) string {
	var e entry
	e.text("id", v.ID)
	e.text("text", v.Text)
	e.put("from", v.From.String())
	e.put("to", v.To.String())
	e.use(v.Use)
	e.count("people", v.People)
	return e.String()
}

func (e *entry) use(u plan.Use) {
	e.text("area", u.Area)
	var assets []string
	for _, a := range u.Assets {
		assets = append(assets, scalar(a))
	}
	e.list("assets", assets)
	e.text("purpose", u.Purpose)
	e.text("organisation", u.Organisation)
	e.text("project", u.Project)
	if u.SelfOperated {
		e.put("self_operated", "true")
	}
}

var (
	// What YAML takes for a text as it stands, within braces too. A word of digits and dashes is one as well, if it
	// is no number; 1-4 is none, and 2025 is one.
	plainText = regexp.MustCompile(`^(?:[\p{Han}A-Za-z](?:[\p{Han}\w./()-]| [\p{Han}\w./()])*|\d+(?:-[0-9a-z]+)+)$`)
	otherType = regexp.MustCompile(`^(?i:null|true|false|yes|no|on|off|y|n|nan|inf|\d{4}-\d\d-\d\d.*|\d+-\d+)$`)
)

// scalar is a text as YAML.
func scalar(s string) string {
	if plainText.MatchString(s) && !otherType.MatchString(s) {
		return s
	}
	return strconv.Quote(s) // whose escapes are YAML's as well
}
