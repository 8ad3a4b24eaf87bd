package drivertest

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"basemeter/drivers"
)

// soon is the bound on all that has to happen soon: large, for a machine that is busy with other tests.
const soon = 10 * time.Second

// Conform is what every driver has to pass. Each part gets a bench of its own from open, which also takes it down, in
// t.Cleanup, and closes its sources.
func Conform(t *testing.T, open func(t *testing.T) *Bench) {
	parts := []struct {
		name string
		run  func(*testing.T, *Bench)
	}{
		{"faults", eachFault}, {"script", script}, {"cancelled", cancelled}, {"unplugged", unplugged}, {"closed", closed},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t, open(t))
		})
	}
}

// ask has f happen to a question, and fails if a wrong value comes of it, or nothing for too long.
func (b *Bench) ask(t *testing.T, f Fault) error {
	t.Helper()
	s := b.Sources[0]
	b.Sources = append(b.Sources[1:], s)
	right := b.Next(f)
	began := time.Now()
	readings, err := s.Read(t.Context(), nil)
	if took := time.Since(began); took > soon {
		t.Errorf("%v: returned after %v", f, took)
	}
	for _, r := range readings {
		if !right(r) {
			t.Errorf("%v: a wrong value: %+v", f, r)
		}
	}
	if err == nil && len(readings) == 0 {
		return errNothing
	}
	return err
}

var errNothing = errors.New("no reading and no error")

// eachFault has a good answer before and after each fault.
func eachFault(t *testing.T, b *Bench) {
	for _, f := range b.Faults {
		b.good(t, f.String())
		err := b.ask(t, f)
		switch {
		case f.harmless() && err != nil:
			t.Errorf("%v: %v", f, err)
		case !f.harmless() && b.Unasked && !errors.Is(err, errNothing) && !errors.Is(err, drivers.ErrGarbled):
			t.Errorf("%v: %v, want nothing or garbled", f, err)
		case !f.harmless() && !b.Unasked:
			checkError(t, f, err)
		}
		b.good(t, f.String())
	}
}

func (b *Bench) good(t *testing.T, when string) {
	t.Helper()
	if err := b.ask(t, None); err != nil {
		t.Errorf("a good answer before or after %q: %v", when, err)
	}
}

func checkError(t *testing.T, f Fault, err error) {
	absent, garbled := errors.Is(err, drivers.ErrAbsent), errors.Is(err, drivers.ErrGarbled)
	switch {
	case err == nil || errors.Is(err, errNothing):
		t.Errorf("%v: not an error", f)
	case (f == Silent || f == Late) && !absent:
		t.Errorf("%v: %v, want absent", f, err)
	case (f == Corrupt || f == WrongLength || f == CutShort || f == OneShort) && !garbled:
		t.Errorf("%v: %v, want garbled", f, err)
	case f == Refusal && (absent || garbled):
		t.Errorf("%v: %v, want an error of its own", f, err)
	}
}

// script is the one by which Modbus libraries were chosen: every one that was tried returned a wrong value in it.
func script(t *testing.T, b *Bench) {
	script := []Fault{
		None, Corrupt, None, WrongLength, None, NoiseBefore, None, NoiseAfter, None, Stranger, None, Late,
		None, None, Silent, None, Refusal, None, CutShort, None, Echo, None, None,
	}
	most := 0
	for range 3 { // a machine that is busy with something else answers too late now and then; what is wrong is wrong at once
		answered := 0
		for _, f := range script {
			if !b.can(f) {
				f = None
			}
			if b.ask(t, f) == nil {
				answered++
			}
		}
		if most = max(most, answered); most >= 17 {
			return
		}
	}
	t.Errorf("%d of %d answered, want 17", most, len(script))
}

// Hammer plays random faults, rounds of them, and then wants a good answer. BASEMETER_SEED repeats a run.
func Hammer(t *testing.T, b *Bench, rounds int) {
	seed := rand.Uint64()
	if s, err := strconv.ParseUint(os.Getenv("BASEMETER_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("BASEMETER_SEED=%d", seed)
	random, answered := rand.New(rand.NewPCG(seed, 0)), 0
	for range rounds {
		f := None
		if random.IntN(2) == 0 {
			f = b.Faults[random.IntN(len(b.Faults))]
		}
		if b.ask(t, f) == nil {
			answered++
		}
	}
	t.Logf("%d of %d answered", answered, rounds)
	b.recovers(t)
}

func (b *Bench) recovers(t *testing.T) {
	t.Helper()
	until(t, func() bool { return b.ask(t, None) == nil })
}

func until(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v", soon)
		}
	}
}

func cancelled(t *testing.T, b *Bench) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	b.cancelledBy(t, over, context.Canceled)
	b.good(t, "a cancelled read")

	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	b.cancelledBy(t, short, context.DeadlineExceeded)
	b.recovers(t)
}

func (b *Bench) cancelledBy(t *testing.T, ctx context.Context, want error) {
	b.Next(Silent)
	began := time.Now()
	readings, err := b.Sources[0].Read(ctx, nil)
	if !errors.Is(err, want) || len(readings) > 0 {
		t.Errorf("cancelled: %v, %v, want %v", readings, err, want)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("cancelled: returned after %v", took)
	}
}

func unplugged(t *testing.T, b *Bench) {
	if b.Unplug == nil {
		t.Skip("this wire cannot be unplugged")
	}
	b.good(t, "unplugging")
	for range 2 {
		b.Unplug()
		if err := b.ask(t, None); !errors.Is(err, drivers.ErrAbsent) {
			t.Errorf("unplugged: %v, want absent", err)
		}
		b.Plug()
		b.recovers(t)
	}
}

// closed closes the source while it is read, or just before.
func closed(t *testing.T, b *Bench) {
	b.good(t, "closing")
	b.Next(Silent)
	s, done := b.Sources[0], make(chan error, 1)
	go func() {
		for {
			if _, err := s.Read(context.Background(), nil); err != nil && !errors.Is(err, drivers.ErrAbsent) {
				done <- err
				return
			}
		}
	}()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	select {
	case <-done:
	case <-time.After(soon):
		t.Errorf("a Read went on after Close")
	}
}
