package sampler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"basemeter/drivers"
)

// A fake device takes a while to answer, or to be found silent.
type fake struct {
	name  string
	takes time.Duration
	err   error
	until time.Duration   // the error lasts, if not for ever
	asked []time.Duration // when, since the beginning
	start time.Time
}

func (f *fake) Name() string { return f.name }
func (f *fake) Close() error { return nil }
func (f *fake) Read(ctx context.Context, into []drivers.Reading) ([]drivers.Reading, error) {
	f.asked = append(f.asked, time.Since(f.start))
	select {
	case <-ctx.Done():
		return into, ctx.Err()
	case <-time.After(f.takes):
	}
	if f.err != nil && (f.until == 0 || time.Since(f.start) < f.until) {
		return into, f.err
	}
	return append(into, drivers.Reading{Point: f.name + "/value", Value: float64(len(f.asked))}), nil
}

// run lets a line go for d in a bubble and returns what was kept and told.
func run(d time.Duration, devices ...Device) (kept int, told []string) {
	for _, dev := range devices {
		dev.Source.(*fake).start = time.Now()
	}
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	_ = Run(ctx, devices, func(r []drivers.Reading) { kept += len(r) }, func(c Change) {
		told = append(told, fmt.Sprintf("%s %v", c.Device, c.Err))
	})
	return kept, told
}

func TestEachDeviceKeepsItsPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := &fake{name: "quick", takes: 10 * time.Millisecond}
		slow := &fake{name: "slow", takes: 50 * time.Millisecond}
		run(60*time.Second-time.Millisecond, Device{quick, time.Second}, Device{slow, 5 * time.Second})
		if len(quick.asked) != 60 || len(slow.asked) != 12 {
			t.Errorf("asked %d and %d times in a minute, want 60 and 12", len(quick.asked), len(slow.asked))
		}
		for i, at := range quick.asked {
			if late := at - time.Duration(i)*time.Second; late < 0 || late > 50*time.Millisecond {
				t.Errorf("question %d was %v late", i, late)
			}
		}
	})
}

func TestADeadDeviceCostsItsNeighboursLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		living := &fake{name: "living", takes: 20 * time.Millisecond}
		dead := &fake{name: "dead", takes: time.Second, err: fmt.Errorf("dead: %w", drivers.ErrAbsent)}
		_, told := run(10*time.Minute, Device{living, time.Second}, Device{dead, time.Second})
		if len(living.asked) < 580 {
			t.Errorf("the living was asked %d times in 600 s", len(living.asked))
		}
		if len(dead.asked) > 25 {
			t.Errorf("the dead was asked %d times", len(dead.asked))
		}
		if len(told) != 1 || told[0] != "dead dead: nothing answered" {
			t.Errorf("told %q, want once that it is dead", told)
		}
	})
}

func TestADeviceThatComesBackIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "meter", takes: time.Millisecond, err: drivers.ErrAbsent}
		f.until = 30 * time.Second
		_, told := run(3*time.Minute, Device{f, time.Second})
		if len(told) != 2 || told[1] != "meter <nil>" {
			t.Errorf("told %q", told)
		}
		if n := len(f.asked); n < 90 {
			t.Errorf("asked %d times: its period did not come back", n)
		}
	})
}

func TestALineThatCannotKeepUpAsksWithoutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "slow", takes: 1500 * time.Millisecond}
		kept, told := run(30*time.Second, Device{f, time.Second})
		if kept != 20 || len(told) != 0 {
			t.Errorf("kept %d, told %q; want 20 answers of 1.5 s each", kept, told)
		}
	})
}

func TestASourceThatListensIsAskedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "door", takes: 500 * time.Millisecond}
		if kept, _ := run(10*time.Second, Device{f, 0}); kept != 19 && kept != 20 {
			t.Errorf("kept %d", kept)
		}
		f.err = errors.New("other")
		f.asked = nil
		if run(time.Minute, Device{f, 0}); len(f.asked) > 12 {
			t.Errorf("a source that fails was asked %d times in a minute", len(f.asked))
		}
	})
}
