package collector

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // in Beijing

func minute(n int) int64 { return noon.Add(time.Duration(n) * time.Minute).UnixMilli() }

func spell(asset string, s record.State, from, to int) record.Spell {
	return record.Spell{Asset: asset, State: s, FromMS: minute(from), ToMS: minute(to)}
}

func of(base string, spells ...record.Spell) []record.Batch {
	return []record.Batch{{Base: base, Facts: record.Facts{Spells: spells}}}
}

func hour(base string, n int) baseHour {
	return baseHour{base, noon.Add(time.Duration(n) * time.Hour)}
}

func stay(from, to int) []record.Batch {
	return []record.Batch{{Base: "b", Facts: record.Facts{Presences: []record.Presence{
		{Place: "a", Reader: "r", Card: "c", FromMS: minute(from), ToMS: minute(to), KnownMS: minute(to)}}}}}
}

func TestTouched(t *testing.T) {
	for _, c := range []struct {
		name    string
		batches []record.Batch
		want    []baseHour
	}{
		{"nothing", of("b"), nil},
		{"an hour to its end", of("b", spell("a", record.Running, 0, 60)), []baseHour{hour("b", 0)}},
		{"many spells of one hour", of("b", spell("a", record.Running, 0, 5), spell("a", record.Off, 5, 10)), []baseHour{hour("b", 0)}},
		{"across the hour", of("b", spell("a", record.Running, 59, 61)), []baseHour{hour("b", 0), hour("b", 1)}},
		{"two assets", of("b", spell("a", record.Off, 0, 1), spell("c", record.Off, 0, 1)), []baseHour{hour("b", 0)}},
		{"two bases", append(of("b", spell("a", record.Off, 0, 1)), of("d", spell("a", record.Off, 0, 1))...), []baseHour{hour("b", 0), hour("d", 0)}},
		{"a stay of three hours", stay(30, 150), []baseHour{hour("b", 0), hour("b", 1), hour("b", 2)}},
		{"a stay that ends on the hour, behind which another may follow", stay(30, 60), []baseHour{hour("b", 0), hour("b", 1)}},
		{"a purpose chosen on the spot", []record.Batch{{Base: "b", Facts: record.Facts{Sessions: []record.Session{{FromMS: minute(50), ToMS: minute(60)}}}}}, []baseHour{hour("b", 0)}},
		{"what a sample on the hour has counted was drawn before it", []record.Batch{{Base: "b", Facts: record.Facts{Samples: []record.Sample{
			{AtMS: minute(60), Values: []record.Value{{Name: "power", Number: 1}, {Name: "energy_import_change", Number: 1}}}}}}}, []baseHour{hour("b", 0)}},
		{"a sample without energy", []record.Batch{{Base: "b", Facts: record.Facts{Samples: []record.Sample{{AtMS: minute(60), Values: []record.Value{{Name: "power", Number: 1}}}}}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := touched(c.batches); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// settle is what a collector does with batches.
func settle(ctx context.Context, s shelves, batches []record.Batch) error {
	return books(s).settle(ctx, touched(batches))
}

// A runner is a collector at work in a goroutine that moves only when it is told.
type runner struct {
	next chan struct{}
	at   chan bool // whether it waits for another turn
}

func (r *runner) turn() error {
	r.at <- true
	<-r.next
	return nil
}

// interleave has each collector write its facts and settle them, all at once, in the order that choose takes: of n that
// wait, which moves.
func interleave(s *shelf, settle func(context.Context, shelves, []record.Batch) error, choose func(n int) int, work ...[]record.Batch) {
	var waiting []*runner
	for _, batches := range work {
		r := &runner{make(chan struct{}), make(chan bool)}
		go func() {
			defer close(r.at)
			_ = r.turn() // nothing of this fails
			s.add(batches)
			_ = settle(context.Background(), hand{shelf: s, turn: r.turn}, batches)
		}()
		if <-r.at {
			waiting = append(waiting, r)
		}
	}
	for len(waiting) > 0 {
		i := choose(len(waiting))
		waiting[i].next <- struct{}{}
		if !<-waiting[i].at {
			waiting = slices.Delete(waiting, i, i+1)
		}
	}
}

// every calls run once for each way to choose.
func every(run func(choose func(n int) int)) (orders int) {
	var path, among []int
	for {
		step := 0
		run(func(n int) int {
			if step == len(path) {
				path, among = append(path, 0), append(among, n)
			}
			step++
			return path[step-1]
		})
		orders++
		for len(path) > 0 && path[len(path)-1]+1 == among[len(among)-1] {
			path, among = path[:len(path)-1], among[:len(among)-1]
		}
		if len(path) == 0 {
			return orders
		}
		path[len(path)-1]++
	}
}

var (
	mine   = of("b", spell("a", record.Running, 0, 10), spell("c", record.Off, 0, 5))
	yours  = of("b", spell("a", record.Standby, 10, 20))
	theirs = append(of("b", spell("a", record.Fault, 5, 15), spell("a", record.Fault, 60, 65)), stay(2, 70)...)
)

func TestTwoCollectorsLoseNoFactInAnyOrder(t *testing.T) {
	orders := every(func(choose func(int) int) {
		s := newShelf()
		interleave(s, settle, choose, mine, yours)
		if err := s.check(); err != nil {
			t.Error(err)
		}
	})
	if orders < 100 {
		t.Errorf("only %d orders were tried", orders)
	}
}

// The orders above are worth trying: who writes without looking again loses facts in some of them.
func TestTheRaceIsThere(t *testing.T) {
	hasty := func(ctx context.Context, s shelves, batches []record.Batch) error {
		for _, h := range stretches(touched(batches)) {
			_, c, err := books(s).difference(ctx, h, nil)
			if err := errors.Join(err, books(s).write(ctx, utilisation.Hour, c)); err != nil {
				return err
			}
		}
		return nil
	}
	lost := 0
	every(func(choose func(int) int) {
		s := newShelf()
		interleave(s, hasty, choose, mine, yours)
		if s.check() != nil {
			lost++
		}
	})
	if lost == 0 {
		t.Error("no order loses a fact: the test sees nothing")
	}
}

func TestManyCollectorsLoseNoFact(t *testing.T) {
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		s := newShelf()
		interleave(s, settle, random.IntN, mine, yours, theirs, mine)
		if err := s.check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// A collector that dies may leave a row behind that misses another's facts. It has acknowledged nothing, so its batch
// comes again, and with it the row is put right.
func TestACollectorThatDiesIsMadeUpForByTheResend(t *testing.T) {
	dead := errors.New("dead")
	for lives := range 5 {
		every(func(choose func(int) int) {
			s := newShelf()
			interleave(s, func(ctx context.Context, l shelves, batches []record.Batch) error {
				moves := 0
				if &batches[0] == &yours[0] {
					live := l.(hand)
					l = hand{shelf: live.shelf, turn: func() error {
						if moves++; moves > lives {
							return dead
						}
						return live.turn()
					}}
				}
				return settle(ctx, l, batches)
			}, choose, mine, yours)
			interleave(s, settle, func(int) int { return 0 }, yours)
			if err := s.check(); err != nil {
				t.Errorf("dies after %d moves: %v", lives, err)
			}
		})
	}
}

func TestSettleReadsAndWritesNoMoreThanItMust(t *testing.T) {
	s := newShelf()
	s.add(mine)
	moves := 0
	count := hand{shelf: s, turn: func() error { moves++; return nil }}
	if err := settle(t.Context(), count, mine); err != nil || moves != 5 {
		t.Errorf("%d moves (%v), want facts and page read, written, read", moves, err)
	}
	moves = 0
	if err := settle(t.Context(), count, mine); err != nil || moves != 2 {
		t.Errorf("%d moves (%v), want facts and page read, and nothing to write", moves, err)
	}
	moves = 0
	if err := settle(t.Context(), count, of("b")); err != nil || moves != 0 {
		t.Errorf("%d moves for no spell (%v)", moves, err)
	}
}

func TestWhatSettleCannotDoIsNamed(t *testing.T) {
	gone := errors.New("gone")
	for fails, want := range []string{"b 2026-03-02T04Z: read facts: ", "b 2026-03-02T04Z: read the ledger: ", "b 2026-03-02T04Z: write the ledger: ", "b 2026-03-02T04Z: read facts: "} {
		s := newShelf()
		s.add(mine)
		moves := 0
		err := settle(t.Context(), hand{shelf: s, turn: func() error {
			if moves++; moves > fails {
				return gone
			}
			return nil
		}}, mine)
		if !errors.Is(err, gone) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("move %d: %v", fails+1, err)
		}
	}
}
