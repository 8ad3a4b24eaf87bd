package spool

import (
	"errors"
	"fmt"
	"os"
)

// Ack says that a batch need not be kept. Sequences come in any order; unknown and old ones are harmless. It is in
// effect even if it returns an error, but a crash may then bring the batch back.
func (s *Spool) Ack(sequence uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	g, e := s.find(sequence)
	if e == nil || e.sequence != sequence {
		return s.saveIfDue()
	}
	return s.done(g, e)
}

// done ends an entry, and its segment's file with the last one.
func (s *Spool) done(g *segment, e *entry) error {
	s.pendingBytes -= int64(g.done(e))
	s.pending--
	s.dirty = true
	if g.pending > 0 {
		return s.saveIfDue()
	}
	return errors.Join(s.sweep(), s.saveIfDue())
}

// sweep deletes the segments in which nothing is pending, but never the last: it holds the mark and the numbering. One
// whose file does not go stays listed, for another try.
func (s *Spool) sweep() (err error) {
	kept := s.segments[:0]
	for i, g := range s.segments {
		if g.pending == 0 && i < len(s.segments)-1 {
			gone := s.unlink(g)
			if gone == nil {
				continue
			}
			err = errors.Join(err, gone)
		}
		kept = append(kept, g)
	}
	if len(kept) == len(s.segments) {
		return err
	}
	clear(s.segments[len(kept):])
	s.segments = kept
	return errors.Join(err, syncDir(s.o.Dir))
}

func (s *Spool) unlink(g *segment) error {
	if s.reading != nil && s.readingAt == g.number {
		s.stopReading() // an open file would keep its room
	}
	if err := os.Remove(s.path(segmentName(g.number))); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// bound drops the oldest segments while there are too many bytes, or while they are too old at now (ms, 0: not known).
// The count is saved before the files go, so that a crash does not hide the loss.
func (s *Spool) bound(now int64) error {
	n := 0
	for excess := s.bytes() - s.o.MaxBytes; s.o.MaxBytes > 0 && excess > 0 && n < len(s.segments)-1; n++ {
		excess -= s.segments[n].size
	}
	for i := n; s.o.MaxAge > 0 && now > 0 && i < len(s.segments)-1; i++ {
		if stamp := s.segments[i].stamp; stamp > 0 && now-stamp > s.o.MaxAge.Milliseconds() {
			n = i + 1 // those before it, whatever their stamps, are older
		}
	}
	if n == 0 {
		return nil
	}
	for _, g := range s.segments[:n] {
		s.drop(g)
	}
	if err := s.save(); err != nil {
		return fmt.Errorf("save what was dropped: %w", err)
	}
	return nil
}

const maxLost = 256

// drop gives up what is pending in a segment; sweep then takes its file.
func (s *Spool) drop(g *segment) {
	for i := range g.entries {
		e := &g.entries[i]
		if e.length == 0 {
			continue
		}
		s.pendingBytes -= int64(g.done(e))
		s.pending--
		s.dropped++
		s.lost = extendRanges(s.lost, e.sequence)
	}
	s.lost = s.lost[max(0, len(s.lost)-maxLost):]
	s.dirty = true
}

func extendRanges(ranges []Range, sequence uint64) []Range {
	if n := len(ranges); n > 0 && ranges[n-1].To+1 == sequence {
		ranges[n-1].To = sequence
		return ranges
	}
	return append(ranges, Range{sequence, sequence})
}
