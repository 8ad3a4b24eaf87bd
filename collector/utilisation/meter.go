package utilisation

import (
	"cmp"
	"math/bits"

	"basemeter/agent/record"
)

// A meter shares draws among spans in proportion to their time, so that what is shared adds up to what was drawn.
type meter struct {
	draws []Draw // in order of their beginning
	next  int    // the first that has not ended
}

func newMeter(draws []Draw) *meter {
	order := func(a, b Draw) int {
		return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), cmp.Compare(a.ToMS, b.ToMS), cmp.Compare(a.MilliWh, b.MilliWh))
	}
	return &meter{draws: ordered(draws, order)}
}

// add books what was drawn during a span. Spans come in order.
func (m *meter) add(c *Cell, s *Span) {
	for m.next < len(m.draws) && m.draws[m.next].ToMS <= s.FromMS {
		m.next++
	}
	for i := m.next; i < len(m.draws) && m.draws[i].FromMS < s.ToMS; i++ {
		d := &m.draws[i]
		drawn := d.until(s.ToMS) - d.until(s.FromMS)
		c[Energy] += drawn
		if s.State != record.Running && s.State != record.Unknown {
			c[IdleEnergy] += drawn
		}
	}
}

// until is what had been drawn by a moment.
func (d *Draw) until(at int64) int64 {
	length, part := d.ToMS-d.FromMS, min(max(at-d.FromMS, 0), d.ToMS-d.FromMS)
	if length <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(d.MilliWh), uint64(part))
	share, _ := bits.Div64(high, low, uint64(length))
	return int64(share)
}
