package store

import (
	"context"
	"fmt"
	"time"

	"basemeter/agent/record"
)

// Spells are all that overlap [from, to), in order of their beginning and, where that is one moment, of the gateway's
// epoch. The first may begin before from, and the last end after to.
func (s *Store) Spells(ctx context.Context, base, asset string, from, to time.Time) (spells []record.Spell, err error) {
	err = s.query(ctx, factsRetention, selectSpells("", base, from, to)+" AND asset = "+text(asset), func(r *row) error {
		spell, err := spellOf(r, asset)
		if err == nil && spell.ToMS > from.UnixMilli() {
			spells = append(spells, spell)
		}
		return err
	})
	return spells, err
}

// EachSpell hands over the same spells gateway by gateway, each with the batch that brought it.
func (s *Store) EachSpell(ctx context.Context, base, asset string, from, to time.Time, each func(spell record.Spell, gateway, stream string, sequence uint64)) error {
	ask := selectSpells(", stream, sequence", base, from, to) + " AND asset = " + text(asset) + " GROUP BY gateway"
	return s.query(ctx, factsRetention, ask, func(r *row) error {
		spell, err := spellOf(r, asset)
		if err == nil && spell.ToMS > from.UnixMilli() {
			each(spell, r.tags["gateway"], r.cells[5].text, uint64(r.cells[6].number))
		}
		return err
	})
}

// selectSpells starts an hour early: no spell is longer.
func selectSpells(more, base string, from, to time.Time) string {
	const longest = record.MaxSpellMS * time.Millisecond
	return "SELECT state, to_ms, why, estimated" + more + " FROM spell WHERE time >= " + ns(from.Add(-longest)) +
		" AND time < " + ns(to) + " AND base = " + text(base)
}

func spellOf(r *row, asset string) (record.Spell, error) {
	state, err := record.ParseState(r.cells[1].text)
	if err != nil {
		return record.Spell{}, fmt.Errorf("spell of %s in the database: %w", asset, err)
	}
	return record.Spell{
		Asset:     asset,
		State:     state,
		FromMS:    r.cells[0].number / 1e6,
		ToMS:      r.cells[2].number,
		Why:       r.cells[3].text,
		Estimated: r.cells[4].yes,
	}, nil
}
