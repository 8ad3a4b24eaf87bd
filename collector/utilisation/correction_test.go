package utilisation

import (
	"slices"
	"testing"

	"basemeter/agent/record"
)

// A correction changes what it names, and is evidence of nothing else.
func TestWhatACorrectionLeaves(t *testing.T) {
	off, running := record.Off, record.Running
	all := func(c Correction) Correction { c.FromMS, c.ToMS = minute(0), minute(4); return c }
	for _, c := range []struct {
		name string
		drawing
		judged, corrected string
	}{
		{"a purpose leaves the user", drawing{spells: "rrrr", plan: "bblo", corrections: []Correction{all(Correction{Purpose: "teacher_training"})}},
			"TTTT", "teacher_training/host=1 teacher_training/outside=2 teacher_training/unattributed=1"},
		{"a state leaves the purpose, and holds no lesson", drawing{spells: "rr.o", plan: "llll", corrections: []Correction{all(Correction{State: &off})}},
			"ssss", "student_training/host=4"},
		{"a machine that ran after all does", drawing{spells: "oo.o", plan: "llll", corrections: []Correction{all(Correction{State: &running})}},
			"SSSS", "student_training/host=4"},
		{"a user makes no session", drawing{spells: "oooo", plan: "oom.", corrections: []Correction{all(Correction{Affiliation: Outside})}},
			"oom-", "maintenance/none=1 none/none=3"},
		{"the one made last, not the one named last", drawing{spells: "rrrr", plan: "oooo", corrections: []Correction{
			all(Correction{ID: "a", Purpose: "teacher_training", MadeMS: 2}), all(Correction{ID: "b", Purpose: "employee_training", MadeMS: 1}),
		}}, "TTTT", "teacher_training/unattributed=4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := drawn(c.judge(t)); got != c.judged {
				t.Errorf("got %s, want %s", got, c.judged)
			}
			if got := keyed(Sum(c.Facts(), c.Plan(), minute(0), minute(4)), Corrected); got != c.corrected {
				t.Errorf("got %s, want %s", got, c.corrected)
			}
		})
	}
}

func TestCorrections(t *testing.T) {
	running, unknown := record.Running, record.Unknown
	d := drawing{spells: "rr....rr", plan: "oooooooo", corrections: []Correction{
		{ID: "c1", FromMS: minute(2), ToMS: minute(6), State: &running, Purpose: "student_training", Affiliation: Host, MadeMS: 1},
		{ID: "c2", FromMS: minute(4), ToMS: minute(6), State: &unknown, MadeMS: 2},
		{ID: "c3", FromMS: minute(6), ToMS: minute(7), Purpose: None, MadeMS: 3},
		{ID: "c4", FromMS: minute(7), ToMS: minute(8), Affiliation: Outside, MadeMS: 4},
	}}
	if got := drawn(d.judge(t)); got != "UUSSoooU" {
		t.Errorf("got %s", got)
	}
	l := Sum(d.Facts(), d.Plan(), minute(0), minute(8))
	if got := keyed(l, Corrected); got != "none/none=3 student_training/host=2 unattributed/outside=1" {
		t.Errorf("corrected: %s", got)
	}
	if got := keyed(l, Effective); got != "student_training/host=2 unattributed/outside=1 unattributed/unattributed=2" {
		t.Errorf("effective: %s", got)
	}
}

// A correction is cited for what it says, and for nothing else.
func TestACorrectionIsCitedForItsOwnWord(t *testing.T) {
	running := record.Running
	for _, c := range []struct {
		name        string
		correction  Correction
		rules, cite []string // by axis: state, context, held
	}{
		{"of the purpose", Correction{Purpose: "teacher_training"},
			[]string{"state.spell", "context.correction", "held.correction"}, []string{"meter", "c1 (a: b)", "c1 (a: b)"}},
		{"of the state", Correction{State: &running},
			[]string{"state.correction", "context.timetable", "held.on"}, []string{"c1 (a: b)", "lesson-1", "running"}},
		{"of the user", Correction{Affiliation: Outside},
			[]string{"state.spell", "context.timetable", "held.on"}, []string{"meter", "lesson-1", "standby"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.correction.ID, c.correction.Author, c.correction.Reason = "c1", "a", "b"
			c.correction.FromMS, c.correction.ToMS = minute(0), minute(1)
			d := drawing{spells: "s", plan: "l", corrections: []Correction{c.correction}}
			f := d.Facts()
			f.Spells[0].Why = "meter"
			var rules, cite []string
			for _, r := range Account(f, d.Plan(), minute(0), minute(1))[0].Reasons() {
				rules, cite = append(rules, r.Rule), append(cite, r.Of)
			}
			if !slices.Equal(rules, c.rules) || !slices.Equal(cite, c.cite) {
				t.Errorf("got %v of %v", rules, cite)
			}
		})
	}
}
