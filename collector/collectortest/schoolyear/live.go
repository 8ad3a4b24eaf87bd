package schoolyear

import (
	"cmp"
	"slices"

	"basemeter/agent/record"
)

// A segment is a span in which a machine's state did not change.
type segment struct {
	span
	state record.State
}

// live lets the year happen: people come to what was planned and to what was not, and machines run.
func (g *generator) live() {
	uses := map[string][]span{}
	for i := range g.planned {
		if p := &g.planned[i]; !p.noShow {
			g.attend(p)
			for _, asset := range p.assets() {
				if g.chance(70) {
					uses[asset] = append(uses[asset], g.around(p.span))
				}
			}
		}
	}
	for _, asset := range allAssets() {
		for range 70 {
			uses[asset] = append(uses[asset], g.unplanned(asset))
		}
		g.choose(asset, uses[asset])
		g.hear(asset, g.timeline(uses[asset]))
	}
	g.linger()
}

// around begins and ends some minutes before or after a plan does.
func (g *generator) around(s span) span {
	return span{s.from + g.between(-10*minute, 15*minute), s.to + g.between(-12*minute, 14*minute)}
}

// unplanned use is somebody's who comes on a day at some time, most of them with a card.
func (g *generator) unplanned(asset string) span {
	d := date(g.random.IntN(days - 1))
	from := d.midnight() + g.between(7*hour, 22*hour)
	use := span{from, from + g.between(20*minute, 4*hour)}
	if g.chance(60) {
		group := pick(g, []string{"cnc-2401", "mech-2301", "staff", "firm-a-emp", "firm-b-emp", "", visitors})
		g.stay(asset, pick(g, g.cards[group]), use)
	}
	return use
}

// timeline is what a machine did all year: off, but for its uses.
func (g *generator) timeline(uses []span) (line []segment) {
	slices.SortFunc(uses, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	cursor := int64(FromMS)
	add := func(until int64, state record.State) {
		if until = min(until, ToMS); until > cursor {
			line = append(line, segment{span{cursor, until}, state})
			cursor = until
		}
	}
	for _, use := range uses {
		add(use.from, record.Off)
		add(min(use.to, use.from+g.between(2*minute, 12*minute)), record.Standby)
		for cursor < use.to {
			add(min(use.to, cursor+g.between(5*minute, 50*minute)), record.Running)
			if g.chance(4) {
				add(min(use.to, cursor+g.between(3*minute, hour)), record.Fault)
			}
			add(min(use.to, cursor+g.between(minute, 12*minute)), record.Standby)
		}
		if g.chance(3) { // nobody switched it off in the evening
			add(cursor+g.between(8*hour, 16*hour), record.Standby)
		}
	}
	add(ToMS, record.Off)
	return line
}

// between is a span of two moments as the plan writes them.
func between(from, to string) span { return span{moment(from), moment(to)} }

// An outage is when a gateway said nothing of a machine, or said that it knew nothing.
type outage struct {
	gateway, asset string // no asset: none of the gateway's, nor a card
	span
	said bool
}

func (o *outage) of(gateway, asset string) bool {
	return o.gateway == gateway && (o.asset == "" || o.asset == asset)
}

var outages = []outage{
	{"gw-b", "", between("2025-11-19T00:00", "2025-11-20T00:00"), false},         // dead for a day
	{"gw-a", "lathe-05", span{1_773_709_953_417, 1_773_733_208_002}, true},       // a silent meter, in the daytime of 2026-03-17
	{"gw-a", "lathe-06", span{1_774_314_000_123, 1_774_328_400_789}, false},      // and one of which nothing came, on 2026-03-24
	{"gw-b", "mill-01", between("2025-11-10T09:10", "2025-11-14T13:40"), true},   // and one beside which another gateway knew
	{"gw-c", "", between("2026-05-13T10:00", "2026-05-13T11:00"), false},         // a week with an hour missing
	{"gw-a", "lathe-07", between("2025-09-01T00:00", "2025-09-04T15:00"), false}, // not yet connected
}

// dead tells whether a gateway heard nobody at a moment.
func dead(gateway string, at int64) bool {
	return slices.ContainsFunc(outages, func(o outage) bool { return o.gateway == gateway && o.asset == "" && o.covers(at) })
}
