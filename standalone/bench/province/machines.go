package province

import (
	"math/rand/v2"
	"time"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

const hourMS = int64(time.Hour / time.Millisecond)

// uses are what machines are used for, and by whom.
var uses = []utilisation.Key{
	{Purpose: "student_training", Affiliation: utilisation.Host},
	{Purpose: "employee_training", Affiliation: utilisation.Partner},
	{Purpose: "pilot_test", Affiliation: utilisation.Outside},
	{Purpose: "tech_rd", Affiliation: utilisation.Host},
}

var unused = utilisation.Key{Purpose: utilisation.None}

// A machine makes up the hours of one asset.
type machine struct {
	random *rand.Rand
	month  time.Month
	busy   float64           // the share of open hours in which it is used
	keys   []utilisation.Key // of the month: one or two
}

func newMachine(b Base, number int) *machine {
	random := rand.New(rand.NewPCG(uint64(b.Number), uint64(number)))
	return &machine{random: random, busy: 0.2 + 0.6*random.Float64()}
}

// hour is what became of an hour: time without use, and use. Open is 8 to 18 on working days; one hour of fifty is unknown.
func (m *machine) hour(local time.Time, each func(utilisation.Key, utilisation.Cell)) {
	if local.Month() != m.month {
		m.month = local.Month()
		first := m.random.IntN(len(uses))
		m.keys = append(m.keys[:0], uses[first])
		if m.random.IntN(2) == 0 {
			m.keys = append(m.keys, uses[(first+1)%len(uses)])
		}
	}
	open := local.Weekday() != time.Saturday && local.Weekday() != time.Sunday && local.Hour() >= 8 && local.Hour() < 18
	unknown := m.random.IntN(50) == 0
	used := int64(0)
	if open && !unknown && m.random.Float64() < m.busy {
		used = int64(1+m.random.IntN(12)) * hourMS / 12
		each(m.keys[m.random.IntN(len(m.keys))], m.use(used))
	}
	if used < hourMS {
		each(unused, rest(hourMS-used, open, unknown))
	}
}

// use is a session: running for most of it, standing by for the rest.
func (m *machine) use(ms int64) (c utilisation.Cell) {
	run := ms * int64(50+m.random.IntN(50)) / 100
	c[record.Running], c[record.Standby] = run, ms-run
	for _, whole := range []utilisation.Measure{utilisation.POT, utilisation.PBT, utilisation.AUBT, utilisation.AUPT, utilisation.Effective, utilisation.Held} {
		c[whole] = ms
	}
	c[utilisation.APT], c[utilisation.AUST] = run, ms-run
	c[utilisation.OpenUse], c[utilisation.Attended] = ms/4, run/2
	c[utilisation.Energy], c[utilisation.IdleEnergy] = run*3+(ms-run)/2, (ms-run)/2
	return c
}

// rest is time without use.
func rest(ms int64, open, unknown bool) (c utilisation.Cell) {
	state := record.Off
	switch {
	case unknown:
		state = record.Unknown
	case open:
		state = record.Standby
	}
	c[state] = ms
	if open {
		c[utilisation.POT], c[utilisation.PBT] = ms, ms
		if unknown {
			c[utilisation.PBTUnknown] = ms
		} else {
			c[utilisation.ADOT], c[utilisation.Energy], c[utilisation.IdleEnergy] = ms, ms/2, ms/2
		}
	}
	return c
}
