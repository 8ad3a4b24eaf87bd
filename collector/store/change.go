package store

import (
	"context"
	"strconv"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// A Change is an entry of the journal: somebody was about to write the rows of a local day, or just had.
type Change struct {
	By   string    // who: one that writes one entry at a time, each later than the one before
	At   time.Time // UTC, to the nanosecond
	Base string
	Day  time.Time // when it begins
}

// WriteChange writes an entry.
func (s *Store) WriteChange(ctx context.Context, c Change) error {
	return writeAll(ctx, s, []Change{c}, func(e *lineprotocol.Encoder, c *Change) {
		e.StartLine("change")
		e.AddTag("base", c.Base)
		e.AddTag("by", c.By)
		e.AddField("day_ms", lineprotocol.IntValue(c.Day.UnixMilli()))
		e.EndLine(c.At)
	})
}

// Writers are all who ever wrote an entry about some bases, or about any if none is named, with the time of their newest.
func (s *Store) Writers(ctx context.Context, bases []string) (map[string]time.Time, error) {
	of := ""
	if len(bases) > 0 {
		of = " WHERE " + oneOf(bases)
	}
	newest := map[string]time.Time{}
	err := s.query(ctx, ledgerRetention, `SELECT last(day_ms) FROM change`+of+` GROUP BY "by"`, func(r *row) error {
		newest[r.tags["by"]] = time.Unix(0, r.cells[0].number).UTC()
		return nil
	})
	return newest, err
}

// Changes are the first entries of one writer about some bases, or about any if none is named, behind a moment, up to
// another, in their order: most at the most.
func (s *Store) Changes(ctx context.Context, by string, bases []string, after, upTo time.Time, most int) ([]Change, error) {
	of := ""
	if len(bases) > 0 {
		of = " AND (" + oneOf(bases) + ")"
	}
	var all []Change
	ask := `SELECT day_ms, base FROM change WHERE "by" = ` + text(by) + of + " AND time > " + ns(after) + " AND time <= " + ns(upTo) +
		" ORDER BY time LIMIT " + strconv.Itoa(most)
	err := s.query(ctx, ledgerRetention, ask, func(r *row) error {
		all = append(all, Change{by, time.Unix(0, r.cells[0].number).UTC(), r.cells[2].text, time.UnixMilli(r.cells[1].number).UTC()})
		return nil
	})
	return all, err
}
