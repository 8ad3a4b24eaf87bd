package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"basemeter/collector/utilisation"
)

var (
	lesson  = utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Host}
	service = utilisation.Key{Purpose: "pilot_test", Affiliation: utilisation.Outside}
	course  = utilisation.Key{Purpose: "student_training", Affiliation: utilisation.Partner}
	nobody  = utilisation.Key{Purpose: utilisation.None}
)

// busy has two machines and an hour; the mill was used by two, the lathe by one whose lesson was moved away later.
func busy() *ledger {
	var l ledger
	l.draw("b", "lathe", "rrrrrr", "")
	l.draw("b", "mill", "rrrrrr", "")
	l.book("b", "lathe", 0, nobody, 1, 20)
	l.book("b", "lathe", 0, course, 3, 40)
	l.book("b", "lathe", 0, lesson, 3, 0) // vanished
	l.book("b", "mill", 0, lesson, 3, 50)
	l.book("b", "mill", 0, service, 3, 10)
	return &l
}

func TestGrouping(t *testing.T) {
	for _, c := range []struct {
		by   []Dimension
		want string
	}{
		{nil, "///×2 o20 r100"},
		{[]Dimension{ByPurpose}, "//none/×2 o20; //pilot_test/×2 r10; //student_training/×2 r90"},
		{[]Dimension{ByAffiliation}, "///host×2 r50; ///none×2 o20; ///outside×2 r10; ///partner×2 r40"},
		{[]Dimension{ByBase, ByAsset, ByPurpose}, "b/lathe/none/×1 o20; b/lathe/student_training/×1 r40; b/mill/pilot_test/×1 r10; b/mill/student_training/×1 r50"},
		{[]Dimension{ByBase, ByAsset, ByPurpose, ByAffiliation}, "b/lathe/none/none×1 o20; b/lathe/student_training/partner×1 r40; b/mill/pilot_test/outside×1 r10; b/mill/student_training/host×1 r50"},
	} {
		var got []string
		for _, r := range build(t, busy(), Query{From: minute(0), To: minute(60), Now: minute(someday), By: c.by}) {
			got = append(got, fmt.Sprintf("%s/%s/%s/%s×%d %s", r.Base, r.Asset, r.Purpose, r.Affiliation, r.Assets, drawn(r)))
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("by %v: got  %s\nwant %s", c.by, got, c.want)
		}
	}
}

// An hour of which all combinations have vanished is told all the same: nobody judges it anew.
func TestWhatHasVanishedDoesNotShow(t *testing.T) {
	var l ledger
	l.draw("b", "a", "rrrrrr", "")
	l.book("b", "a", 0, lesson, 3, 0)
	rows := build(t, &l, Query{From: minute(0), To: minute(60), Now: minute(someday), By: []Dimension{ByBase, ByAsset, ByPurpose, ByAffiliation}})
	if len(rows) != 0 || len(l.asked) != 0 {
		t.Errorf("rows %+v, asked %q", rows, l.asked)
	}
}

func TestDaysUsed(t *testing.T) {
	type held struct {
		asset   string
		hour    int // 12 begins the next date in Beijing
		minutes int64
	}
	for _, c := range []struct {
		name string
		zone *time.Location
		held []held
		want []float64 // by base, and then by asset
	}{
		{"never", nil, []held{{"a", 0, 0}}, []float64{0, 0}},
		{"two hours of one date", nil, []held{{"a", 10, 15}, {"a", 11, 15}}, []float64{1, 1}},
		{"either side of midnight", nil, []held{{"a", 11, 15}, {"a", 12, 15}}, []float64{2, 2}},
		{"the same hours where it is not midnight", time.UTC, []held{{"a", 11, 15}, {"a", 12, 15}}, []float64{1, 1}},
		{"not long enough", nil, []held{{"a", 0, 9}}, []float64{0, 0}},
		{"just long enough", nil, []held{{"a", 0, 10}}, []float64{1, 1}},
		{"long enough together", nil, []held{{"a", 0, 5}, {"a", 3, 5}}, []float64{1, 1}},
		{"on neither date long enough", nil, []held{{"a", 11, 9}, {"a", 12, 9}}, []float64{0, 0}},
		{"two assets on one date", nil, []held{{"a", 0, 10}, {"c", 1, 10}}, []float64{1, 1, 1}},
		{"two assets on two dates", nil, []held{{"a", 0, 10}, {"c", 13, 10}}, []float64{2, 1, 1}},
		{"two assets, neither long enough", nil, []held{{"a", 0, 9}, {"c", 0, 9}}, []float64{0, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l ledger
			for _, asset := range []string{"a", "c"}[:len(c.want)-1] {
				l.draw("b", asset, "r", strings.Repeat("r", 24))
			}
			for _, h := range c.held {
				l.book("b", h.asset, h.hour, lesson, utilisation.Held, h.minutes)
			}
			catalogue := &Catalogue{Bases: []Base{{ID: "b", Clock: c.zone}}}
			var got []float64
			for _, by := range [][]Dimension{{ByBase}, bothKeys} {
				for _, r := range build(t, &l, Query{From: minute(0), To: minute(24 * 60), Now: minute(someday), By: by, Catalogue: catalogue, Metrics: []string{"days_used"}}) {
					got = append(got, value(t, r, "days_used"))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Ratios are formed of the sums, once; of nothing planned there is none.
func TestRatios(t *testing.T) {
	var l ledger
	for asset, sums := range map[string][3]int64{"a": {60, 30, 15}, "c": {20, 20, 5}, "idle": {}} {
		l.draw("b", asset, "r", "o")
		for i, m := range []utilisation.Measure{utilisation.PBT, utilisation.AUBT, utilisation.APT} {
			l.book("b", asset, 0, lesson, m, sums[i])
		}
	}
	for by, want := range map[Dimension]string{ByBase: "0.625 0.4 0.25", ByAsset: "0.5 0.5 0.25, 1 0.25 0.25, 0 0 0"} {
		var got []string
		ratios := []string{"allocation", "utilization_efficiency", "availability_iso"}
		for _, r := range build(t, &l, Query{From: minute(0), To: minute(60), Now: minute(someday), By: []Dimension{by}, Metrics: ratios}) {
			got = append(got, fmt.Sprint(value(t, r, ratios[0]), value(t, r, ratios[1]), value(t, r, ratios[2])))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("by %s: %s, want %s", by, got, want)
		}
	}
}
