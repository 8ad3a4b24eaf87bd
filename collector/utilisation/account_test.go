package utilisation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

var letters = map[rune]record.State{'?': record.Unknown, 'o': record.Off, 's': record.Standby, 'r': record.Running, 'f': record.Fault}

// spells reads a drawing: a letter is a minute in that state, a dot a minute that no spell covers. Several lines are
// drawn over each other, each as its own gateway saw it. The spells come in order of their beginning.
func spells(drawing string) []record.Spell {
	var all []record.Spell
	for _, line := range strings.Fields(drawing) {
		for n, letter := range line {
			if letter == '.' {
				continue
			}
			all = append(all, record.Spell{Asset: "a", State: letters[letter], FromMS: minute(n).UnixMilli(), ToMS: minute(n + 1).UnixMilli()})
		}
	}
	slices.SortStableFunc(all, func(a, b record.Spell) int { return cmp.Compare(a.FromMS, b.FromMS) })
	return all
}

func drawn(l Ledger) string {
	var parts []string
	for _, letter := range "?osrf" {
		if ms := l.MS[letters[letter]]; ms != 0 {
			parts = append(parts, fmt.Sprintf("%c%v", letter, float64(ms)/60000))
		}
	}
	return strings.Join(parts, " ")
}

func TestAccount(t *testing.T) {
	for _, c := range []struct{ name, drawing, want string }{
		{"nothing at all is unknown", "..........", "?10"},
		{"steady", "rrrrrrrrrr", "r10"},
		{"each state", "oosrrf?rrr", "?1 o2 s1 r5 f1"},
		{"silence is unknown", "rrr....rrr", "?4 r6"},
		{"before the first and after the last is unknown", "..ssss....", "?6 s4"},
		{"what is said twice counts once", "rrrrrrrrrr rrrrrrrrrr", "r10"},
		{"the first that began counts", "rrrrr..... sssssrrrrr", "r10"},
		{"what one does not know the other may", "rr......rr ..ss......", "?4 s2 r4"},
		{"who knows nothing hides nobody", "??????.... .rrrrrrr..", "?3 r7"},
		{"later spells are clipped away", "rrrrrrrrrrrrrrr", "r10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := drawn(Account(spells(c.drawing), minute(0), minute(10))); got != c.want {
				t.Errorf("%s: got %s, want %s", c.drawing, got, c.want)
			}
		})
	}
}

func TestAClockSetBackCountsNoMomentTwice(t *testing.T) {
	at := func(a, b float64, s record.State) record.Spell {
		return record.Spell{State: s, FromMS: noon.UnixMilli() + int64(a*60000), ToMS: noon.UnixMilli() + int64(b*60000)}
	}
	// Running until 12:07, then the clock is set back to 12:02:30, from where the machine stands by until 12:10.
	twice := []record.Spell{at(0, 5, record.Running), at(2.5, 5, record.Standby), at(5, 7, record.Running), at(5, 10, record.Standby)}
	if got := drawn(Account(twice, minute(0), minute(10))); got != "s3 r7" {
		t.Errorf("got %s", got)
	}
}

func TestEstimatedIsPartOfTheKnown(t *testing.T) {
	s := spells("rrr?ssss..")
	for i := range s {
		s[i].Estimated = i >= 2
	}
	if l := Account(s, minute(0), minute(10)); l.EstimatedMS != 5*60000 {
		t.Errorf("estimated %d ms, want 5 minutes", l.EstimatedMS)
	}
}

func TestCoverage(t *testing.T) {
	if got := Account(spells("rrr.......ssss......"), minute(0), minute(20)).Coverage(); got != 0.35 {
		t.Errorf("coverage %v, want 0.35", got)
	}
	if got := (Ledger{}).Coverage(); got != 0 {
		t.Errorf("coverage of nothing %v", got)
	}
}

// anySpells draws spells in order, overlapping, touching, beyond the span or of no length.
func anySpells(t *rapid.T) []record.Spell {
	var all []record.Spell
	for range rapid.IntRange(0, 30).Draw(t, "spells") {
		from := noon.UnixMilli() + rapid.Int64Range(-7_200_000, 7_200_000).Draw(t, "from")
		all = append(all, record.Spell{
			State:     record.State(rapid.IntRange(0, record.States-1).Draw(t, "state")),
			FromMS:    from,
			ToMS:      from + rapid.Int64Range(-10, 3_600_000).Draw(t, "length"),
			Estimated: rapid.Bool().Draw(t, "estimated"),
		})
	}
	slices.SortStableFunc(all, func(a, b record.Spell) int { return cmp.Compare(a.FromMS, b.FromMS) })
	return all
}

// The parts add up to the span, and a day is the sum of its parts, wherever it is cut.
func TestTimeIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpells(t)
		from := noon.Add(time.Duration(rapid.Int64Range(-3_600_000, 3_600_000).Draw(t, "begin")) * time.Millisecond)
		to := from.Add(time.Duration(rapid.Int64Range(0, 7_200_000).Draw(t, "span")) * time.Millisecond)
		whole := Account(s, from, to)
		if whole.ElapsedMS() != to.Sub(from).Milliseconds() {
			t.Fatalf("%d ms of %d", whole.ElapsedMS(), to.Sub(from).Milliseconds())
		}
		cut := from.Add(time.Duration(rapid.Int64Range(0, to.Sub(from).Milliseconds()).Draw(t, "cut")) * time.Millisecond)
		if parts := Account(s, from, cut).Add(Account(s, cut, to)); parts != whole {
			t.Fatalf("parts %+v, whole %+v", parts, whole)
		}
	})
}

func FuzzAccount(f *testing.F) {
	f.Add("rrr...sss", 0, 10)
	f.Add("rrr??? ..ssoo", 2, 5)
	f.Fuzz(func(t *testing.T, drawing string, from, to int) {
		from, to = from%10000, to%10000
		if got, want := Account(spells(drawing), minute(from), minute(to)).ElapsedMS(), max(0, int64(to-from)*60000); got != want {
			t.Errorf("%d ms, want %d", got, want)
		}
	})
}

// An asset-year at the five-minute grid.
func BenchmarkAccountYear(b *testing.B) {
	year := make([]record.Spell, 0, 365*288)
	for n := range cap(year) {
		from := noon.UnixMilli() + int64(n)*300_000
		year = append(year, record.Spell{State: record.State(n % record.States), FromMS: from, ToMS: from + 300_000})
	}
	for b.Loop() {
		Account(year, noon, noon.AddDate(1, 0, 0))
	}
}
