package counter

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// show feeds a register every 30 s and draws what came of it: growth as a number, then the flag's first letter.
func show(r Rule, values ...float64) string {
	c := New(r)
	var drawn []string
	for i, v := range values {
		s := c.See(v, time.Duration(i)*30*time.Second)
		text := fmt.Sprintf("%g", s.Change)
		if s.Flag != Growth {
			text += strings.ToUpper(s.Flag.String()[:1])
			if s.Flag == Rollover {
				text = fmt.Sprintf("%gO", s.Change)
			}
		}
		drawn = append(drawn, text)
	}
	return strings.Join(drawn, " ")
}

func TestWhatARegisterHasCounted(t *testing.T) {
	meter := Rule{MaxRate: 120} // 2 a minute
	wraps := Rule{MaxRate: 120, Rollover: 10000}
	nan := math.NaN()
	still := func(n int, first, value float64) []float64 {
		return append([]float64{first}, slices.Repeat([]float64{value}, n)...)
	}
	for _, c := range []struct {
		name   string
		rule   Rule
		values []float64
		want   string
	}{
		{"grows", meter, []float64{100, 100.5, 101.5, 101.5}, "0F 0.5 1 0"},
		{"a lifetime total in between", meter, []float64{100, 123456, 101, 102}, "0F 0G 1 1"},
		{"zero in between", meter, []float64{100, 0, 0, 101}, "0F 0G 0G 1"},
		{"zeros while it starts up", meter, []float64{100, 0, 0, 0, 0, 0, 0, 0, 101}, "0F 0G 0G 0G 0G 0G 0G 0G 1"},
		{"not a number", meter, []float64{100, nan, math.Inf(1), -1, 101}, "0F 0G 0G 0G 1"},
		{"wraps", wraps, []float64{9999, 0.5, 1}, "0F 1.5O 0.5"},
		{"falls where no wrap can be", wraps, []float64{5000, 0.5, 1, 1.5, 2, 2.5, 3}, "0F 0G 0G 0G 0G 2.5R 0.5"},
		{"cleared", meter, []float64{5000, 0, 0.5, 1, 1.5, 2, 2.5}, "0F 0G 0G 0G 0G 2R 0.5"},
		{"cleared, and nothing since", meter, still(32, 5000, 0), "0F" + strings.Repeat(" 0G", 30) + " 0R 0"},
		{"another meter", meter, []float64{100, 7000, 7000.5, 7001, 7002, 7002.5, 7003}, "0F 0G 0G 0G 0G 2.5R 0.5"},
		{"another, which shows less", meter, []float64{7000, 100, 100.5, 101, 102, 102.5, 103}, "0F 0G 0G 0G 0G 2.5R 0.5"},
		{"a meter that forgot its last hour", meter, []float64{5000, 4999, 4999.5, 5000.5, 5001}, "0F 0G 0G 0.5 0.5"},
		{"nonsense never becomes a fact", meter, []float64{100, 7000, 3, 8000, 50, 9000, 101}, "0F 0G 0G 0G 0G 0G 1"},
		{"faster than can be", meter, []float64{100, 103, 106, 106, 106}, "0F 3 0G 0G 3"},
		{"a register of whole units", Rule{MaxRate: 6, Resolution: 1}, []float64{100, 101, 101, 101, 102}, "0F 1 0 0 0G"},
		{"silence lets it grow", meter, []float64{100, 100, 100, 100, 100, 103}, "0F 0 0 0 0 3"},
		{"rest does not", meter, []float64{100, 100, 100, 100, 100, 105}, "0F 0 0 0 0 0G"},
		{"rounded down", meter, []float64{1234567, 1234566.9, 1234567}, "0F 0 0"},
		{"no rate", Rule{}, []float64{1, 1e9}, "0F 9.99999999e+08"},
		{"no rate, and another meter", Rule{}, []float64{5000, 10, 11, 12, 13, 14, 15}, "0F 0G 0G 0G 0G 4R 1"},
	} {
		if got := show(c.rule, c.values...); got != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", c.name, c.values, got, c.want)
		}
	}
}

func TestTwoReadingsAreNoCourse(t *testing.T) {
	c := New(Rule{MaxRate: 10})
	for i, want := range []Step{{Flag: First}, {Flag: Glitch}, {Flag: Glitch}, {0.5, Reset}} {
		if s := c.See([]float64{100, 7000, 7000.25, 7000.5}[i], time.Duration(i)*5*time.Minute); s != want {
			t.Errorf("reading %d: %+v, want %+v", i, s, want)
		}
	}
}

func TestSilenceLetsItGrow(t *testing.T) {
	c := New(Rule{MaxRate: 10})
	c.See(100, 0)
	if s := c.See(179, 8*time.Hour); s != (Step{Change: 79}) {
		t.Errorf("after a night without a reading: %+v", s)
	}
	if s := c.See(259, 15*time.Hour); s.Flag != Glitch {
		t.Errorf("80 in seven hours, of which 70 can be: %+v", s)
	}
}

