package utilisation

import (
	"testing"

	"basemeter/agent/record"
)

func TestWhatAMomentWasFor(t *testing.T) {
	for _, c := range []struct {
		name string
		drawing
		want string
	}{
		{"nothing is known and nothing was meant", drawing{spells: "....", plan: "...."}, "----"},
		{"open and off is free", drawing{spells: "oooo", plan: "oooo"}, "oooo"},
		{"standing by alone is no use", drawing{spells: "ssss", plan: "oooo"}, "oooo"},
		{"running without a plan is use that nobody can name", drawing{spells: "orro", plan: "oooo"}, "oUUo"},
		{"so it is in the night", drawing{spells: "orro", plan: "...."}, "-UU-"},
		{"a lesson counts where the machine is on", drawing{spells: "orso", plan: "llll"}, "sSSs"},
		{"a machine in fault holds its lesson", drawing{spells: "offo", plan: "llll"}, "sSSs"},
		{"an open door is no lesson", drawing{spells: "oooo", plan: "ollo"}, "osso"},
		{"people in the hall hold it, too", drawing{spells: "oooo", plan: "llll", hall: ".11."}, "sSSs"},
		{"people in the hall hold nothing without a plan", drawing{spells: "oooo", plan: "oooo", hall: "1111"}, "oooo"},
		{"a card at the machine holds it", drawing{spells: "oooo", plan: "oooo", here: ".11."}, "oUUo"},
		{"an unknown machine holds nothing by itself", drawing{spells: "????", plan: "llll", hall: "..11"}, "ssSS"},
		{"a booking before the timetable", drawing{spells: "rrrr", plan: "llbb"}, "SSPP"},
		{"maintenance before both", drawing{spells: "rrrr", plan: "lmmb"}, "SmmP"},
		{"chosen on the spot before all", drawing{spells: "rrrr", plan: "lmbo", chosen: "eeee"}, "EEEE"},
		{"a purpose chosen is held whatever the machine does", drawing{spells: "o?so", plan: "....", chosen: "eee."}, "EEE-"},
		{"maintenance can be chosen", drawing{spells: "rrrr", plan: "llll", chosen: ".mm."}, "SmmS"},
		{"a new choice takes the place of an old one", drawing{spells: "rrrr", plan: "oooo", chosen: "eeee ..tt"}, "EETT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := drawn(c.judge(t)); got != c.want {
				t.Errorf("%+v\ngot  %s\nwant %s", c.drawing, got, c.want)
			}
		})
	}
}

func TestWhoseUseItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		drawing
		want string // held time, in minutes
	}{
		{"the plan says so", drawing{spells: "rrrr", plan: "llbb"}, "pilot_test/outside=2 student_training/host=2"},
		{"the card at the machine says so", drawing{spells: "rrrr", plan: "oooo", here: "1122"}, "unattributed/host=2 unattributed/outside=2"},
		{"who came first, of two", drawing{spells: "rrrr", plan: "oooo", here: "1111 .222"}, "unattributed/host=4"},
		{"who is in the hall says nothing", drawing{spells: "rrrr", plan: "oooo", hall: "2222"}, "unattributed/unattributed=4"},
		{"the card that chose the purpose", drawing{spells: "rrrr", plan: "llll", here: "1111", chosen: ".ee."}, "employee_training/outside=2 student_training/host=2"},
		{"a card that nobody enrolled", drawing{spells: "rrrr", plan: "oooo", here: "9999"}, "unattributed/unattributed=4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := keyed(Sum(c.Facts(), c.Plan(), minute(0), minute(c.length())), Held); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// A switch knows no card: the user is the plan's, and a card of the same moment knows more.
func TestAPurposeChosenByASwitch(t *testing.T) {
	for _, c := range []struct {
		name string
		drawing
		switched int // which of the choices
		want     string
	}{
		{"the plan says whose it is", drawing{spells: "rrrrr", plan: "llbbo", chosen: "eeeee"}, 0,
			"employee_training/host=2 employee_training/outside=2 employee_training/unattributed=1"},
		{"of one moment the card counts", drawing{spells: "rr", plan: "ll", chosen: "ee tt"}, 1, "employee_training/outside=2"},
		{"whichever comes first", drawing{spells: "rr", plan: "ll", chosen: "tt ee"}, 0, "employee_training/outside=2"},
		{"whatever they are called", drawing{spells: "rr", plan: "ll", chosen: "ee tt"}, 0, "teacher_training/outside=2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.Facts()
			f.Sessions[c.switched].By, f.Sessions[c.switched].Group = "switch", ""
			if got := keyed(Sum(f, c.Plan(), minute(0), minute(c.length())), Held); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// What the machine did: the first axis.
func TestStates(t *testing.T) {
	for _, c := range []struct{ name, spells, want string }{
		{"nothing at all is unknown", "..........", "??????????"},
		{"each state", "oosrrf?rrr", "oosrrf?rrr"},
		{"silence is unknown", "rrr....rrr", "rrr????rrr"},
		{"what is said twice counts once", "rrrrr rrrrr", "rrrrr"},
		{"what one does not know the other may", "rr......rr ..ss......", "rrss????rr"},
		{"the measured before the estimated", "RRRRR ..ss.", "rrssr"},
		{"who knows nothing hides nobody", "??????.... .rrrrrrr..", "?rrrrrrr??"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := drawing{spells: c.spells}
			got := ""
			for _, s := range d.judge(t) {
				for range s.LengthMS() / 60_000 {
					got += map[record.State]string{record.Unknown: "?", record.Off: "o", record.Standby: "s", record.Running: "r", record.Fault: "f"}[s.State]
				}
			}
			if got != c.want {
				t.Errorf("%s: got %s, want %s", c.spells, got, c.want)
			}
		})
	}
}

func TestWhoKnowsNothingHidesNobodyAndEstimatesNothing(t *testing.T) {
	f := Facts{Spells: []record.Spell{
		{State: record.Unknown, FromMS: minute(0), ToMS: minute(9), Estimated: true},
		{State: record.Running, FromMS: minute(2), ToMS: minute(5)},
	}}
	cell := Sum(f, Plan{}, minute(0), minute(9)).Total()
	if cell[record.Unknown] != 360_000 || cell[record.Running] != 180_000 || cell[Estimated] != 0 {
		t.Errorf("got %v", cell)
	}
}

func TestAClockSetBackCountsNoMomentTwice(t *testing.T) {
	at := func(a, b float64, s record.State) record.Spell {
		return record.Spell{State: s, FromMS: minute(0) + int64(a*60000), ToMS: minute(0) + int64(b*60000)}
	}
	// Running until 12:07, then the clock is set back to 12:02:30, from where the machine stands by until 12:10.
	twice := Facts{Spells: []record.Spell{at(0, 5, record.Running), at(2.5, 5, record.Standby), at(5, 7, record.Running), at(5, 10, record.Standby)}}
	cell := Sum(twice, Plan{}, minute(0), minute(10)).Total()
	if cell.Elapsed() != 600_000 || cell[record.Running]+cell[record.Standby] != 600_000 || cell[record.Running] < 300_000 {
		t.Errorf("got %v", cell)
	}
}

// Of what is an estimate.
func TestEstimates(t *testing.T) {
	running := record.Running
	for _, c := range []struct {
		name string
		drawing
		want int64 // minutes
	}{
		{"a clock that was never set", drawing{spells: "rrRRss?"}, 2},
		{"but for what was put right", drawing{spells: "RRRR", corrections: []Correction{
			{ID: "c1", FromMS: minute(0), ToMS: minute(3), State: &running},
		}}, 1},
		{"a stay that its card ended", drawing{spells: "oooo", plan: "oooo", here: "11.."}, 0},
		{"a forgotten badge-out", drawing{spells: "oooo", plan: "oooo", here: "AA.."}, 2},
		{"a machine that runs needs no card", drawing{spells: "rrrr", plan: "oooo", here: "AAAA"}, 0},
		{"nor does a lesson whose machine is on", drawing{spells: "ssss", plan: "llll", hall: "AAAA"}, 0},
		{"a lesson by forgotten cards alone", drawing{spells: "oooo", plan: "llll", hall: "AA.."}, 2},
		{"a lesson by one card that was surely there", drawing{spells: "oooo", plan: "llll", hall: "AA22 22.."}, 0},
		{"a purpose that nobody ended", drawing{spells: "rrrr", plan: "oooo", chosen: "EEEE"}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Sum(c.Facts(), c.Plan(), minute(0), minute(c.length())).Total()[Estimated]; got != c.want*60_000 {
				t.Errorf("%d minutes, want %d", got/60_000, c.want)
			}
		})
	}
}

func TestElements(t *testing.T) {
	d := drawing{
		spells: "rrrssoof??oorrrr",
		plan:   "oollllllllbb.LLm",
		hall:   "......1.........",
	}
	total := Sum(d.Facts(), d.Plan(), minute(0), minute(d.length())).Total()
	for m, want := range map[Measure]int64{
		POT: 13, PBT: 12, PBTUnknown: 2, AUBT: 7, AUPT: 5, AUST: 2, APT: 3, ADET: 2, ADOT: 3,
		Effective: 8, OutOfHours: 3, Held: 10, NoShow: 3, Attended: 0,
	} {
		if total[m] != want*60_000 {
			t.Errorf("%v: %v minutes, want %d", m, float64(total[m])/60_000, want)
		}
	}
}

func TestPlannedBusyTime(t *testing.T) {
	for _, c := range []struct {
		name string
		drawing
		measure Measure
		want    int64 // minutes
	}{
		{"use during planned maintenance is outside it", drawing{spells: "rrrrr", plan: "mmooo", chosen: "eeee."}, OutOfHours, 2},
		{"and so is use in the night", drawing{spells: "rrrrr", plan: "oo.LL"}, OutOfHours, 3},
		{"nobody knows whether an unknown machine is idle", drawing{spells: "??osfr", plan: "oooooo", here: ".11111"}, Occupied, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Sum(c.Facts(), c.Plan(), minute(0), minute(c.length())).Total()[c.measure]; got != c.want*60_000 {
				t.Errorf("%d minutes, want %d", got/60_000, c.want)
			}
		})
	}
}

// Each span says why, in words that there are in both languages.
func TestEverySpanExplainsItself(t *testing.T) {
	running := record.Running
	d := drawing{
		spells: "rrRs?ooooro.foo",
		plan:   "olbBmollloo..loo",
		here:   ".....1....A....",
		hall:   "......1B.......",
		chosen: "Et.............",
		corrections: []Correction{
			{ID: "c1", FromMS: minute(11), ToMS: minute(12), State: &running, Purpose: "student_training", Reason: "paper log", Author: "somebody"},
		},
	}
	want := map[string]bool{}
	for _, s := range d.judge(t) {
		axes := map[string]bool{}
		for _, r := range s.Reasons() {
			if words := Rules[r.Rule]; words.ZH == "" || words.EN == "" {
				t.Errorf("%+v: no words", r)
			}
			axes[r.Axis], want[r.Rule] = true, true
		}
		if !axes["state"] || !axes["context"] || s.Context == InSession && !axes["held"] || s.Estimated != axes["estimated"] {
			t.Errorf("%+v: %v", s, s.Reasons())
		}
	}
	for rule := range Rules {
		if !want[rule] {
			t.Errorf("the drawing does not show %s", rule)
		}
	}
}

// A draw is shared in proportion to time, and what is shared adds up.
func TestEnergy(t *testing.T) {
	d := drawing{spells: "rrss??", plan: "oooooo"}
	f := d.Facts()
	f.Draws = []Draw{{minute(1), minute(4), 100}, {minute(4), minute(6), 7}, {minute(-5), minute(-4), 50}}
	total := Sum(f, d.Plan(), minute(0), minute(6)).Total()
	if total[Energy] != 107 || total[IdleEnergy] != 67 { // of 100, a third while running; of 7, nothing known
		t.Errorf("%d, idle %d", total[Energy], total[IdleEnergy])
	}
	halves := Ledger{}
	halves.Add(Sum(f, d.Plan(), minute(0), minute(2)))
	halves.Add(Sum(f, d.Plan(), minute(2), minute(6)))
	if halves.Total() != total {
		t.Errorf("cut in two %v, whole %v", halves.Total(), total)
	}
}
