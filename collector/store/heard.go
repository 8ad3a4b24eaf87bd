package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"basemeter/collector/utilisation"
)

// Assets are all that have a fact or a row of the ledger, by base and name. Since is when the first spell began; if that
// spell is no longer kept, the first hour of the ledger. Told is when the newest spell ends. If base is not empty, they are
// those of that base.
func (s *Store) Assets(ctx context.Context, base string) ([]utilisation.Asset, error) {
	of := ""
	if base != "" {
		of = " WHERE base = " + text(base)
	}
	type key struct{ base, name string }
	known := map[key]utilisation.Asset{}
	note := func(r *row) error {
		k := key{r.tags["base"], r.tags["asset"]}
		first := time.Unix(0, r.cells[0].number).UTC().Truncate(time.Millisecond)
		// A row of the ledger stands at the beginning of its hour, somewhat before the spell that made it.
		if have, ok := known[k]; !ok || first.Before(have.Since.Truncate(time.Hour)) {
			known[k] = utilisation.Asset{Base: k.base, Name: k.name, Since: first}
		}
		return nil
	}
	if err := s.query(ctx, factsRetention, "SELECT first(to_ms) FROM spell"+of+" GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	if err := s.query(ctx, ledgerRetention, "SELECT first(formula) FROM ledger"+of+" GROUP BY base, asset", note); err != nil {
		return nil, err
	}
	told := func(r *row) error {
		k := key{r.tags["base"], r.tags["asset"]}
		if a, ok := known[k]; ok {
			a.Told = time.UnixMilli(r.cells[1].number).UTC()
			known[k] = a
		}
		return nil
	}
	if err := s.query(ctx, factsRetention, "SELECT last(to_ms) FROM spell"+of+" GROUP BY base, asset", told); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(known), func(a, b utilisation.Asset) int {
		if a.Base != b.Base {
			return strings.Compare(a.Base, b.Base)
		}
		return strings.Compare(a.Name, b.Name)
	}), nil
}

// Bases are all that have a fact or a row of the ledger, in order.
func (s *Store) Bases(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	note := func(r *row) error {
		seen[r.tags["base"]] = true
		return nil
	}
	facts := "SELECT last(to_ms) FROM spell GROUP BY base; SELECT last(to_ms) FROM presence GROUP BY base"
	if err := s.query(ctx, factsRetention, facts, note); err != nil {
		return nil, err
	}
	err := s.query(ctx, ledgerRetention, "SELECT last(formula) FROM ledger GROUP BY base; SELECT last(formula) FROM crowd GROUP BY base", note)
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
