package collector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"basemeter/collector/access"
	"basemeter/collector/plan"
	"basemeter/collector/report"
	"basemeter/collector/store"
)

// Bounds of a token.
const (
	mostDays = 1096 // a token for longer is forgotten, and whoever has it is not
	mostName = 100  // letters
)

// NewToken makes a token, whose scope must be one of places that there are, and returns its secret, which nobody can tell
// again. It counts for that many days.
func (b *Books) NewToken(ctx context.Context, name, scope string, days int) (t store.Token, secret string, err error) {
	name = strings.TrimSpace(name)
	if err := errors.Join(checkName(name), checkDays(days), b.checkScope(ctx, scope)); err != nil {
		return t, "", err
	}
	id, err := b.freshID(ctx)
	if err != nil {
		return t, "", err
	}
	secret = access.NewSecret(id)
	made := time.Now().UTC().Truncate(time.Millisecond)
	t = store.Token{ID: id, Hash: access.Hash(secret), Name: name, Scope: scope, Made: made, Expires: made.AddDate(0, 0, days)}
	return t, secret, b.source.store.WriteToken(ctx, t)
}

// freshID is one that no token has, nor ever had.
func (b *Books) freshID(ctx context.Context) (string, error) {
	all, err := b.Tokens(ctx)
	if err != nil {
		return "", err
	}
	for {
		id := access.NewID()
		if !slices.ContainsFunc(all, func(t store.Token) bool { return t.ID == id }) {
			return id, nil
		}
	}
}

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > mostName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("name: %q; expected whom the token is for, in 1 to %d letters on one line", name, mostName)
	}
	return nil
}

func checkDays(days int) error {
	if days < 1 || days > mostDays {
		return fmt.Errorf("days: %d; allowed: 1 to %d", days, mostDays)
	}
	return nil
}

// checkScope holds a scope to the cities of the taxonomy, and to the bases that the plan or the ledger knows: one that is
// misspelt would be a token for nothing, or for what somebody calls so later.
func (b *Books) checkScope(ctx context.Context, text string) error {
	scope, err := report.ParseScope(text)
	if err != nil {
		return fmt.Errorf("scope: %w", err)
	}
	if scope.City != "" {
		cities := plan.Taxonomy().Cities
		if _, known := cities.Find(scope.City); !known {
			return fmt.Errorf("scope: there is no city %q; allowed: %s", scope.City, strings.Join(shown(cities), ", "))
		}
	}
	if scope.Base == "" {
		return nil
	}
	bases, err := b.allBases(ctx)
	if err == nil && !slices.Contains(bases, scope.Base) {
		err = fmt.Errorf("scope: neither the plan nor the ledger knows a base %q; allowed: %s", scope.Base, strings.Join(bases, ", "))
	}
	return err
}

func shown(words plan.Words) (all []string) {
	for _, w := range words {
		all = append(all, w.ID+" ("+w.ZH+")")
	}
	return all
}

// allBases are those of the plan, and those that were ever heard of.
func (b *Books) allBases(ctx context.Context) ([]string, error) {
	heard, err := b.source.Bases(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, id := range heard {
		all[id] = true
	}
	if current := b.source.plans.current.Load(); current != nil {
		for id := range current.byBase {
			all[id] = true
		}
	}
	return slices.Sorted(maps.Keys(all)), nil
}

// Tokens are all that were ever made, by the time at which they were.
func (b *Books) Tokens(ctx context.Context) ([]store.Token, error) {
	all, err := b.source.store.Tokens(ctx)
	slices.SortStableFunc(all, func(a, b store.Token) int { return a.Made.Compare(b.Made) })
	return all, err
}

// RevokeToken makes a token count no more. One that was revoked before stays so, from then on. Who has found a secret
// somewhere may name the token by it.
func (b *Books) RevokeToken(ctx context.Context, id string) (store.Token, error) {
	if of, is := access.IDOf(id); is {
		id = of
	}
	if !access.IsID(id) { // which is not repeated: it may be a part of a secret
		return store.Token{}, errors.New("token: that is no id; expected the 8 letters and digits that token list shows")
	}
	all, err := b.Tokens(ctx)
	if err != nil {
		return store.Token{}, err
	}
	i := slices.IndexFunc(all, func(t store.Token) bool { return t.ID == id })
	if i < 0 {
		return store.Token{}, fmt.Errorf("token: there is none with the id %q; token list shows all", id)
	}
	t := all[i]
	if !t.Revoked.IsZero() {
		return t, nil
	}
	t.Revoked = time.Now().UTC().Truncate(time.Millisecond)
	return t, b.source.store.RevokeToken(ctx, id, t.Revoked)
}
