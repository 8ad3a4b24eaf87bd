package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// Assets are those of a base or, if it is empty, of all that have a fact or a row of the ledger, by base and name. Since is
// when the first spell began; if that spell is no longer kept, the first hour of the ledger.
func (s *Store) Assets(ctx context.Context, base string) ([]utilisation.Asset, error) {
	if base == "" {
		return s.AssetsOf(ctx, nil)
	}
	return s.AssetsOf(ctx, []string{base})
}

// AssetsOf are those of some bases, or of all if none is named. Of all the database goes through all that it has: the beginning
// of each series in each of its files.
func (s *Store) AssetsOf(ctx context.Context, bases []string) ([]utilisation.Asset, error) {
	known := map[[2]string]utilisation.Asset{}
	note := func(r *row) error {
		k := [2]string{r.tags["base"], r.tags["asset"]}
		first := time.Unix(0, r.cells[0].number).UTC().Truncate(time.Millisecond)
		// A row of the ledger stands at the beginning of its hour, somewhat before the spell that made it.
		if have, ok := known[k]; !ok || first.Before(have.Since.Truncate(time.Hour)) {
			known[k] = utilisation.Asset{Base: k[0], Name: k[1], Since: first}
		}
		return nil
	}
	of := ""
	if len(bases) > 0 {
		of = " WHERE " + oneOf(bases)
	}
	if err := s.query(ctx, factsRetention, "SELECT first(to_ms) FROM spell"+of+" GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	if err := s.query(ctx, ledgerRetention, "SELECT first(formula) FROM ledger"+of+" GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(known), func(a, b utilisation.Asset) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Name, b.Name))
	}), nil
}

// EachTold hands over when the newest spell of an asset ends, of those of some bases, or of all, that ends after since.
func (s *Store) EachTold(ctx context.Context, bases []string, since time.Time, each func(base, asset string, told time.Time)) error {
	const longest = record.MaxSpellMS * time.Millisecond
	of := where(utilisation.Range{Bases: bases, From: since.Add(-longest), To: time.Unix(1<<40, 0)})
	return s.query(ctx, factsRetention, "SELECT last(to_ms) FROM spell"+of+" GROUP BY base, asset", func(r *row) error {
		if told := time.UnixMilli(r.cells[1].number).UTC(); told.After(since) {
			each(r.tags["base"], r.tags["asset"], told)
		}
		return nil
	})
}

// Bases are all that have a fact or a row of the ledger, in order. The database has them in its index.
func (s *Store) Bases(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	note := func(r *row) error {
		seen[r.cells[1].text] = true
		return nil
	}
	if err := s.query(ctx, factsRetention, "SHOW TAG VALUES FROM spell, presence WITH KEY = base", note); err != nil {
		return nil, err
	}
	err := s.query(ctx, ledgerRetention, "SHOW TAG VALUES FROM ledger, crowd WITH KEY = base", note)
	return slices.Sorted(maps.Keys(seen)), err
}

// Heard are the values that a tag of the ledger, purpose or user_group, has in some bases, or in any if none is named; in
// order. The database has them in its index.
func (s *Store) Heard(ctx context.Context, tag string, bases []string) ([]string, error) {
	of := ""
	if len(bases) > 0 {
		of = " WHERE " + oneOf(bases)
	}
	seen := map[string]bool{}
	err := s.query(ctx, ledgerRetention, "SHOW TAG VALUES FROM ledger, crowd WITH KEY = "+identifier(tag)+of, func(r *row) error {
		seen[r.cells[1].text] = true
		return nil
	})
	return slices.Sorted(maps.Keys(seen)), err
}

// FirstHour is when the first hour begins in which anything was heard or booked of a base; zero: nothing ever was.
func (s *Store) FirstHour(ctx context.Context, base string) (time.Time, error) {
	var first time.Time
	note := func(r *row) error {
		if at := floorHour(time.Unix(0, r.cells[0].number)); first.IsZero() || at.Before(first) {
			first = at
		}
		return nil
	}
	of := " WHERE base = " + text(base)
	err := s.query(ctx, factsRetention, "SELECT first(to_ms) FROM spell"+of+"; SELECT first(to_ms) FROM presence"+of, note)
	if err == nil {
		err = s.query(ctx, ledgerRetention, "SELECT first(formula) FROM ledger"+of+"; SELECT first(formula) FROM crowd"+of, note)
	}
	return first, err
}

// NewestPlan is the version of the plan that the newest row of the ledger was judged by; empty if there is none.
func (s *Store) NewestPlan(ctx context.Context) (version string, err error) {
	err = s.query(ctx, ledgerRetention, "SELECT last(plan) FROM ledger", func(r *row) error {
		version = r.cells[1].text
		return nil
	})
	return version, err
}
