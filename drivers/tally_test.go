package drivers

import (
	"testing"
	"time"
)

const ms = time.Millisecond

func TestPatienceIsLearnedFromAnswers(t *testing.T) {
	var tally Tally
	for range learnedFrom - 1 {
		tally.Ended(Answered, 30*ms)
	}
	if got := tally.Patience(time.Second); got != time.Second {
		t.Errorf("a device that is hardly known is given %v, want the ceiling", got)
	}
	tally.Ended(Answered, 30*ms)
	learned := tally.Patience(time.Second)
	if learned < 4*30*ms || learned > 4*36*ms {
		t.Errorf("a device that answers in 30 ms is given %v", learned)
	}
	if got := tally.Patience(50 * ms); got != 50*ms {
		t.Errorf("given %v, more than its ceiling", got)
	}
	for _, want := range []time.Duration{2 * learned, 4 * learned, min(8*learned, time.Second), time.Second} {
		tally.Ended(Silent, 0)
		if got := tally.Patience(time.Second); got != want {
			t.Errorf("after a silence it is given %v, want %v", got, want)
		}
	}
	tally.Ended(Answered, 30*ms)
	if got := tally.Patience(time.Second); got != learned {
		t.Errorf("after an answer it is given %v, want %v again", got, learned)
	}
}

func TestAQuickDeviceIsNotHurried(t *testing.T) {
	var tally Tally
	for range 100 {
		tally.Ended(Answered, ms)
	}
	if got := tally.Patience(time.Second); got != learnedLeast {
		t.Errorf("given %v, want %v", got, learnedLeast)
	}
}

func TestLatencyQuantiles(t *testing.T) {
	var tally Tally
	for i := range 100 {
		took := 10 * ms
		if i >= 95 {
			took = 300 * ms
		}
		tally.Ended(Answered, took)
	}
	s := tally.Stats()
	if s.P50 < 10*ms || s.P50 > 12*ms || s.P99 < 300*ms || s.P99 > 357*ms {
		t.Errorf("p50 %v, p99 %v; want 10 and 300 ms, at most 19 %% more", s.P50, s.P99)
	}
	for range 5000 { // it has become quick
		tally.Ended(Answered, 2*ms)
	}
	if s := tally.Stats(); s.P99 > 3*ms {
		t.Errorf("p99 is still %v after five thousand quick answers", s.P99)
	}
}

func TestLatenciesBeyondTheHistogram(t *testing.T) {
	var l latencies
	l.add(0)
	l.add(time.Hour)
	if a, b := l.quantile(0.1), l.quantile(1); a > ms || b < 80*time.Second {
		t.Errorf("quantiles %v and %v", a, b)
	}
}
