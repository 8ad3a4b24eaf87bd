package pages

import (
	"slices"
	"strings"

	"basemeter/collector/report"
)

// A place is which bases a page is about.
type place struct {
	kind report.Dimension // empty: all that may be seen
	id   string
	card *report.Base // of a base that the registry knows
}

// kinds of places, from the largest.
var placeKinds = []report.Dimension{report.ByCity, report.ByCounty, report.ByZone, report.ByCluster, report.ByConsortium, report.ByBase}

// seen are the bases of the registry that whoever asks may see.
func (a *asking) seen() (bases []*report.Base) {
	for i := range a.list.Bases {
		if b := &a.list.Bases[i]; a.scope.Has(b.ID, b) {
			bases = append(bases, b)
		}
	}
	return bases
}

// readPlace takes place=city:nanchang or base=nc-cnc. A place of which nothing may be seen is one that does not exist.
func (a *asking) readPlace() error {
	text := a.given.Get("place")
	if base := a.given.Get("base"); base != "" {
		text = "base:" + base
	}
	if text == "" && a.scope.Base != "" {
		text = "base:" + a.scope.Base
	}
	if text == "" || text == "all" {
		return nil
	}
	kind, id, _ := strings.Cut(text, ":")
	a.place.kind, a.place.id = report.Dimension(kind), id
	if a.place.kind == report.ByBase && id != "" { // it is written in one way
		a.given.Del("place")
		a.given.Set("base", id)
	}
	if !slices.Contains(placeKinds, a.place.kind) || id == "" {
		return bad("place", "应为 all 或“种类:编号”，例如 city:nanchang；种类有："+joined(placeKinds), "is neither all nor kind:id, such as city:nanchang; kinds: "+joined(placeKinds))
	}
	if a.place.kind == report.ByBase {
		if a.place.card = a.list.Base(id); !a.scope.Has(id, a.place.card) {
			return absent("base", id)
		}
		return nil
	}
	if len(a.bases()) == 0 {
		return absent("place", text)
	}
	return nil
}

// bases are those of the registry in the place.
func (a *asking) bases() []*report.Base {
	all := a.seen()
	if a.place.kind == "" {
		return all
	}
	return slices.DeleteFunc(all, func(b *report.Base) bool { return b.Value(a.place.kind) != a.place.id })
}

// name of the place, in words.
func (a *asking) placeName() string {
	switch {
	case a.place.kind == report.ByBase:
		return a.baseName(a.place.id)
	case a.place.kind != "":
		return a.term(a.place.id)
	case a.scope.City != "":
		return a.term(a.scope.City)
	}
	return a.word["all bases"]
}

func (a *asking) baseName(id string) string {
	if b := a.list.Base(id); b != nil {
		if name := b.Text.In(a.Lang); name != "" {
			return name
		}
	}
	return id
}

func (a *asking) assetName(base, id string) string {
	if asset := a.list.Base(base).Asset(id); asset != nil {
		if name := asset.Text.In(a.Lang); name != "" {
			return name
		}
	}
	return id
}

// A choice is a line of a picker; Group is the heading that it stands below.
type choice struct {
	Value, Text string
	Chosen      bool
}

type choices struct {
	Label string
	List  []choice
}

// places are what can be picked: all, and each value that some base that may be seen has.
func (a *asking) places() (groups []choices) {
	if a.scope.Base == "" {
		name := a.word["all bases"]
		if a.scope.City != "" {
			name = a.term(a.scope.City)
		}
		groups = append(groups, choices{"", []choice{{"all", name, a.place.kind == ""}}})
	}
	for _, kind := range placeKinds {
		group := choices{Label: a.word[string(kind)]}
		for _, b := range a.seen() {
			id := b.Value(kind)
			if id == "" || slices.ContainsFunc(group.List, func(c choice) bool { return c.Value == string(kind)+":"+id }) {
				continue
			}
			name := a.term(id)
			if kind == report.ByBase {
				name = a.baseName(id)
			}
			group.List = append(group.List, choice{string(kind) + ":" + id, name, a.place.kind == kind && a.place.id == id})
		}
		if len(group.List) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}
