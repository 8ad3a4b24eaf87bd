package presence

import (
	"reflect"

	"basemeter/agent/record"
	"basemeter/drivers"
)

// A watcher makes facts of points: a switch, or a counter.
type watcher interface {
	is(rule any) bool // it goes on by that rule
	observe(point string, value float64, now int64)
	tick(now int64)
	cut(now int64)  // what is under way is told, and begins anew
	stop(now int64) // it is told, and nothing more is asked
	open(now int64, f *record.Facts)
}

// watch makes the rule's watchers those that are asked. One that the rule has as it was goes on.
func (t *Tracker) watch(now int64) {
	old := t.watchers
	t.watchers, t.points = nil, map[string][]watcher{}
	for _, rule := range t.rule.Switches {
		w := take(&old, rule, func() watcher { return newSelector(rule, t.book, now) })
		for _, c := range rule.Contacts {
			t.points[c.Point] = append(t.points[c.Point], w)
		}
		t.watchers = append(t.watchers, w)
	}
	for _, rule := range t.rule.Counters {
		w := take(&old, rule, func() watcher { return &counter{rule: rule, book: t.book, from: now} })
		t.points[rule.Point] = append(t.points[rule.Point], w)
		t.watchers = append(t.watchers, w)
	}
	for _, w := range old {
		w.stop(now)
	}
}

// take takes the one that goes by the rule out of old, or makes one.
func take(old *[]watcher, rule any, make func() watcher) watcher {
	for i, w := range *old {
		if w.is(rule) {
			*old = append((*old)[:i:i], (*old)[i+1:]...)
			return w
		}
	}
	return make()
}

func (s *selector) is(rule any) bool { return reflect.DeepEqual(rule, s.rule) }
func (c *counter) is(rule any) bool  { return rule == any(c.rule) }

// Observe takes a reading of a contact or a beam; one of any other point is ignored.
func (t *Tracker) Observe(r drivers.Reading) {
	for _, w := range t.points[r.Point] {
		w.observe(r.Point, r.Value, at(r.At))
	}
}

// line is the first line of the grid after a moment since the boot.
func (b *book) line(after int64) int64 { return ((b.zero+after)/b.grid+1)*b.grid - b.zero }
