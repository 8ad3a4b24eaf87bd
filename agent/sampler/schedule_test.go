package sampler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/drivers"
)

const ms = time.Millisecond

// A behaviour is how a simulated device takes a question.
type behaviour struct {
	name   string
	period time.Duration
	takes  time.Duration               // to answer
	waited time.Duration               // for the answer of one that is silent
	answer func(at time.Duration) bool // whether it does, at a time since the beginning; nil: always
}

// A tally is what came of a simulation, by device.
type tally struct {
	answers, asked int
	busy           time.Duration // held the line, or made it be left alone
	lost           time.Duration // of that, while it counted as lost
	gap            time.Duration // the longest between two answers, once all have been asked
	last           time.Duration
	told           []string
}

// simulate lets a line of devices go for a while. No clock passes but the one that is counted here. As on a real line,
// a silence is followed by half as much in which nobody may speak.
func simulate(span time.Duration, devices ...behaviour) map[string]*tally {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	s, now := schedule{}, start
	of, tallies := map[string]behaviour{}, map[string]*tally{}
	var list []Device
	for _, b := range devices {
		of[b.name], tallies[b.name] = b, &tally{}
		list = append(list, Device{Name: b.name, Asks: []Ask{{Period: b.period}}, Probe: func(context.Context) error { return nil }})
	}
	s.hang(list, now)
	for now.Sub(start) < span {
		q := s.next(now)
		if q.due.After(now) {
			now = q.due
			continue
		}
		b, t, began, was := of[q.Name], tallies[q.Name], now, q.standing()
		t.asked++
		takes, hush, err := b.takes, time.Duration(0), error(nil)
		if since := now.Sub(start); b.answer != nil && !b.answer(since) {
			takes, hush, err = b.waited, b.waited/2, drivers.ErrAbsent
		} else if q.purpose == read {
			if since > 30*time.Second {
				t.gap = max(t.gap, since-t.last)
			}
			t.answers++
			t.last = since
		}
		now = now.Add(takes)
		if c, changed := s.ended(q, began, now, "", err); changed {
			t.told = append(t.told, fmt.Sprint(c.Err))
		}
		now = now.Add(hush)
		t.busy += now.Sub(began)
		if was == lost {
			t.lost += now.Sub(began)
		}
	}
	return tallies
}

func never(time.Duration) bool { return false }

func TestDeadDevicesTakeLittleOfALineThatIsBusy(t *testing.T) {
	for _, timeout := range []time.Duration{300 * ms, time.Second} {
		var devices []behaviour
		for i := range 8 {
			devices = append(devices, behaviour{name: fmt.Sprint(i), period: 10 * ms, takes: 62 * ms})
		}
		healthy, living := simulate(10*time.Minute, devices...), 0
		for i := range 2 {
			devices[i].answer, devices[i].waited = never, timeout
		}
		sick := simulate(10*time.Minute, devices...)
		before := 0
		for i := range 8 {
			before += healthy[fmt.Sprint(i)].answers
			living += sick[fmt.Sprint(i)].answers
		}
		if share := float64(living) / float64(before); share < 0.95 {
			t.Errorf("with two of eight dead (timeout %v) the line gives %.1f %% of what it gave", timeout, 100*share)
		}
	}
}

