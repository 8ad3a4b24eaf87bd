package modbus

import (
	"cmp"
	"slices"
	"time"
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
	price
}

// A price is what a wire takes for a request and its answer, and for each register in it.
type price struct{ request, register time.Duration }

// of is what g takes. At one price, rather two requests than a hole.
func (p price) of(g *group) time.Duration {
	total := p.request + p.register*time.Duration(g.size())/2
	if g.hole {
		total++
	}
	return total
}

// plan is the cheapest way to read all points: each request reads points of one function that touch, overlap, or are no
// further apart than a hole. To ask once for what is far apart may cost more than to ask twice, and so may asking for
// as much as possible at first.
func plan(points []Point, l limits) []group {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Function.code, b.Function.code), cmp.Compare(a.Address, b.Address))
	})
	first := make([]group, len(points)) // of the cheapest plan for points[i:], which
	costs := make([]time.Duration, len(points)+1)
	for i := len(points) - 1; i >= 0; i-- {
		p := points[i]
		g := group{request: request{p.Function, p.Address, 0}}
		for to := i; to < len(points) && g.join(points[to], l); to++ {
			if cost := l.of(&g) + costs[to+1]; to == i || cost <= costs[i] {
				g.points = points[i : to+1]
				first[i], costs[i] = g, cost
			}
		}
	}
	var groups []group
	for i := 0; i < len(points); i += len(first[i].points) {
		groups = append(groups, first[i])
	}
	return groups
}

// join extends g to p, if it may. MaxHole is of registers: bits are joined only where they touch.
func (g *group) join(p Point, l limits) bool {
	if g.function.bits() {
		l.registers, l.hole = g.function.most(), 0
	}
	count := max(g.count, p.end()-int(g.address))
	hole := int(p.Address) - (int(g.address) + g.count)
	if p.Function != g.function || hole > l.hole || count > l.registers {
		return false
	}
	g.count, g.hole = count, g.hole || hole > 0
	return true
}

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
// length of point alone, the shortest first, each whole group, and, if that is still fewer than three, one register of a
// longer value. All of them stay inside the points, so a device whose only point is one register has only one probe.
func probes(groups []group) []request {
	var all []request
	for _, g := range groups {
		for _, p := range g.points {
			all = appendNew(all, request{p.Function, p.Address, p.width()})
		}
	}
	slices.SortStableFunc(all, func(a, b request) int { return cmp.Compare(a.size(), b.size()) })
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
