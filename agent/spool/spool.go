// Package spool is the gateway's durable queue: what was appended stays on the disk until it is acknowledged. It does not
// know what a payload means, who carries it or when; it starts no goroutine, and one process owns a directory.
//
// A payload and its mark are one frame of a segment file: one write and one fdatasync, before Append returns. The
// directory is synced when a segment or the stream is created and when segments are deleted. Acknowledgements go to a
// file of their own, at most once a second and before batches are dropped: what a crash takes of them is delivered
// again, never lost.
//
// A sequence is given to the caller after its frame was synced. So a frame that a power cut tore was never published,
// and its sequence is used again. A frame that was whole and then damaged may have been: its sequence is not. (All this
// on a card that keeps what it was told to flush.)
package spool

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options say where a spool lives and how large it may grow. Append keeps the bounds: what it writes may cost the oldest
// segments.
type Options struct {
	Dir          string
	MaxBytes     int64            // over all segments; 0: no bound
	MaxAge       time.Duration    // since a segment's newest frame; 0: no bound
	SegmentBytes int64            // 0: 1 MiB; never more than a quarter of MaxBytes
	Now          func() time.Time // a zero time says that the clock cannot be trusted, such frames do not age; nil: time.Now
}

const (
	defaultSegment = 1 << 20
	maxSegment     = 64 << 20 // Open reads a segment whole
	saveEvery      = time.Second
)

// A Spool is safe for concurrent use. An Append that waits for the disk holds up the others.
type Spool struct {
	o      Options
	stream string
	lock   *os.File
	flush  func(*os.File) error // fdatasync
	uptime func() time.Duration // paces the acknowledgement file; never steps

	mu           sync.Mutex
	closed       bool
	segments     []*segment // in the order they were written; only the last one grows
	number       uint64     // of the newest segment
	live         *os.File   // the last segment; nil if the next frame must start a new one
	frame        []byte     // the last one written, kept for its room
	mark         []byte
	newest       uint64 // the last sequence given out
	pending      int
	pendingBytes int64
	corrupt      int
	dropped      uint64
	lost         []Range
	dirty        bool // the acknowledgement file is behind
	saved        time.Duration
	reading      *os.File // the segment Next read last
	readingAt    uint64   // its number
}

var errClosed = errors.New("spool is closed")

// Open creates the directory or recovers what is in it. A damaged file never stops it: see Stats.
func Open(o Options) (*Spool, error) {
	start := time.Now()
	s := &Spool{o: o.complete(), flush: datasync, uptime: func() time.Duration { return time.Since(start) }}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("open spool %s: %w", o.Dir, errors.Join(err, s.release()))
	}
	return s, nil
}

func (o Options) complete() Options {
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = defaultSegment
	}
	o.SegmentBytes = min(o.SegmentBytes, maxSegment)
	if o.MaxBytes > 0 {
		o.SegmentBytes = min(o.SegmentBytes, o.MaxBytes/4)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (s *Spool) open() (err error) {
	_, missing := os.Stat(s.o.Dir)
	if err := os.MkdirAll(s.o.Dir, 0o700); err != nil {
		return err
	}
	if s.lock, err = lockFile(s.path("lock")); err != nil {
		return err
	}
	if err := s.recover(); err != nil {
		return err
	}
	if missing == nil {
		return syncDir(s.o.Dir)
	}
	return errors.Join(syncDir(s.o.Dir), syncDir(filepath.Dir(s.o.Dir)))
}

// Stream is the spool's random id, 32 hex digits. A sequence is never used twice in a stream.
func (s *Spool) Stream() string { return s.stream }

// Mark is the newest mark. After Open it is what was still open when the process died.
func (s *Spool) Mark() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.mark)
}

// Close saves the acknowledgements and the numbering, and lets the directory go.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed, s.dirty = true, true // the numbering is worth a write
	return errors.Join(s.save(), s.release())
}

func (s *Spool) release() (err error) {
	for _, f := range []*os.File{s.live, s.reading, s.lock} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

func (s *Spool) path(name string) string { return filepath.Join(s.o.Dir, name) }
