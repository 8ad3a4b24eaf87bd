package utilisation

// Totals are the sums that figures are formed of, over whatever bases, assets and period were asked for.
type Totals struct {
	Ledger    Ledger
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
	Of      func(*Totals) Figure
}

// Registered tells whether it needs what the registry says: quotas, workstations, hosts.
func (m *Metric) Registered() bool {
	return m.ID == "quota_ratio" || m.ID == "workstation_utilization" || m.ID == "hosted_trainee_hours"
}

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

// The keys that a figure may be about.
func anyKey(Key) bool       { return true }
func used(k Key) bool       { return k.Purpose != None && k.Purpose != Maintenance }
func attributed(k Key) bool { return used(k) && k.Purpose != Unattributed }
func external(k Key) bool   { return used(k) && k.Affiliation == Outside }
func internal(k Key) bool   { return used(k) && k.Affiliation != Outside }

func anyone(CrowdKey) bool    { return true }
func society(k CrowdKey) bool { return k.Affiliation == Outside }
func inside(k CrowdKey) bool  { return k.Affiliation != Outside }

// trainees are the user groups of the taxonomy that are students.
func trainees(k CrowdKey) bool {
	switch k.UserGroup {
	case "secondary_student", "college_student", "undergraduate", "graduate":
		return true
	}
	return false
}

// machineHours is a sum of asset time.
func machineHours(m Measure, chosen func(Key) bool) func(*Totals) Figure {
	return func(t *Totals) Figure {
		cell := t.Ledger.Of(chosen)
		return Figure{Value: float64(cell[m]) / msPerHour, Numerator: cell[m], Coverage: covered(t), EstimatedMS: cell[Estimated]}
	}
}

// personHours is a sum of people's time. Its coverage is the measured share: no machine's silence makes it less known,
// and that of a reader cannot be told from an empty hall.
func personHours(crowd func(*Totals) Crowd, chosen func(CrowdKey) bool) func(*Totals) Figure {
	return func(t *Totals) Figure {
		cell := crowd(t).Of(chosen)
		return Figure{Value: float64(cell.PersonMS) / msPerHour, Numerator: cell.PersonMS, Coverage: cell.measured(), EstimatedMS: cell.EstimatedMS}
	}
}

func (c CrowdCell) measured() float64 { return Quotient(c.PersonMS-c.EstimatedMS, c.PersonMS) }

// attended is the measured share of all attendance.
func attended(t *Totals) float64 { return t.Crowd.Of(anyone).measured() }

func ratio(over, under amount, coverage func(*Totals) float64) func(*Totals) Figure {
	return func(t *Totals) Figure {
		n, d := over(t), under(t)
		return Figure{Value: Quotient(n, d), Numerator: n, Denominator: d, Coverage: coverage(t)}
	}
}

func counted(n amount, coverage func(*Totals) float64) func(*Totals) Figure {
	return func(t *Totals) Figure { return Figure{Value: float64(n(t)), Numerator: n(t), Coverage: coverage(t)} }
}

func energy(m Measure) func(*Totals) Figure {
	return func(t *Totals) Figure {
		cell := t.Ledger.Total()
		return Figure{Value: float64(cell[m]) / 1e6, Numerator: cell[m], Coverage: covered(t)}
	}
}

// Quotient is 0 where there is nothing to divide by.
func Quotient(over, under int64) float64 {
	if under == 0 {
		return 0
	}
	return float64(over) / float64(under)
}

// covered is the known share of all asset time, planned of planned busy time.
func covered(t *Totals) float64 { return t.Ledger.Total().Coverage() }

func planned(t *Totals) float64 {
	cell := t.Ledger.Total()
	return Quotient(cell[PBT]-cell[PBTUnknown], cell[PBT])
}
