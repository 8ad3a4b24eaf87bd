package plan

import "testing"

const samples = "../../configs/plan"

// sample is the plan of configs/plan.
func sample(tb testing.TB) *Plan {
	tb.Helper()
	p, faults := Load(samples)
	if err := faults.Err(); err != nil {
		tb.Fatal(err)
	}
	return p
}

// The samples are the manual: nothing in them is wrong, nor doubtful.
func TestTheSampleIsSound(t *testing.T) {
	if err := sample(t).Warnings.Err(); err != nil {
		t.Error(err)
	}
}
