package presence

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/drivers"
)

var switched = Rule{
	Switches: []Switch{{Asset: "mill", StaleAfter: 2 * time.Second, Contacts: []Contact{
		{"sel-1/contact", "student_training"}, {"sel-2/contact", "employee_training"}}}},
	Counters: []Counter{{Name: "beam", Place: "hall", Point: "beam/count"}, {Name: "door", Place: "hall", Point: "door/contact", Door: true}},
	Zone:     shanghai, Longest: 12 * time.Hour, Grid: 10 * time.Second,
}

// turned runs a line of letters, one a second: which contact of the switch is closed, "0" for none, "b" for both, "." for
// silence, "x" if only the first one speaks and is open. It answers with the sessions: "s3 e2|" are three seconds of the one
// purpose, then two of the other, up to a line of the grid.
func turned(line string) string {
	t := New(switched, instant(0))
	var sessions []record.Session
	for i, letter := range line {
		now := instant(int64(i) * second)
		read := func(point string, closed bool) {
			r := drivers.Reading{Point: point, At: now}
			if closed {
				r.Value = 1
			}
			t.Observe(r)
		}
		if letter != '.' {
			read("sel-1/contact", letter == '1' || letter == 'b')
		}
		if letter != '.' && letter != 'x' {
			read("sel-2/contact", letter == '2' || letter == 'b')
		}
		t.Tick(now)
		sessions = append(sessions, t.Take().Sessions...)
	}
	_, open := t.Open(instant(int64(len(line)) * second))
	for i := range open.Sessions {
		open.Sessions[i].Ended = "open"
	}
	var parts []string
	for _, s := range append(sessions, open.Sessions...) {
		sign := map[string]string{"": "|", "switch": "", "silent": "?", "open": "…"}[s.Ended]
		parts = append(parts, fmt.Sprintf("%s%d%s", s.Purpose[:1], (s.ToMS-s.FromMS)/second, sign))
	}
	return strings.Join(parts, " ")
}

func TestSwitches(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"it stands", "1111", "s3…"},
		{"turned", "0111222200", "s3 e4"},
		{"the first that is closed decides", "2bb2", "e1 s2"},
		{"cut on the grid", "0000000011111", "s2| s2…"},
		{"silent", "0111.....11", "s2? s1|"},
		{"one contact of two is silent", "1111xxxxxx", "s3?"},
		{"turned while the other was silent", "2222xxxxxx22", "e3? e1…"},
		{"a pause no longer than allowed", "111.11.1", "s7…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := turned(c.line); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
			}
		})
	}
}

// Whatever a switch says, and whenever it is silent: a purpose stands where all contacts were heard on both sides, close
// enough, and the first that is closed has it; and nowhere else.
func TestAPurposeStandsWhereAllContactsSpoke(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tracker := New(switched, instant(0))
		const length = 60
		var read [2][length]float64 // -1: silent
		shift := time.Duration(0)
		var sessions [length]string // by second
		note := func(f record.Facts) {
			for _, s := range f.Sessions {
				if s.FromMS/10_000 != (s.ToMS-1)/10_000 {
					t.Fatalf("%+v crosses a line of the grid", s)
				}
				from := s.FromMS - booted.Add(shift).UnixMilli()
				for ms := from; ms < s.ToMS-booted.Add(shift).UnixMilli(); ms += second {
					if sessions[ms/second] != "" || ms%second != 0 {
						t.Fatalf("%d ms is in two sessions, or in half of one", ms)
					}
					sessions[ms/second] = s.Purpose
				}
			}
		}
		for i := range length {
			now := instant(int64(i) * second)
			now.Wall = now.Wall.Add(shift)
			for c, point := range []string{"sel-1/contact", "sel-2/contact"} {
				read[c][i] = float64(rapid.SampledFrom([]int{-1, 0, 0, 1, 1}).Draw(t, point))
				if read[c][i] >= 0 {
					tracker.Observe(drivers.Reading{Point: point, Value: read[c][i], At: now})
				}
			}
			tracker.Tick(now)
			note(tracker.Take())
			if rapid.IntRange(0, 20).Draw(t, "step") == 0 {
				tracker.Step(now)
				note(tracker.Take())
				shift += time.Duration(rapid.IntRange(-100, 100).Draw(t, "by")) * time.Second
				now.Wall = booted.Add(now.Mono + shift)
				tracker.Step(now)
			}
		}
		end := instant(length * second)
		end.Wall = end.Wall.Add(shift)
		tracker.Stop(end)
		note(tracker.Take())
		for i := range length {
			want, all := "", true
			for c := range 2 {
				all = all && heard(read[c][:], i)
			}
			for c, purpose := range []string{"student_training", "employee_training"} {
				if all && want == "" && value(read[c][:], i) == 1 {
					want = purpose
				}
			}
			if sessions[i] != want {
				t.Fatalf("second %d: %q, want %q\n%v\n%v", i, sessions[i], want, read[0], read[1])
			}
		}
	})
}

