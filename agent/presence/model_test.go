package presence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// An act is one showing of a day that is made up.
type act struct {
	at     int64 // milliseconds since the boot
	reader string
	card   string
	killed bool // then the process is, and started again
}

const hour, minute, second = 3_600_000, 60_000, 1000

var booted = time.Date(2026, 8, 30, 10, 0, 0, 0, time.UTC) // so that a long day reaches the turn of the academic year

func instant(ms int64) drivers.Instant {
	d := time.Duration(ms) * time.Millisecond
	return drivers.Instant{Boot: "b", Mono: d, Wall: booted.Add(d), Synced: true}
}

func anyActs(t *rapid.T) []act {
	now := int64(hour)
	var acts []act
	for range rapid.IntRange(1, 40).Draw(t, "acts") {
		now += int64(rapid.SampledFrom([]int{-3, 0, 1, 2, 40, 900, second, 30 * second, 3 * minute, 3*minute - 1, 20 * minute, 5 * hour}).Draw(t, "later"))
		a := act{now, rapid.SampledFrom([]string{"entrance", "exit", "gate-1", "gate-2", "lathe-r", "mill-r"}).Draw(t, "reader"),
			rapid.SampledFrom([]string{cardA, cardB, "cccccccccccccccc"}).Draw(t, "card"), rapid.IntRange(0, 5).Draw(t, "killed") == 0}
		if acts = append(acts, a); a.killed {
			now += 100 // no process starts any faster
		}
	}
	return acts
}

// naive is what a patient clerk makes of a list of showings, place by place and card by card: for each stay that begins it
// looks ahead for what ends it first.
func naive(rule Rule, acts []act) (stays []record.Presence) {
	acts = inOrder(acts)
	for _, card := range []string{cardA, cardB, "cccccccccccccccc"} {
		var own []act
		for _, a := range acts {
			if a.card == card {
				own = append(own, a)
			}
		}
		for _, place := range []string{"hall", "yard", "lathe", "mill"} {
			for i := 0; i < len(own); {
				r := rule.reader(own[i].reader)
				if r.Place != place || r.Way == Out {
					i++
					continue
				}
				var p record.Presence
				p, i = follow(rule, own, i, place)
				if p.ToMS > p.FromMS {
					stays = append(stays, p)
				}
			}
		}
	}
	return stays
}

// inOrder gives each showing the moment at which it counts.
func inOrder(acts []act) (out []act) {
	latest := int64(0)
	for _, a := range acts {
		latest = max(latest, a.at)
		for slices.ContainsFunc(out, func(b act) bool { return b.reader == a.reader && b.at >= latest }) {
			latest++
		}
		a.at = latest
		out = append(out, a)
	}
	return out
}

// follow is the stay that begins with own[i], and the first showing that it has nothing to do with.
func follow(rule Rule, own []act, i int, place string) (record.Presence, int) {
	zero := booted.UnixMilli()
	from, known, in := own[i].at, own[i].at, rule.reader(own[i].reader)
	stay := func(to int64, ended string) record.Presence {
		return record.Presence{Place: place, Reader: in.Name, Card: own[i].card, FromMS: zero + from, KnownMS: zero + known, ToMS: zero + to, Ended: ended}
	}
	for j := i + 1; ; j++ {
		to, why := rules(rule, in, from, known)
		if j == len(own) || own[j].at >= to {
			return stay(to, why), j
		}
		next := rule.reader(own[j].reader)
		switch {
		case next.Place == place && (next.Way == Out || next.Way == Toggle):
			known = own[j].at
			return stay(known, "out"), j + 1
		case next.Place == place || rule.Inside[next.Place] == place:
			known = own[j].at
		default:
			return stay(own[j].at, "elsewhere"), j
		}
	}
}

// rules tries minute by minute, as nobody would who is in a hurry.
func rules(rule Rule, in *Reader, from, known int64) (to int64, why string) {
	to, why = from+rule.Longest.Milliseconds(), "longest"
	if idle := known + in.Hold.Milliseconds(); in.Way == Tap && idle < to {
		to, why = idle, "idle"
	}
	for m := (known/minute + 1) * minute; m < to; m += minute { // the boot was at a full minute
		switch local := instant(m).Wall.In(rule.Zone); {
		case local.Format("15:04") == rule.Closing:
			return m, "closing"
		case local.Format("01-02 15:04") == "09-01 00:00":
			return m, "year"
		}
	}
	return to, why
}

func inTurn(stays []record.Presence) []record.Presence {
	slices.SortFunc(stays, func(a, b record.Presence) int {
		return cmp.Or(cmp.Compare(a.Card, b.Card), cmp.Compare(a.Place, b.Place), cmp.Compare(a.FromMS, b.FromMS))
	})
	return stays
}

