package utilisation

import "basemeter/agent/record"

// A Measure is something of which a cell of the ledger keeps a sum: milliseconds, but for the energies. The first are the
// states: Measure(record.Running) is the time running.
type Measure uint8

const (
	// The elements of ISO 22400-2, as domain.md 1.1 takes them for a training base. All lie within opening hours; all but
	// POT outside planned maintenance; and all but POT and PBT count known time alone. PBT = AUBT + ADOT + PBTUnknown,
	// AUBT = AUPT + ADET, AUPT = AUST + APT.
	POT        = Measure(record.States) + iota // planned operation time: open
	PBT                                        // planned busy time: open, and not in planned maintenance
	PBTUnknown                                 // the part of it in which the state is unknown
	AUBT                                       // actual unit busy time: in a session that there is evidence of
	AUPT                                       // actual unit processing time: of it, switched on
	AUST                                       // actual unit setup time: of it, standing by
	APT                                        // actual production time: of it, running
	ADET                                       // actual unit delay time: busy, but off or in fault
	ADOT                                       // actual unit down time: planned busy, and nobody used it

	// What is not clipped to opening hours.
	Effective  // 使用机时: in a session with the asset on, necessary preparation and clean-down included; domain.md 2.1
	OpenUse    // 开放使用机时: of it, run by its users themselves
	OutOfHours // of it, outside planned busy time
	Held       // in a session that there is evidence of, whatever the asset did
	NoShow     // booked or on the timetable, the state known, and no evidence that anybody came
	Attended   // running, and somebody in its area
	Occupied   // not running, and somebody at the asset itself
	Estimated  // known time whose date is an estimate, or use that rests on a stay or session whose end is one
	Corrected  // judged by a correction

	// Thousandths of a watt-hour.
	Energy
	IdleEnergy // of it, while known not to run

	Measures // how many there are
)

var measures = [Measures]string{
	"unknown_ms", "off_ms", "standby_ms", "running_ms", "fault_ms",
	"pot_ms", "pbt_ms", "pbt_unknown_ms", "aubt_ms", "aupt_ms", "aust_ms", "apt_ms", "adet_ms", "adot_ms",
	"effective_ms", "open_use_ms", "out_of_hours_ms", "held_ms", "no_show_ms", "attended_ms", "occupied_ms", "estimated_ms", "corrected_ms",
	"energy_mwh", "idle_energy_mwh",
}

func (m Measure) String() string { return measures[m] }

// A Cell is the sums of the spans of one key. Cells may be added; ratios are formed afterwards, once.
type Cell [Measures]int64

// Plus is both together.
func (c Cell) Plus(d Cell) Cell {
	for m := range c {
		c[m] += d[m]
	}
	return c
}

// Elapsed is all the time in it: the sum of the states.
func (c Cell) Elapsed() int64 {
	var sum int64
	for state := range record.States {
		sum += c[state]
	}
	return sum
}

// Coverage is the known share of its time, 0 to 1; 0 for no time, of which nothing is known.
func (c Cell) Coverage() float64 {
	return Quotient(c.Elapsed()-c[record.Unknown], c.Elapsed())
}

// add books a span.
func (c *Cell) add(s *Span) {
	ms := s.LengthMS()
	c[s.State] += ms
	c.addElements(s, ms)
	session := s.Context == InSession
	effective := session && s.Held && s.On()
	c.when(effective, Effective, ms)
	c.when(effective && s.Self, OpenUse, ms)
	c.when(effective && !s.Planned, OutOfHours, ms)
	c.when(s.Held, Held, ms)
	c.when(session && !s.Held && s.State != record.Unknown, NoShow, ms)
	c.when(s.Attended && s.State == record.Running, Attended, ms)
	c.when(s.Occupied && s.State != record.Running && s.State != record.Unknown, Occupied, ms)
	c.when(s.Estimated, Estimated, ms)
	c.when(s.Corrected, Corrected, ms)
}

// addElements books the elements of ISO 22400-2.
func (c *Cell) addElements(s *Span, ms int64) {
	c.when(s.Open, POT, ms)
	if !s.Planned {
		return
	}
	c[PBT] += ms
	switch {
	case s.State == record.Unknown:
		c[PBTUnknown] += ms
	case !s.Held:
		c[ADOT] += ms
	default:
		c[AUBT] += ms
		c.when(s.On(), AUPT, ms)
		c.when(s.State == record.Standby, AUST, ms)
		c.when(s.State == record.Running, APT, ms)
		c.when(!s.On(), ADET, ms)
	}
}

func (c *Cell) when(so bool, m Measure, ms int64) {
	if so {
		c[m] += ms
	}
}
