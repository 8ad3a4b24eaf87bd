package agent

import (
	"fmt"
	"testing"

	"basemeter/agent/record"
)

// While a disk does not answer, minutes of samples may come together: no batch may be larger than the centre accepts,
// and none may be missing.
func TestFactsThatCameTogetherAreSplit(t *testing.T) {
	var f record.Facts
	for i := range 20_000 {
		f.Spells = append(f.Spells, record.Spell{Asset: "a-long-name-of-an-asset", FromMS: record.EarliestMS + int64(i), ToMS: record.EarliestMS + int64(i) + 1, Why: fmt.Sprintf("%0200d", i)})
		s := record.Sample{Asset: "a-long-name-of-an-asset", AtMS: record.EarliestMS + int64(i)}
		for v := range i % 60 {
			s.Values = append(s.Values, record.Value{Name: fmt.Sprintf("a_rather_long_name_%d", v), Number: 1.0 / 3})
		}
		f.Samples = append(f.Samples, s)
		f.Badges = append(f.Badges, record.Badge{Reader: "door", Card: "0123456789abcdef", AtMS: record.EarliestMS})
	}
	var spells, samples, badges int
	for _, part := range split(f) {
		spells, samples, badges = spells+len(part.Spells), samples+len(part.Samples), badges+len(part.Badges)
		if size := len(record.AppendFacts(nil, &part)); size > record.MaxBatchBytes-envelope {
			t.Errorf("a batch of %d bytes", size)
		}
	}
	if spells != len(f.Spells) || samples != len(f.Samples) || badges != len(f.Badges) {
		t.Errorf("%d spells, %d samples, %d badges are left of 20000", spells, samples, badges)
	}
}
