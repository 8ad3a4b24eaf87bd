package store

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// Correct appends a correction. It is kept for ever, as is each that came before it.
func (s *Store) Correct(ctx context.Context, base, asset string, c utilisation.Correction) error {
	var e encoder
	e.StartLine("correction")
	e.AddTag("asset", asset)
	e.AddTag("base", base)
	e.text("id", c.ID)
	e.AddField("from_ms", lineprotocol.IntValue(c.FromMS))
	e.AddField("to_ms", lineprotocol.IntValue(c.ToMS))
	if c.State != nil {
		e.text("state", c.State.String())
	}
	e.text("purpose", c.Purpose)
	e.text("affiliation", c.Affiliation.String())
	e.text("reason", c.Reason)
	e.text("author", c.Author)
	name := fnv.New32a()
	name.Write([]byte(c.ID))
	e.EndLine(time.UnixMilli(c.MadeMS).Add(time.Duration(name.Sum32() % 1e6))) // two of one millisecond are two
	if err := cmp.Or(e.refused, e.Err()); err != nil {
		return fmt.Errorf("correction %s: %w", c.ID, err)
	}
	if err := s.write(ctx, s.ledger, string(e.Bytes()), time.Now()); err != nil {
		return fmt.Errorf("correction %s: %w", c.ID, err)
	}
	return nil
}

// Corrections are all that were ever made in a base, by asset, in the order in which they were made.
func (s *Store) Corrections(ctx context.Context, base string) (map[string][]utilisation.Correction, error) {
	all := map[string][]utilisation.Correction{}
	ask := "SELECT id, from_ms, to_ms, state, purpose, affiliation, reason, author FROM correction WHERE base = " + text(base) + " GROUP BY asset"
	err := s.query(ctx, ledgerRetention, ask, func(r *row) error {
		c, err := correctionOf(r)
		all[r.tags["asset"]] = append(all[r.tags["asset"]], c)
		return err
	})
	return all, err
}

func correctionOf(r *row) (utilisation.Correction, error) {
	c := utilisation.Correction{
		ID: r.cells[1].text, FromMS: r.cells[2].number, ToMS: r.cells[3].number, Purpose: r.cells[5].text,
		Reason: r.cells[7].text, Author: r.cells[8].text, MadeMS: r.cells[0].number / 1e6,
	}
	var known bool
	if c.Affiliation, known = utilisation.ParseAffiliation(r.cells[6].text); !known {
		return c, fmt.Errorf("correction %s: affiliation %q is not known", c.ID, r.cells[6].text)
	}
	if name := r.cells[4].text; name != "" {
		state, err := record.ParseState(name)
		if err != nil {
			return c, fmt.Errorf("correction %s: %w", c.ID, err)
		}
		c.State = &state
	}
	return c, nil
}
