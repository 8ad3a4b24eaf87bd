package collector

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"basemeter/collector/report"
	"basemeter/collector/store"
	"basemeter/collector/utilisation"
)

// Exchange is which days of the ledger of some bases have changed since a cursor, each as it is now, and the cursor behind
// them; of the empty cursor all that are closed. There is no more when the cursor stays as it was. Whoever puts each day in
// the place of what they had of it has the ledger in the end, and may ask from an older cursor again. Most is how many
// changes there are at the most.
func (c *Collector) Exchange(ctx context.Context, within report.Scope, since string, most int) ([]report.Change, string, error) {
	s, err := c.source()
	if err != nil {
		return nil, "", err
	}
	return s.exchange(ctx, within, since, most, time.Now().Add(-announced))
}

// A cursor is up to where somebody has read each writer's entries, in ns.
type cursor map[string]int64

func parseCursor(text string) (cursor, error) {
	c := cursor{}
	if text == "" {
		return c, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(plain, &c)
	}
	if err != nil || c == nil {
		return nil, &report.UnknownError{Parameter: "since", Value: text}
	}
	return c, nil
}

func (c cursor) String() string {
	if len(c) == 0 {
		return ""
	}
	plain, _ := json.Marshal(c) // in the order of its keys; nothing of it fails
	return base64.RawURLEncoding.EncodeToString(plain)
}

// pageOfEntries is how many entries of a writer are read at once.
const pageOfEntries = 1000

// exchange acts on entries up to a moment.
func (s source) exchange(ctx context.Context, within report.Scope, since string, most int, upTo time.Time) ([]report.Change, string, error) {
	at, err := parseCursor(since)
	if err != nil {
		return nil, "", err
	}
	bases, all := s.seenBy(within)
	if !all && len(bases) == 0 { // the store would take none for any
		return nil, at.String(), nil
	}
	newest, err := s.store.Writers(ctx, bases)
	if err != nil {
		return nil, "", fmt.Errorf("journal: %w", err)
	}
	var days changedDays
	for more := true; more && len(days) < most; {
		var entries []store.Change
		if entries, more, err = s.entries(ctx, bases, newest, at, upTo); err != nil {
			return nil, "", fmt.Errorf("journal: %w", err)
		}
		for _, e := range entries {
			if len(days) >= most && !days.has(e) {
				more = false
				break
			}
			at[e.By] = e.At.UnixNano()
			if utilisation.Day.Begins(e.Day, s.plans.of(e.Base).zone()) { // or its hours are in other days now
				days.add(e, at.String())
			}
		}
	}
	changes, err := s.asTheyAre(ctx, days)
	return changes, at.String(), err
}

// seenBy are the bases whose entries a scope may hear of; or all are, whoever they are.
func (s source) seenBy(within report.Scope) (bases []string, all bool) {
	switch {
	case within == report.Scope{}:
		return nil, true
	case within.Base != "":
		return []string{within.Base}, false
	}
	for _, b := range s.plans.catalogue().Bases {
		if within.Has(b.ID, &b) {
			bases = append(bases, b.ID)
		}
	}
	return bases, false
}

// entries are the next of each writer about some bases, or about any if none is named, in order of time, and whether there may be more behind them.
func (s source) entries(ctx context.Context, bases []string, newest map[string]time.Time, at cursor, upTo time.Time) (all []store.Change, more bool, err error) {
	for _, by := range slices.Sorted(maps.Keys(newest)) {
		read := time.Unix(0, at[by])
		if !newest[by].After(read) {
			continue
		}
		some, err := s.store.Changes(ctx, by, bases, read, upTo, pageOfEntries)
		if err != nil {
			return nil, false, err
		}
		all, more = append(all, some...), more || len(some) == pageOfEntries
	}
	slices.SortFunc(all, func(a, b store.Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.By, b.By)) })
	return all, more, nil
}

// changedDays are days of bases, each once, in the order of their newest entry.
type changedDays []changedDay

type changedDay struct {
	base   string
	day    time.Time
	cursor string // behind its entry
}

func (d changedDays) index(e store.Change) int {
	return slices.IndexFunc(d, func(one changedDay) bool { return one.base == e.Base && one.day.Equal(e.Day) })
}

func (d changedDays) has(e store.Change) bool { return d.index(e) >= 0 }

func (d *changedDays) add(e store.Change, cursor string) {
	if i := d.index(e); i >= 0 {
		*d = slices.Delete(*d, i, i+1)
	}
	*d = append(*d, changedDay{e.Base, e.Day, cursor})
}

// asTheyAre are days as they are at this moment. What is nothing is left out.
func (s source) asTheyAre(ctx context.Context, days changedDays) ([]report.Change, error) {
	var all []report.Change
	for _, d := range days {
		zone := s.plans.of(d.base).zone()
		c := report.Change{Base: d.base, Day: d.day.In(zone).Format(time.DateOnly), Cursor: d.cursor}
		span := utilisation.Range{Bases: []string{d.base}, From: d.day, To: utilisation.Day.Next(d.day, zone), Grain: utilisation.Day}
		err := s.EachRow(ctx, span, func(r utilisation.Row) error {
			if r.Cell != (utilisation.Cell{}) && r.Start.Equal(d.day) {
				c.Rows = append(c.Rows, r)
			}
			return nil
		})
		if err == nil {
			err = s.EachCrowdRow(ctx, span, func(r utilisation.CrowdRow) error {
				if r.CrowdCell != (utilisation.CrowdCell{}) && r.Start.Equal(d.day) {
					c.Crowd = append(c.Crowd, r)
				}
				return nil
			})
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Base, c.Day, err)
		}
		sortRows(c.Rows, c.Crowd)
		withhold(&c)
		all = append(all, c)
	}
	return all, nil
}

// withhold takes what small groups of people did out of a change, and leaves their keys.
func withhold(c *report.Change) {
	c.Withheld = report.WithheldKeys(c.Crowd)
	c.Crowd = slices.DeleteFunc(c.Crowd, func(r utilisation.CrowdRow) bool { return slices.Contains(c.Withheld, r.CrowdKey) })
}
