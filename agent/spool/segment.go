package spool

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
)

// A segment is one file. Its number is at least the first sequence in it, so that the name alone bounds the sequences
// of a file that cannot be read.
type segment struct {
	number  uint64
	size    int64
	begun   int64   // the first stamp, ms; 0: not known
	stamp   int64   // the newest
	entries []entry // frames with a payload, in order of their sequence
	head    int     // entries before it are done
	pending int
}

// An entry is 16 bytes a batch.
type entry struct {
	sequence uint64
	offset   uint32
	length   uint32 // of the frame; 0: done, acknowledged or unreadable
}

func segmentName(number uint64) string { return fmt.Sprintf("%016x.seg", number) }

// add indexes a frame that stands at offset.
func (g *segment) add(offset int64, f frame) {
	g.size = offset + f.size()
	if g.begun == 0 {
		g.begun = f.stamp
	}
	g.stamp = max(g.stamp, f.stamp)
	if len(f.payload) > 0 {
		g.entries = append(g.entries, entry{f.sequence, uint32(offset), uint32(f.size())})
		g.pending++
	}
}

// last is the highest sequence with a payload; 0 if there is none.
func (g *segment) last() uint64 {
	if len(g.entries) == 0 {
		return 0
	}
	return g.entries[len(g.entries)-1].sequence
}

// from finds the first entry with a sequence of at least that.
func (g *segment) from(sequence uint64) int {
	i, _ := slices.BinarySearchFunc(g.entries, sequence, func(e entry, s uint64) int { return cmp.Compare(e.sequence, s) })
	return i
}

// next finds the first entry not done with a sequence of at least that; nil if there is none.
func (g *segment) next(sequence uint64) *entry {
	if g.pending == 0 || g.last() < sequence {
		return nil
	}
	for i := max(g.head, g.from(sequence)); i < len(g.entries); i++ {
		if g.entries[i].length > 0 {
			return &g.entries[i]
		}
	}
	return nil
}

// done marks an entry and says how long its frame was.
func (g *segment) done(e *entry) (length uint32) {
	length, e.length = e.length, 0
	g.pending--
	for g.head < len(g.entries) && g.entries[g.head].length == 0 {
		g.head++
	}
	return length
}

// A Range is a run of sequences, both ends included.
type Range struct{ From, To uint64 }

// covers says whether sequence is in one of the ranges, which are in order.
func covers(ranges []Range, sequence uint64) bool {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].To >= sequence })
	return i < len(ranges) && ranges[i].From <= sequence
}
