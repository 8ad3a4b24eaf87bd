package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/agent/record"
)

// Spells are all that overlap [from, to), in order of their beginning and, where that is one moment, of the gateway's
// epoch. The first may begin before from, and the last end after to.
func (s *Store) Spells(ctx context.Context, base, asset string, from, to time.Time) ([]record.Spell, error) {
	var spells []record.Spell
	err := s.query(ctx, factsRetention, selectSpells(base, from, to)+" AND asset = "+text(asset), func(r *row) error {
		spell, err := spellOf(r, asset)
		if err == nil && spell.ToMS > from.UnixMilli() {
			spells = append(spells, spell)
		}
		return err
	})
	return spells, err
}

// selectSpells starts an hour early: no spell is longer.
func selectSpells(base string, from, to time.Time) string {
	const longest = record.MaxSpellMS * time.Millisecond
	return "SELECT state, to_ms, why, estimated FROM spell WHERE time >= " + ns(from.Add(-longest)) +
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

// An Hour of an asset begins at Start, UTC.
type Hour struct {
	Base, Asset string
	Start       time.Time
}

// hoursAtOnce bounds a question's length and what its answer takes in memory.
const hoursAtOnce = 200

// SpellsOf hands over the spells that overlap each of the hours, ordered as Spells does; none is an empty list. It asks
// the database once for many hours. The hours may come in any order, and each is handed over once.
func (s *Store) SpellsOf(ctx context.Context, hours []Hour, each func(Hour, []record.Spell) error) error {
	hours = slices.Clone(hours)
	slices.SortFunc(hours, func(a, b Hour) int {
		return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Base, b.Base), strings.Compare(a.Asset, b.Asset))
	})
	hours = slices.CompactFunc(hours, func(a, b Hour) bool {
		return a.Start.Equal(b.Start) && a.Base == b.Base && a.Asset == b.Asset
	})
	for some := range slices.Chunk(hours, hoursAtOnce) {
		found, err := s.spellsOf(ctx, some)
		if err != nil {
			return err
		}
		for i, h := range some {
			if err := each(h, found[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// spellsOf asks one statement for each hour of a base, all in one request. The hours are sorted.
func (s *Store) spellsOf(ctx context.Context, hours []Hour) ([][]record.Spell, error) {
	type place struct {
		statement int
		asset     string
	}
	places := map[place]int{}
	var ask strings.Builder
	statement := -1
	for i, h := range hours {
		if i > 0 && hours[i-1].Base == h.Base && hours[i-1].Start.Equal(h.Start) {
			ask.WriteString(" OR asset = " + text(h.Asset))
		} else {
			if statement++; statement > 0 {
				ask.WriteString(") GROUP BY asset; ")
			}
			ask.WriteString(selectSpells(h.Base, h.Start, h.Start.Add(time.Hour)) + " AND (asset = " + text(h.Asset))
		}
		places[place{statement, h.Asset}] = i
	}
	ask.WriteString(") GROUP BY asset")
	found := make([][]record.Spell, len(hours))
	err := s.query(ctx, factsRetention, ask.String(), func(r *row) error {
		i, ok := places[place{r.statement, r.tags["asset"]}]
		if !ok {
			return fmt.Errorf("the database answers for %q, which nobody asked", r.tags["asset"])
		}
		spell, err := spellOf(r, hours[i].Asset)
		if err == nil && spell.ToMS > hours[i].Start.UnixMilli() {
			found[i] = append(found[i], spell)
		}
		return err
	})
	return found, err
}
