// Package presence turns the cards that readers saw into stays, those cards that stand for a purpose and the selector
// switches into sessions, and beams into counts. It is arithmetic on values: it never asks for the time, and it does not
// know where showings come from, who a card belongs to, nor where stays go.
//
// Who shows a card in and out has a stay that is measured. Who forgets to show it out has one that is measured up to the
// last moment at which the card was proved to be there, and estimated from there on, by a rule that the stay names.
package presence

import (
	"slices"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// A Tracker follows all places of one gateway. It counts in milliseconds since the boot, on the clock that does not
// step, and dates what it tells by the setting of the wall clock at that moment: so a step neither stretches nor shrinks
// a stay.
type Tracker struct {
	rule Rule
	boot string
	book *book

	latest  int64            // no showing is earlier
	last    map[string]int64 // showing, by reader
	open    []*stay          // in the order in which they began
	waiting []Interrupted
	strays  uint64

	watchers []watcher
	points   map[string][]watcher
}

// A book is where all that is finished is written, with its date.
type book struct {
	zero   int64 // when the boot was, in milliseconds since 1970, by the present setting of the wall clock
	synced bool  // that setting can be trusted
	grid   int64
	told   record.Facts
}

// New makes a tracker of a gateway in which nobody is known to be.
func New(rule Rule, now drivers.Instant) *Tracker {
	t := &Tracker{boot: now.Boot, last: map[string]int64{},
		book: &book{zero: zero(now), synced: now.Synced, grid: rule.Grid.Milliseconds()}}
	t.Follow(rule, now)
	return t
}

func at(i drivers.Instant) int64   { return i.Mono.Milliseconds() }
func zero(i drivers.Instant) int64 { return i.Wall.Add(-i.Mono).UnixMilli() }

// Follow makes rule count from now on, but for its grid. A reader that has not changed its place goes on; the stays of
// one that has, or is gone, end here.
func (t *Tracker) Follow(rule Rule, now drivers.Instant) {
	t.expire(at(now))
	t.rule = rule
	for _, s := range slices.Clone(t.open) {
		if t.known(s.Stay) {
			t.rate(s)
		} else {
			t.end(s, max(at(now), s.KnownMS), "removed")
		}
	}
	t.waiting = slices.DeleteFunc(t.waiting, func(w Interrupted) bool {
		if t.known(w.Stay) {
			return false
		}
		if w.ShownMS > 0 {
			t.resolve(w, true)
		}
		return true
	})
	t.watch(at(now))
}

// known tells whether the reader that let a card in is still there.
func (t *Tracker) known(s Stay) bool {
	r := t.rule.reader(s.Reader)
	return r != nil && r.Place == s.Place
}

// patience is how long a rule that ends a stay waits for a showing that another line has overtaken, in milliseconds.
const patience = 1000

// Tick tells the tracker that it is now, which is how it learns that nobody came.
func (t *Tracker) Tick(now drivers.Instant) {
	t.decide()
	t.expire(at(now) - patience)
	for _, w := range t.watchers {
		w.tick(at(now))
	}
}

// Step tells the tracker that the wall clock was set: now is by the new setting. Counts, and what a switch says, are cut
// there. What Take gives next is dated by the old setting still, and all that follows by the new one.
func (t *Tracker) Step(now drivers.Instant) {
	for _, w := range t.watchers {
		w.cut(at(now))
	}
	t.book.zero, t.book.synced = zero(now), now.Synced
	for _, s := range t.open {
		t.rate(s)
	}
}

// Stop ends what can only be seen while somebody looks: counts, and what a switch says. Stays go on in the mark.
func (t *Tracker) Stop(now drivers.Instant) {
	for _, w := range t.watchers {
		w.stop(at(now))
	}
	t.watchers, t.points = nil, nil
}

// Take returns what was finished since it was last called.
func (t *Tracker) Take() record.Facts {
	told := t.book.told
	t.book.told = record.Facts{}
	return told
}

// People is how many there are in a place: of an area, those at the assets in it too. False if no reader would tell.
func (t *Tracker) People(place string) (n int, ok bool) {
	in := func(where string) bool { return where == place || t.rule.Inside[where] == place }
	if !slices.ContainsFunc(t.rule.Readers, func(r Reader) bool { return in(r.Place) }) {
		return 0, false
	}
	cards := map[string]bool{}
	for _, s := range t.open {
		if s.Purpose == "" && in(s.Place) {
			cards[s.Card] = true
		}
	}
	return len(cards), true
}

// Purpose is what was chosen on the spot for an asset; empty: nothing. A card goes before a switch.
func (t *Tracker) Purpose(asset string) string {
	for _, s := range t.open {
		if s.Purpose != "" && s.Place == asset {
			return s.Purpose
		}
	}
	for _, w := range t.watchers {
		if s, ok := w.(*selector); ok && s.rule.Asset == asset {
			return s.last().purpose
		}
	}
	return ""
}

// Strays are the showings that meant nothing: out without in, or a purpose where there is no asset.
func (t *Tracker) Strays() uint64 { return t.strays }
