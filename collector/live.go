package collector

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/web"
)

// A floor is what the gateways say of the present. The broker retains their words, so a collector that starts anew
// knows them at once.
type floor struct {
	now func() time.Time

	mu       sync.Mutex
	assets   map[[2]string]web.Live // by base and asset
	areas    map[[3]string]web.Area // by base, gateway and area
	gateways map[[2]string]gateway  // by base and gateway
}

// A gateway is what one gateway last said of itself.
type gateway struct {
	Base    string    `json:"base"`
	Gateway string    `json:"gateway"`
	Status  string    `json:"status"`
	Since   time.Time `json:"since,omitzero"` // when the status was heard

	Health *record.Health `json:"health,omitempty"`
}

func newFloor(now func() time.Time) *floor {
	return &floor{now: now, assets: map[[2]string]web.Live{}, areas: map[[3]string]web.Area{}, gateways: map[[2]string]gateway{}}
}

// hear takes a retained message. What makes no sense is an error and changes nothing. An empty one is how an operator
// makes the broker forget an asset that was taken away, or a gateway: then we forget it too.
func (f *floor) hear(topic string, payload []byte) error {
	base, name, what, asset, err := record.ParseTopic(topic)
	if err != nil {
		return err
	}
	if err := errors.Join(record.CheckID(base), record.CheckID(name)); err != nil {
		return fmt.Errorf("topic %q: %w", topic, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := [2]string{base, name}
	g := f.gateways[key]
	g.Base, g.Gateway = base, name
	switch {
	case what == record.NowTopic:
		return f.hearNow(base, name, asset, payload)
	case len(payload) == 0 && (what == record.StatusTopic || what == record.HealthTopic):
		delete(f.gateways, key)
		return nil
	case what == record.StatusTopic:
		if err := g.hearStatus(string(payload), f.now()); err != nil {
			return fmt.Errorf("%s: %w", topic, err)
		}
	case what == record.HealthTopic:
		var h record.Health
		if err := json.Unmarshal(payload, &h); err != nil {
			return fmt.Errorf("%s: %w", topic, err)
		}
		g.Health = &h
	default:
		return fmt.Errorf("%s: not a word on the present", topic)
	}
	f.gateways[key] = g
	return nil
}

func (g *gateway) hearStatus(status string, now time.Time) error {
	if status != record.Online && status != record.Offline {
		return fmt.Errorf("%q; expected %s or %s", status, record.Online, record.Offline)
	}
	if status != g.Status {
		g.Status, g.Since = status, now
	}
	return nil
}

func (f *floor) hearNow(base, name, asset string, payload []byte) error {
	if len(payload) == 0 {
		delete(f.assets, [2]string{base, asset})
		delete(f.areas, [3]string{base, name, asset})
		return nil
	}
	if err := record.CheckID(asset); err != nil {
		return fmt.Errorf("now: %w", err)
	}
	var n record.Now
	if err := json.Unmarshal(payload, &n); err != nil {
		return fmt.Errorf("now/%s: %w", asset, err)
	}
	if max(n.SinceMS, n.AtMS) >= record.LatestMS || min(n.SinceMS, n.AtMS) < 0 {
		return fmt.Errorf("now/%s: since_ms %d, at_ms %d: not a date", asset, n.SinceMS, n.AtMS)
	}
	if n.Asset != asset {
		return fmt.Errorf("now/%s: speaks of %q", asset, n.Asset)
	}
	if n.People != nil && *n.People < 0 {
		return fmt.Errorf("now/%s: %d people", asset, *n.People)
	}
	switch n.Kind {
	case "":
	case record.AreaKind:
		f.areas[[3]string{base, name, asset}] = web.Area{Base: base, Gateway: name, Area: asset, TextZH: n.TextZH, TextEN: n.TextEN,
			At: moment(n.AtMS), People: n.People}
		return nil
	default:
		return fmt.Errorf("now/%s: is of the kind %q", asset, n.Kind)
	}
	if _, err := record.ParseState(n.State); err != nil {
		return fmt.Errorf("now/%s: %w", asset, err)
	}
	f.assets[[2]string{base, asset}] = web.Live{
		Base: base, Gateway: name, Asset: asset, TextZH: n.TextZH, TextEN: n.TextEN, State: n.State,
		Since: moment(n.SinceMS), At: moment(n.AtMS), Why: n.Why, Values: n.Values, Purpose: n.Purpose, People: n.People,
	}
	return nil
}

// moment is a time that a gateway said; 0 is none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// live is the floor, by base and asset. What a gateway that is gone last said of its assets is not how they are.
func (f *floor) live() []web.Live {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]web.Live, 0, len(f.assets))
	for _, l := range f.assets {
		if g := f.gateways[[2]string{l.Base, l.Gateway}]; g.Status != record.Online {
			l.State, l.Since, l.Values, l.Purpose, l.People = record.Unknown.String(), g.Since, nil, "", nil
			l.Why = "gateway " + l.Gateway + ": " + record.Offline
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b web.Live) int { return strings.Compare(a.Base+"\x00"+a.Asset, b.Base+"\x00"+b.Asset) })
	return list
}

// present is how many are where, by base and area. What a gateway that is gone last said is not how it is.
func (f *floor) present() []web.Area {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]web.Area, 0, len(f.areas))
	for _, a := range f.areas {
		if f.gateways[[2]string{a.Base, a.Gateway}].Status != record.Online {
			a.People = nil
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b web.Area) int {
		return cmp.Or(cmp.Compare(a.Base, b.Base), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Gateway, b.Gateway))
	})
	return list
}

// known are the gateways, by base and name.
func (f *floor) known() []gateway {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]gateway, 0, len(f.gateways))
	for _, g := range f.gateways {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b gateway) int { return strings.Compare(a.Base+"\x00"+a.Gateway, b.Base+"\x00"+b.Gateway) })
	return list
}
