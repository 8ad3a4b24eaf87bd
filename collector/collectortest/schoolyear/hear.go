package schoolyear

import (
	"basemeter/agent/record"
)

// A view is how one gateway saw one machine for a while.
type view struct {
	gateway string
	span
	lateMS    int64 // how late its clock was
	estimated bool  // its clock was not set: its dates are estimates
	differs   bool  // its meter takes one state for another
}

var year = span{FromMS, ToMS}

// views are the ways in which a machine was seen. Two gateways see mill-01 and mill-02.
func views(asset string) []view {
	gateway := roomOf(asset).gateway
	adrift := between("2026-01-12T06:00", "2026-01-13T12:00") // after a power cut
	doubtful := between("2025-12-08T00:00", "2025-12-10T00:00")
	switch {
	case gateway == "gw-c":
		return []view{
			{gateway: gateway, span: span{FromMS, adrift.from}},
			{gateway: gateway, span: adrift, lateMS: 4_217, estimated: true},
			{gateway: gateway, span: span{adrift.to, ToMS}},
		}
	case asset == "mill-01": // both agree, but for a month in which one clock is late
		return []view{{gateway: gateway, span: year},
			{gateway: gatewayB2, span: between("2025-10-01T00:00", "2025-12-08T00:00")},
			{gateway: gatewayB2, span: doubtful, estimated: true},
			{gateway: gatewayB2, span: between("2025-12-10T00:00", "2026-01-10T00:00"), lateMS: 350},
		}
	case asset == "mill-02": // and here they disagree
		return []view{{gateway: gateway, span: year},
			{gateway: gatewayB2, span: between("2025-11-01T00:00", "2025-12-08T00:00"), differs: true},
			{gateway: gatewayB2, span: doubtful, estimated: true, differs: true},
			{gateway: gatewayB2, span: between("2026-03-02T00:00", "2026-05-01T00:00"), differs: true},
		}
	}
	return []view{{gateway: gateway, span: year}}
}

// hear makes spells of what a machine did, as its gateways saw it.
func (g *generator) hear(asset string, line []segment) {
	for _, v := range views(asset) {
		for _, seen := range line {
			seen.span = span{seen.from + v.lateMS, seen.to + v.lateMS}.within(v.span)
			if seen.empty() {
				continue
			}
			for _, part := range g.told(v, seen) {
				for _, heard := range heard(v.gateway, asset, part.span) {
					g.spells(v, asset, segment{heard, part.state}, "")
				}
			}
		}
		for _, o := range outages {
			if o.said && o.of(v.gateway, asset) {
				g.spells(v, asset, segment{o.within(v.span), record.Unknown}, "no answer")
			}
		}
	}
}

// told is a segment as the view shows it: one that differs takes a third of them for another state, and cuts some.
func (g *generator) told(v view, seen segment) []segment {
	if !v.differs || !g.chance(35) {
		return []segment{seen}
	}
	wrong := segment{seen.span, pick(g, []record.State{record.Off, record.Standby, record.Running, record.Fault, record.Unknown})}
	if seen.to-seen.from < 2 || g.chance(50) {
		return []segment{wrong}
	}
	wrong.to = g.between(seen.from+1, seen.to)
	return []segment{wrong, {span{wrong.to, seen.to}, seen.state}}
}

// heard are the parts of a span that lie in no outage.
func heard(gateway, asset string, s span) []span {
	parts := []span{s}
	for _, o := range outages {
		if !o.of(gateway, asset) {
			continue
		}
		var left []span
		for _, part := range parts {
			for _, rest := range []span{{part.from, min(part.to, o.from)}, {max(part.from, o.to), part.to}} {
				if !rest.empty() {
					left = append(left, rest)
				}
			}
		}
		parts = left
	}
	return parts
}

// spells tells a segment, cut at the hours.
func (g *generator) spells(v view, asset string, seen segment, why string) {
	for from := seen.from; from < seen.to; {
		to := min(seen.to, from-(from-FromMS)%hour+hour)
		g.facts.spells = append(g.facts.spells, told[record.Spell]{v.gateway, record.Spell{Asset: asset, State: seen.state,
			FromMS: from, ToMS: to, Why: why, Estimated: v.estimated}})
		from = to
	}
}
