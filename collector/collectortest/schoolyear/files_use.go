package schoolyear

import (
	"fmt"
	"strings"
)

func timetableFile() string {
	var p page
	p.line("lessons:")
	for i, t := range terms {
		for j := range lessons {
			l := &lessons[j]
			p.line("  - {id: %s, text: %s, term: %s, weeks: %q%s, weekday: %s, periods: %d-%d, %s, class_size: %d, purpose: %s, organisation: %s%s}",
				l.idIn(i), l.text, t.code, l.weeks, optional("parity", l.parity), weekdays[l.weekday], l.first, l.last,
				placesText(l.places), l.size, l.purpose, l.organisation, optional("project", l.project))
		}
	}
	p.line("  - {id: %s, text: 考试, dates: [%s], from: %q, to: %q, %s, purpose: %s, organisation: nc-vtc}", exam.id,
		strings.Join(exam.dates, ", "), exam.from, exam.to, placesText(exam.assets), train)
	return p.String()
}

func (g *generator) bookingsFile() string {
	var p page
	p.line("bookings:")
	for i := range g.bookings {
		b := &g.bookings[i]
		p.line("  - {id: %s, text: %s, from: %s, to: %s, %s, people: %d, purpose: %s, organisation: %s%s%s}", b.id, b.text,
			local(b.from), localEnd(b.to), placesText(b.places), b.size, b.purpose, b.organisation,
			optional("project", b.project), selfOperatedText(b.selfOperated))
	}
	return p.String()
}

func optional(key, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(", %s: %s", key, value)
}

func selfOperatedText(is bool) string {
	if is {
		return ", self_operated: true"
	}
	return ""
}

// localEnd writes a midnight as the end of the day before.
func localEnd(at int64) string {
	if (at-FromMS)%day != 0 {
		return local(at)
	}
	return local(at - day)[:10] + "T24:00"
}
