package sim

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
)

var _ gpio.PinIO = (*Pin)(nil)

// waited tells how an edge was waited for, and how long.
func waited(p *Pin, timeout time.Duration) (bool, time.Duration) {
	begin := time.Now()
	return p.WaitForEdge(timeout), time.Since(begin)
}

func TestWaitForEdge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPin("SIM1", gpio.Low)
		want := func(edge bool, after, timeout time.Duration) {
			t.Helper()
			if got, took := waited(p, timeout); got != edge || took != after {
				t.Errorf("edge %t after %v, want %t after %v", got, took, edge, after)
			}
		}
		want(false, 0, time.Second) // nobody has asked for edges
		p.In(gpio.PullUp, gpio.BothEdges)
		if p.Read() != gpio.High || p.Pull() != gpio.PullUp {
			t.Error("an open contact is not high")
		}
		want(false, time.Second, time.Second)
		want(false, 0, 0)
		p.Put(true)
		p.Put(true) // no edge
		p.Put(false)
		want(true, 0, 0)
		want(true, 0, time.Second)
		want(false, time.Second, time.Second)
		time.AfterFunc(time.Second, func() { p.Put(true) })
		want(true, time.Second, -1)
		time.AfterFunc(time.Second, func() { p.Halt() })
		want(false, time.Second, time.Hour)
		time.AfterFunc(time.Second, func() { p.In(gpio.PullUp, gpio.FallingEdge) })
		want(false, time.Second, time.Hour)
		p.Put(false) // rises
		want(false, 0, 0)
		p.Put(true)
		want(true, 0, 0)
		p.Put(false)
		p.Put(true)
		p.In(gpio.PullUp, gpio.RisingEdge) // forgets
		want(false, 0, 0)
		for range 100 {
			p.Put(false)
			p.Put(true)
		}
		for range edgesKept {
			want(true, 0, 0)
		}
		want(false, 0, 0)
	})
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		m := New(1, begin, 1)
		p := NewPin("SIM1", gpio.Low)
		p.In(gpio.PullUp, gpio.BothEdges)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- p.Follow(ctx, m, Running) }()
		closed := time.Duration(0)
		for since := begin; closed < time.Minute; {
			was := p.Read()
			p.WaitForEdge(-1)
			if was == gpio.Low {
				closed += time.Since(since)
			}
			since = time.Now()
			if synctest.Wait(); (p.Read() == gpio.Low) != (m.StateAt(since) == Running) {
				t.Fatalf("the contact is %v at %v", p.Read(), since)
			}
		}
		if truth := m.Truth(begin, time.Now())[Running]; closed != truth {
			t.Errorf("closed for %v, ran for %v", closed, truth)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestPinCanBeRegistered(t *testing.T) {
	p := NewPin("SIM1", gpio.High)
	if err := gpioreg.Register(p); err != nil {
		t.Fatal(err)
	}
	defer gpioreg.Unregister("SIM1")
	if gpioreg.ByName("SIM1") != p || p.Out(gpio.High) == nil || p.PWM(0, 0) == nil {
		t.Error("not an input under its name")
	}
}
