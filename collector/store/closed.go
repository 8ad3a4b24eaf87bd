package store

import (
	"context"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

// Closed is how far the books of a base are: the days from From up to To are closed. Those up to Closing are, or somebody
// is about to close them, so that whoever changes an hour before it must add up its day anew. Zero: none is.
type Closed struct{ From, To, Closing time.Time }

// MarkClosing says that somebody is about to close the day of a base that ends at to. It is said before the day is added
// up: whoever has changed an hour, and does not read it yet, was early enough to be added up.
func (s *Store) MarkClosing(ctx context.Context, base string, to time.Time) error {
	return s.mark(ctx, base, to, func(e *lineprotocol.Encoder) {
		e.AddField("closing_ms", lineprotocol.IntValue(to.UnixMilli()))
	})
}

// MarkClosed says that the day of a base from one midnight to the next is closed.
func (s *Store) MarkClosed(ctx context.Context, base string, from, to time.Time) error {
	return s.mark(ctx, base, to, func(e *lineprotocol.Encoder) {
		e.AddField("from_ms", lineprotocol.IntValue(from.UnixMilli()))
		e.AddField("to_ms", lineprotocol.IntValue(to.UnixMilli()))
	})
}

// mark writes a point for each day, so that of two who close a base the slower cannot move it back.
func (s *Store) mark(ctx context.Context, base string, at time.Time, fields func(*lineprotocol.Encoder)) error {
	return writeAll(ctx, s, []string{base}, func(e *lineprotocol.Encoder, base *string) {
		e.StartLine("closed")
		e.AddTag("base", *base)
		fields(e)
		e.EndLine(at)
	})
}

// Closed is how far the books of a base are.
func (s *Store) Closed(ctx context.Context, base string) (c Closed, err error) {
	of := " FROM closed WHERE base = " + text(base)
	into := []*time.Time{&c.From, &c.To, &c.Closing}
	err = s.query(ctx, ledgerRetention, "SELECT first(from_ms)"+of+"; SELECT last(to_ms)"+of+"; SELECT last(closing_ms)"+of, func(r *row) error {
		*into[r.statement] = time.UnixMilli(r.cells[1].number).UTC()
		return nil
	})
	return c, err
}