// A line is drawn, on which some never answer and others stop to, and what they cost the living is held to the bound.
func TestDeadDevicesNeverTakeMoreThanTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const span = 5 * time.Minute
		draw := func(label string, from, to time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(int64(from), int64(to)).Draw(t, label))
		}
		var living, all []behaviour
		for i := range rapid.IntRange(1, 6).Draw(t, "living") {
			living = append(living, behaviour{name: fmt.Sprint("living", i), period: draw("period", 500*ms, 5*time.Second), takes: draw("takes", 5*ms, 60*ms)})
		}
		all = append(all, living...)
		var learning, longest time.Duration // until it is known that they are lost
		for i := range rapid.IntRange(1, 10).Draw(t, "dead") {
			d := behaviour{name: fmt.Sprint("dead", i), period: draw("period", 500*ms, 5*time.Second), takes: draw("takes", 5*ms, 60*ms), waited: draw("timeout", 20*ms, 2*time.Second), answer: never}
			questions := time.Duration(1)
			if rapid.Bool().Draw(t, "dies") {
				at := draw("dies at", time.Second, span)
				d.answer, questions = func(now time.Duration) bool { return now < at }, 6
			}
			all, learning, longest = append(all, d), learning+questions*d.waited*3/2, max(longest, d.waited*3/2)
		}
		healthy, sick := simulate(span, living...), simulate(span, all...)
		var dead time.Duration
		for _, d := range all[len(living):] {
			dead += sick[d.name].lost
			if len(sick[d.name].told) > 1 {
				t.Errorf("%s: told %q, want once at most", d.name, sick[d.name].told)
			}
		}
		if dead > span/20+longest {
			t.Errorf("the dead held the line for %v of %v", dead, span)
		}
		for _, l := range living {
			was, is := healthy[l.name].answers, sick[l.name].answers
			if most := int(learning/l.period) + 2; float64(is) < 0.95*float64(was)-float64(most) {
				t.Errorf("%s answered %d times, %d without the dead", l.name, is, was)
			}
		}
	})
}

// chance is how often a weak device answers.
func chance(luck *rand.Rand, share float64) func(time.Duration) bool {
	return func(time.Duration) bool { return luck.Float64() < share }
}

func TestADeviceThatAnswersNowAndThenStarvesNobody(t *testing.T) {
	weak := behaviour{name: "weak", period: 100 * ms, takes: 20 * ms, waited: time.Second, answer: chance(rand.New(rand.NewPCG(1, 2)), 0.25)}
	got := simulate(5*time.Minute, weak, behaviour{name: "strong", period: 100 * ms, takes: 20 * ms})
	if share := float64(got["weak"].busy) / float64(5*time.Minute); share > 0.25 {
		t.Errorf("it took %.0f %% of the line", 100*share)
	}
	if got["strong"].answers < 2250 {
		t.Errorf("its neighbour was asked %d times in 3000 periods", got["strong"].answers)
	}
}

// The far half of a bus that is wired badly answers as it likes.
func TestManyThatAnswerNowAndThenStarveNobody(t *testing.T) {
	const span = 10 * time.Minute
	luck := rand.New(rand.NewPCG(1, 2))
	var devices []behaviour
	for i, share := range []float64{1, 1, 1, 1, 0.25, 0.25, 0.5, 0.75} {
		devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Second, takes: 60 * ms, waited: time.Second, answer: chance(luck, share)})
	}
	got := simulate(span, devices...)
	var weak time.Duration
	for i := range 8 {
		d := got[fmt.Sprint(i)]
		if i < 4 && d.answers < 560 {
			t.Errorf("%d was asked %d times in 600 periods", i, d.answers)
		}
		if i >= 4 {
			weak += d.busy
		}
		if d.answers < 5 {
			t.Errorf("%d was heard %d times", i, d.answers)
		}
	}
	if share := float64(weak) / float64(span); share > 0.35 {
		t.Errorf("the weak took %.0f %% of the line", 100*share)
	}
}

// A loaded gateway once took three late answers in a row for a dead meter, and left it alone for seconds. Those that
// have been dead for long must not keep it waiting either.
func TestADeviceThatFaltersIsBackSoon(t *testing.T) {
	for _, away := range []time.Duration{500 * ms, time.Second, 2500 * ms, 4 * time.Second} {
		falters := behaviour{name: "meter", period: time.Second, takes: 20 * ms, waited: 100 * ms,
			answer: func(at time.Duration) bool { return at < time.Minute || at > time.Minute+away }}
		line := []behaviour{falters, {name: "other", period: time.Second, takes: 20 * ms}}
		for i := range 3 {
			line = append(line, behaviour{name: fmt.Sprint("dead", i), period: time.Second, waited: time.Second, answer: never})
		}
		got := simulate(2*time.Minute, line...)
		if m := got["meter"]; m.gap > away+away/2+2*time.Second+500*ms { // its period, a dead device's probe and silence
			t.Errorf("it was away for %v and not read for %v", away, m.gap)
		}
	}
}

