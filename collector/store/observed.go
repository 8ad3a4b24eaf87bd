package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// EnergyPoint is the point, in kWh, whose growth is an asset's energy: every profile of a meter calls it so.
const EnergyPoint = "energy_import"

// mostKWh is more than any machine draws in an hour: our own bound.
const mostKWh = 1e6

const longestStay = record.MaxStayMS * time.Millisecond

// Observed is what was observed in a base in [from, to): what overlaps it, whole. If asset is not empty, of that asset
// alone, beside all stays. It asks the database once.
func (s *Store) Observed(ctx context.Context, base, asset string, from, to time.Time) (utilisation.Observed, error) {
	o := utilisation.Observed{Spells: map[string][]record.Spell{}, Sessions: map[string][]record.Session{}, Draws: map[string][]utilisation.Draw{}}
	within := func(early time.Duration) string {
		return " WHERE time >= " + ns(from.Add(-early)) + " AND time < " + ns(to) + " AND base = " + text(base)
	}
	of := ""
	if asset != "" {
		of = " AND asset = " + text(asset)
	}
	take := []struct {
		ask string
		row func(*row) error
	}{
		{selectSpells("", base, from, to) + of + " GROUP BY asset", func(r *row) error {
			spell, err := spellOf(r, r.tags["asset"])
			if spell.ToMS > from.UnixMilli() {
				o.Spells[spell.Asset] = append(o.Spells[spell.Asset], spell)
			}
			return err
		}},
		{`SELECT purpose, "by", "group", known_ms, to_ms, ended FROM session` + within(longestStay) + of + " GROUP BY asset", func(r *row) error {
			if session := sessionOf(r); session.ToMS > from.UnixMilli() {
				o.Sessions[session.Asset] = append(o.Sessions[session.Asset], session)
			}
			return nil
		}},
		{`SELECT card, "group", known_ms, to_ms, ended, continues FROM presence` + within(longestStay) + " GROUP BY place, reader", func(r *row) error {
			// One that ends as another begins tells that it is the same visit.
			if stay := stayOf(r); stay.ToMS >= from.UnixMilli() {
				o.Presences = append(o.Presences, stay)
			}
			return nil
		}},
		{"SELECT " + EnergyPoint + record.ChangeSuffix + " FROM sample WHERE time >= " + ns(floorHour(from).Add(time.Millisecond)) + " AND time < " + ns(ceilHour(to).Add(time.Millisecond)) +
			" AND base = " + text(base) + of + " GROUP BY asset, gateway", drawsOf(o.Draws)},
	}
	var asks []string
	for _, t := range take {
		asks = append(asks, t.ask)
	}
	err := s.query(ctx, factsRetention, strings.Join(asks, "; "), func(r *row) error { return take[r.statement].row(r) })
	if err != nil {
		return o, fmt.Errorf("what was observed in %s: %w", base, err)
	}
	return o, nil
}

func sessionOf(r *row) record.Session {
	return record.Session{
		Asset: r.tags["asset"], Purpose: r.cells[1].text, By: r.cells[2].text, Group: r.cells[3].text,
		FromMS: r.cells[0].number / 1e6, KnownMS: r.cells[4].number, ToMS: r.cells[5].number, Ended: r.cells[6].text,
	}
}

func stayOf(r *row) record.Presence {
	return record.Presence{
		Place: r.tags["place"], Reader: r.tags["reader"], Card: r.cells[1].text, Group: r.cells[2].text,
		FromMS: r.cells[0].number / 1e6, KnownMS: r.cells[3].number, ToMS: r.cells[4].number, Ended: r.cells[5].text, Continues: r.cells[6].yes,
	}
}

// drawsOf makes draws of a meter's samples. What a sample has counted was drawn since the sample before it, but is booked
// to the hour in which it was read: so an hour's energy is known from that hour's samples alone. What no meter can count
// is none.
func drawsOf(draws map[string][]utilisation.Draw) func(*row) error {
	var before int64
	var series string
	return func(r *row) error {
		asset, at := r.tags["asset"], r.cells[0].number/1e6
		if s := asset + "/" + r.tags["gateway"]; s != series {
			series, before = s, 0
		}
		if kWh := r.cells[1].fraction; !(kWh >= 0 && kWh < mostKWh) {
			before = at
			return nil
		}
		begin := max(before, floorHour(time.UnixMilli(at-1)).UnixMilli())
		begin = min(begin, at-1) // two samples of one millisecond, the clock having been set in between
		draws[asset] = append(draws[asset], utilisation.Draw{FromMS: begin, ToMS: at, MilliWh: int64(math.Round(r.cells[1].fraction * 1e6))})
		before = at
		return nil
	}
}

func floorHour(t time.Time) time.Time { return utilisation.Hour.Floor(t, nil) }

func ceilHour(t time.Time) time.Time { return utilisation.Hour.Ceil(t, nil) }

// Cards is how many different cards were in a base at any moment of [from, to); -1 if any of them was erased, since
// nobody knows how many these were.
func (s *Store) Cards(ctx context.Context, base string, from, to time.Time) (int64, error) {
	cards, erased := map[string]bool{}, false
	ask := "SELECT card, to_ms FROM presence WHERE time >= " + ns(from.Add(-longestStay)) + " AND time < " + ns(to) + " AND base = " + text(base)
	err := s.query(ctx, factsRetention, ask, func(r *row) error {
		if r.cells[2].number > from.UnixMilli() {
			cards[r.cells[1].text] = true
			erased = erased || strings.HasPrefix(r.cells[1].text, utilisation.ErasedMark)
		}
		return nil
	})
	if erased {
		return -1, err
	}
	return int64(len(cards)), err
}
