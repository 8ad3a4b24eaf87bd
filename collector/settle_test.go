package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
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

func hour(base, asset string, n int) store.Hour {
	return store.Hour{Base: base, Asset: asset, Start: noon.Add(time.Duration(n) * time.Hour)}
}

func TestTouched(t *testing.T) {
	for _, c := range []struct {
		name    string
		batches []record.Batch
		want    []store.Hour
	}{
		{"nothing", of("b"), nil},
		{"an hour to its end", of("b", spell("a", record.Running, 0, 60)), []store.Hour{hour("b", "a", 0)}},
		{"many spells of one hour", of("b", spell("a", record.Running, 0, 5), spell("a", record.Off, 5, 10)), []store.Hour{hour("b", "a", 0)}},
		{"across the hour", of("b", spell("a", record.Running, 59, 61)), []store.Hour{hour("b", "a", 0), hour("b", "a", 1)}},
		{"two assets", of("b", spell("a", record.Off, 0, 1), spell("c", record.Off, 0, 1)), []store.Hour{hour("b", "a", 0), hour("b", "c", 0)}},
		{"the same asset of two bases", append(of("b", spell("a", record.Off, 0, 1)), of("d", spell("a", record.Off, 0, 1))...),
			[]store.Hour{hour("b", "a", 0), hour("d", "a", 0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := touched(c.batches); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// A shelf is facts and ledger in memory, shared by collectors of which one moves at a time.
type shelf struct {
	facts map[store.Hour][]record.Spell
	rows  map[store.Hour]utilisation.Ledger
}

func newShelf() *shelf {
	return &shelf{map[store.Hour][]record.Spell{}, map[store.Hour]utilisation.Ledger{}}
}

func (s *shelf) add(batches []record.Batch) {
	for _, h := range touched(batches) {
		for _, b := range batches {
			for _, spell := range b.Spells {
				if b.Base == h.Base && spell.Asset == h.Asset && !slices.Contains(s.facts[h], spell) {
					s.facts[h] = append(s.facts[h], spell)
				}
			}
		}
		slices.SortFunc(s.facts[h], func(a, b record.Spell) int { return int(a.FromMS - b.FromMS) })
	}
}

// check holds every row to all facts.
func (s *shelf) check() error {
	for h, facts := range s.facts {
		if want := utilisation.Of(h.Base, h.Asset, h.Start, facts).Ledger; s.rows[h] != want {
			return fmt.Errorf("%s %s: row %v, facts say %v", h.Asset, h.Start.Format("15:04"), s.rows[h].MS, want.MS)
		}
	}
	return nil
}

// A hand is one collector's. Before each thing it does it waits for its turn.
type hand struct {
	shelf *shelf
	turn  func() error
}

func (h hand) SpellsOf(_ context.Context, hours []store.Hour, each func(store.Hour, []record.Spell) error) error {
	if err := h.turn(); err != nil {
		return err
	}
	found := make([][]record.Spell, len(hours))
	for i, hour := range hours {
		found[i] = slices.Clone(h.shelf.facts[hour])
	}
	for i, hour := range slices.Clone(hours) {
		if err := each(hour, found[i]); err != nil {
			return err
		}
	}
	return nil
}

func (h hand) WriteLedger(_ context.Context, rows []utilisation.Hour) error {
	if err := h.turn(); err != nil {
		return err
	}
	for _, r := range rows {
		h.shelf.rows[store.Hour{Base: r.Base, Asset: r.Asset, Start: r.Start}] = r.Ledger
	}
	return nil
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
func interleave(s *shelf, settle func(context.Context, ledger, []record.Batch) error, choose func(n int) int, work ...[]record.Batch) {
	var waiting []*runner
	for _, batches := range work {
		r := &runner{make(chan struct{}), make(chan bool)}
		go func() {
			defer close(r.at)
			_ = r.turn() // nothing of this fails
			s.add(batches)
			_ = settle(context.Background(), hand{s, r.turn}, batches)
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
	theirs = of("b", spell("a", record.Fault, 5, 15), spell("a", record.Fault, 60, 65))
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
	hasty := func(ctx context.Context, l ledger, batches []record.Batch) error {
		var rows []utilisation.Hour
		err := l.SpellsOf(ctx, touched(batches), func(h store.Hour, spells []record.Spell) error {
			rows = append(rows, utilisation.Of(h.Base, h.Asset, h.Start, spells))
			return nil
		})
		return errors.Join(err, l.WriteLedger(ctx, rows))
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
			interleave(s, func(ctx context.Context, l ledger, batches []record.Batch) error {
				moves := 0
				if &batches[0] == &yours[0] {
					live := l.(hand)
					l = hand{live.shelf, func() error {
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
	count := hand{s, func() error { moves++; return nil }}
	if err := settle(t.Context(), count, mine); err != nil || moves != 3 {
		t.Errorf("%d moves (%v), want read, write, read", moves, err)
	}
	moves = 0
	if err := settle(t.Context(), count, of("b")); err != nil || moves != 0 {
		t.Errorf("%d moves for no spell (%v)", moves, err)
	}
}

func TestWhatSettleCannotDoIsNamed(t *testing.T) {
	gone := errors.New("gone")
	for fails, want := range []string{"read spells: ", "write the ledger: ", "read spells: "} {
		s := newShelf()
		s.add(mine)
		moves := 0
		err := settle(t.Context(), hand{s, func() error {
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
