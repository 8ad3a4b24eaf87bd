package utilisation

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
)

// A drawing has a letter a minute, from noon in Shanghai on. A dot is a minute that nobody says anything of.
//
//	spells    r running, s standby, o off, f fault, ? unknown; capitals: dated by a clock that was never set
//	plan      o open, . closed, l lesson of the host, b booking of a firm from outside, m planned maintenance;
//	          capitals: the same outside opening hours
//	here      1, 2, … a card at the asset of that group; a capital letter: behind a forgotten badge-out
//	hall      the same in the asset's area
//	chosen    e employee training, t teacher training, m maintenance; capitals: nobody ended it
type drawing struct {
	spells, plan, here, hall, chosen string
	corrections                      []Correction
}

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func minute(n int) int64 { return noon.Add(time.Duration(n) * time.Minute).UnixMilli() }

var states = map[rune]record.State{'?': record.Unknown, 'o': record.Off, 's': record.Standby, 'r': record.Running, 'f': record.Fault}

var members = map[string]Member{
	"g1": {"college_student", Host, "college"},
	"g2": {"employee", Outside, "firm"},
}

var uses = map[rune]Use{
	'l': {Layer: Timetable, ID: "lesson-1", Purpose: "student_training", Affiliation: Host, Organisation: "college"},
	'b': {Layer: Booking, ID: "booking-1", Purpose: "pilot_test", Affiliation: Outside, Organisation: "firm", SelfOperated: true},
}

var chosen = map[rune]string{'e': "employee_training", 't': "teacher_training", 'm': Maintenance}

// runs calls each run of equal letters, with where it begins and ends.
func runs(text string, each func(letter rune, capital bool, from, to int64)) {
	for _, line := range strings.Fields(text) {
		for i := 0; i < len(line); {
			n := i
			for n < len(line) && line[n] == line[i] {
				n++
			}
			letter := rune(line[i])
			capital := 'A' <= letter && letter <= 'Z'
			if capital {
				letter += 'a' - 'A'
			}
			if letter != '.' {
				each(letter, capital, minute(i), minute(n))
			}
			i = n
		}
	}
}

func (d drawing) Facts() Facts {
	var f Facts
	runs(d.spells, func(letter rune, capital bool, from, to int64) {
		for ; from < to; from += 60_000 { // as if the grid were a minute
			f.Spells = append(f.Spells, record.Spell{Asset: "lathe", State: states[letter], FromMS: from, ToMS: from + 60_000, Estimated: capital})
		}
	})
	stay := func(place string) func(rune, bool, int64, int64) {
		return func(letter rune, capital bool, from, to int64) {
			p := record.Presence{Place: place, Reader: place, Card: "c" + string(letter), Group: "g" + string(letter), FromMS: from, ToMS: to, KnownMS: to, Ended: "out"}
			if capital {
				p.KnownMS, p.Ended = from, "closing"
			}
			f.Presences = append(f.Presences, p)
		}
	}
	runs(digits(d.here), stay("lathe"))
	runs(digits(d.hall), stay("hall"))
	runs(d.chosen, func(letter rune, capital bool, from, to int64) {
		s := record.Session{Asset: "lathe", Purpose: chosen[letter], By: "card", Group: "g2", FromMS: from, ToMS: to, KnownMS: to, Ended: "out"}
		if capital {
			s.KnownMS, s.Ended = from, "longest"
		}
		f.Sessions = append(f.Sessions, s)
	})
	return f
}

// digits: A and B are 1 and 2 behind a forgotten badge-out; as letters of one kind they can be capitals.
func digits(text string) string { return strings.NewReplacer("1", "a", "2", "b").Replace(text) }

func (d drawing) Plan() Plan {
	p := Plan{Asset: "lathe", Area: "hall", Corrections: d.corrections, Members: map[string]Member{}}
	for group, m := range members {
		p.Members["g"+strings.NewReplacer("1", "a", "2", "b").Replace(group[1:])] = m
		p.Members[group] = m
	}
	runs(d.plan, func(letter rune, capital bool, from, to int64) {
		slot := Slot{FromMS: from, ToMS: to, Open: !capital, Maintenance: letter == 'm', OpenBy: "weekly"}
		if use, ok := uses[letter]; ok {
			slot.Use = &use
		}
		p.Slots = append(p.Slots, slot)
	})
	return p
}

// drawn has a letter a minute for what each was judged to be: - closed, o free, m maintenance, and in a session the first
// letter of its purpose, as a capital if there is evidence that it was held.
func drawn(spans []Span) string {
	var text strings.Builder
	for _, s := range spans {
		letter := map[Context]string{Closed: "-", Free: "o", Maintained: "m"}[s.Context]
		if s.Context == InSession {
			letter = s.Purpose[:1]
			if s.Held {
				letter = strings.ToUpper(letter)
			}
		}
		text.WriteString(strings.Repeat(letter, int(s.LengthMS()/60_000)))
	}
	return text.String()
}

// keyed is a ledger in words: hours are minutes here.
func keyed(l Ledger, m Measure) string {
	var parts []string
	for key, cell := range l {
		if cell[m] != 0 {
			parts = append(parts, fmt.Sprintf("%s/%v=%d", key.Purpose, key.Affiliation, cell[m]/60_000))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func (d drawing) judge(t testing.TB) []Span {
	t.Helper()
	return Account(d.Facts(), d.Plan(), minute(0), minute(d.length()))
}

func (d drawing) length() int {
	n := 0
	for _, text := range []string{d.spells, d.plan, d.here, d.hall, d.chosen} {
		for _, line := range strings.Fields(text) {
			n = max(n, len(line))
		}
	}
	return n
}
