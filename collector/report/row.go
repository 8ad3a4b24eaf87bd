package report

import (
	"cmp"
	"slices"

	"basemeter/agent/record"
	"basemeter/collector/utilisation"
)

// A Row is one line of the answer. Seconds are exact to the millisecond; the states add up to elapsed, and ratios are
// formed of the sums. What a figure means is in the metric dictionary.
type Row struct {
	Base        string `json:"base,omitempty"`
	Asset       string `json:"asset,omitempty"`
	Purpose     string `json:"purpose,omitempty"`
	Affiliation string `json:"affiliation,omitempty"`
	Assets      int    `json:"assets"` // how many the row adds up

	Running  Seconds `json:"running_s"`
	Standby  Seconds `json:"standby_s"`
	Off      Seconds `json:"off_s"`
	Fault    Seconds `json:"fault_s"`
	Unknown  Seconds `json:"unknown_s"`
	Elapsed  Seconds `json:"elapsed_s"`
	Coverage float64 `json:"coverage"`    // known / elapsed, 0 to 1
	Estimate Seconds `json:"estimated_s"` // the part that rests on an estimate

	Open       Seconds `json:"open_s"`            // within opening hours: POT
	Planned    Seconds `json:"planned_s"`         // of it, outside planned maintenance: PBT
	Untold     Seconds `json:"planned_unknown_s"` // of that, unknown
	Effective  Seconds `json:"effective_s"`
	OpenUse    Seconds `json:"open_use_s"`
	OutOfHours Seconds `json:"out_of_hours_s"`
	NoShow     Seconds `json:"no_show_s"`
	Attended   Seconds `json:"attended_s"`
	Corrected  Seconds `json:"corrected_s"` // the part that was judged by a correction
	Energy     float64 `json:"energy_kwh"`
	IdleEnergy float64 `json:"standby_kwh"`
	Days       int     `json:"days_used"`

	// PBT is that of all purposes and users together, so that the rows of one asset or base add up.
	Allocation   float64 `json:"allocation"`             // AUBT / PBT
	Efficiency   float64 `json:"utilization_efficiency"` // APT / AUBT
	Availability float64 `json:"availability_iso"`       // APT / PBT
}

// A group is what becomes a row.
type group struct {
	base, asset string
	utilisation.Key
}

// A sum is what a group adds up.
type sum struct {
	utilisation.Cell
	assets map[[2]string]bool
	days   map[day]int64 // held time by asset and local date
}

type day struct{ base, asset, date string }

func row(g group, s *sum, pbt int64, q *Query) Row {
	c := s.Cell
	seconds := func(m utilisation.Measure) Seconds { return Seconds(c[m]) }
	r := Row{
		Base: g.base, Asset: g.asset, Purpose: g.Purpose, Assets: len(s.assets),
		Running: Seconds(c[record.Running]), Standby: Seconds(c[record.Standby]), Off: Seconds(c[record.Off]),
		Fault: Seconds(c[record.Fault]), Unknown: Seconds(c[record.Unknown]),
		Elapsed: Seconds(c.Elapsed()), Coverage: c.Coverage(), Estimate: seconds(utilisation.Estimated),
		Open: seconds(utilisation.POT), Planned: seconds(utilisation.PBT), Untold: seconds(utilisation.PBTUnknown), Effective: seconds(utilisation.Effective), OpenUse: seconds(utilisation.OpenUse),
		OutOfHours: seconds(utilisation.OutOfHours), NoShow: seconds(utilisation.NoShow), Attended: seconds(utilisation.Attended),
		Corrected: seconds(utilisation.Corrected), Energy: float64(c[utilisation.Energy]) / 1e6, IdleEnergy: float64(c[utilisation.IdleEnergy]) / 1e6,
		Days: s.used(q), Allocation: utilisation.Quotient(c[utilisation.AUBT], pbt),
		Efficiency: utilisation.Quotient(c[utilisation.APT], c[utilisation.AUBT]), Availability: utilisation.Quotient(c[utilisation.APT], pbt),
	}
	if q.by(ByAffiliation) {
		r.Affiliation = g.Affiliation.String()
	}
	return r
}

// used is how many dates an asset of the group was used on for long enough; a date counts once, however many were.
func (s *sum) used(q *Query) int {
	dates := map[string]bool{}
	for d, ms := range s.days {
		if ms > 0 && ms >= q.LeastUse.Milliseconds() {
			dates[d.date] = true
		}
	}
	return len(dates)
}

func sortRows(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Base, b.Base), cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Affiliation, b.Affiliation))
	})
}
