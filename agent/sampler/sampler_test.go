package sampler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
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
	from  time.Duration   // when the error begins
	until time.Duration   // and ends, if it does
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
	if f.fails() {
		return into, f.err
	}
	return append(into, drivers.Reading{Point: f.name + "/value", Value: float64(len(f.asked))}), nil
}

func (f *fake) fails() bool {
	since := time.Since(f.start)
	return f.err != nil && since >= f.from && (f.until == 0 || since < f.until)
}

// asking hangs a fake on a line.
func asking(f *fake, period time.Duration) Device {
	return Device{Name: f.name, Asks: []Ask{{f, period}}}
}

// run lets a line go for d in a bubble and returns what was kept and told.
func run(d time.Duration, devices ...Device) (kept int, told []string) {
	for _, dev := range devices {
		dev.Asks[0].Source.(*fake).start = time.Now()
	}
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	_ = New(devices, func(r []drivers.Reading) { kept += len(r) }, func(c Change) {
		told = append(told, fmt.Sprintf("%s %v", c.Device, c.Err))
	}).Run(ctx)
	return kept, told
}

func TestEachDeviceKeepsItsPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := &fake{name: "quick", takes: 10 * time.Millisecond}
		slow := &fake{name: "slow", takes: 50 * time.Millisecond}
		run(60*time.Second-time.Millisecond, asking(quick, time.Second), asking(slow, 5*time.Second))
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
		_, told := run(10*time.Minute, asking(living, time.Second), asking(dead, time.Second))
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
		_, told := run(3*time.Minute, asking(f, time.Second))
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
		kept, told := run(30*time.Second, asking(f, time.Second))
		if kept != 20 || len(told) != 0 {
			t.Errorf("kept %d, told %q; want 20 answers of 1.5 s each", kept, told)
		}
	})
}

func TestASourceThatListensIsAskedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "door", takes: 500 * time.Millisecond}
		if kept, _ := run(10*time.Second, asking(f, 0)); kept != 19 && kept != 20 {
			t.Errorf("kept %d", kept)
		}
		f.err = errors.New("other")
		f.asked = nil
		if run(time.Minute, asking(f, 0)); len(f.asked) > 16 {
			t.Errorf("a source that fails was asked %d times in a minute", len(f.asked))
		}
	})
}

func TestADeviceIsAskedWhatItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "meter", takes: 10 * ms, start: time.Now(), err: drivers.ErrAbsent, from: 10 * time.Second, until: 70 * time.Second}
		var told []string
		line := New([]Device{{
			Name: "meter", Asks: []Ask{{f, time.Second}},
			Probe: func(context.Context) error {
				if f.fails() {
					return f.err
				}
				return nil
			},
			Identity: func(context.Context) (string, error) {
				if time.Since(f.start) < f.until {
					return "A1", nil
				}
				return "B2", nil
			},
		}}, func([]drivers.Reading) {}, func(c Change) { told = append(told, fmt.Sprint(c.Err, c.Identity, c.Was)) })
		ctx, cancel := context.WithTimeout(t.Context(), 130*time.Second)
		defer cancel()
		line.Run(ctx)
		if want := []string{"<nil>A1", "nothing answered", "<nil>", "<nil>B2A1"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		if loads, span := line.Loads(); len(loads) != 1 || loads[0].Identity != "B2" || loads[0].Absent || loads[0].Busy == 0 || span < 2*time.Minute {
			t.Errorf("%+v in %v", loads, span)
		}
	})
}

// Three late answers in a row have set a healthy meter aside, on a line where others have long been dead.
func TestAHealthyDeviceIsReadAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter := &fake{name: "meter", takes: 100 * ms, err: drivers.ErrAbsent, from: time.Minute, until: time.Minute + 3*time.Second}
		line := []Device{asking(meter, time.Second), asking(&fake{name: "other", takes: 20 * ms}, time.Second)}
		for i := range 3 {
			line = append(line, asking(&fake{name: fmt.Sprint("dead", i), takes: time.Second, err: drivers.ErrAbsent}, time.Second))
		}
		_, told := run(2*time.Minute, line...)
		if n := len(told); told[n-2] != "meter nothing answered" || told[n-1] != "meter <nil>" {
			t.Fatalf("told %q, want that it was set aside", told)
		}
		for _, at := range meter.asked {
			if at > meter.until {
				if late := at - meter.until; late > 1500*ms {
					t.Errorf("it was asked again %v after it could answer", late)
				}
				return
			}
		}
	})
}

// A sleep ends when there is something to ask, and not before.
func TestNoWakeUpIsInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		devices := []Device{asking(&fake{name: "weak", takes: 300 * ms, err: drivers.ErrAbsent, from: time.Minute, until: 20 * time.Minute}, time.Second)}
		for i := range 4 {
			devices = append(devices, asking(&fake{name: fmt.Sprint(i), takes: 20 * ms}, time.Duration(i+1)*time.Second))
		}
		devices = append(devices, asking(&fake{name: "dead", takes: time.Second, err: drivers.ErrAbsent}, time.Second))
		start := time.Now()
		for _, d := range devices {
			d.Asks[0].Source.(*fake).start = start
		}
		line := New(devices, func([]drivers.Reading) {}, func(Change) {})
		for slept := false; time.Since(start) < 30*time.Minute; {
			wait := line.turn(t.Context())
			if slept && wait > 0 {
				t.Fatalf("after %v: woken, and nothing was due for another %v", time.Since(start), wait)
			}
			time.Sleep(wait)
			slept = wait > 0
		}
	})
}

func TestDevicesComeAndGoWhileTheLineRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stays, goes := &fake{name: "stays", takes: 200 * ms, start: time.Now()}, &fake{name: "goes", takes: 200 * ms, start: time.Now()}
		comes := &fake{name: "comes", takes: 10 * ms, start: time.Now()}
		line := New([]Device{asking(stays, time.Second), asking(goes, time.Second)}, func([]drivers.Reading) {}, func(Change) {})
		ctx, cancel := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		ended.Go(func() { line.Run(ctx) })
		time.Sleep(5*time.Second + 600*ms) // in the middle of a question to the one that goes
		line.Set([]Device{asking(stays, time.Second), asking(comes, time.Second)})
		asked, at := len(goes.asked), time.Since(goes.start)
		if at < 5*time.Second+700*ms {
			t.Errorf("Set returned after %v, while the device that goes was being asked", at)
		}
		time.Sleep(5 * time.Second)
		line.Set(nil)
		time.Sleep(time.Hour)
		cancel()
		ended.Wait()
		if len(goes.asked) != asked {
			t.Error("a device that is gone was asked")
		}
		if n := len(comes.asked); n < 5 || n > 6 {
			t.Errorf("the new one was asked %d times in 5 s", n)
		}
		for i, at := range stays.asked {
			if want := time.Duration(i) * time.Second; at < want || at > want+300*ms {
				t.Errorf("question %d to the one that stays came at %v", i, at)
			}
		}
	})
}
