package schoolyear

import (
	"encoding/json"
	"maps"
	"reflect"
	"sync"
	"testing"
	"time"

	"basemeter/agent/record"
)

// first is one year, which most tests look at.
var first = sync.OnceValue(func() Year { return Generate(1) })

// numbers are the measures by their names in JSON.
func numbers(m Measures) map[string]int64 {
	text, _ := json.Marshal(m)
	var all map[string]int64
	_ = json.Unmarshal(text, &all)
	return all
}

func plus(a, b Measures) (sum Measures) {
	for i := range reflect.TypeFor[Measures]().NumField() {
		reflect.ValueOf(&sum).Elem().Field(i).SetInt(reflect.ValueOf(a).Field(i).Int() + reflect.ValueOf(b).Field(i).Int())
	}
	return sum
}

// of is all of an asset's time in a month, whatever it was for.
func (t *Truth) of(asset, month string) (sum Measures) {
	for key, m := range t.Assets {
		if key.Asset == asset && key.Month == month {
			sum = plus(sum, m)
		}
	}
	return sum
}

// By hand, with a calendar of 2025 and 2026 and nothing else. In term a weekday is open 7.5 hours (8:00-12:00 and
// 14:00-17:30), a Saturday 3; in vacation a weekday 2.5, and no Saturday.
//
//	October 2025   the 1st to the 8th are off; 17 weekdays follow, and Saturday the 11th is worked as one: 18 x 7.5; the
//	               18th and 25th: 2 x 3                                                              141 h
//	December 2025  23 weekdays, less the 24th without power: 22 x 7.5; Saturdays: 4 x 3              177 h
//	               of which lathe-01 is maintained on the 1st from 8 to 12                           173 h
//	January 2026   the 1st to the 3rd are off; Sunday the 4th is worked, as nobody knows which day: 7.5; 10 weekdays to
//	               the 16th: 75; Saturdays the 10th and 17th: 6; then vacation, 10 weekdays: 25      113.5 h
//	February 2026  vacation; 10 weekdays to the 13th, 4 from the 24th, and the 14th and 28th worked  40 h
//	April 2026     22 weekdays, less Monday the 6th, which is off: 21 x 7.5 = 157.5; Saturdays the 11th and 25th: 6; the
//	               4th is off, and on the 18th it is open from 18 to 24 instead: 6                   169.5 h
//
// Nothing is known of mill-03 on 19 November (24 h), of lathe-05 for 6:27:34.585 in March, of lathe-07 until 15:00 on
// 4 September (87 h), of robot-02 from 10 to 11 on 13 May (1 h); and mill-01 has a second gateway.
func TestByHand(t *testing.T) {
	truth := first().Truth
	for _, want := range []struct {
		asset, month, measure string
		ms                    int64
	}{
		{"lathe-03", "2025-10", "pot_ms", 141 * hour},
		{"lathe-01", "2025-12", "pot_ms", 177 * hour},
		{"lathe-01", "2025-12", "pbt_ms", 173 * hour},
		{"robot-05", "2026-01", "pot_ms", 113*hour + hour/2},
		{"mill-07", "2026-02", "pbt_ms", 40 * hour},
		{"mill-06", "2026-04", "pbt_ms", 169*hour + hour/2},
		{"mill-03", "2025-11", "unknown_ms", 24 * hour},
		{"mill-01", "2025-11", "unknown_ms", 0},
		{"lathe-05", "2026-03", "unknown_ms", 6*hour + 27*minute + 34*second + 585},
		{"lathe-07", "2025-09", "unknown_ms", 87 * hour},
		{"robot-02", "", "unknown_ms", hour},
	} {
		if got := numbers(truth.of(want.asset, want.month))[want.measure]; got != want.ms {
			t.Errorf("%s of %s in %q: %d, by hand %d", want.measure, want.asset, want.month, got, want.ms)
		}
	}
}

