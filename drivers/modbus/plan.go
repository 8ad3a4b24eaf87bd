package modbus

import (
	"cmp"
	"slices"
)

// A group is points that one request reads.
type group struct {
	request
	points []Point
	hole   bool // it reads registers that are no point's
}

// Limits are what one request may ask a device for.
type limits struct {
	registers int
	hole      int // registers of no point between two points: a device may refuse what its manual does not list
}

// plan joins points of one function that touch, overlap, or are no further apart than a hole, as long as a request stays
// within its registers. Nothing is read over to join bits: a request for a coil is as long as one for sixteen.
func plan(points []Point, l limits) []group {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Function.code, b.Function.code), cmp.Compare(a.Address, b.Address))
	})
	var groups []group
	for _, p := range points {
		if n := len(groups); n == 0 || !groups[n-1].join(p, l) {
			groups = append(groups, group{request{p.Function, p.Address, p.width()}, []Point{p}, false})
		}
	}
	return groups
}

func (g *group) join(p Point, l limits) bool {
	if g.function.bits() {
		l = limits{g.function.most(), 0}
	}
	count := max(g.count, p.end()-int(g.address))
	hole := int(p.Address) - (int(g.address) + g.count)
	if p.Function != g.function || hole > l.hole || count > l.registers {
		return false
	}
	g.count, g.hole = count, g.hole || hole > 0
	g.points = append(g.points, p)
	return true
}

// cheaper is the largest hole that costs a serial line less than a second request: a register is two characters, and a
// request is one of eight, five around its answer, and the silence of three and a half before each.
const cheaper = (8 + 5 + 7 - 1) / 2

// slots places g's points in the answer to g.
func (g *group) slots(device string) []slot {
	slots := make([]slot, len(g.points))
	for i, p := range g.points {
		from, to := int(p.Address-g.address), p.end()-int(g.address)
		if !p.Function.bits() {
			from, to = 2*from, 2*to
		}
		slots[i] = slot{p, device + "/" + p.Name, from, to}
	}
	return slots
}

// probes are requests whose answers differ in length, so that a late answer to one is not taken for another's: each
// length of point alone, each whole group, and, if that is still fewer than three, one register of a longer value. All
// of them stay inside the points, so a device whose only point is one register has only one probe.
func probes(groups []group) []request {
	var all []request
	for _, g := range groups {
		for _, p := range g.points {
			all = appendNew(all, request{p.Function, p.Address, p.width()})
		}
	}
	for _, g := range groups {
		all = appendNew(all, g.request)
	}
	if len(all) < 3 {
		all = appendNew(all, request{all[0].function, all[0].address, 1})
	}
	return all
}

func appendNew(all []request, r request) []request {
	if slices.ContainsFunc(all, func(o request) bool { return o.function == r.function && o.size() == r.size() }) {
		return all
	}
	return append(all, r)
}
