package sheets

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A calendar's lines are read here, and not by a library, so that every fault has its line: golang-ical gives up
// at the first, and tells no line of one within an event.
const maxProperties = 1_000_000

// A property is such as DTSTART;TZID=Asia/Shanghai:20250902T080000.
type property struct {
	name, value string
	params      map[string]string
	line        int
}

// An event is a VEVENT, or another component while it is read.
type event struct {
	line       int
	properties []property
}

// one is a property that stands there at most once.
func (e event) one(name string) (property, bool) {
	for _, p := range e.properties {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

func (e event) text(name string) string {
	p, _ := e.one(name)
	return p.text()
}

// text takes the escapes out of a value.
func (p property) text() string {
	value := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, " ", `\N`, " ").Replace(p.value)
	return strings.Join(strings.Fields(value), " ")
}

// A calendar is what is known of the file as a whole.
type calendar struct {
	*reader
	events []event
	zones  map[string]*time.Location // of the file's own, nil if their clocks are put forward and back
	others map[string]int            // components that are no events: how many
	spans  int                       // occurrences so far
}

func (r *reader) readCalendar(data []byte) {
	text, w := decode(data)
	if w != nil {
		r.fault(place{}, w.phrase, w.args...)
		return
	}
	before := len(r.faults)
	c := &calendar{reader: r, zones: map[string]*time.Location{}, others: map[string]int{}}
	if c.parse(text) {
		c.convert()
	}
	slices.SortStableFunc(r.faults[before:], func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	for _, name := range []string{"VTODO", "VJOURNAL", "VFREEBUSY"} {
		if c.others[name] > 0 {
			r.note(place{}, notEvents, c.others[name], name)
		}
	}
}

// parse takes the file apart, and tells whether it is a calendar.
func (c *calendar) parse(text string) bool {
	var open []string // components that have begun
	var in event      // the event or time zone that has begun
	count := 0
	for p, ok := range properties(text) {
		if count++; count > maxProperties {
			c.fault(place{line: p.line}, tooManyRows, maxProperties)
			return false
		}
		name := strings.ToUpper(strings.TrimSpace(p.value))
		switch {
		case !ok:
			c.fault(place{line: p.line, value: p.value}, badLine)
		case len(open) == 0 && (p.name != "BEGIN" || name != "VCALENDAR"):
			c.fault(place{line: p.line}, noCalendar)
			return false
		case p.name == "BEGIN":
			if len(open) == 1 {
				in = event{line: p.line}
			}
			open = append(open, name)
		case p.name == "END" && name != open[len(open)-1]:
			c.fault(place{line: p.line, heading: "END", value: p.value}, wrongEnd, open[len(open)-1])
			return false
		case p.name == "END":
			if open = open[:len(open)-1]; len(open) == 1 {
				c.ended(name, in)
			}
		case len(open) == 2 || len(open) > 2 && open[1] == "VTIMEZONE": // and no alarm within an event
			in.properties = append(in.properties, p)
		}
	}
	if count == 0 || len(open) > 0 {
		c.fault(place{}, cutCalendar)
		return false
	}
	return true
}

func (c *calendar) ended(component string, e event) {
	switch component {
	case "VEVENT":
		c.events = append(c.events, e)
	case "VTIMEZONE":
		c.zones[e.text("TZID")] = zoneOf(e)
	default:
		c.others[component]++
	}
}

// properties are the lines of a calendar, unfolded. The second value tells whether it is one.
func properties(text string) func(yield func(property, bool) bool) {
	return func(yield func(property, bool) bool) {
		line, began := 0, 0
		var folded strings.Builder
		flush := func() bool {
			if strings.TrimSpace(folded.String()) == "" {
				return true
			}
			p, ok := propertyOf(folded.String())
			p.line = began
			return yield(p, ok)
		}
		for raw := range strings.SplitSeq(text, "\n") {
			line++
			raw = strings.TrimSuffix(raw, "\r")
			if line > 1 && raw != "" && (raw[0] == ' ' || raw[0] == '\t') {
				folded.WriteString(raw[1:])
				continue
			}
			if !flush() {
				return
			}
			folded.Reset()
			folded.WriteString(raw)
			began = line
		}
		flush()
	}
}

// propertyOf takes a line apart: NAME;PARAM=value;PARAM="quoted: value":VALUE.
func propertyOf(line string) (property, bool) {
	p := property{value: line, params: map[string]string{}}
	var fields []string
	begin, quote := 0, false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '"':
			quote = !quote
		case quote:
		case line[i] == ';' || line[i] == ':':
			fields = append(fields, line[begin:i])
			if begin = i + 1; line[i] == ':' {
				p.name, p.value = strings.ToUpper(strings.TrimSpace(fields[0])), line[begin:]
				for _, f := range fields[1:] {
					key, value, _ := strings.Cut(f, "=")
					p.params[strings.ToUpper(key)] = strings.Trim(value, `"`)
				}
				return p, p.name != ""
			}
		}
	}
	return p, false
}
