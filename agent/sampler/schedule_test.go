package sampler

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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
	busy           time.Duration
	gap            time.Duration // the longest between two answers
	last           time.Duration
	told           []string
}

// simulate lets a line of devices go for a while. No clock passes but the one that is counted here.
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
		b, t, began := of[q.Name], tallies[q.Name], now
		t.asked++
		var err error
		if since := now.Sub(start); b.answer == nil || b.answer(since) {
			now = now.Add(b.takes)
			if q.purpose == read {
				t.answers++
				t.gap, t.last = max(t.gap, since-t.last), since
			}
		} else {
			now, err = now.Add(b.waited), drivers.ErrAbsent
		}
		t.busy += now.Sub(began)
		if c, changed := s.ended(q, began, now, "", err); changed {
			t.told = append(t.told, fmt.Sprint(c.Err))
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
		healthy, living := simulate(2*time.Minute, devices...), 0
		for i := range 2 {
			devices[i].answer, devices[i].waited = never, timeout
		}
		sick := simulate(2*time.Minute, devices...)
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

// A line is drawn, and what its dead cost the living is held to the bound.
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
		waited := time.Duration(0)
		for i := range rapid.IntRange(1, 10).Draw(t, "dead") {
			d := behaviour{name: fmt.Sprint("dead", i), period: draw("period", 100*ms, 5*time.Second), waited: draw("timeout", 20*ms, 2*time.Second), answer: never}
			all, waited = append(all, d), waited+d.waited
		}
		healthy, sick := simulate(span, living...), simulate(span, all...)
		var dead time.Duration
		for _, d := range all[len(living):] {
			dead += sick[d.name].busy
			if len(sick[d.name].told) != 1 {
				t.Errorf("%s: told %q, want once", d.name, sick[d.name].told)
			}
		}
		if most := span/20 + waited; dead > most { // each is asked once before it counts as absent
			t.Errorf("the dead held the line for %v, at most %v", dead, most)
		}
		for _, l := range living {
			was, is := healthy[l.name].answers, sick[l.name].answers
			lost := int(waited / l.period) // while each of the dead was asked for the first time
			if float64(is) < 0.95*float64(was)-float64(lost)-2 {
				t.Errorf("%s answered %d times, %d without the dead", l.name, is, was)
			}
		}
	})
}

func TestADeviceThatAnswersNowAndThenStarvesNobody(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 2))
	weak := behaviour{name: "weak", period: 100 * ms, takes: 20 * ms, waited: time.Second, answer: func(time.Duration) bool { return luck.IntN(4) == 0 }}
	got := simulate(5*time.Minute, weak, behaviour{name: "strong", period: 100 * ms, takes: 20 * ms})
	if share := float64(got["weak"].busy) / float64(5*time.Minute); share > 0.27 {
		t.Errorf("it took %.0f %% of the line", 100*share)
	}
	if got["strong"].answers < 2100 {
		t.Errorf("its neighbour was asked %d times in 3000 periods", got["strong"].answers)
	}
	if got["weak"].answers == 0 {
		t.Error("it was never heard")
	}
}

// A loaded gateway once took three late answers in a row for a dead meter, and left it alone for seconds.
func TestADeviceThatFaltersIsBackSoon(t *testing.T) {
	falters := behaviour{name: "meter", period: time.Second, takes: 20 * ms, waited: 100 * ms,
		answer: func(at time.Duration) bool { return at < time.Minute || at > time.Minute+2500*ms }}
	got := simulate(2*time.Minute, falters, behaviour{name: "other", period: time.Second, takes: 20 * ms})
	if m := got["meter"]; m.gap > 4*time.Second {
		t.Errorf("it was away for 2.5 s and not read for %v", m.gap)
	}
}

func TestALineOnWhichNobodyAnswersIsBackWithinSeconds(t *testing.T) {
	plugged := func(at time.Duration) bool { return at < time.Minute || at > 11*time.Minute }
	var devices []behaviour
	for i := range 10 {
		devices = append(devices, behaviour{name: fmt.Sprint(i), period: time.Second, takes: 20 * ms, waited: ms, answer: plugged})
	}
	for name, d := range simulate(12*time.Minute, devices...) {
		if d.gap > 10*time.Minute+7*time.Second {
			t.Errorf("%s was unplugged for ten minutes and not read for %v", name, d.gap)
		}
		if d.asked > 400 {
			t.Errorf("%s was asked %d times", name, d.asked)
		}
	}
}

func TestADeadDeviceWaitsNoLongerThanItsPause(t *testing.T) {
	back := behaviour{name: "back", period: time.Second, takes: 20 * ms, waited: 300 * ms, answer: func(at time.Duration) bool { return at > 30*time.Minute }}
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

func TestNonsenseIsAskedForAgainSoon(t *testing.T) {
	s, now := schedule{}, time.Now()
	s.hang([]Device{{Name: "meter", Asks: []Ask{{Period: 8 * time.Second}}}}, now)
	s.ended(s.next(now), now, now.Add(20*ms), "", nil)
	now = s.next(now).due
	s.ended(s.next(now), now, now.Add(20*ms), "", drivers.ErrGarbled)
	if wait := s.next(now).due.Sub(now); wait > 3*time.Second {
		t.Errorf("asked again after %v", wait)
	}
	now = s.next(now).due
	s.ended(s.next(now), now, now.Add(20*ms), "", drivers.ErrGarbled)
	if wait := s.next(now).due.Sub(now); wait < 8*time.Second {
		t.Errorf("garbled twice, it is asked after %v: a tight loop", wait)
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
