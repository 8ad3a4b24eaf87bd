package presence

import (
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// A Mark is who was where at a moment: what neither the end of the process nor a power cut must lose.
type Mark struct {
	Boot    string        `json:"boot"`
	AtMS    int64         `json:"at_ms"`   // since the boot
	ZeroMS  int64         `json:"zero_ms"` // when the boot was, by the setting of the wall clock
	Synced  bool          `json:"synced"`  // that setting can be trusted
	Stays   []Stay        `json:"stays,omitempty"`
	Waiting []Interrupted `json:"waiting,omitempty"`
}

// An Interrupted is a visit that a power cut has parted, while the clock is not yet set that tells how long the cut was.
// The stay is the second half, as it would be if the visit goes on.
type Interrupted struct {
	Stay
	LostMS int64 `json:"lost_ms"` // when the power was lost: a date
	// ShownMS is when the card was shown at a reader that is in and out; 0: it was not. If the visit goes on it was out,
	// and else it was in.
	ShownMS int64  `json:"shown_ms,omitempty"`
	ShownAt string `json:"shown_at,omitempty"`
}

// shortCut is the longest power cut that does not end a visit. It is our own bound.
const shortCut = 30 * time.Minute

// Open is who is where, and what is known of the counts and switches under way.
func (t *Tracker) Open(now drivers.Instant) (m Mark, f record.Facts) {
	m = Mark{Boot: t.boot, AtMS: at(now), ZeroMS: t.book.zero, Synced: t.book.synced, Waiting: slices.Clone(t.waiting)}
	for _, s := range t.open {
		m.Stays = append(m.Stays, s.Stay)
	}
	for _, w := range t.watchers {
		w.open(at(now), &f)
	}
	return m, f
}

// Empty tells whether nobody is anywhere.
func (m *Mark) Empty() bool { return len(m.Stays) == 0 && len(m.Waiting) == 0 }

// Restore takes up what an earlier process of the gateway has written down, and returns what is to be told of it; it
// counts from the mark's boot if the clock had not been set then. If only the process was restarted, stays go on as if
// nothing had happened. If the power was cut they ended with it; the visits go on as soon as it is known that the cut
// was short.
func (t *Tracker) Restore(m Mark, now drivers.Instant) (told record.Facts) {
	if m.Boot == t.boot {
		for _, s := range m.Stays {
			t.begin(s)
			t.latest = max(t.latest, m.AtMS, s.KnownMS)
		}
		t.waiting = m.Waiting
	} else {
		told = t.part(m)
	}
	t.decide()
	t.Follow(t.rule, now)
	return told
}

// part ends the stays of another boot with its power.
func (t *Tracker) part(m Mark) (told record.Facts) {
	dates := m.ZeroMS
	if !m.Synced {
		dates, told.Boot = 0, m.Boot
	}
	for _, w := range m.Waiting {
		if w.ShownMS > 0 {
			w.into(&told, dates, w.ShownMS, "out")
			continue
		}
		t.wait(w.Stay, w.LostMS)
	}
	for _, s := range m.Stays {
		to := max(m.AtMS, s.KnownMS, s.FromMS+1)
		s.into(&told, dates, to, "power")
		if m.Synced {
			t.wait(s, m.ZeroMS+to)
		}
	}
	return told
}

// wait makes a visit one that may go on from the boot on. The centre knows stays by reader and beginning, so each has a
// beginning of its own.
func (t *Tracker) wait(s Stay, lost int64) {
	s.FromMS = int64(len(t.waiting))
	s.KnownMS, s.Continues = s.FromMS, true
	t.waiting = append(t.waiting, Interrupted{Stay: s, LostMS: lost})
}

// decide lets the visits go on that wait, or not, once the clock is set.
func (t *Tracker) decide() {
	if !t.book.synced {
		return
	}
	for _, w := range t.waiting {
		t.resolve(w, t.goesOn(w.LostMS))
	}
	t.waiting = nil
}

// goesOn tells whether a visit goes on that lost its power at that date: not if everybody has left meanwhile.
func (t *Tracker) goesOn(lost int64) bool {
	closing, closes := t.rule.closing(lost)
	cut := t.book.zero - lost
	return 0 <= cut && cut <= shortCut.Milliseconds() && !(closes && closing <= t.book.zero) && t.rule.turn(lost) > t.book.zero
}

func (t *Tracker) resolve(w Interrupted, goesOn bool) {
	switch {
	case goesOn && w.ShownMS > 0:
		w.into(&t.book.told, t.book.zero, w.ShownMS, "out")
	case goesOn:
		t.begin(w.Stay)
	case w.ShownMS > 0:
		w.Reader, w.FromMS, w.KnownMS, w.Continues = w.ShownAt, w.ShownMS, w.ShownMS, false
		t.begin(w.Stay)
	}
}

// settle holds a showing against the visits that wait, and tells whether that is all there is to it.
func (t *Tracker) settle(r *Reader, s Showing, now int64) (done bool) {
	var left []Interrupted
	for _, w := range t.waiting {
		bearing := t.bears(r, s, &w.Stay)
		switch shown := w.ShownMS > 0; {
		case bearing == nothing || bearing == within:
			left = append(left, w)
		case bearing == same && r.Way == Out:
			if shown {
				t.resolve(w, false)
				continue
			}
			w.ShownMS, done = now, true
			t.resolve(w, true)
		case bearing == same && r.twice(s) && !shown:
			w.ShownMS, w.ShownAt, done = now, r.Name, true
			left = append(left, w)
		case shown:
			t.resolve(w, true)
		}
	}
	t.waiting = left
	return done
}
