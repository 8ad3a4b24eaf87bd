package spool

import (
	"fmt"
	"hash/crc32"
	"os"
)

// The acknowledgement file is a row of 64-bit words, little endian, and their CRC32C: a magic word, newest, low (every
// sequence up to it is done), dropped, then two lists of ranges, each led by its length: those done above low, and
// those lost to the bound. It is replaced as a whole. Without it everything in the segments is delivered again.
const (
	ackName   = "acks"
	ackMagic  = 0x01_736b6361_fe53b5 // "acks", version 1
	maxRanges = 4096                 // done ranges beyond are delivered again after a restart
)

func (s *Spool) saveIfDue() error {
	if !s.dirty || s.uptime()-s.saved < saveEvery {
		return nil
	}
	return s.save()
}

func (s *Spool) save() error {
	if !s.dirty {
		return nil
	}
	s.saved = s.uptime() // also when it does not succeed: a full disk is not asked more often
	if err := replace(s.path(ackName), s.acks(), s.flush); err != nil {
		return fmt.Errorf("save acknowledgements of %s: %w", s.o.Dir, err)
	}
	s.dirty = false
	return nil
}

func (s *Spool) acks() []byte {
	low := s.newest
	if _, e := s.find(1); e != nil {
		low = e.sequence - 1
	}
	data := words(nil, ackMagic, s.newest, low, s.dropped)
	data = appendRanges(data, s.doneAbove(low))
	data = appendRanges(data, s.lost)
	return le.AppendUint32(data, crc32.Checksum(data, castagnoli))
}

// doneAbove lists the runs of done entries between pending ones.
func (s *Spool) doneAbove(low uint64) (ranges []Range) {
	open := false // whether the newest range may still grow
	for _, g := range s.segments {
		for _, e := range g.entries[g.from(low+1):] {
			switch {
			case e.length > 0:
				open = false
			case open:
				ranges[len(ranges)-1].To = e.sequence
			case len(ranges) == maxRanges:
				return ranges
			default:
				ranges, open = append(ranges, Range{e.sequence, e.sequence}), true
			}
		}
	}
	return ranges
}

func words(dst []byte, list ...uint64) []byte {
	for _, w := range list {
		dst = le.AppendUint64(dst, w)
	}
	return dst
}

func appendRanges(dst []byte, ranges []Range) []byte {
	dst = words(dst, uint64(len(ranges)))
	for _, r := range ranges {
		dst = words(dst, r.From, r.To)
	}
	return dst
}

// loadAcks reads the file. If it is missing or damaged, found is false and the rest as for a new spool.
func (s *Spool) loadAcks() (low uint64, above []Range, found bool) {
	data, err := os.ReadFile(s.path(ackName))
	n := len(data) - 4
	if err != nil || n < 6*8 || n%8 != 0 || crc32.Checksum(data[:n], castagnoli) != le.Uint32(data[n:]) {
		return 0, nil, false
	}
	list := make([]uint64, n/8)
	for i := range list {
		list[i] = le.Uint64(data[8*i:])
	}
	above, rest, ok := takeRanges(list[4:])
	lost, rest, ok2 := takeRanges(rest)
	if list[0] != ackMagic || !ok || !ok2 || len(rest) > 0 {
		return 0, nil, false
	}
	s.newest, s.dropped, s.lost = list[1], list[3], lost
	return list[2], above, true
}

func takeRanges(list []uint64) (ranges []Range, rest []uint64, ok bool) {
	if len(list) == 0 || list[0] > uint64(len(list)-1)/2 {
		return nil, nil, false
	}
	n, list := list[0], list[1:]
	for ; n > 0; n, list = n-1, list[2:] {
		ranges = append(ranges, Range{list[0], list[1]})
	}
	return ranges, list, true
}
