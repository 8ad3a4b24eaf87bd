package schoolyear

import (
	"cmp"
	"slices"

	"basemeter/agent/record"
)

// perBatch is how many facts one batch carries at most.
const perBatch = 1000

// A place in the order in which a gateway tells its facts: as they end.
type turn struct {
	end       int64
	estimated bool
	add       func(*record.Facts)
}

// batches cuts the facts of each gateway into batches. What is dated by estimate comes apart, and after the rest.
func batches(f *facts) (all []record.Batch) {
	byGateway := map[string][]turn{}
	for i := range f.spells {
		t := &f.spells[i]
		byGateway[t.gateway] = append(byGateway[t.gateway], turn{t.fact.ToMS, t.fact.Estimated,
			func(f *record.Facts) { f.Spells = append(f.Spells, t.fact) }})
	}
	for i := range f.stays {
		t := &f.stays[i]
		byGateway[t.gateway] = append(byGateway[t.gateway], turn{t.fact.ToMS, false,
			func(f *record.Facts) { f.Presences = append(f.Presences, t.fact) }})
	}
	for i := range f.sessions {
		t := &f.sessions[i]
		byGateway[t.gateway] = append(byGateway[t.gateway], turn{t.fact.ToMS, false,
			func(f *record.Facts) { f.Sessions = append(f.Sessions, t.fact) }})
	}
	for _, gateway := range []string{"gw-a", "gw-b", gatewayB2, "gw-c"} {
		all = append(all, stream(gateway, byGateway[gateway])...)
	}
	return all
}

// stream is the batches of one gateway.
func stream(gateway string, turns []turn) (all []record.Batch) {
	slices.SortStableFunc(turns, func(a, b turn) int {
		if a.estimated != b.estimated {
			if b.estimated {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.end, b.end)
	})
	for i := range turns {
		if last := len(all) - 1; last < 0 || all[last].Len() == perBatch || all[last].Estimated != turns[i].estimated {
			all = append(all, record.Batch{Base: Base, Gateway: gateway, Stream: streams[gateway], Sequence: uint64(len(all) + 1),
				Facts: record.Facts{Estimated: turns[i].estimated}})
		}
		turns[i].add(&all[len(all)-1].Facts)
	}
	return all
}

// streams are the ids of the gateways' spools.
var streams = map[string]string{
	"gw-a":    "00000000000000000000000000000a01",
	"gw-b":    "00000000000000000000000000000b01",
	gatewayB2: "00000000000000000000000000000b02",
	"gw-c":    "00000000000000000000000000000c01",
}
