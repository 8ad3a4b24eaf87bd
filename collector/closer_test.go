package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

func silent(time.Time) error { return nil }

// The last day of March, with which the month is closed: its noon in minutes behind the noon of the 2nd, and when it is over.
const lastNoon = 29 * 24 * 60

var overNow = noon.Add(lastNoon*time.Minute + 14*time.Hour)

// What three collectors are told of on that day.
var (
	mineThen   = of("b", spell("a", record.Running, lastNoon, lastNoon+10), spell("c", record.Off, lastNoon, lastNoon+5))
	yoursThen  = of("b", spell("a", record.Standby, lastNoon+10, lastNoon+20))
	theirsThen = append(of("b", spell("a", record.Fault, lastNoon+5, lastNoon+15), spell("a", record.Fault, lastNoon+60, lastNoon+65)), stay(lastNoon+2, lastNoon+70)...)
)

// proved holds the days and months of a base to its hours, and the hours to its assets: none is missing.
func (s *shelf) proved(base string) error {
	ctx, b := context.Background(), books(hand{shelf: s, turn: func() error { return nil }})
	if err := s.check(); err != nil {
		return err
	}
	v, err := b.service(ctx, base)
	if err != nil {
		return err
	}
	mark, zone := s.mark[base], beijing
	for day := mark.From; day.Before(mark.To); day = utilisation.Day.Next(day, zone) {
		to := utilisation.Day.Next(day, zone)
		if err := b.standsFor(ctx, base, utilisation.Day, day, to, v); err != nil {
			return err
		}
		if month := utilisation.Month.Floor(day, zone); utilisation.Month.Next(day, zone).Equal(to) {
			if err := b.standsFor(ctx, base, utilisation.Month, month, to, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// standsFor holds a day or a month to its hours, added up here one by one.
func (b *bookkeeper) standsFor(ctx context.Context, base string, grain utilisation.Grain, from, to time.Time, v service) error {
	hours, err := b.written(ctx, stretch{base, from, to})
	if err != nil {
		return err
	}
	want := newPage()
	for _, r := range hours.rows {
		if grain == utilisation.Day {
			want.putHour(r)
		}
		r.Start = from
		want.add(r)
		want.putWhole(r)
	}
	for _, r := range hours.crowd {
		r.Start = from
		want.addCrowd(r)
	}
	is, err := b.rolled(ctx, base, grain, from, to)
	if err != nil {
		return err
	}
	for key, r := range want.rows {
		if is.rows[key].Cell != r.Cell {
			return fmt.Errorf("%v %v %+v: %v, its hours are %v", grain, from, key, is.rows[key].Cell, r.Cell)
		}
	}
	for key, r := range is.rows {
		if want.rows[key].Cell != r.Cell {
			return fmt.Errorf("%v %v %+v: %v, its hours are %v", grain, from, key, r.Cell, want.rows[key].Cell)
		}
	}
	if sentinel := nobody(base, from); is.crowd[crowdKey{from.UnixMilli(), sentinel.CrowdKey}] != sentinel {
		return fmt.Errorf("%v %v: nothing says that it was rolled", grain, from)
	}
	for key, r := range want.crowd {
		if got, has := is.crowd[key]; !has && r.CrowdCell != (utilisation.CrowdCell{}) || got.CrowdCell != r.CrowdCell {
			return fmt.Errorf("%v %v %+v: %+v, its hours are %+v", grain, from, key, got, r.CrowdCell)
		}
	}
	if want, is := fmt.Sprint(v.elapsed(from, to)), fmt.Sprint(is.elapsed()); is != want {
		return fmt.Errorf("%v %v: %s of time, want %s", grain, from, is, want)
	}
	return nil
}

// closing is what a collector does when a day is over.
func closeNow(ctx context.Context, s shelves, _ []record.Batch) error {
	return books(s).closeBase(ctx, "b", overNow, silent)
}

// workers share a shelf, each waiting for its turn before whatever it does.
func workers(s *shelf, choose func(int) int, mute bool, work ...func(context.Context, shelves) error) (err error) {
	var batches [][]record.Batch
	for range work {
		batches = append(batches, []record.Batch{{}})
	}
	interleave(s, func(ctx context.Context, l shelves, of []record.Batch) error {
		for i := range batches {
			if &batches[i][0] == &of[0] {
				h := l.(hand)
				h.all, h.mute = true, mute
				if failed := work[i](ctx, h); failed != nil {
					err = failed
				}
			}
		}
		return nil
	}, choose, batches...)
	return err
}

// ahead lets the last worker, who closes, move alone for a while: so that facts come while a day is being closed.
func ahead(random *rand.Rand) func(int) int {
	lead := random.IntN(40)
	return func(n int) int {
		if lead--; lead >= 0 {
			return n - 1
		}
		return random.IntN(n)
	}
}

// tells is a collector that writes facts and settles them.
func tells(s *shelf, batches []record.Batch) func(context.Context, shelves) error {
	return func(ctx context.Context, l shelves) error {
		s.add(batches)
		return settle(ctx, l, batches)
	}
}

func closes(ctx context.Context, l shelves) error { return closeNow(ctx, l, nil) }

// Two collectors settle late facts while two others close the day and the month. Nothing is lost.
func TestClosingLosesNothing(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := newShelf()
		s.add(mineThen)
		err := workers(s, ahead(random), false, tells(s, mineThen), tells(s, yoursThen), tells(s, theirsThen), closes, closes)
		if err = errors.Join(err, s.proved("b")); err != nil || s.mark["b"].To.IsZero() {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// It is the announcement that does it: without, some order loses a fact.
func TestWithoutAnAnnouncementFactsAreLost(t *testing.T) {
	lost := 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := newShelf()
		s.add(mineThen)
		_ = workers(s, ahead(random), true, tells(s, mineThen), tells(s, yoursThen), tells(s, theirsThen), closes)
		if s.proved("b") != nil {
			lost++
		}
	}
	if lost == 0 {
		t.Error("no order loses a fact: the test above sees nothing")
	}
}

// Whoever dies between an hour and its day has acknowledged nothing: the batch comes again, finds its hours right, and adds
// up the day.
func TestACollectorThatDiesBetweenHoursAndDays(t *testing.T) {
	dead := errors.New("dead")
	for lives := range 40 {
		s := newShelf()
		s.add(mineThen)
		free := hand{shelf: s, turn: func() error { return nil }}
		if err := closeNow(t.Context(), free, nil); err != nil {
			t.Fatal(err)
		}
		s.add(theirsThen)
		moves := 0
		mortal := hand{shelf: s, all: true, turn: func() error {
			if moves++; moves > lives {
				return dead
			}
			return nil
		}}
		died := settle(t.Context(), mortal, theirsThen)
		if err := settle(t.Context(), free, theirsThen); err != nil {
			t.Fatal(err)
		}
		if err := s.proved("b"); err != nil {
			t.Errorf("dies after %d moves (%v): %v", lives, died, err)
		}
		if lives == 39 && died != nil {
			t.Errorf("dies of %v after 39 moves", died)
		}
	}
}

// A closer that dies leaves a day that another one closes.
func TestACloserThatDies(t *testing.T) {
	for lives := range 30 {
		s := newShelf()
		s.add(theirsThen)
		moves := 0
		_ = closeNow(t.Context(), hand{shelf: s, all: true, turn: func() error {
			if moves++; moves > lives {
				return errors.New("dead")
			}
			return nil
		}}, nil)
		late := of("b", spell("a", record.Running, lastNoon+200, lastNoon+210))
		s.add(late)
		free := hand{shelf: s, turn: func() error { return nil }}
		if err := errors.Join(settle(t.Context(), free, late), closeNow(t.Context(), free, nil), s.proved("b")); err != nil {
			t.Errorf("dies after %d moves: %v", lives, err)
		}
	}
}

// Whatever is told, and whenever, between closings: days and months are the sums of their hours, and no hour is missing.
func TestClosedBooksAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShelf()
		free := hand{shelf: s, turn: func() error { return nil }}
		for range rapid.IntRange(1, 5).Draw(t, "rounds") {
			from := lastNoon + rapid.IntRange(-5*24*60, 5*24*60).Draw(t, "from")
			asset := rapid.SampledFrom([]string{"a", "c", "d"}).Draw(t, "asset")
			batch := of("b", spell(asset, record.State(rapid.IntRange(0, record.States-1).Draw(t, "state")), from, from+rapid.IntRange(1, 60).Draw(t, "length")))
			if rapid.Bool().Draw(t, "card") {
				batch = append(batch, stay(from, from+rapid.IntRange(1, 300).Draw(t, "stay"))...)
			}
			s.add(batch)
			if err := settle(t.Context(), free, batch); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "close") {
				now := overNow.Add(time.Duration(rapid.IntRange(-6*24, 6*24).Draw(t, "now")) * time.Hour)
				if err := books(free).closeBase(t.Context(), "b", now, silent); err != nil {
					t.Fatal(err)
				}
			}
		}
		// What became known of an earlier time is seen when sums are proved.
		if err := errors.Join(books(free).closeBase(t.Context(), "b", overNow.AddDate(0, 0, 6), silent), books(free).prove(t.Context(), "b")); err != nil {
			t.Fatal(err)
		}
		if err := s.proved("b"); err != nil {
			t.Fatal(err)
		}
		n := len(s.changes)
		if err := errors.Join(books(free).closeBase(t.Context(), "b", overNow.AddDate(0, 0, 6), silent), books(free).prove(t.Context(), "b")); err != nil || len(s.changes) != n {
			t.Fatalf("proved once more, %d days were written (%v)", len(s.changes)-n, err)
		}
	})
}