// Lesson turn-4 is on the Mondays of even weeks from 2 to 18; that of week 6 is a holiday. Lessons of Tuesday of week 4
// are also taught on Sunday 28 September, those of Wednesday of week 6 on Saturday 11 October instead of the 8th, and those of
// Friday of week 9, which is odd, on Saturday 9 May of week 10 instead of 1 May. Nothing is taught on 4 January.
func TestLessonsByHand(t *testing.T) {
	dates := map[string][]string{}
	for _, l := range lessonsOfYear() {
		dates[l.id] = append(dates[l.id], local(l.from)[2:])
	}
	for id, want := range map[string][]string{
		"turn-4-1": {"25-09-08T14:30", "25-09-22T14:30", "25-10-20T14:00", "25-11-03T14:00", "25-11-17T14:00", "25-12-01T14:00", "25-12-15T14:00", "25-12-29T14:00"},
		"turn-0-1": {"25-09-16T08:00", "25-09-23T08:00", "25-09-28T08:00", "25-09-30T08:00", "25-10-14T08:00", "25-10-21T08:00", "25-10-28T08:00"},
		"mill-3-1": {"25-09-10T08:00", "25-09-24T08:00", "25-10-11T08:00", "25-10-22T08:00", "25-11-05T08:00", "25-11-19T08:00", "25-12-03T08:00", "25-12-17T08:00", "25-12-31T08:00"},
		"robot-3-2": {"26-03-06T14:10", "26-03-20T14:10", "26-04-03T14:10", "26-04-17T14:10", "26-05-09T14:40", "26-05-15T14:40", "26-05-29T14:40",
			"26-06-12T14:40", "26-06-26T14:40", "26-07-10T14:40"},
		"exam-1": {"25-12-30T08:00", "26-01-06T08:00"},
	} {
		if !reflect.DeepEqual(dates[id], want) {
			t.Errorf("%s: %v, by hand %v", id, dates[id], want)
		}
	}
}

func TestThePartsAddUp(t *testing.T) {
	truth := first().Truth
	for _, asset := range allAssets() {
		var months Measures
		for d := date(0); d < days; d++ {
			if name := d.String(); name[8:] == "01" {
				months = plus(months, truth.of(asset, name[:7]))
			}
		}
		m := truth.of(asset, "")
		if m != months {
			t.Errorf("%s: the year is %+v, its months %+v", asset, m, months)
		}
		if m.Unknown+m.Off+m.Standby+m.Running+m.Fault != ToMS-FromMS {
			t.Errorf("%s: the states do not add up: %+v", asset, m)
		}
		if m.PBT != m.AUBT+m.ADOT+m.PBTUnknown || m.AUBT != m.AUPT+m.ADET || m.AUPT != m.AUST+m.APT || m.PBT > m.POT {
			t.Errorf("%s: the elements do not add up: %+v", asset, m)
		}
	}
}

func TestTheSameSeedMakesTheSameYear(t *testing.T) {
	a, b, other := first(), Generate(1), Generate(2)
	if !reflect.DeepEqual(a, b) {
		t.Error("one seed, two years")
	}
	if maps.Equal(a.Plan, other.Plan) || reflect.DeepEqual(a.Batches, other.Batches) {
		t.Error("two seeds, one year")
	}
}

func TestSizeTimeAndBounds(t *testing.T) {
	began := time.Now()
	y := Generate(3)
	if took := time.Since(began); took > 10*time.Second { // a second where nothing else runs
		t.Errorf("it took %v", took)
	}
	facts, begun := 0, map[string]bool{}
	for _, b := range y.Batches {
		text := record.AppendBatch(nil, b.Base, b.Gateway, b.Stream, b.Sequence, record.AppendFacts(nil, &b.Facts))
		if _, err := record.DecodeBatch(text); err != nil || len(text) > record.MaxBatchBytes || b.Len() > perBatch {
			t.Errorf("%s/%d: %d facts, %d bytes: %v", b.Gateway, b.Sequence, b.Len(), len(text), err)
		}
		facts += b.Len()
		for _, s := range b.Spells {
			name := b.Gateway + s.Asset + time.UnixMilli(s.FromMS).String()
			if begun[name] || s.FromMS/hour != (s.ToMS-1)/hour || s.FromMS < FromMS || s.ToMS > ToMS {
				t.Errorf("%s: %+v is there twice, or crosses an hour, or is not of the year", b.Gateway, s)
			}
			begun[name] = true
		}
	}
	if facts < 200_000 || facts > 300_000 {
		t.Errorf("%d facts", facts)
	}
	t.Logf("%d facts in %d batches", facts, len(y.Batches))
}
