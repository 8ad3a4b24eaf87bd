package spool

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// recover indexes what is on the disk. Where there was damage, the numbering is saved before the evidence goes.
func (s *Spool) recover() error {
	low, above, acked := s.loadAcks()
	files, err := s.scan()
	if err != nil {
		return err
	}
	s.index(low, above)
	if s.corrupt > 0 {
		s.dirty = true
		_ = s.save() // on a full disk a later one does it
	}
	for _, f := range files {
		s.repair(f)
	}
	s.openTail()
	_ = s.sweep() // or the next Append's does
	return s.loadStream(acked || s.newest > 0 || len(s.segments) > 0)
}

// A find is a segment's file. Its size is where the last whole frame ends.
type find struct {
	*segment
	length  int64
	corrupt bool
}

func (s *Spool) scan() (files []find, err error) {
	numbers, err := s.numbers()
	var c scan
	for _, number := range numbers {
		before := c.corrupt
		data, length, err := readSegment(s.path(segmentName(number)))
		if err != nil {
			c.hidden(number, int(length))
		}
		g := c.segment(number, data)
		if g.size > 0 {
			s.segments = append(s.segments, g)
		}
		files, s.number = append(files, find{g, length, c.corrupt > before}), number
	}
	s.newest, s.corrupt, s.mark = max(s.newest, c.newest), c.corrupt, bytes.Clone(c.mark)
	return files, err
}

// numbers lists the segments, oldest first. A number out of all proportion is not ours.
func (s *Spool) numbers() (list []uint64, err error) {
	files, err := os.ReadDir(s.o.Dir) // sorted, and the names are of one width
	for _, f := range files {
		number, err := strconv.ParseUint(strings.TrimSuffix(f.Name(), ".seg"), 16, 52)
		if err == nil && f.Name() == segmentName(number) {
			list = append(list, number)
		}
	}
	return list, err
}

// readSegment returns the file's length also if it cannot be read.
func readSegment(path string) (data []byte, length int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if length = min(info.Size(), maxSegment+maxFrame); length < info.Size() {
		return nil, length, errors.New("too large")
	}
	data, err = os.ReadFile(path)
	return data, length, err
}

// repair cuts off what is behind the last whole frame; a file without any goes, or aside if it was more than an Append
// cut short. Where the disk refuses, the next Open tries again: nothing is written behind an unrepaired end.
func (s *Spool) repair(f find) {
	path := s.path(segmentName(f.number))
	switch {
	case f.size == f.length && f.size > 0:
	case f.size > 0:
		_ = os.Truncate(path, f.size)
	case f.corrupt:
		_ = os.Rename(path, strings.TrimSuffix(path, ".seg")+".bad")
	default:
		_ = os.Remove(path)
	}
}

func (s *Spool) index(low uint64, above []Range) {
	for _, g := range s.segments {
		for i := range g.entries {
			if e := &g.entries[i]; e.sequence <= low || covers(above, e.sequence) {
				g.done(e)
			} else {
				s.pendingBytes += int64(e.length)
			}
		}
		s.pending += g.pending
	}
}

// openTail makes the last segment grow again, if it is as it should be.
func (s *Spool) openTail() {
	if len(s.segments) == 0 {
		return
	}
	g := s.segments[len(s.segments)-1]
	file, err := os.OpenFile(s.path(segmentName(g.number)), os.O_RDWR, 0)
	if err != nil {
		return
	}
	if info, err := file.Stat(); err != nil || info.Size() != g.size || g.number != s.number {
		_ = file.Close()
		return
	}
	s.live = file
}

// loadStream reads the id or makes one. An id whose numbering was lost is not used again. A new id goes on numbering
// where the old one stopped, because batches of the old one may still be in the segments.
func (s *Spool) loadStream(numbered bool) error {
	text, err := os.ReadFile(s.path("stream"))
	id := strings.TrimSpace(string(text))
	if raw, hexErr := hex.DecodeString(id); err == nil && hexErr == nil && len(raw) == 16 && numbered {
		s.stream = id
		return nil
	}
	raw := make([]byte, 16)
	rand.Read(raw) // never fails
	s.stream = hex.EncodeToString(raw)
	if err := replace(s.path("stream"), []byte(s.stream+"\n"), s.flush); err != nil {
		return fmt.Errorf("keep the stream's id: %w", err)
	}
	s.dirty = true
	return s.save()
}
