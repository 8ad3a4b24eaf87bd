package utilisation

// Totals are the sums that figures are formed of, over whatever bases, assets and period were asked for.
type Totals struct {
	Ledger Ledger
	// Whole is all time of the same assets, if Ledger is only what they were used for or by whom: how much of what was
	// planned was used for lessons is a share of all that was planned. Nil: Ledger is all.
	Whole     *Cell
	Crowd     Crowd
	Hosted    Crowd // the part of Crowd in places that an enterprise hosts
	Cards     int64 // different pseudonyms seen; negative: not known
	Days      int64 // local dates with a session of the length that was asked for
	QuotaMS   int64 // quota of the assets, for the part of the year in question
	StationMS int64 // workstations × open time of their areas
}

// A Figure is one number, with what must be known to defend it. Sums are added first and divided once. Where a ratio is
// of all planned time, its denominator holds the time of which nothing is known as well, as if nothing had been done in
// it: a dead gateway never makes it better. Coverage says how much of the time that a figure is about is known.
type Figure struct {
	Value       float64 // in the metric's unit
	Numerator   int64   // in ms, thousandths of a watt-hour, or things counted
	Denominator int64   // 0: the figure is no ratio
	Coverage    float64 // 0 to 1
	EstimatedMS int64   // of the time that was looked at, how much rests on an estimate
}

// A Metric is a line of the metric dictionary: domain.md 2.6 and 1.1.
type Metric struct {
	ID      string
	ZH, EN  string
	Unit    Unit
	Formula string
	Source  string
	rule
}

// A rule says how a figure is formed, and of what.
type rule struct {
	Needs Need
	Of    func(*Totals) Figure
}

// A Need is what a figure cannot do without. Several are added.
type Need uint8

// What there is to need.
const (
	OfMachines Need = 1 << iota // the ledger of machines
	OfPeople                    // the ledger of people
	OfRegistry                  // quotas, workstations, hosts
	OfDays                      // dates of use
	OfCards                     // who was there, told apart
)

// A Unit is what a figure counts. 人次, 人数, 人时, 人日 and 学时 are different units.
type Unit string

// The units that there are.
const (
	Hours       Unit = "h"
	PersonHours Unit = "person-h" // 人时
	Visits      Unit = "visits"   // 人次
	People      Unit = "people"   // 人数
	Days        Unit = "d"        // 天
	KWh         Unit = "kWh"
	Ratio       Unit = "1" // often shown in percent
)

const msPerHour = 3_600_000

// MetricOf is the one of that id; false if there is none.
func MetricOf(id string) (Metric, bool) {
	for _, m := range Metrics {
		if m.ID == id {
			return m, true
		}
	}
	return Metric{}, false
}

// An amount is a part of the totals, in the unit of what it counts.
type amount func(*Totals) int64

// of is a measure summed over the keys that are chosen.
func of(m Measure, chosen func(Key) bool) amount {
	return func(t *Totals) int64 {
		cell := t.Ledger.Of(chosen)
		return cell[m]
	}
}

func plus(a, b amount) amount { return func(t *Totals) int64 { return a(t) + b(t) } }

func minus(a, b amount) amount { return func(t *Totals) int64 { return a(t) - b(t) } }

// The keys that a figure may be about.
func anyKey(Key) bool       { return true }
func used(k Key) bool       { return k.Purpose != None && k.Purpose != Maintenance }
func attributed(k Key) bool { return used(k) && k.Purpose != Unattributed }
func external(k Key) bool   { return used(k) && k.Affiliation == Outside }
func internal(k Key) bool   { return used(k) && k.Affiliation != Outside }

func anyone(CrowdKey) bool    { return true }
func society(k CrowdKey) bool { return k.Affiliation == Outside }
func inside(k CrowdKey) bool  { return k.Affiliation != Outside }

func trainees(k CrowdKey) bool { return Trainee(k.UserGroup) }

// Trainee tells whether a user group of the taxonomy is of students.
func Trainee(group string) bool {
	switch group {
	case "secondary_student", "college_student", "undergraduate", "graduate":
		return true
	}
	return false
}

// machineHours is a sum of asset time.
func machineHours(m Measure, chosen func(Key) bool) rule {
	return hours(of(m, chosen), chosen)
}

func hours(n amount, chosen func(Key) bool) rule {
	return rule{OfMachines, func(t *Totals) Figure {
		cell := t.Ledger.Of(chosen)
		return Figure{Value: float64(n(t)) / msPerHour, Numerator: n(t), Coverage: covered(t), EstimatedMS: cell[Estimated]}
	}}
}

// personHours is a sum of people's time. Its coverage is the measured share: no machine's silence makes it less known,
// and that of a reader cannot be told from an empty hall.
func personHours(crowd func(*Totals) Crowd, chosen func(CrowdKey) bool) rule {
	return rule{OfPeople, func(t *Totals) Figure {
		cell := crowd(t).Of(chosen)
		return Figure{Value: float64(cell.PersonMS) / msPerHour, Numerator: cell.PersonMS, Coverage: cell.measured(), EstimatedMS: cell.EstimatedMS}
	}}
}

// measured is all of it where nobody was: of nobody nothing is unknown.
func (c CrowdCell) measured() float64 {
	if c.PersonMS == 0 {
		return 1
	}
	return Quotient(c.PersonMS-c.EstimatedMS, c.PersonMS)
}

// attended is the measured share of all attendance.
func attended(t *Totals) float64 { return t.Crowd.Of(anyone).measured() }

func ratio(over, under amount, coverage func(*Totals) float64) rule {
	return rule{OfMachines, func(t *Totals) Figure {
		n, d := over(t), under(t)
		return Figure{Value: Quotient(n, d), Numerator: n, Denominator: d, Coverage: coverage(t)}
	}}
}

func counted(n amount, coverage func(*Totals) float64) rule {
	return rule{OfMachines, func(t *Totals) Figure { return Figure{Value: float64(n(t)), Numerator: n(t), Coverage: coverage(t)} }}
}

// needing is the rule with other needs.
func (r rule) needing(n Need) rule {
	r.Needs = n
	return r
}

func energy(m Measure) rule {
	return rule{OfMachines, func(t *Totals) Figure {
		cell := t.Ledger.Total()
		return Figure{Value: float64(cell[m]) / 1e6, Numerator: cell[m], Coverage: covered(t)}
	}}
}

// Quotient is 0 where there is nothing to divide by.
func Quotient(over, under int64) float64 {
	if under == 0 {
		return 0
	}
	return float64(over) / float64(under)
}

// whole is all time of the assets that the totals are about.
func (t *Totals) whole() Cell {
	if t.Whole != nil {
		return *t.Whole
	}
	return t.Ledger.Total()
}

// wholly is a measure of all time, whatever for.
func wholly(m Measure) amount {
	return func(t *Totals) int64 {
		cell := t.whole()
		return cell[m]
	}
}

// covered is the known share of all asset time, planned of planned busy time.
func covered(t *Totals) float64 { return t.whole().Coverage() }

func planned(t *Totals) float64 {
	cell := t.whole()
	return Quotient(cell[PBT]-cell[PBTUnknown], cell[PBT])
}
