package collector

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// settle makes the pages of hours what facts and plan say.
//
// Several collectors may settle the same hour at once, each before the other's facts were there. So facts are read, then
// the page, and if it is not what they say it is written and all is read again. Whoever writes a page has yet to read the
// facts once more; so the last to write it has seen them all, and no fact is missing in the end. That needs no lock, and
// a collector that dies on the way has not acknowledged its facts, which are settled when they come again.
//
// Then the days that are closed are added up anew, whether an hour of theirs was written or not: whoever wrote it may have
// died before.
func (b *bookkeeper) settle(ctx context.Context, hours []baseHour) error {
	for _, s := range stretches(hours) {
		if err := b.settleHours(ctx, s, nil); err != nil {
			return err
		}
	}
	return b.roll(ctx, hours)
}

// settleHours settles a stretch. Hours of assets that are expected get a row, even if nothing is said of them.
func (b *bookkeeper) settleHours(ctx context.Context, s stretch, expected map[assetHour]bool) error {
	for {
		_, c, err := b.difference(ctx, s, expected)
		if err != nil {
			return err
		}
		if c.empty() {
			return nil
		}
		if err := b.write(ctx, utilisation.Hour, c); err != nil {
			return fmt.Errorf("%v: write the ledger: %w", s, err)
		}
	}
}

// A baseHour is a base in an hour that begins at start, UTC.
type baseHour struct {
	base  string
	start time.Time
}

// mostHours bounds a stretch, and with it what is held in memory.
const mostHours = 24

// stretches are hours of one base that follow each other.
func stretches(hours []baseHour) (list []stretch) {
	hours = slices.Clone(hours)
	slices.SortFunc(hours, func(a, b baseHour) int { return cmp.Or(cmp.Compare(a.base, b.base), a.start.Compare(b.start)) })
	for _, h := range hours {
		end := h.start.Add(time.Hour)
		if n := len(list) - 1; n >= 0 && list[n].base == h.base && list[n].to.Equal(h.start) && end.Sub(list[n].from) <= mostHours*time.Hour {
			list[n].to = end
		} else {
			list = append(list, stretch{h.base, h.start, end})
		}
	}
	return list
}

// touched are the hours in which the batches' facts lie, base by base: a stay may lie in many.
func touched(batches []record.Batch) []baseHour {
	var t touches
	for i := range batches {
		b := &batches[i]
		for _, s := range b.Spells {
			t.span(b.Base, s.FromMS, s.ToMS)
		}
		for _, p := range b.Presences {
			t.span(b.Base, p.FromMS, p.ToMS+1) // the next hour asks whether its visits are new
		}
		for _, s := range b.Sessions {
			t.span(b.Base, s.FromMS, s.ToMS)
		}
		for _, s := range b.Samples {
			if slices.ContainsFunc(s.Values, drawn) {
				t.span(b.Base, s.AtMS-1, s.AtMS) // it was drawn before
			}
		}
	}
	return t.hours
}

// drawn tells whether a value is energy that the ledger books.
func drawn(v record.Value) bool { return v.Name == store.EnergyPoint+record.ChangeSuffix }

// touches are hours, each once, in the order in which they came.
type touches struct {
	seen  map[baseHour]bool
	hours []baseHour
}

func (t *touches) span(base string, fromMS, toMS int64) {
	last := time.UnixMilli(toMS - 1).UTC().Truncate(time.Hour)
	for start := time.UnixMilli(fromMS).UTC().Truncate(time.Hour); !start.After(last); start = start.Add(time.Hour) {
		if h := (baseHour{base, start}); !t.seen[h] {
			if t.seen == nil {
				t.seen = map[baseHour]bool{}
			}
			t.seen[h] = true
			t.hours = append(t.hours, h)
		}
	}
}
