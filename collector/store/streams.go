package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Gateway is what is here of one stream of one gateway. A gateway has one stream, and another after its spool was
// lost.
type Gateway struct {
	Base, Name  string
	Stream      string
	First, Last uint64    // the lowest and the highest sequence that are here
	Received    uint64    // batches between them that are here, each counted once
	Missing     uint64    // batches between them that are not
	Newest      time.Time // of the newest fact
}

// Gateways are the streams that have facts since then. At the edge of since, where batches overlap in time, some may be
// called missing that are only older; Gaps knows.
func (s *Store) Gateways(ctx context.Context, since time.Time) ([]Gateway, error) {
	type key struct{ base, name, stream string }
	var gateways []Gateway
	index := map[key]int{}
	where := " FROM batch WHERE time >= " + ns(since) + " GROUP BY base, gateway, stream"
	err := s.query(ctx, factsRetention, "SELECT count(sequence), min(sequence), max(sequence)"+where+"; SELECT last(sequence)"+where, func(r *row) error {
		k := key{r.tags["base"], r.tags["gateway"], r.tags["stream"]}
		if r.statement == 0 {
			g := Gateway{Base: k.base, Name: k.name, Stream: k.stream, Received: uint64(r.cells[1].number),
				First: uint64(r.cells[2].number), Last: uint64(r.cells[3].number)}
			g.Missing = g.Last - g.First + 1 - min(g.Received, g.Last-g.First+1)
			index[k] = len(gateways)
			gateways = append(gateways, g)
		} else if i, ok := index[k]; ok { // a stream may be born between the two questions
			gateways[i].Newest = time.Unix(0, r.cells[0].number).UTC().Truncate(time.Millisecond)
		}
		return nil
	})
	slices.SortFunc(gateways, func(a, b Gateway) int {
		return strings.Compare(a.Base+"/"+a.Name+"/"+a.Stream, b.Base+"/"+b.Name+"/"+b.Stream)
	})
	return gateways, err
}

// A Range is the sequences from First to Last, both included.
type Range struct{ First, Last uint64 }

// Gaps are the sequences of a stream that are not here although a later one is. If facts expire, counting begins with
// the oldest batch that is still here, else with 1.
func (s *Store) Gaps(ctx context.Context, base, gateway, stream string) ([]Range, error) {
	ask := fmt.Sprintf("SELECT sequence FROM batch WHERE base = %s AND gateway = %s AND stream = %s", text(base), text(gateway), text(stream))
	seen := gaps{next: 1}
	first := true
	err := s.query(ctx, factsRetention, ask, func(r *row) error {
		sequence := uint64(r.cells[1].number)
		if first && s.options.KeepFacts > 0 {
			seen.next = sequence
		}
		first = false
		seen.add(sequence)
		return nil
	})
	return seen.missing, err
}

// gaps is what is missing below next. It takes sequences in any order and holds no more than the gaps.
type gaps struct {
	next    uint64
	missing []Range
}

func (g *gaps) add(sequence uint64) {
	if sequence >= g.next {
		if sequence > g.next {
			g.missing = append(g.missing, Range{g.next, sequence - 1})
		}
		g.next = sequence + 1
		return
	}
	i, found := slices.BinarySearchFunc(g.missing, sequence, func(r Range, sequence uint64) int {
		switch {
		case r.Last < sequence:
			return -1
		case r.First > sequence:
			return 1
		}
		return 0
	})
	if !found {
		return // a repeat
	}
	r := g.missing[i]
	var rest []Range
	if r.First < sequence {
		rest = append(rest, Range{r.First, sequence - 1})
	}
	if sequence < r.Last {
		rest = append(rest, Range{sequence + 1, r.Last})
	}
	g.missing = slices.Replace(g.missing, i, i+1, rest...)
}
