// Package report turns the ledger into the figures that people ask for. Sums are formed first, ratios once, at the end,
// each with its coverage beside it. It does not know where the ledger is kept, nor who asks.
package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// A Source is where the ledger and the facts are.
type Source interface {
	// Assets are all that were ever heard of.
	Assets(ctx context.Context) ([]utilisation.Asset, error)
	// Ledger is every row whose hour begins in [from, to).
	Ledger(ctx context.Context, from, to time.Time) ([]utilisation.Hour, error)
	// Spells are those of one asset that overlap [from, to), in order.
	Spells(ctx context.Context, base, asset string, from, to time.Time) ([]record.Spell, error)
}

// A Query is what is asked.
type Query struct {
	From, To time.Time // half-open; what lies after Now is left out
	Now      time.Time
	// Grace is how long a gateway may take to tell of a spell, which it does when the spell ends. Of an asset that was
	// heard of within Grace before Now, what lies behind the newest spell is not unknown: it is not there yet.
	Grace time.Duration
	By    []Key  // what a row stands for; the rest is added up
	Base  string // only this base, if not empty
	Asset string // only this asset, if not empty
}

// A Key is something that rows can be grouped by.
type Key string

// The keys of this version.
const (
	ByBase  Key = "base"
	ByAsset Key = "asset"
)

// ParseKeys reads "base,asset". An asset's name means something only within its base, so base comes with it.
func ParseKeys(list string) ([]Key, error) {
	var keys []Key
	for _, name := range strings.Split(list, ",") {
		switch key := Key(strings.TrimSpace(name)); {
		case key != ByBase && key != ByAsset:
			return nil, fmt.Errorf("by: %q is not a grouping; allowed: base, asset", name)
		case slices.Contains(keys, key):
			return nil, fmt.Errorf("by: %s is named twice", key)
		default:
			keys = append(keys, key)
		}
	}
	if slices.Contains(keys, ByAsset) && !slices.Contains(keys, ByBase) {
		keys = append([]Key{ByBase}, keys...)
	}
	return keys, nil
}

// A Row is one line of the answer. Seconds are exact to the millisecond; the states add up to elapsed.
type Row struct {
	Base     string  `json:"base"`
	Asset    string  `json:"asset,omitempty"`
	Assets   int     `json:"assets"` // how many the row adds up
	Running  Seconds `json:"running_s"`
	Standby  Seconds `json:"standby_s"`
	Off      Seconds `json:"off_s"`
	Fault    Seconds `json:"fault_s"`
	Unknown  Seconds `json:"unknown_s"`
	Elapsed  Seconds `json:"elapsed_s"`
	Coverage float64 `json:"coverage"`    // known / elapsed, 0 to 1
	Estimate Seconds `json:"estimated_s"` // the part of the known time whose dates are estimates
}

// Build answers a query: a row for each base, or each asset, that has any time in the span, in order of their names.
func Build(ctx context.Context, source Source, q Query) ([]Row, error) {
	assets, err := source.Assets(ctx)
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	hours, err := wholeHours(ctx, source, q)
	if err != nil {
		return nil, err
	}
	sums := map[[2]string]*sum{}
	for _, a := range assets {
		if q.Base != "" && a.Base != q.Base || q.Asset != "" && a.Name != q.Asset {
			continue
		}
		ledger, err := account(ctx, source, q, a, hours[[2]string{a.Base, a.Name}])
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", a.Base, a.Name, err)
		}
		if ledger.ElapsedMS() == 0 {
			continue // it was not there yet, or nothing is told yet
		}
		key := [2]string{a.Base, a.Name}
		if !slices.Contains(q.By, ByAsset) {
			key[1] = ""
		}
		if sums[key] == nil {
			sums[key] = &sum{}
		}
		sums[key].add(ledger)
	}
	return rows(sums), nil
}

type sum struct {
	assets int
	utilisation.Ledger
}

func (s *sum) add(l utilisation.Ledger) {
	s.assets++
	s.Ledger = s.Ledger.Add(l)
}

