package utilisation

import (
	"slices"
	"sync"
)

// Reads are the measures of the ledger that figures of some metrics are formed of, the states among them, since by them
// time is known to be whole. A metric is a formula and keeps no list; what it reads is found by changing it.
func Reads(metrics []Metric) (all []Measure) {
	for m := range Measures {
		if m <= fault || slices.ContainsFunc(metrics, func(of Metric) bool { return slices.Contains(read()[of.ID], m) }) {
			all = append(all, m)
		}
	}
	return all
}

// read is what each metric reads, found once.
var read = sync.OnceValue(func() map[string][]Measure {
	all := map[string][]Measure{}
	for _, metric := range Metrics {
		for m := range Measures {
			if metric.reads(m) {
				all[metric.ID] = append(all[metric.ID], m)
			}
		}
	}
	return all
})

// reads tells whether a measure makes a difference, be it of whatever use.
func (m *Metric) reads(what Measure) bool {
	before := m.Of(specimen(Key{}, what, 0))
	for _, key := range specimens {
		if m.Of(specimen(key, what, 1)) != before {
			return true
		}
	}
	return false
}

// specimens are a key of each kind that formulas tell apart.
var specimens = []Key{{None, NoUser}, {Maintenance, NoUser}, {Unattributed, Unnamed}, {Unattributed, Outside}, {"lesson", Host}, {"lesson", Outside}}

// specimen is totals of nothing special, in which one measure of one key is a little more.
func specimen(key Key, what Measure, more int64) *Totals {
	t := &Totals{Ledger: Ledger{}, Crowd: Crowd{}, Hosted: Crowd{}, QuotaMS: 1009}
	for i, k := range specimens {
		var c Cell
		for m := range c {
			c[m] = int64(1000 + 97*i + 13*m)
		}
		if k == key {
			c[what] += more
		}
		t.Ledger[k] = c
	}
	return t
}
