package collector

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"basemeter/collector/utilisation"
)

// A service is the assets of a base, and when their time is accounted for.
type service map[string]serving

// A serving is from which hour on, and up to when, an asset's time is accounted for; in ms. The hour in which it was first
// heard of counts as a whole.
type serving struct{ from, to int64 }

// service is the one of a base at this moment.
func (b *bookkeeper) service(ctx context.Context, base string) (service, error) {
	all, err := b.assets(ctx, base)
	if err != nil {
		return nil, fmt.Errorf("assets of %s: %w", base, err)
	}
	v := service{}
	for _, a := range all {
		s := serving{utilisation.Hour.Floor(a.Since, nil).UnixMilli(), math.MaxInt64}
		if !a.Until.IsZero() {
			s.to = a.Until.UnixMilli()
		}
		v[a.Name] = s
	}
	return v, nil
}

// assets are those of a base or, if it is empty, of all, that were ever heard of, and those that the plan has in service
// from a date on, heard of or not: an asset that the registry knows and nobody has wired is unknown, not absent.
func (b *bookkeeper) assets(ctx context.Context, base string) ([]utilisation.Asset, error) {
	heard, err := b.shelves.Assets(ctx, base)
	if err != nil {
		return nil, err
	}
	return b.plans.join(heard, func(of string) bool { return base == "" || of == base }), nil
}

// join adds to what was heard of what the registry says of the bases that are wanted.
func (p *plans) join(heard []utilisation.Asset, wanted func(base string) bool) []utilisation.Asset {
	all := map[[2]string]utilisation.Asset{}
	for _, a := range heard {
		all[[2]string{a.Base, a.Name}] = a
	}
	for a := range p.assets() {
		key := [2]string{a.Base, a.Name}
		known, ok := all[key]
		if !wanted(a.Base) || !ok && a.Since.IsZero() {
			continue
		}
		if a.Told = known.Told; a.Since.IsZero() {
			a.Since = known.Since
		}
		all[key] = a
	}
	return slices.SortedFunc(maps.Values(all), func(a, b utilisation.Asset) int {
		return cmp.Or(strings.Compare(a.Base, b.Base), strings.Compare(a.Name, b.Name))
	})
}

// expected are the hours of each asset that begin in [from, to) and are accounted for.
func (v service) expected(from, to time.Time) map[assetHour]bool {
	all := map[assetHour]bool{}
	for start := utilisation.Hour.Ceil(from, nil); start.Before(to); start = start.Add(time.Hour) {
		for asset, s := range v {
			if ms := start.UnixMilli(); s.from <= ms && ms < s.to {
				all[assetHour{asset, ms}] = true
			}
		}
	}
	return all
}

// elapsed is how much of [from, to) is accounted for of each asset, in ms: whole hours, those that begin in it.
func (v service) elapsed(from, to time.Time) map[string]int64 {
	const hour = int64(time.Hour / time.Millisecond)
	ceil := func(ms int64) int64 { return (ms + hour - 1) / hour * hour }
	all := map[string]int64{}
	for asset, s := range v {
		begin, end := ceil(max(s.from, from.UnixMilli())), ceil(min(s.to, to.UnixMilli()))
		if begin < end {
			all[asset] = end - begin
		}
	}
	return all
}

// first is from when on the time of any asset is accounted for; zero: of none.
func (v service) first() time.Time {
	var first time.Time
	for _, s := range v {
		if at := time.UnixMilli(s.from).UTC(); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}
