package drivers

import (
	"sync"
	"time"
)

// An Outcome is what became of a question.
type Outcome int

const (
	Answered Outcome = iota
	Refused          // the device answered that it will not
	Silent           // nothing came
	Damaged          // it came with a wrong checksum
	Garbled          // it came cut short, with a wrong length or amid noise
	Lost             // the port or the connection failed
	outcomes
)

// Stats are what became of a device's questions since it was made.
type Stats struct {
	Requests  uint64 // sent, those that only clear a doubt included
	Answers   uint64
	Refusals  uint64
	Timeouts  uint64 // nothing came
	Checksums uint64 // it came, damaged
	Garbled   uint64 // it came cut short, with a wrong length or amid noise
	Lost      uint64 // the port or the connection failed
	Foreign   uint64 // frames dropped while waiting: another device's, another question's, too early
	Overruns  uint64 // events that came faster than they were taken, and were lost

	P50, P99 time.Duration // of the wait for an answer, of about the last thousand; zero before there was one
}

// A Tally keeps a device's Stats, and learns from its answers how long to wait for one. It may be used from anywhere.
type Tally struct {
	mu       sync.Mutex
	stats    Stats
	ended    [outcomes]uint64
	answers  latencies
	silences int // in a row
}

// Asked counts a question that was sent.
func (t *Tally) Asked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Requests++
}

// Dropped counts a frame that answers nothing this device was asked.
func (t *Tally) Dropped() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Foreign++
}

// Overrun counts n lost events.
func (t *Tally) Overrun(n uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Overruns += n
}

// Ended counts what became of a question; took is from its last byte to the answer's first, and counts for Answered
// and Refused alone. A question that was cancelled has not ended.
func (t *Tally) Ended(o Outcome, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended[o]++
	switch o {
	case Answered, Refused:
		t.answers.add(took)
		t.silences = 0
	case Silent:
		t.silences++
	}
}

// Stats may be asked at any time.
func (t *Tally) Stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.stats
	s.Answers, s.Refusals, s.Timeouts = t.ended[Answered], t.ended[Refused], t.ended[Silent]
	s.Checksums, s.Garbled, s.Lost = t.ended[Damaged], t.ended[Garbled], t.ended[Lost]
	s.P50, s.P99 = t.answers.quantile(0.5), t.answers.quantile(0.99)
	return s
}

const (
	learnedFrom   = 30                    // answers; before them the ceiling is waited
	learnedFactor = 4                     // times the 99th percentile
	learnedLeast  = 50 * time.Millisecond // a USB adapter sits on bytes for 16 ms, and a busy device or gateway adds to it
)

// Patience is how long the device's answer is worth waiting for: four times the 99th percentile of its own answers,
// and no less than 50 ms; ceiling while it is hardly known. Each silence in a row doubles it, up to ceiling, so that a
// device that has become slower is still heard.
func (t *Tally) Patience(ceiling time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.answers.total < learnedFrom {
		return ceiling
	}
	learned := max(learnedFactor*t.answers.quantile(0.99), learnedLeast)
	return min(learned<<min(t.silences, 10), ceiling)
}

// latencies is a histogram of durations whose steps double every fourth: a quantile is at most 19 % too long.
type latencies struct {
	count [80]uint32 // from 0.1 ms to 100 s
	total uint32
}

const forgetAt = 1024 // answers, at which every count is halved: what was long ago fades

func (l *latencies) add(d time.Duration) {
	at := 0
	for at < len(l.count)-1 && upper(at) < d {
		at++
	}
	l.count[at]++
	if l.total++; l.total < forgetAt {
		return
	}
	l.total = 0
	for i := range l.count {
		l.count[i] /= 2
		l.total += l.count[i]
	}
}

// quantile is the upper end of the step in which it lies; zero if there is nothing.
func (l *latencies) quantile(q float64) time.Duration {
	if l.total == 0 {
		return 0
	}
	left := q * float64(l.total)
	for i, n := range l.count {
		if left -= float64(n); left <= 0 {
			return upper(i)
		}
	}
	return upper(len(l.count) - 1)
}

// quarters are a fourth of a doubling each, in thousandths.
var quarters = [4]time.Duration{1000, 1189, 1414, 1682}

func upper(step int) time.Duration {
	return 100 * time.Microsecond << (step / 4) * quarters[step%4] / 1000
}
