package utilisation

import (
	"math"
	"testing"

	"basemeter/agent/record"
)

const h, kWh = 3_600_000, 1_000_000 // in ms, in thousandths of a watt-hour

// handMade are totals in which no number is there twice, so that none can stand for another. Each key has two decimal
// digits of every sum: from the right a lesson, a booking from outside, use of nobody knows whom, use by somebody from
// outside, maintenance and no use. Of the last less is known.
func handMade() *Totals {
	cell := Cell{record.Unknown: 20, record.Off: 19, record.Standby: 17, record.Running: 23, record.Fault: 1,
		POT: 43, PBT: 40, PBTUnknown: 12, AUBT: 13, AUPT: 9, AUST: 2, APT: 7, ADET: 4, ADOT: 15,
		Effective: 35, OpenUse: 16, OutOfHours: 14, Held: 37, NoShow: 6, Attended: 21, Occupied: 18, Estimated: 10, Corrected: 3,
		Energy: 50, IdleEnergy: 27}
	unused := cell
	unused[record.Unknown], unused[record.Off], unused[record.Running] = 44, 5, 13
	times := func(c Cell, digits int64) Cell {
		for m := range c {
			c[m] *= digits * h
		}
		c[Energy], c[IdleEnergy] = c[Energy]/h*kWh, c[IdleEnergy]/h*kWh
		return c
	}
	student := Key{"student_training", Host}
	return &Totals{
		Ledger: Ledger{
			student:                 times(cell, 1),
			{"pilot_test", Outside}: times(cell, 1_00),
			{Unattributed, Unnamed}: times(cell, 1_00_00),
			{Unattributed, Outside}: times(cell, 1_00_00_00),
			{Maintenance, NoUser}:   times(cell, 1_00_00_00_00),
			{None, NoUser}:          times(unused, 1_00_00_00_00_00),
		},
		Crowd: Crowd{
			{"hall", student, "college_student"}:                   {80 * h, 7 * h, 3, 0},
			{"hall", Key{"pilot_test", Outside}, "employee"}:       {40 * h, 20 * h, 7, 0},
			{"yard", Key{Unattributed, Unnamed}, Unattributed}:     {25 * h, 1 * h, 11, 0},
			{"yard", Key{"teacher_training", Partner}, "graduate"}: {5 * h, 2 * h, 13, 0},
		},
		Hosted: Crowd{
			{"firm", student, "secondary_student"}: {16 * h, 0, 17, 0},
			{"firm", student, "college_student"}:   {32 * h, 0, 19, 0},
			{"firm", student, "undergraduate"}:     {64 * h, 0, 23, 0},
			{"firm", student, "graduate"}:          {128 * h, 24 * h, 37, 0},
			{"firm", student, "employee"}:          {256 * h, 9 * h, 41, 0},
			{"firm", student, Unattributed}:        {512 * h, 10 * h, 43, 0},
		},
		Cards: 31, Days: 29, QuotaMS: 50_50 * h, StationMS: 600 * h,
	}
}

