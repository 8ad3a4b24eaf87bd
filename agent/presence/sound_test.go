package presence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// Whatever happens (readings that are late, or ahead of the beat's clock; readers that are taken away and put back; a
// longest stay that becomes shorter; kills, and power cuts short and long): each stay is sound, and no two of a card in
// one place overlap.
func TestStaysAreSoundWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		boot, zero, now := 0, booted, int64(hour)
		at := func(ms int64) drivers.Instant {
			d := time.Duration(ms) * time.Millisecond
			return drivers.Instant{Boot: fmt.Sprint(boot), Mono: d, Wall: zero.Add(d), Synced: true}
		}
		tracker := New(base, at(now))
		var told []record.Presence
		restart := func() {
			told = append(told, tracker.Take().Presences...)
			m, _ := tracker.Open(at(now))
			if rapid.Bool().Draw(t, "power") {
				boot, zero, now = boot+1, zero.Add(time.Duration(now+int64(rapid.SampledFrom([]int{7 * second, 20 * minute, 2 * hour}).Draw(t, "dark")))*time.Millisecond), 0
			}
			now += 20 * second
			tracker = New(tracker.rule, at(now))
			told = append(told, tracker.Restore(m, at(now)).Presences...)
		}
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			now += int64(rapid.SampledFrom([]int{0, 1, 40, second, minute, 20 * minute, 5 * hour}).Draw(t, "later"))
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0:
				rule := base
				rule.Longest = rapid.SampledFrom([]time.Duration{10 * time.Minute, 24 * time.Hour}).Draw(t, "longest")
				rule.Readers = slices.Clone(base.Readers[rapid.IntRange(0, 3).Draw(t, "gone"):])
				tracker.Follow(rule, at(now))
			case 1:
				restart()
			case 2:
				tracker.Tick(at(now))
			default:
				seen := max(0, now+int64(rapid.SampledFrom([]int{20, 0, -5, -900, -8 * second}).Draw(t, "seen")))
				reader := rapid.SampledFrom([]string{"entrance", "exit", "gate-1", "gate-2", "lathe-r", "mill-r"}).Draw(t, "reader")
				tracker.Show(Showing{Reader: reader, Card: rapid.SampledFrom([]string{cardA, cardB}).Draw(t, "card"), At: at(seen)})
			}
		}
		tracker.Tick(at(now + 48*hour))
		conserved(t, append(told, tracker.Take().Presences...))
	})
}

// A visit goes on only where that is beyond doubt.
func TestWhichVisitsGoOn(t *testing.T) {
	for _, c := range []struct {
		name, lost, back string
		goesOn           bool
	}{
		{"at once", "2026-03-02 09:00", "2026-03-02 09:00", true},
		{"half an hour", "2026-03-02 09:00", "2026-03-02 09:30", true},
		{"and a minute", "2026-03-02 09:00", "2026-03-02 09:31", false},
		{"a clock that went backwards", "2026-03-02 09:00", "2026-03-02 08:59", false},
		{"up to the closing", "2026-03-02 22:10", "2026-03-02 22:30", false},
		{"after the closing", "2026-03-02 22:31", "2026-03-02 22:40", true},
		{"over midnight", "2026-03-02 23:50", "2026-03-03 00:10", true},
		{"over the turn of the year", "2026-08-31 23:50", "2026-09-01 00:10", false},
	} {
		lost, _ := time.ParseInLocation("2006-01-02 15:04", c.lost, shanghai)
		back, _ := time.ParseInLocation("2006-01-02 15:04", c.back, shanghai)
		tracker := New(base, drivers.Instant{Boot: "new", Mono: time.Minute, Wall: back.Add(time.Minute), Synced: true})
		m := Mark{Boot: "old", AtMS: hour, ZeroMS: lost.UnixMilli() - hour, Synced: true,
			Stays: []Stay{{Place: "hall", Reader: "entrance", Card: cardA, FromMS: hour - minute, KnownMS: hour - minute}}}
		told := tracker.Restore(m, drivers.Instant{Boot: "new", Mono: time.Minute, Wall: back.Add(time.Minute), Synced: true})
		if len(told.Presences) != 1 || told.Presences[0].ToMS != lost.UnixMilli() {
			t.Errorf("%s: told %+v", c.name, told.Presences)
		}
		if n, _ := tracker.People("hall"); (n == 1) != c.goesOn {
			t.Errorf("%s: %d in the hall", c.name, n)
		}
	}
}

// Of a boot whose clock was never set nobody knows how long ago it was.
func TestNoVisitGoesOnFromABootWithoutAClock(t *testing.T) {
	now := drivers.Instant{Boot: "new", Mono: time.Minute, Wall: booted.Add(time.Minute), Synced: true}
	tracker := New(base, now)
	told := tracker.Restore(Mark{Boot: "old", AtMS: 9000, Stays: []Stay{{Place: "hall", Reader: "entrance", Card: cardA, FromMS: 2000, KnownMS: 3000}}}, now)
	want := record.Presence{Place: "hall", Reader: "entrance", Card: cardA, FromMS: 2000, KnownMS: 3000, ToMS: 9000, Ended: "power"}
	if len(told.Presences) != 1 || told.Presences[0] != want || told.Boot != "old" {
		t.Errorf("told %+v", told)
	}
	if n, _ := tracker.People("hall"); n != 0 {
		t.Errorf("%d in the hall", n)
	}
}
