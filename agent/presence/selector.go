package presence

import "basemeter/agent/record"

// A selector is a switch. As with the state of an asset, time between two readings of a contact belongs to what the
// first of them said if they are close enough; otherwise nothing is known, from the first of them on.
type selector struct {
	rule   Switch
	book   *book
	inputs map[string]*input
	latest int64
	from   int64  // where the session begins that is not told
	turns  []turn // what was decided from there on; the first is at from
}

type input struct {
	closed, seen bool
	at           int64
}

// A turn is a decision: from at on, the switch says purpose.
type turn struct {
	at      int64
	purpose string // empty: none
	known   bool   // all its contacts speak
}

func newSelector(rule Switch, b *book, now int64) *selector {
	s := &selector{rule: rule, book: b, inputs: map[string]*input{}, latest: now, from: now, turns: []turn{{at: now}}}
	for _, c := range rule.Contacts {
		s.inputs[c.Point] = &input{at: now}
	}
	return s
}

func (s *selector) observe(point string, value float64, now int64) {
	s.tick(now)
	*s.inputs[point] = input{value == 1, true, s.latest}
	if !s.silent() {
		if says := (turn{s.latest, s.says(), true}); says.purpose != s.last().purpose || !s.last().known {
			s.turns = append(s.turns, says)
		}
	}
	s.finish(s.settled())
}

// says is the purpose of the first contact that is closed.
func (s *selector) says() string {
	for _, c := range s.rule.Contacts {
		if s.inputs[c.Point].closed {
			return c.Purpose
		}
	}
	return ""
}

func (s *selector) last() turn { return s.turns[len(s.turns)-1] }

// tick finds silence: what was said since the silent contact was last heard is taken back.
func (s *selector) tick(now int64) {
	s.latest = max(s.latest, now)
	if s.last().known && s.silent() {
		since := max(s.heard(), s.from)
		for len(s.turns) > 1 && s.last().at >= since {
			s.turns = s.turns[:len(s.turns)-1]
		}
		if s.last().known {
			s.turns = append(s.turns, turn{at: since})
		}
	}
	s.finish(s.settled())
}

func (s *selector) silent() bool {
	for _, in := range s.inputs {
		if !in.seen || s.latest-in.at > s.rule.StaleAfter.Milliseconds() {
			return true
		}
	}
	return false
}

// heard is the last moment at which every contact had spoken.
func (s *selector) heard() int64 {
	until := s.latest
	for _, in := range s.inputs {
		until = min(until, in.at)
	}
	return until
}

// settled is the moment up to which no later reading can change anything.
func (s *selector) settled() int64 {
	if s.last().known {
		return max(s.heard(), s.from)
	}
	return s.latest
}

// finish tells the sessions that end by until: when it is turned, when it falls silent, or at a line of the grid.
func (s *selector) finish(until int64) {
	for {
		end, ended := until, ""
		turns := len(s.turns) > 1 && s.turns[1].at <= until
		if turns {
			end, ended = s.turns[1].at, "switch"
			if !s.turns[1].known {
				ended = "silent"
			}
		}
		if line := s.book.line(s.from); line < end || line == end && !turns {
			s.end(line, "")
			continue
		}
		if !turns {
			return
		}
		s.end(end, ended)
		s.turns = s.turns[1:]
	}
}

func (s *selector) end(to int64, ended string) {
	s.into(&s.book.told, to, ended)
	s.from = to
}

func (s *selector) into(f *record.Facts, to int64, ended string) {
	if purpose := s.turns[0].purpose; purpose != "" && to > s.from {
		f.Sessions = append(f.Sessions, record.Session{Asset: s.rule.Asset, Purpose: purpose, By: "switch",
			FromMS: s.book.zero + s.from, ToMS: s.book.zero + to, KnownMS: s.book.zero + to, Ended: ended})
	}
}

func (s *selector) cut(now int64) {
	s.tick(now)
	s.end(s.settled(), "")
}

// stop ends it where it is settled: from there on nobody looks.
func (s *selector) stop(now int64) {
	s.tick(now)
	s.end(s.settled(), "silent")
}

func (s *selector) open(_ int64, f *record.Facts) { s.into(f, s.settled(), "silent") }