// conserved holds what must be true of any stays.
func conserved(t *rapid.T, stays []record.Presence) {
	begun := map[string]bool{}
	for i, p := range inTurn(stays) {
		if p.FromMS > p.KnownMS || p.KnownMS > p.ToMS || p.FromMS == p.ToMS || p.ToMS-p.FromMS > record.MaxStayMS {
			t.Fatalf("a stay of %+v", p)
		}
		if p.Ended == "out" && p.KnownMS != p.ToMS {
			t.Fatalf("out, and not measured: %+v", p)
		}
		if i > 0 && stays[i-1].Card == p.Card && stays[i-1].Place == p.Place && stays[i-1].ToMS > p.FromMS {
			t.Fatalf("%+v overlaps %+v", p, stays[i-1])
		}
		key := fmt.Sprint(p.Reader, p.FromMS)
		if begun[key] {
			t.Fatalf("two stays that %s began at %d", p.Reader, p.FromMS)
		}
		begun[key] = true
	}
}

// again is a process that was killed and started again at once.
func again(t *rapid.T, was *Tracker, now drivers.Instant) (*Tracker, record.Facts) {
	m, _ := was.Open(now)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Mark
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	next := New(was.rule, now)
	return next, next.Restore(back, now)
}

// Whoever comes and goes, whenever somebody looks, and however often the process is killed, the stays are those that a
// patient clerk works out, to the millisecond.
func TestStaysAreThoseOfANaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := base
		rule.Closing = rapid.SampledFrom([]string{"22:30", "00:00", ""}).Draw(t, "closing")
		rule.Longest = rapid.SampledFrom([]time.Duration{10 * time.Minute, 12 * time.Hour, 24 * time.Hour}).Draw(t, "longest")
		acts := anyActs(t)
		tracker := New(rule, instant(0))
		var told []record.Presence
		latest := int64(0)
		for _, a := range acts {
			for range rapid.IntRange(0, 2).Draw(t, "ticks") {
				if latest = max(latest, a.at-int64(rapid.IntRange(-5, 5000).Draw(t, "tick"))); latest > 0 {
					tracker.Tick(instant(latest))
				}
			}
			tracker.Show(Showing{Reader: a.reader, Card: a.card, At: instant(a.at)})
			if a.killed {
				told = append(told, tracker.Take().Presences...)
				var f record.Facts
				if tracker, f = again(t, tracker, instant(a.at)); !f.Empty() {
					t.Fatalf("a restart tells %+v", f)
				}
			}
		}
		tracker.Tick(instant(acts[len(acts)-1].at + 48*hour))
		told = append(told, tracker.Take().Presences...)
		conserved(t, told)
		want := inTurn(naive(rule, acts))
		if fmt.Sprintf("%+v", inTurn(told)) != fmt.Sprintf("%+v", want) {
			t.Fatalf("\n got %+v\nwant %+v", told, want)
		}
		if m, _ := tracker.Open(instant(latest)); !m.Empty() {
			t.Fatalf("left: %+v", m)
		}
	})
}

// Whenever the clock is set, and to whatever time: no stay is any longer or shorter.
func TestAStepChangesNoLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := base
		rule.Closing = "" // which is an hour of the wall clock
		acts := anyActs(t)
		steady, stepped := New(rule, spring(0, 0)), New(rule, spring(0, 0))
		shift := time.Duration(0)
		var want, got []string
		lengths := func(f record.Facts) (all []string) {
			for _, p := range f.Presences {
				all = append(all, fmt.Sprint(p.Place, p.Card, p.KnownMS-p.FromMS, p.ToMS-p.KnownMS, p.Ended))
			}
			return all
		}
		for _, a := range acts {
			if rapid.IntRange(0, 2).Draw(t, "step") == 0 {
				got = append(got, lengths(stepped.Take())...)
				shift += time.Duration(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "by")) * time.Millisecond
				stepped.Step(spring(a.at, shift))
			}
			steady.Show(Showing{Reader: a.reader, Card: a.card, At: spring(a.at, 0)})
			stepped.Show(Showing{Reader: a.reader, Card: a.card, At: spring(a.at, shift)})
		}
		end := acts[len(acts)-1].at + 48*hour
		steady.Tick(spring(end, 0))
		stepped.Tick(spring(end, shift))
		want, got = lengths(steady.Take()), append(got, lengths(stepped.Take())...)
		if !slices.Equal(got, want) {
			t.Fatalf("\n got %v\nwant %v", got, want)
		}
	})
}

// spring is far from the turn of the year.
func spring(ms int64, shift time.Duration) drivers.Instant {
	i := instant(ms)
	i.Wall = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(i.Mono + shift)
	return i
}