// Every line of the dictionary, worked out by hand.
func TestEveryMetric(t *testing.T) {
	const (
		covered  = 36_60_60_60_60_60. / 80_80_80_80_80_80 // of all time
		planned  = (40. - 12) / 40                        // of planned busy time
		measured = (150. - 30) / 150                      // of attendance
	)
	want := map[string]Figure{
		"effective_hours": {35_35_35_35, 35_35_35_35 * h, 0, covered, 10_10_10_10 * h},
		"open_use_hours":  {16_16_16_16, 16_16_16_16 * h, 0, covered, 10_10_10_10 * h},
		"external_hours":  {35_00_35_00, 35_00_35_00 * h, 0, covered, 10_00_10_00 * h},
		"internal_hours":  {35_00_35, 35_00_35 * h, 0, covered, 10_00_10 * h},
		"external_share":  {1_00_01_00. / 1_01_01_01, 35_00_35_00 * h, 35_35_35_35 * h, covered, 0},
		"quota_ratio":     {0.7, 35_35 * h, 50_50 * h, covered, 0},

		"allocation":             {0.325, 13_13_13_13_13_13 * h, 40_40_40_40_40_40 * h, planned, 0},
		"utilization_efficiency": {7. / 13, 7_07_07_07_07_07 * h, 13_13_13_13_13_13 * h, planned, 0},
		"availability_iso":       {0.175, 7_07_07_07_07_07 * h, 40_40_40_40_40_40 * h, planned, 0},
		"technical_efficiency":   {7. / 11, 7_07_07_07_07_07 * h, 11_11_11_11_11_11 * h, planned, 0},
		"setup_ratio":            {2. / 9, 2_02_02_02_02_02 * h, 9_09_09_09_09_09 * h, planned, 0},

		"running_hours":       {13_23_23_23_23_23, 13_23_23_23_23_23 * h, 0, covered, 10_10_10_10_10_10 * h},
		"standby_hours":       {17_17_17_17_17_17, 17_17_17_17_17_17 * h, 0, covered, 10_10_10_10_10_10 * h},
		"off_hours":           {5_19_19_19_19_19, 5_19_19_19_19_19 * h, 0, covered, 10_10_10_10_10_10 * h},
		"fault_hours":         {1_01_01_01_01_01, 1_01_01_01_01_01 * h, 0, covered, 10_10_10_10_10_10 * h},
		"unknown_hours":       {44_20_20_20_20_20, 44_20_20_20_20_20 * h, 0, covered, 10_10_10_10_10_10 * h},
		"elapsed_hours":       {80_80_80_80_80_80, 80_80_80_80_80_80 * h, 0, covered, 10_10_10_10_10_10 * h},
		"planned_hours":       {40_40_40_40_40_40, 40_40_40_40_40_40 * h, 0, covered, 10_10_10_10_10_10 * h},
		"idle_open_hours":     {15_15_15_15_15_15, 15_15_15_15_15_15 * h, 0, covered, 10_10_10_10_10_10 * h},
		"unattended_hours":    {13_23_23_23_23_23 - 21_21_21_21_21_21, (13_23_23_23_23_23 - 21_21_21_21_21_21) * h, 0, covered, 10_10_10_10_10_10 * h},
		"corrected_hours":     {3_03_03_03_03_03, 3_03_03_03_03_03 * h, 0, covered, 10_10_10_10_10_10 * h},
		"open_hours":          {43_43_43_43_43_43, 43_43_43_43_43_43 * h, 0, covered, 10_10_10_10_10_10 * h},
		"out_of_hours":        {14_14_14_14, 14_14_14_14 * h, 0, covered, 10_10_10_10 * h},
		"no_show_hours":       {6_06_06_06, 6_06_06_06 * h, 0, covered, 10_10_10_10 * h},
		"attended_hours":      {21_21_21_21_21_21, 21_21_21_21_21_21 * h, 0, covered, 10_10_10_10_10_10 * h},
		"occupied_idle_hours": {18_18_18_18_18_18, 18_18_18_18_18_18 * h, 0, covered, 10_10_10_10_10_10 * h},

		"person_hours":            {150, 150 * h, 0, measured, 30 * h},
		"person_hours_inside":     {110, 110 * h, 0, 100. / 110, 10 * h},
		"person_hours_society":    {40, 40 * h, 0, 0.5, 20 * h},
		"hosted_trainee_hours":    {240, 240 * h, 0, 0.9, 24 * h},
		"visits":                  {34, 34, 0, measured, 0},
		"people":                  {31, 31, 0, measured, 0},
		"days_used":               {29, 29, 0, covered, 0},
		"workstation_utilization": {0.25, 150 * h, 600 * h, measured, 0},

		"energy_kwh":  {50_50_50_50_50_50, 50_50_50_50_50_50 * kWh, 0, covered, 0},
		"standby_kwh": {27_27_27_27_27_27, 27_27_27_27_27_27 * kWh, 0, covered, 0},
		"coverage":    {covered, 36_60_60_60_60_60 * h, 80_80_80_80_80_80 * h, covered, 0},
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }
	for _, m := range Metrics {
		got, want := m.Of(handMade()), want[m.ID]
		if !near(got.Value, want.Value) || !near(got.Coverage, want.Coverage) ||
			got.Numerator != want.Numerator || got.Denominator != want.Denominator || got.EstimatedMS != want.EstimatedMS {
			t.Errorf("%s:\ngot  %+v\nwant %+v", m.ID, got, want)
		}
	}
	if len(want) != len(Metrics) {
		t.Errorf("%d metrics, and %d worked out", len(Metrics), len(want))
	}
}

func TestCardsThatNobodyCountedAreNoPeople(t *testing.T) {
	if people, _ := MetricOf("people"); people.Of(&Totals{Cards: -1}).Numerator != 0 {
		t.Error(people.Of(&Totals{Cards: -1}))
	}
}

// Where nobody came, all is known of those who did; of machines that say nothing, nothing is.
func TestOfNobodyNothingIsUnknown(t *testing.T) {
	for _, m := range Metrics {
		want := 0.
		if m.Needs&OfPeople != 0 {
			want = 1
		}
		if f := m.Of(&Totals{}); f.Coverage != want || f.Value != 0 {
			t.Errorf("%s of nobody: %+v, want a coverage of %v", m.ID, f, want)
		}
	}
}

// What lessons took is a share of all that was planned, not of the lessons' own planned time.
func TestAPurposeIsAShareOfTheWhole(t *testing.T) {
	all := handMade()
	whole := all.Ledger.Total()
	lesson := Key{"student_training", Host}
	one := &Totals{Ledger: Ledger{lesson: all.Ledger[lesson]}, Whole: &whole}
	for id, want := range map[string]float64{"allocation": 13. / 40_40_40_40_40_40, "availability_iso": 7. / 40_40_40_40_40_40, "utilization_efficiency": 7. / 13, "effective_hours": 35} {
		m, _ := MetricOf(id)
		if f := m.Of(one); math.Abs(f.Value-want) > 1e-12 || f.Coverage != whole.Coverage() && f.Coverage != 28./40 {
			t.Errorf("%s: %+v, want %v", id, f, want)
		}
	}
}
