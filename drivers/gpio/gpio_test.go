package gpio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/drivers"
)

// A fakePin is an input that a test sets. It knows how to fail: dead, it gives no edges and does not wait.
type fakePin struct {
	periph.PinIO // what is not said here is not used
	name         string
	edges        chan struct{}

	mu    sync.Mutex
	level periph.Level
	dead  bool
	looks int
}

func newFakePin() *fakePin {
	return &fakePin{PinIO: periph.INVALID, name: "TEST17", level: periph.High, edges: make(chan struct{}, 16)}
}

func (p *fakePin) Name() string                          { return p.name }
func (p *fakePin) In(_ periph.Pull, _ periph.Edge) error { return nil }

func (p *fakePin) Read() periph.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looks++
	return p.level
}

func (p *fakePin) WaitForEdge(timeout time.Duration) bool {
	if timeout <= 0 {
		panic("a timeout that some pins take for ever")
	}
	if p.dead {
		return false
	}
	select {
	case <-p.edges:
		return true
	case <-time.After(timeout):
		return false
	}
}

// start plays a drawing beside the test, which ends when it has been played.
func (p *fakePin) start(t *testing.T, step time.Duration, levels string) {
	var playing sync.WaitGroup
	playing.Go(func() { p.play(step, levels) })
	t.Cleanup(playing.Wait)
}

// play works the contact, one letter a step: _ open, # closed. Closed is low.
func (p *fakePin) play(step time.Duration, levels string) {
	for _, c := range levels {
		p.mu.Lock()
		if level := periph.Level(c == '_'); level != p.level {
			p.level = level
			if !p.dead {
				p.edges <- struct{}{}
			}
		}
		p.mu.Unlock()
		time.Sleep(step)
	}
}

// config is an input on the pin, in a bubble.
func config(pin periph.PinIn) Config {
	begin := time.Now()
	return Config{
		Name: "lamp", Open: func() (periph.PinIn, error) { return pin, nil },
		Now: func() drivers.Instant { return drivers.Instant{Mono: time.Since(begin)} },
	}
}

// watch reads until the hold times are over, and writes what it read as value@milliseconds.
func watch(t *testing.T, s drivers.Source, reads int) string {
	var got []string
	for range reads {
		readings, err := s.Read(t.Context(), nil)
		if err != nil {
			got = append(got, err.Error())
		}
		for _, r := range readings {
			got = append(got, fmt.Sprintf("%v@%d", r.Value, r.At.Mono.Milliseconds()))
		}
	}
	return strings.Join(got, " ")
}

func TestContact(t *testing.T) {
	for _, c := range []struct {
		name, levels, want string // a step is 10 ms; a level settles in 20
		reads              int
	}{
		{"says where it stands, then each second", "", "0@1 0@1021 0@2021", 3},
		{"closes and opens", strings.Repeat("_", 10) + strings.Repeat("#", 50), "0@1 1@100 0@600 0@1620", 4},
		{"a closing too short", "__________#_", "0@1 0@1021", 2},
		{"bounces when it closes", "__________#_#_" + strings.Repeat("#", 200), "0@1 1@140 1@1160", 3},
		{"moves as the hold time ends", strings.Repeat("_", 101) + strings.Repeat("#", 20), "0@1 1@1010 0@1210", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pin := newFakePin()
				s := NewContact(config(pin))
				pin.start(t, 10*time.Millisecond, c.levels+"_")
				if got := watch(t, s, c.reads); got != c.want {
					t.Errorf("read %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestContactBouncesAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := newFakePin()
		s := NewContact(config(pin))
		pin.start(t, 10*time.Millisecond, strings.Repeat("_#", 60))
		if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("error %v, want garbled", err)
		}
		time.Sleep(time.Second)
		if got := watch(t, s, 1); !strings.HasPrefix(got, "1@") {
			t.Errorf("read %s, want a closed contact", got)
		}
	})
}

func TestClosedIsHigh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(newFakePin())
		c.Closed = periph.High
		if got := watch(t, NewContact(c), 1); got != "1@1" {
			t.Errorf("read %s", got)
		}
	})
}

// A pin whose edges have died is looked at often enough, and not all the time.
func TestNoEdges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := newFakePin()
		pin.dead = true
		s := NewContact(config(pin))
		pin.start(t, 10*time.Millisecond, strings.Repeat("_", 10)+strings.Repeat("#", 300))
		got := watch(t, s, 3)
		if !strings.HasPrefix(got, "0@1 1@1") || strings.Count(got, " ") != 2 {
			t.Errorf("read %s", got)
		}
		if pin.looks > 60 {
			t.Errorf("looked %d times in two seconds", pin.looks)
		}
	})
}

func TestPulse(t *testing.T) {
	pulse, short, bounce := "______######", "_________###", "______#_##########_#" // a step is 5 ms
	for _, c := range []struct{ name, levels, want string }{
		{"none", "", "0@1000 0@2000"},
		{"ten in a second", strings.Repeat(pulse, 10), "10@1000 10@2000"},
		{"some in each second", strings.Repeat(pulse, 25), "16@1000 25@2000"},
		{"too short", strings.Repeat(short+pulse, 3), "3@1000 3@2000"},
		{"each is one, however it bounces", strings.Repeat(bounce, 7), "7@1000 7@2000"},
		{"closed at the start is none", "######" + pulse, "1@1000 1@2000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pin := newFakePin()
				s := NewPulse(config(pin))
				pin.start(t, 5*time.Millisecond, c.levels+"_")
				if got := watch(t, s, 2); got != c.want {
					t.Errorf("read %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestPoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, s := range map[string]drivers.Source{
			"lamp/contact": NewContact(config(newFakePin())),
			"lamp/count":   NewPulse(config(newFakePin())),
		} {
			got, err := s.Read(t.Context(), make([]drivers.Reading, 1))
			if err != nil || len(got) != 2 || got[1].Point != want || s.Name() != "lamp" {
				t.Errorf("read %v, %v, want %s", got, err, want)
			}
		}
	})
}

func TestAbsentThenThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := config(newFakePin())
		pin, open := newFakePin(), error(drivers.ErrAbsent)
		c.Open = func() (periph.PinIn, error) { return pin, open }
		s := NewContact(c)
		if _, err := s.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) || !strings.HasPrefix(err.Error(), "lamp: ") {
			t.Errorf("error %v", err)
		}
		open = nil
		if got := watch(t, s, 1); !strings.HasPrefix(got, "0@") {
			t.Errorf("read %s", got)
		}
	})
}

func TestPinIsTaken(t *testing.T) {
	c := config(periph.INVALID) // its In fails
	if _, err := NewPulse(c).Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
		t.Errorf("error %v", err)
	}
}

func TestCancelledAndClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range []drivers.Source{NewContact(config(newFakePin())), NewPulse(config(newFakePin()))} {
			s.Read(t.Context(), nil) // says where it stands
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			begin := time.Now()
			if _, err := s.Read(ctx, nil); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 400*time.Millisecond {
				t.Errorf("ended after %v with %v", time.Since(begin), err)
			}
			cancel()
			time.AfterFunc(300*time.Millisecond, func() { s.Close() })
			begin = time.Now()
			if _, err := s.Read(t.Context(), nil); !errors.Is(err, os.ErrClosed) || time.Since(begin) > 400*time.Millisecond {
				t.Errorf("ended after %v with %v", time.Since(begin), err)
			}
			if _, err := s.Read(t.Context(), nil); !errors.Is(err, os.ErrClosed) {
				t.Errorf("after Close: %v", err)
			}
		}
	})
}
