package spool

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// Append keeps a payload together with the mark of this moment and returns its sequence. Without a payload it keeps the
// mark alone and returns 0; without a mark the newest earlier one stays valid; with neither it does nothing. After an
// error nothing of the two is in effect, and the next Append may succeed.
func (s *Spool) Append(payload, mark []byte) (sequence uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(payload)+len(mark) == 0 {
		return 0, nil
	}
	f := frame{sequence: s.newest, stamp: s.stamp(), payload: payload, mark: mark}
	if len(payload) > 0 {
		f.sequence++
		sequence = f.sequence
	}
	if err := s.write(f); err != nil {
		return 0, fmt.Errorf("append to spool %s: %w", s.o.Dir, err)
	}
	// The frame is safe. What fails below is tried again next time, and costs room or repeats until then.
	_ = errors.Join(s.bound(f.stamp), s.sweep(), s.saveIfDue())
	return sequence, nil
}

func (s *Spool) stamp() int64 {
	if now := s.o.Now(); !now.IsZero() {
		return now.UnixMilli()
	}
	return 0
}

// write puts a frame behind the others. The first frame of a segment always carries the newest mark, so that every
// segment but the last can go at any time.
func (s *Spool) write(f frame) error {
	if s.closed {
		return errClosed
	}
	extend := s.live != nil && !s.full(f)
	if !extend && len(f.mark) == 0 {
		f.mark = s.mark
	}
	if f.size() > maxFrame || s.o.MaxBytes > 0 && f.size() > s.o.MaxBytes {
		return fmt.Errorf("a frame of %d bytes is larger than the spool takes", f.size())
	}
	if extend {
		return s.extend(f)
	}
	return s.start(f)
}

func (s *Spool) full(f frame) bool {
	g := s.segments[len(s.segments)-1]
	old := s.o.MaxAge > 0 && g.begun > 0 && f.stamp-g.begun > s.o.MaxAge.Milliseconds()/4
	return old || g.size+f.size() > s.o.SegmentBytes
}

// extend writes to the last segment. If that fails the segment is left alone from then on: its disk may be bad there.
func (s *Spool) extend(f frame) error {
	g := s.segments[len(s.segments)-1]
	err := s.writeAt(s.live, place{g.number, g.size}, f)
	if err == nil {
		s.wrote(g, f)
		return nil
	}
	if s.live.Truncate(g.size) != nil || s.live.Sync() != nil {
		s.newest = f.sequence // the frame may turn up at the next Open; nothing else must bear its number
	}
	err = errors.Join(err, s.live.Close())
	s.live = nil
	return err
}

// start writes the first frame of a new segment. A segment without a whole frame does not stay.
func (s *Spool) start(f frame) error {
	g := &segment{number: max(s.number+1, f.sequence)}
	path := s.path(segmentName(g.number))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = s.writeAt(file, place{g.number, 0}, f)
	if err == nil {
		err = syncDir(s.o.Dir)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(path))
	}
	if s.live != nil {
		_ = s.live.Close() // was synced with its last frame
	}
	s.live, s.number, s.segments = file, g.number, append(s.segments, g)
	s.wrote(g, f)
	return nil
}

func (s *Spool) writeAt(file *os.File, at place, f frame) error {
	s.frame = f.append(s.frame[:0], at)
	if _, err := file.WriteAt(s.frame, at.offset); err != nil {
		return err
	}
	return s.flush(file)
}

func (s *Spool) wrote(g *segment, f frame) {
	g.add(g.size, f)
	s.newest = f.sequence
	if len(f.mark) > 0 {
		s.mark = bytes.Clone(f.mark)
	}
	if len(f.payload) > 0 {
		s.pending++
		s.pendingBytes += f.size()
	}
}