func rows(sums map[[2]string]*sum) []Row {
	list := make([]Row, 0, len(sums))
	for key, s := range sums {
		list = append(list, Row{
			Base: key[0], Asset: key[1], Assets: s.assets,
			Running: Seconds(s.MS[record.Running]), Standby: Seconds(s.MS[record.Standby]),
			Off: Seconds(s.MS[record.Off]), Fault: Seconds(s.MS[record.Fault]), Unknown: Seconds(s.MS[record.Unknown]),
			Elapsed: Seconds(s.ElapsedMS()), Coverage: s.Coverage(), Estimate: Seconds(s.EstimatedMS),
		})
	}
	slices.SortFunc(list, func(a, b Row) int {
		return strings.Compare(a.Base+"\x00"+a.Asset, b.Base+"\x00"+b.Asset)
	})
	return list
}

// wholeHours reads the rows of all hours that lie wholly within the query, by asset.
func wholeHours(ctx context.Context, source Source, q Query) (map[[2]string][]utilisation.Hour, error) {
	from, to := ceilHour(q.From), q.end().Truncate(time.Hour)
	if !from.Before(to) {
		return nil, nil
	}
	list, err := source.Ledger(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	hours := map[[2]string][]utilisation.Hour{}
	for _, h := range list {
		key := [2]string{h.Base, h.Asset}
		hours[key] = append(hours[key], h)
	}
	return hours, nil
}

// account adds up one asset's hours. Hours that are not wholly asked for, among them the present one and the one in
// which the asset was first heard of, are accounted from the spells themselves; an hour without a row is one in which
// nothing was heard.
func account(ctx context.Context, source Source, q Query, a utilisation.Asset, hours []utilisation.Hour) (utilisation.Ledger, error) {
	var total utilisation.Ledger
	from := later(q.From, a.Since)
	to, err := told(ctx, source, q, a)
	if err != nil || !from.Before(to) {
		return total, err
	}
	wholeFrom, wholeTo := ceilHour(from), to.Truncate(time.Hour)
	edges := [][2]time.Time{{from, wholeFrom}, {wholeTo, to}}
	if wholeTo.Before(wholeFrom) { // both ends in the same hour
		edges, wholeTo = [][2]time.Time{{from, to}}, wholeFrom
	}
	for _, edge := range edges {
		if !edge[0].Before(edge[1]) {
			continue
		}
		spells, err := source.Spells(ctx, a.Base, a.Name, edge[0], edge[1])
		if err != nil {
			return total, err
		}
		total = total.Add(utilisation.Account(spells, edge[0], edge[1]))
	}
	unheard := wholeTo.Sub(wholeFrom)
	for _, h := range hours {
		if !h.Start.Before(wholeFrom) && h.Start.Before(wholeTo) {
			total = total.Add(h.Ledger)
			unheard -= time.Hour
		}
	}
	total.MS[record.Unknown] += unheard.Milliseconds()
	return total, nil
}

// told is where the answer ends for an asset: at the end of its newest spell, if that is recent.
func told(ctx context.Context, source Source, q Query, a utilisation.Asset) (time.Time, error) {
	end := q.end()
	if q.Grace == 0 || end.Before(q.Now.Add(-q.Grace)) {
		return end, nil
	}
	spells, err := source.Spells(ctx, a.Base, a.Name, q.Now.Add(-q.Grace), q.Now)
	if err != nil || len(spells) == 0 {
		return end, err
	}
	newest := spells[0].ToMS
	for _, s := range spells {
		newest = max(newest, s.ToMS)
	}
	if last := time.UnixMilli(newest); last.Before(end) {
		return last, nil
	}
	return end, nil
}

// end is where the answer ends: what has not happened yet is not unknown, it is not there.
func (q Query) end() time.Time {
	if q.Now.Before(q.To) {
		return q.Now
	}
	return q.To
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func ceilHour(t time.Time) time.Time {
	if whole := t.Truncate(time.Hour); !whole.Equal(t) {
		return whole.Add(time.Hour)
	}
	return t
}
