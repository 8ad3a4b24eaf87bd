package store

import (
	"strings"
	"testing"

	"basemeter/collector/collectortest"
	"basemeter/collector/utilisation"
)

// Purposes and groups that no taxonomy has are known where the ledger has them, in the bases that are asked about alone.
func TestHeard(t *testing.T) {
	s := open(t, collectortest.Influx(t))
	heard := func(tag string, bases ...string) string {
		t.Helper()
		all, err := s.Heard(t.Context(), tag, bases)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, " ")
	}
	if got := heard("purpose"); got != "" {
		t.Errorf("of an empty database: %s", got)
	}
	strange := utilisation.Key{Purpose: "zz_" + odd, Affiliation: utilisation.Outside}
	writeRows(t, s, rowOfHour("base", "a", 0, lesson, 1), rowOfHour(odd, "a", 0, strange, 1), rowOfHour("base", "a", 9, service, 1))
	writeCrowd(t, s, crowdOfHour("base", "hall", 0, lesson, "teacher", 1), crowdOfHour("third", "hall", 0, service, "an "+odd, 1))
	for _, c := range []struct {
		tag   string
		bases []string
		want  string
	}{
		{"purpose", nil, "pilot_test student_training zz_" + odd},
		{"purpose", []string{"base"}, "pilot_test student_training"},
		{"purpose", []string{odd}, "zz_" + odd},
		{"purpose", []string{"third"}, "pilot_test"}, // of people alone
		{"purpose", []string{"third", odd}, "pilot_test zz_" + odd},
		{"purpose", []string{"nowhere"}, ""},
		{"user_group", nil, "an " + odd + " teacher"},
		{"user_group", []string{"base"}, "teacher"},
		{"user_group", []string{odd}, ""},
		{"no such tag", nil, ""},
	} {
		if got := heard(c.tag, c.bases...); got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.tag, c.bases, got, c.want)
		}
	}
}
