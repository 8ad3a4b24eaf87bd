package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Change is a span of a place of which two plans say different things, each the same all along.
type Change struct {
	Base, Place string // no place: who holds the base's cards, or where its machines stand, which concerns every moment
	From, To    time.Time
	Old, New    *Slot // nil: that plan does not know the place
}

// Changes are in order of base, place and time.
type Changes []Change

// Diff finds what is different in [from, to). In which file something is said, in which words, and by which layer a base
// is open, makes no difference.
func Diff(old, new *Plan, from, to time.Time) Changes {
	var all Changes
	for _, id := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(old.ids(), new.ids())))) {
		a, b := old.Base(id), new.Base(id)
		if a == nil {
			a = &Base{}
		}
		if b == nil {
			b = &Base{}
		}
		all = append(all, diff(a, b, Change{Base: id, From: from.UTC(), To: to.UTC()})...)
	}
	return all
}

func (p *Plan) ids() []string {
	ids := make([]string, len(p.Bases))
	for i, b := range p.Bases {
		ids[i] = b.ID
	}
	return ids
}

// diff compares what a base was with what it is, all along the span of c.
func diff(old, new *Base, c Change) Changes {
	var all Changes
	if !c.From.Before(c.To) {
		return nil
	}
	if !slices.Equal(old.standing(), new.standing()) {
		all = append(all, c)
	}
	places := slices.Concat(slices.Collect(maps.Keys(old.places)), slices.Collect(maps.Keys(new.places)))
	slices.Sort(places)
	for _, c.Place = range slices.Compact(places) {
		all = append(all, c.compare(old.Slots(c.Place, c.From, c.To), new.Slots(c.Place, c.From, c.To))...)
	}
	return all
}

// standing is what holds at every moment: whose the cards are, and in which area a machine stands.
func (b *Base) standing() []string {
	var all []string
	for _, c := range b.Cards {
		affiliation := ""
		if o := b.Organisation(c.Organisation); o != nil {
			affiliation = o.Affiliation
		}
		all = append(all, fmt.Sprintf("%q", []string{c.Group, c.UserGroup, c.Organisation, affiliation}))
	}
	for _, a := range b.Assets {
		all = append(all, fmt.Sprintf("%q", []string{a.ID, a.Area}))
	}
	slices.Sort(all)
	return all
}

// compare walks along both lists side by side. Each covers the span of c, or is empty.
func (c Change) compare(old, new []Slot) Changes {
	var all Changes
	for from := c.From; len(old)+len(new) > 0; {
		a, b := first(old), first(new)
		to := sooner(a, b)
		all = all.with(Change{c.Base, c.Place, from, to, a, b})
		from, old, new = to, behind(old, to), behind(new, to)
	}
	return all
}

func first(slots []Slot) *Slot {
	if len(slots) == 0 {
		return nil
	}
	return &slots[0]
}

// sooner is when the first of two slots ends; one of them may be nil.
func sooner(a, b *Slot) time.Time {
	switch {
	case a == nil:
		return b.To
	case b == nil:
		return a.To
	}
	return earlier(a.To, b.To)
}

// behind are the slots that do not end by t.
func behind(slots []Slot, t time.Time) []Slot {
	if len(slots) > 0 && !slots[0].To.After(t) {
		return slots[1:]
	}
	return slots
}

// with are the changes and c, if it is one, which may only lengthen the last.
func (all Changes) with(c Change) Changes {
	if c.Old.means(c.New) {
		return all
	}
	if n := len(all) - 1; n >= 0 && all[n].To.Equal(c.From) && all[n].Old.means(c.Old) && all[n].New.means(c.New) {
		all[n].To = c.To
		return all
	}
	return append(all, c)
}

// means tells whether both come to the same.
func (s *Slot) means(t *Slot) bool {
	if s == nil || t == nil {
		return s == t
	}
	return s.Open == t.Open && s.Provisional == t.Provisional && (s.Maintenance == nil) == (t.Maintenance == nil) &&
		(s.OpenBy.Layer == ByService) == (t.OpenBy.Layer == ByService) && slices.EqualFunc(s.Uses, t.Uses, (*Occurrence).means)
}

// means tells whether both are the same use, whenever it began and ends, and however it is called.
func (o *Occurrence) means(p *Occurrence) bool {
	a, b := *o.Entry, *p.Entry
	return a.Layer == b.Layer && a.ID == b.ID && a.Purpose == b.Purpose && a.Organisation == b.Organisation && a.Affiliation == b.Affiliation &&
		a.Project == b.Project && a.SelfOperated == b.SelfOperated && a.People == b.People
}

// An Hour is one of a base, from Start on, UTC.
type Hour struct {
	Base  string
	Start time.Time
}

// Hours are the base-hours that the changes touch, in order and each once.
func (all Changes) Hours() []Hour {
	touched := map[Hour]bool{}
	for _, c := range all {
		for h := c.From.Truncate(time.Hour); h.Before(c.To); h = h.Add(time.Hour) {
			touched[Hour{c.Base, h}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(touched), func(a, b Hour) int { return cmp.Or(cmp.Compare(a.Base, b.Base), a.Start.Compare(b.Start)) })
}
