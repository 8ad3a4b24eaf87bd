package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"basemeter/collector/utilisation"
)

// A Seen is one fact about a card: a showing, or a stay.
type Seen struct {
	Kind   string // badge, presence
	Base   string
	Place  string // of a stay; empty of a showing
	Reader string
	From   time.Time
	To     time.Time // of a stay
	Group  string    // of a stay

	gateway string
	at      time.Time // the point's own
}

// Card is all that is kept of a card, by its pseudonym: what its holder may ask for (PIPL Art. 45).
func (s *Store) Card(ctx context.Context, base, card string) ([]Seen, error) {
	var all []Seen
	where := " WHERE base = " + text(base) + " AND card = " + text(card)
	ask := "SELECT card FROM badge" + where + " GROUP BY gateway, reader; " +
		`SELECT card, to_ms, "group" FROM presence` + where + " GROUP BY gateway, place, reader"
	err := s.query(ctx, factsRetention, ask, func(r *row) error {
		at := time.Unix(0, r.cells[0].number).UTC()
		one := Seen{Kind: "badge", Base: base, Reader: r.tags["reader"], From: at.Truncate(time.Millisecond), gateway: r.tags["gateway"], at: at}
		if r.statement == 1 {
			one.Kind, one.Place, one.To, one.Group = "presence", r.tags["place"], time.UnixMilli(r.cells[2].number).UTC(), r.cells[3].text
		}
		all = append(all, one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("card of %s: %w", base, err)
	}
	return all, nil
}

// Erase makes nobody's what is kept of a card: each visit gets a pseudonym of its own that no card has. Hours and visits
// stay as they were judged, and nothing links them any more (PIPL Art. 47). It returns how many facts there were.
func (s *Store) Erase(ctx context.Context, base, card string) (int, error) {
	all, err := s.Card(ctx, base, card)
	if err != nil {
		return 0, err
	}
	nobody := visits(all)
	for start := 0; start < len(all); start += requestLines {
		var e encoder
		oldest := all[start].at
		for i, one := range all[start:min(start+requestLines, len(all))] {
			one.anonymous(&e, nobody[start+i])
			if one.at.Before(oldest) {
				oldest = one.at
			}
		}
		if err := e.Err(); err != nil {
			return 0, fmt.Errorf("erase: %w", err)
		}
		if err := s.write(ctx, s.facts, string(e.Bytes()), oldest); err != nil {
			return 0, fmt.Errorf("erase: %w", err)
		}
	}
	return len(all), nil
}

// visits gives each visit a new pseudonym. What overlaps, or follows at once, is one: where somebody was is judged from
// all stays of a card together. The facts are put in order.
func visits(all []Seen) (nobody []string) {
	slices.SortFunc(all, func(a, b Seen) int { return a.From.Compare(b.From) })
	var until time.Time
	for _, one := range all {
		if len(nobody) == 0 || one.From.After(until) {
			fresh := make([]byte, 16)
			rand.Read(fresh) // does not fail
			nobody = append(nobody, utilisation.ErasedMark+hex.EncodeToString(fresh))
			until = one.From
		} else {
			nobody = append(nobody, nobody[len(nobody)-1])
		}
		if one.To.After(until) {
			until = one.To
		}
	}
	return nobody
}

// anonymous writes over the field that names the card, and nothing else of the point.
func (one *Seen) anonymous(e *encoder, nobody string) {
	e.StartLine(one.Kind)
	e.AddTag("base", one.Base)
	e.AddTag("gateway", one.gateway)
	if one.Place != "" {
		e.AddTag("place", one.Place)
	}
	e.AddTag("reader", one.Reader)
	e.text("card", nobody)
	e.EndLine(one.at)
}