// Flags end up in the database.
func TestFlagsHaveTheirNames(t *testing.T) {
	for f, want := range map[Flag]string{Growth: "", First: "first", Rollover: "rollover", Reset: "reset", Glitch: "glitch", 99: "?"} {
		if f.String() != want {
			t.Errorf("%d: %q", f, f)
		}
	}
}

// A true consumption is metered by a register that counts in steps, wraps, is cleared, and shows nonsense now and then. It
// is read at any pace.
func TestTheSumIsWhatFlowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rule{MaxRate: 100,
			Rollover:   rapid.SampledFrom([]float64{0, 1000}).Draw(t, "rollover"),
			Resolution: rapid.SampledFrom([]float64{0.001, 0.1, 1}).Draw(t, "resolution"),
		}
		slack := rule.Resolution + 100*time.Minute.Hours()
		c := New(rule)
		register := rapid.SampledFrom([]float64{0, 1, 500, 990}).Draw(t, "start")
		if rule.Rollover == 0 && rapid.Bool().Draw(t, "old") {
			register += 1e6
		}
		now := time.Duration(0)
		flowed, booked, lost, invented := 0.0, 0.0, 0.0, 0.0
		show := func() float64 { // as a 32-bit float does
			return float64(float32(math.Floor(register/rule.Resolution) * rule.Resolution))
		}
		see := func(v float64) {
			before := booked
			s := c.See(v, now)
			if booked += s.Change; s.Change < 0 || s.Flag == Glitch && booked != before {
				t.Fatalf("%v books %+v", v, s)
			}
		}
		flow := func(d time.Duration) {
			now += d
			amount := rapid.Float64Range(0, 1).Draw(t, "share") * 100 * d.Hours()
			flowed += amount
			if register += amount; rule.Rollover > 0 && register >= rule.Rollover {
				register -= rule.Rollover
			}
		}
		see(show())
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1: // nonsense, for a while
				nonsense := rapid.SampledFrom([]float64{0, 1e7, math.NaN(), register + 200}).Draw(t, "nonsense")
				if nonsense == 0 && rule.Rollover > 0 && register > rule.Rollover-20 {
					nonsense = 1e7 // 0 would make sense
				}
				for range rapid.IntRange(1, 6).Draw(t, "times") {
					flow(time.Second)
					see(nonsense)
				}
				if nonsense == 0 && rule.Rollover > 0 { // if it wrapped before the next reading, that would go on from here
					flow(time.Second)
					see(show())
				}
			case 2: // cleared, then left to be believed
				if register < 40 {
					lost += register // it may overtake its old self before it is believed
				}
				lost += slack
				invented += slack + 100*(3*time.Minute).Hours() // it may look like a rollover
				register = 0
				for range 8 {
					flow(3 * time.Minute)
					see(show())
				}
			case 3: // silence
				flow(time.Duration(rapid.Float64Range(0, 8).Draw(t, "hours") * float64(time.Hour)))
				see(show())
			default:
				flow(time.Duration(rapid.Float64Range(0.5, 300).Draw(t, "seconds") * float64(time.Second)))
				see(show())
			}
		}
		for range 8 { // whatever was doubted is settled by now
			now += 3 * time.Minute
			see(show())
		}
		rounded := rule.Resolution + 0.3 // a 32-bit float of a million has steps of a sixteenth
		if booked > flowed+invented+rounded || booked < flowed-lost-rounded {
			t.Errorf("booked %v of %v, of which %v may be lost and to which %v may be added", booked, flowed, lost, invented)
		}
	})
}

// Whatever a register shows, no more is booked than can have flowed.
func TestNoMoreIsBookedThanCanFlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rule{MaxRate: 100, Rollover: rapid.SampledFrom([]float64{0, 1000}).Draw(t, "rollover"), Resolution: 1}
		c, now, booked, resets := New(rule), time.Duration(0), 0.0, 1.0
		for range rapid.IntRange(2, 200).Draw(t, "readings") {
			s := c.See(rapid.Float64Range(0, 1200).Draw(t, "value"), now)
			if booked += s.Change; s.Flag == Reset {
				resets++
			}
			now += time.Duration(rapid.Float64Range(0, 120).Draw(t, "seconds") * float64(time.Second))
		}
		most := rule.MaxRate*now.Hours() + resets*(rule.Resolution+rule.MaxRate*time.Minute.Hours()) + 0.1
		if booked > most {
			t.Errorf("booked %v in %v, %v can have flowed", booked, now, most)
		}
	})
}

func FuzzSee(f *testing.F) {
	f.Add(100.0, 5000.0, 0.0, 3.5, int64(time.Minute))
	f.Add(math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 0.0, int64(-1))
	f.Fuzz(func(t *testing.T, a, b, c, d float64, step int64) {
		const rate = 100.0
		k := New(Rule{MaxRate: rate, Rollover: 1000})
		now := time.Duration(0)
		for _, v := range []float64{a, b, c, d, b, c, d, a, a, a, a} {
			s := k.See(v, now)
			if s.Change < 0 || math.IsNaN(s.Change) || math.IsInf(s.Change, 0) {
				t.Fatalf("%v gives %+v", v, s)
			}
			now += time.Duration(step % int64(time.Hour))
		}
	})
}