// A gateway that stalls under load lets all of them time out, but for one that hangs elsewhere.
func TestALineThatFaltersIsBackSoon(t *testing.T) {
	devices := []behaviour{{name: "other", period: time.Second, takes: 10 * ms}}
	for i := range 31 {
		devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Second, takes: 10 * ms, waited: 100 * ms,
			answer: func(at time.Duration) bool { return at < time.Minute || at > time.Minute+5*time.Second }})
	}
	got := simulate(2*time.Minute, devices...)
	for i := range 31 {
		if d := got[fmt.Sprint(i)]; d.gap > 7500*ms {
			t.Errorf("%d was not read for %v after a stall of 5 s", i, d.gap)
		}
	}
	if got["other"].gap > 6*time.Second {
		t.Errorf("the other was not read for %v", got["other"].gap)
	}
}

// A branch of the bus is cut off for a while, the rest goes on.
func TestABranchIsBackAsAWhole(t *testing.T) {
	devices := []behaviour{{name: "other", period: time.Second, takes: 20 * ms}}
	for i := range 10 {
		devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Second, takes: 20 * ms, waited: 300 * ms,
			answer: func(at time.Duration) bool { return at < time.Minute || at > 31*time.Minute }})
	}
	first, last := time.Hour, time.Duration(0)
	for name, d := range simulate(40*time.Minute, devices...) {
		if name != "other" {
			first, last = min(first, d.gap), max(last, d.gap)
		}
	}
	if first > 30*time.Minute+30*time.Second || last > first+5*time.Second {
		t.Errorf("the first was back after %v, the last after %v; 30 minutes were right", first, last)
	}
}

// An adapter is unplugged for ten minutes, or a bus for as long, which costs a timeout each time.
func TestALineOnWhichNobodyAnswersIsBackWithinSeconds(t *testing.T) {
	plugged := func(at time.Duration) bool { return at < time.Minute || at > 11*time.Minute }
	for _, n := range []int{1, 2, 10} {
		for _, waited := range []time.Duration{ms, 300 * ms} {
			var devices []behaviour
			for i := range n {
				devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Second, takes: 20 * ms, waited: waited, answer: plugged})
			}
			for name, d := range simulate(12*time.Minute, devices...) {
				if d.gap > 10*time.Minute+8*time.Second {
					t.Errorf("%s of %d was unplugged for ten minutes and not read for %v", name, n, d.gap)
				}
				if d.asked > 400 {
					t.Errorf("%s of %d was asked %d times", name, n, d.asked)
				}
			}
		}
	}
}

func TestADeadDeviceWaitsNoLongerThanItsPause(t *testing.T) {
	back := behaviour{name: "back", period: time.Second, takes: 20 * ms, waited: 300 * ms, answer: func(at time.Duration) bool { return at < time.Minute || at > 31*time.Minute }}
	got := simulate(40*time.Minute, back, behaviour{name: "other", period: time.Second, takes: 20 * ms})
	b := got["back"]
	if b.gap > 30*time.Minute+67*time.Second || b.answers < 500 {
		t.Errorf("back after 30 minutes, it was read after %v, %d times", b.gap, b.answers)
	}
	if len(b.told) != 2 || b.told[1] != "<nil>" {
		t.Errorf("told %q", b.told)
	}
}