// heard tells whether second i lies between two readings that are close enough.
func heard(read []float64, i int) bool {
	before, after := i, i+1
	for before >= 0 && read[before] < 0 {
		before--
	}
	for after < len(read) && read[after] < 0 {
		after++
	}
	return before >= 0 && after < len(read) && after-before <= 2
}

func value(read []float64, i int) float64 {
	for read[i] < 0 {
		i--
	}
	return read[i]
}

// counted are the counts of lines of letters, one a second: "p" for a passage, "." for none; "r" for a counter that
// begins anew, which it does at its device's start.
func counted(t *Tracker, line string) string {
	n := 100.0
	var parts []string
	for i, letter := range line {
		switch letter {
		case 'p':
			n++
		case 'r':
			n = 0
		}
		t.Observe(drivers.Reading{Point: "beam/count", Value: n, At: instant(int64(i) * second)})
		t.Tick(instant(int64(i) * second))
	}
	t.Stop(instant(int64(len(line)) * second))
	for _, c := range t.Take().Counts {
		parts = append(parts, fmt.Sprintf("%d-%d:%d", (c.FromMS-booted.UnixMilli())/second, (c.ToMS-booted.UnixMilli())/second, c.Passages))
	}
	return strings.Join(parts, " ")
}

func TestCounts(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"nobody", "...............", ""},
		{"in one span", ".p.p.......", "0-10:2"},
		{"the total at first is no passage", "p..........", ""},
		{"on the line of the grid", "..........p", "10-11:1"},
		{"hours without anybody", ".p" + strings.Repeat(".", 3600) + "p", "0-10:1 3600-3603:1"},
		{"the counter begins anew", ".pr.p..p.", "0-9:3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := counted(New(switched, instant(0)), c.line); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.line, got, c.want)
			}
		})
	}
}

func TestADoorIsCountedWhenItCloses(t *testing.T) {
	tracker := New(switched, instant(0))
	for i, closed := range []float64{1, 1, 0, 0, 1, 1, 0, 1, 0} {
		tracker.Observe(drivers.Reading{Point: "door/contact", Value: closed, At: instant(int64(i) * second)})
	}
	_, open := tracker.Open(instant(9 * second))
	if len(open.Counts) != 1 || open.Counts[0].Passages != 2 || open.Counts[0].ToMS != booted.UnixMilli()+9*second {
		t.Errorf("%+v", open.Counts)
	}
}

// Whoever passes, however often the clock is set and the configuration changes: none is lost, and none counted twice.
func TestPassagesAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tracker, shift, total, told := New(switched, instant(0)), time.Duration(0), 0.0, int64(0)
		count := func() {
			for _, c := range tracker.Take().Counts {
				if told += c.Passages; c.ToMS <= c.FromMS || c.FromMS/10_000 != (c.ToMS-1)/10_000 {
					t.Fatalf("%+v", c)
				}
			}
		}
		at := func(ms int64) drivers.Instant {
			i := instant(ms)
			i.Wall = i.Wall.Add(shift)
			return i
		}
		tracker.Observe(drivers.Reading{Point: "beam/count", At: at(0)})
		now := int64(0)
		for range rapid.IntRange(1, 50).Draw(t, "events") {
			now += int64(rapid.SampledFrom([]int{0, 1, 900, 10_000, 1_000_000}).Draw(t, "later"))
			switch rapid.IntRange(0, 5).Draw(t, "event") {
			case 0:
				tracker.Tick(at(now))
			case 1:
				count()
				shift += time.Duration(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "by")) * time.Millisecond
				tracker.Step(at(now))
			case 2:
				tracker.Follow(switched, at(now))
			default:
				total += float64(rapid.IntRange(0, 3).Draw(t, "passages"))
				tracker.Observe(drivers.Reading{Point: "beam/count", Value: total, At: at(now)})
			}
			count()
		}
		tracker.Stop(at(now + 1))
		if count(); told != int64(total) {
			t.Fatalf("%d told, of %v", told, total)
		}
	})
}
