package presence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
)

func TestAReaderThatIsGoneEndsItsStays(t *testing.T) {
	tracker := New(base, instant(0))
	for i, letter := range "i1m" {
		tracker.Show(showing(letter, instant(int64(i)*minute)))
		tracker.Show(showing([]rune("I")[0], instant(int64(i)*minute)))
	}
	next := base
	next.Readers = slices.Clone(base.Readers)
	next.Readers[0].Hold = time.Hour                   // which changes nothing of a stay
	next.Readers[3].Way = In                           // nor does this
	next.Readers[5].Place = "drill"                    // it was moved
	next.Readers = slices.Delete(next.Readers, 2, 2+1) // gate-1, whose stay was ended by the mill
	tracker.Follow(next, instant(5*minute))
	var got []string
	for _, p := range tracker.Take().Presences {
		got = append(got, fmt.Sprintf("%s %s %d+%d", p.Place, p.Ended, (p.KnownMS-p.FromMS)/minute, (p.ToMS-p.KnownMS)/minute))
	}
	if want := []string{"hall elsewhere 0+1", "yard elsewhere 0+1", "mill removed 0+3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if m, _ := tracker.Open(instant(5 * minute)); len(m.Stays) != 1 || m.Stays[0].Card != cardB {
		t.Errorf("left: %+v", m.Stays)
	}
}

func TestWhoIsPresentAndWhatFor(t *testing.T) {
	tracker := New(base, instant(0))
	for i, letter := range "iLms" { // A by the entrance, B at the lathe, A at the mill, a purpose at the mill
		tracker.Show(showing(letter, instant(int64(i)*minute)))
	}
	for place, want := range map[string]int{"hall": 2, "lathe": 1, "mill": 1, "yard": 0, "nowhere": -1} {
		if got, ok := tracker.People(place); ok != (want >= 0) || got != max(want, 0) {
			t.Errorf("%d people in %s, %v, want %d", got, place, ok, want)
		}
	}
	if got := tracker.Purpose("mill") + tracker.Purpose("lathe"); got != "student_training" {
		t.Errorf("purposes %q", got)
	}
	for _, letter := range "os" { // A goes by the exit, which ends its stay at the mill too; the purpose ends
		tracker.Show(showing(letter, instant(3*minute+second)))
	}
	hall, _ := tracker.People("hall")
	mill, _ := tracker.People("mill")
	if hall != 1 || mill != 0 || tracker.Purpose("mill") != "" {
		t.Errorf("%d in the hall, %d at the mill for %q", hall, mill, tracker.Purpose("mill"))
	}
}

func TestStrays(t *testing.T) {
	tracker := New(base, instant(0))
	tracker.Show(showing('o', instant(minute)))
	tracker.Show(Showing{Reader: "entrance", Card: cardA, Purpose: "student_training", At: instant(2 * minute)})
	tracker.Show(Showing{Reader: "unknown", Card: cardA, At: instant(3 * minute)})
	if m, _ := tracker.Open(instant(3 * minute)); tracker.Strays() != 2 || !m.Empty() {
		t.Errorf("%d strays, open %+v", tracker.Strays(), m)
	}
}

// On one asset there is never more than one purpose, whoever says so and however often.
func TestPurposesNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tracker, now := New(base, instant(0)), int64(hour)
		var told []record.Session
		for range rapid.IntRange(1, 40).Draw(t, "showings") {
			now += int64(rapid.SampledFrom([]int{0, 1, minute, hour, 9 * hour}).Draw(t, "later"))
			card := rapid.SampledFrom([]string{cardA, cardB, "cccccccccccccccc"}).Draw(t, "card")
			tracker.Show(Showing{Reader: rapid.SampledFrom([]string{"mill-r", "lathe-r"}).Draw(t, "reader"), Card: card, Purpose: "p-" + card[:1], At: instant(now)})
			if now += 100; rapid.IntRange(0, 5).Draw(t, "killed") == 0 {
				told = append(told, tracker.Take().Sessions...)
				tracker, _ = again(t, tracker, instant(now))
			}
		}
		tracker.Tick(instant(now + 48*hour))
		last := map[string]int64{}
		for _, s := range append(told, tracker.Take().Sessions...) {
			if s.FromMS < last[s.Asset] || s.ToMS <= s.FromMS || s.KnownMS < s.FromMS || s.KnownMS > s.ToMS {
				t.Fatalf("%+v, after one that ended at %d", s, last[s.Asset])
			}
			last[s.Asset] = s.ToMS
		}
	})
}

// crowd are 300 people in the hall.
func crowd() (*Tracker, []string) {
	tracker := New(base, instant(0))
	cards := make([]string, 300)
	for i := range cards {
		cards[i] = fmt.Sprintf("%032x", i)
		tracker.Show(Showing{Reader: "entrance", Card: cards[i], At: instant(hour)})
	}
	return tracker, cards
}

// Somebody shows a card that is there already, which is the dearest showing.
func BenchmarkShow(b *testing.B) {
	tracker, cards := crowd()
	now := int64(hour)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		now += second / 100
		if i%100_000 == 0 { // before the day is over
			b.StopTimer()
			tracker, cards = crowd()
			now = 2 * hour
			b.StartTimer()
		}
		tracker.Show(Showing{Reader: "entrance", Card: cards[i%300], At: instant(now)})
	}
}

func BenchmarkTick(b *testing.B) {
	tracker, _ := crowd()
	b.ReportAllocs()
	for b.Loop() {
		tracker.Tick(instant(2 * hour))
	}
}

func BenchmarkOpen(b *testing.B) {
	tracker, _ := crowd()
	b.ReportAllocs()
	for b.Loop() {
		tracker.Open(instant(2 * hour))
	}
}