func TestASlowAskReadsWhatTheFastOneDoes(t *testing.T) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	s, now := schedule{}, start
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}, {Period: 10 * time.Second}}}}, now)
	var asked [2]int
	for s.next(now).due.Sub(start) < time.Minute {
		now = s.next(now).due
		q := s.next(now)
		asked[q.ask]++
		s.ended(q, now, now.Add(20*ms), "", nil)
	}
	if asked != [2]int{54, 6} {
		t.Errorf("asked %d times the fast and %d times the slow points in a minute, want 54 and 6", asked[0], asked[1])
	}
}

func TestWhoRefusesIsThere(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}}}}, now)
	refusal := errors.New("illegal data address")
	told := 0
	for range 10 {
		q := s.next(now)
		now = q.due
		if c, changed := s.ended(q, now, now.Add(20*ms), "", refusal); changed && c.Err == refusal {
			told++
		}
		if q.absent() {
			t.Fatal("it counts as absent")
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

func TestWhoIsBackIsAskedEverything(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}, {Period: time.Hour}}}}, now)
	for i := range 10 {
		q := s.next(now)
		now = later(now, q.due)
		var err error
		if i > 0 && i < 6 {
			err = drivers.ErrAbsent
		}
		s.ended(q, now, now, "", err)
		if q.purpose == probe && err == nil {
			if q = s.next(now); q.ask != 1 || q.due.After(now) {
				t.Errorf("asked for %d in %v, want the slow points at once", q.ask, q.due.Sub(now))
			}
			return
		}
	}
	t.Error("it was not probed")
}

// A meter that refuses its slow points and shows the fast ones does both over and over.
func TestARefusalOfSomeIsToldOnce(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}, {Period: 5 * time.Second}}}}, now)
	refusal := errors.New("illegal data address")
	var told []error
	for i := range 100 {
		q := s.next(now)
		now = q.due
		q = s.next(now)
		var err error
		if q.ask == 1 && i < 50 {
			err = refusal
		}
		if c, changed := s.ended(q, now, now.Add(20*ms), "", err); changed {
			told = append(told, c.Err)
		}
	}
	if len(told) != 2 || told[0] != refusal || told[1] != nil {
		t.Errorf("told %v, want the refusal and its end", told)
	}
}

func TestWhoRefusesAndGoesIsBackAllTheSame(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}}}}, now)
	refusal := errors.New("illegal data address")
	var told []error
	for _, err := range []error{nil, refusal, drivers.ErrAbsent, drivers.ErrAbsent, drivers.ErrAbsent, nil, refusal} {
		q := s.next(now)
		now = later(now, q.due)
		if c, changed := s.ended(q, now, now, "", err); changed {
			if told = append(told, c.Err); c.Err == nil && c.After < 3*time.Second {
				t.Errorf("it was away for %v", c.After)
			}
		}
	}
	if want := []error{refusal, drivers.ErrAbsent, nil, refusal}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

func TestNonsenseIsAskedForAgainSoon(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: 8 * time.Second}}}}, now)
	garbled := func() (wait time.Duration) {
		s.ended(s.next(now), now, now.Add(20*ms), "", drivers.ErrGarbled)
		wait = s.next(now).due.Sub(now)
		now = s.next(now).due
		return wait
	}
	s.ended(s.next(now), now, now.Add(20*ms), "", nil)
	now = s.next(now).due
	if wait := garbled(); wait > 3*time.Second || wait < time.Second {
		t.Errorf("asked again after %v", wait)
	}
	if wait := garbled(); wait < 5*time.Second || wait > 8*time.Second {
		t.Errorf("garbled twice, it is asked after %v, not at its next beat", wait)
	}
}

func TestWhoDoesNotSayWhatItIsIsNotPressed(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}}, Identity: func(context.Context) (string, error) { return "", nil }}}, now)
	asked := map[purpose]int{}
	for range 100 {
		q := s.next(now)
		now = later(now, q.due)
		asked[q.purpose]++
		var err error
		if q.purpose == identify {
			err = drivers.ErrAbsent // it answers nothing to that
		}
		if _, changed := s.ended(q, now, now.Add(20*ms), "", err); changed || q.absent() {
			t.Fatal("it counts as absent")
		}
	}
	if asked[identify] != 3 {
		t.Errorf("asked what it is %d times", asked[identify])
	}
}

