package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"basemeter/collector/plan"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
	"basemeter/configs"
)

// Books are the ledger for those who work on it by hand, beside the collectors that run: to judge it anew, to freeze it,
// to correct it.
type Books struct {
	source source
}

// OpenBooks opens the database and the plan that a collector's configuration names.
func OpenBooks(ctx context.Context, c configs.Collector, log *slog.Logger) (*Books, error) {
	options, err := storeOptions(c.InfluxDB, log)
	if err != nil {
		return nil, err
	}
	p := &plans{}
	if c.Plan != "" {
		if err := p.load(c.Plan); err != nil {
			return nil, err
		}
	}
	s, err := store.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	return &Books{newSource(newBookkeeper(s, p, options.KeepFacts, byHand()), s)}, nil
}

// Close gives the database back.
func (b *Books) Close() { b.source.store.Close() }

// bases are those asked for: one, or all that were ever heard of.
func (b *Books) bases(ctx context.Context, base string) ([]string, error) {
	all, err := b.source.Bases(ctx)
	if err != nil || base == "" {
		return all, err
	}
	if slices.Contains(all, base) {
		return []string{base}, nil
	}
	return nil, fmt.Errorf("base: nothing was ever heard of %q; known: %v", base, all)
}

// Restate judges every hour of a base, or of all, in [from, to) anew, by the formula and the plan as they are now. Hours
// whose facts the database has begun to forget are left as they are. Dry, it writes nothing.
func (b *Books) Restate(ctx context.Context, base string, from, to time.Time, dry bool, tell func(done, of int)) (Restatement, error) {
	bases, err := b.bases(ctx, base)
	if err != nil {
		return Restatement{}, err
	}
	now, kept := time.Now(), 0
	if oldest := b.oldest(now); from.Before(oldest) {
		end := oldest
		if to.Before(end) {
			end = to
		}
		kept = int(end.Sub(from)/time.Hour) * len(bases)
		from = end
	}
	if now.Before(to) {
		to = now
	}
	r, err := b.source.restate(ctx, bases, from, to, dry, tell)
	r.Kept = kept
	return r, err
}

// oldest is the first hour that can be judged anew.
func (b *Books) oldest(now time.Time) time.Time { return judgeable(b.source.keep, now) }

// Zone is where a base's days are cut.
func (b *Books) Zone(base string) *time.Location { return b.source.plans.of(base).zone() }

// Freeze keeps a period's ledger of a base, or of each that has one, as it is, for ever. What stays behind is a version: a
// later one stands beside it.
func (b *Books) Freeze(ctx context.Context, base, period, reason, author string) ([]store.Freeze, error) {
	if reason == "" || author == "" {
		return nil, errors.New("a freeze wants a reason and an author")
	}
	bases, err := b.bases(ctx, base)
	if err != nil {
		return nil, err
	}
	var made []store.Freeze
	for _, base := range bases {
		f := store.Freeze{Base: base, Period: period, Reason: reason, Author: author, Made: time.Now().UTC().Truncate(time.Millisecond)}
		if f.From, f.To, err = b.source.plans.of(base).period(period); err != nil {
			return made, err
		}
		switch f, err = b.source.freeze(ctx, f); {
		case errors.Is(err, errNothing) && len(bases) > 1:
		case err != nil:
			return made, fmt.Errorf("%s: %w", base, err)
		default:
			made = append(made, f)
		}
	}
	if len(made) == 0 {
		return nil, errNothing
	}
	return made, nil
}

// Freezes are all versions there are.
func (b *Books) Freezes(ctx context.Context) ([]store.Freeze, error) {
	return b.source.store.Freezes(ctx)
}

// Verify reads a frozen version again, and tells whether it is to the millisecond what it was when it was made.
func (b *Books) Verify(ctx context.Context, f store.Freeze) error { return b.source.verify(ctx, f) }

// Corrections are all that were ever made in a base, by asset, in their order.
func (b *Books) Corrections(ctx context.Context, base string) (map[string][]utilisation.Correction, error) {
	return b.source.store.Corrections(ctx, base)
}

// Correct appends a correction, and judges anew the hours that it concerns.
func (b *Books) Correct(ctx context.Context, base, asset string, c utilisation.Correction) error {
	if err := checkCorrection(c); err != nil {
		return err
	}
	if known, err := b.source.knows(ctx, base, asset); !known {
		return cmp.Or(err, fmt.Errorf("asset: nothing was ever heard of %s/%s", base, asset))
	}
	if oldest := b.oldest(time.Now()); c.FromMS < oldest.UnixMilli() {
		return fmt.Errorf("from: facts before %s are no longer kept, so that the hours around could not be judged", oldest.Format(time.RFC3339))
	}
	if err := b.source.store.Correct(ctx, base, asset, c); err != nil {
		return err
	}
	var t touches
	t.span(base, c.FromMS, c.ToMS)
	return b.source.settle(ctx, t.hours)
}

// Card is all that the centre keeps of a card, by the pseudonym that its gateway names.
func (b *Books) Card(ctx context.Context, base, card string) ([]store.Seen, error) {
	return b.source.store.Card(ctx, base, card)
}

// Erase makes nobody's what the centre keeps of a card. The ledger holds no cards, and does not change.
func (b *Books) Erase(ctx context.Context, base, card string) (int, error) {
	return b.source.store.Erase(ctx, base, card)
}

func checkCorrection(c utilisation.Correction) error {
	_, known := plan.Taxonomy().Purposes.Find(c.Purpose)
	switch {
	case c.Reason == "" || c.Author == "":
		return errors.New("a correction wants a reason and an author")
	case c.ToMS <= c.FromMS:
		return errors.New("to: is not after from")
	case c.ToMS > c.MadeMS:
		return errors.New("to: what has not happened yet cannot be corrected")
	case c.Purpose != "" && c.Purpose != utilisation.None && !known:
		return fmt.Errorf("purpose: %q is none of %v, nor %q", c.Purpose, plan.Taxonomy().Purposes.IDs(), utilisation.None)
	}
	return nil
}
