package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Next reads the oldest unacknowledged payload with a sequence above after, and removes nothing. A payload that turns
// out to be damaged is counted and passed over. One that cannot be read just now is an error with its sequence:
// Next(sequence) goes on behind it.
func (s *Spool) Next(after uint64) (sequence uint64, payload []byte, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, nil, false, errClosed
	}
	for g, e := s.find(after + 1); e != nil; g, e = s.find(after + 1) {
		after = e.sequence
		payload, err = s.read(g, e)
		switch {
		case err == nil:
			return after, payload, true, nil
		case !lasting(err):
			return after, nil, false, fmt.Errorf("read batch %d: %w", after, err)
		}
		s.corrupt++
		if err := s.done(g, e); err != nil {
			return after, nil, false, err
		}
	}
	return 0, nil, false, nil
}

var errDamaged = errors.New("damaged")

// lasting says that another try would read the same.
func lasting(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, io.EOF) || errors.Is(err, fs.ErrNotExist)
}

// find returns the first pending entry with a sequence of at least that.
func (s *Spool) find(sequence uint64) (*segment, *entry) {
	for _, g := range s.segments {
		if e := g.next(sequence); e != nil {
			return g, e
		}
	}
	return nil, nil
}

func (s *Spool) read(g *segment, e *entry) ([]byte, error) {
	if s.reading == nil || s.readingAt != g.number {
		file, err := os.Open(s.path(segmentName(g.number)))
		if err != nil {
			return nil, err
		}
		s.stopReading()
		s.reading, s.readingAt = file, g.number
	}
	data := make([]byte, e.length)
	if _, err := s.reading.ReadAt(data, int64(e.offset)); err != nil {
		return nil, err
	}
	f, _, v := parse(data, place{g.number, int64(e.offset)})
	if v != whole || f.sequence != e.sequence {
		return nil, errDamaged
	}
	return f.payload, nil
}

func (s *Spool) stopReading() {
	if s.reading != nil {
		_ = s.reading.Close() // nothing was written
	}
	s.reading = nil
}

// Stats is the spool at one moment.
type Stats struct {
	Pending      int
	PendingBytes int64   // their frames
	Bytes        int64   // all segments
	Newest       uint64  // the last sequence given out; 0: none
	Oldest       uint64  // the oldest pending; 0: none
	Dropped      uint64  // batches the bound has cost since the spool was born
	Lost         []Range // their sequences; of more than 256 ranges the newest
	Corrupt      int     // damaged frames and files met since Open
}

// Stats costs no disk access.
func (s *Spool) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := Stats{Pending: s.pending, PendingBytes: s.pendingBytes, Bytes: s.bytes(), Newest: s.newest,
		Dropped: s.dropped, Lost: append([]Range(nil), s.lost...), Corrupt: s.corrupt}
	if _, e := s.find(1); e != nil {
		t.Oldest = e.sequence
	}
	return t
}

func (s *Spool) bytes() (sum int64) {
	for _, g := range s.segments {
		sum += g.size
	}
	return sum
}