// A line that cannot keep up passes over whole beats, everybody's alike.
func TestAnOverloadedLineIsFair(t *testing.T) {
	var devices []behaviour
	for i := range 10 {
		devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Duration(100+20*i) * ms, takes: 50 * ms})
	}
	for name, d := range simulate(time.Minute, devices...) {
		if d.answers < 110 || d.gap > 800*ms {
			t.Errorf("%s was asked %d times of 1200 by ten, and not for %v", name, d.answers, d.gap)
		}
	}
}

func TestNoBurstFollowsAStall(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: time.Second}}}}, now)
	q := s.next(now)
	began := now
	now = now.Add(time.Hour + 300*ms) // the program was stopped meanwhile
	s.ended(q, began, now, "", nil)
	for i, want := range []time.Duration{0, 700 * ms, 1700 * ms} { // the beat that fell due, then each of the others
		q = s.next(now)
		at := later(q.due, now)
		if got := at.Sub(began.Add(time.Hour + 300*ms)); got != want {
			t.Errorf("question %d comes %v after the stall, want %v", i, got, want)
		}
		s.ended(q, at, at, "", nil)
		now = at
	}
}

func TestDevicesBeginOneAfterTheOther(t *testing.T) {
	s, start := schedule{}, time.Now()
	var devices []Device
	for i := range 4 {
		devices = append(devices, Device{Name: fmt.Sprint(i), Asks: []Ask{{Period: time.Second}, {Period: 10 * time.Second}}})
	}
	s.hang(devices, start)
	slow := map[time.Duration][]string{}
	for now := start; now.Sub(start) < 40*time.Second; {
		q := s.next(now)
		if now = later(now, q.due); q.due.After(now) {
			continue
		}
		q = s.next(now)
		if at := now.Sub(start).Truncate(time.Second); q.ask == 1 {
			slow[at] = append(slow[at], q.Name)
		}
		if off := now.Sub(start) % time.Second; fmt.Sprint(int(off/(250*ms))) != q.Name || off%(250*ms) != 0 {
			t.Errorf("%s is asked at %v, which is not its beat", q.Name, now.Sub(start))
		}
		s.ended(q, now, now, "", nil)
	}
	for at, names := range slow {
		if want := 1; at > 0 && len(names) != want || at == 0 && len(names) != 4 {
			t.Errorf("at %v the slow points of %v are read: want all at first, then one device's at a time", at, names)
		}
	}
}

func TestADeviceKeepsWhatIsKnownOfItAtOtherPeriods(t *testing.T) {
	s, now := schedule{}, time.Now()
	source := &fake{name: "meter"}
	s.hang([]Device{{Name: "meter", Asks: []Ask{{source, time.Hour}}}}, now)
	s.ended(s.next(now), now, now, "", nil)
	s.hang([]Device{{Name: "meter", Asks: []Ask{{source, time.Second}}}}, now)
	if q := s.next(now); q.asked != 1 || q.due.Sub(now) != time.Second {
		t.Errorf("asked %d times, due in %v", q.asked, q.due.Sub(now))
	}
}

func BenchmarkSchedule(b *testing.B) {
	var devices []Device
	for i := range 32 {
		devices = append(devices, Device{Name: fmt.Sprint(i), Asks: []Ask{{Period: time.Second}, {Period: time.Minute}}})
	}
	s, now := schedule{}, time.Now()
	s.hang(devices, now)
	b.ReportAllocs()
	for b.Loop() {
		q := s.next(now)
		now = q.due
		s.ended(q, now, now.Add(ms), "", nil)
	}
}
