package badge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

func testKey() (key Key) {
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

// A script is a wire on which all is known beforehand.
type script struct {
	lines  []line
	tally  drivers.Tally
	closed bool
}

type line struct {
	number  Number
	at      time.Duration
	err     error
	instant drivers.Instant // instead of at
}

// Listen waits as a port does.
func (s *script) Listen(until time.Time, over func() error) error {
	for time.Now().Before(until) {
		if err := over(); err != nil {
			return err
		}
		time.Sleep(min(50*time.Millisecond, time.Until(until))) // in a bubble, where nobody waits
	}
	return nil
}

func (s *script) Next() (Number, drivers.Instant, error) {
	if len(s.lines) == 0 {
		return Number{}, drivers.Instant{}, nil
	}
	l := s.lines[0]
	s.lines = s.lines[1:]
	if l.err == nil {
		s.tally.Ended(drivers.Answered, 0)
	}
	if l.at != 0 || l.instant == (drivers.Instant{}) {
		l.instant = drivers.Instant{Mono: l.at}
	}
	return l.number, l.instant, l.err
}

func (s *script) Close() error { s.closed = true; return nil }

func newReader(lines ...line) (*Reader, *script) {
	s := &script{lines: lines}
	return New(Config{Name: "gate-1", Keys: testKey()}, s, &s.tally), s
}

func TestRepeatsAreFolded(t *testing.T) {
	one, other := Bits(40, 0x13005D1DA5), Bits(40, 0)
	r, _ := newReader([]line{
		{number: one, at: 10 * time.Second},
		{number: one, at: 11900 * time.Millisecond},
		{number: other, at: 12 * time.Second},
		{number: one, at: 13800 * time.Millisecond}, // the window slides
		{number: one, at: 15800 * time.Millisecond},
	}...)
	var got []time.Duration
	synctest.Test(t, func(t *testing.T) {
		for {
			readings, err := r.Read(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(readings) == 0 {
				return
			}
			if want := map[time.Duration]string{12 * time.Second: other.Pseudonym(testKey())}[readings[0].At.Mono]; want != "" && readings[0].Card != want {
				t.Errorf("at 12s: %+v", readings[0])
			}
			got = append(got, readings[0].At.Mono)
		}
	})
	if fmt.Sprint(got) != "[10s 12s 15.8s]" {
		t.Errorf("sightings at %v", got)
	}
	if s := r.Stats(); s.Answers != 5 || s.P50 != 0 || s.P99 != 0 {
		t.Errorf("stats %+v, want 5 answers that nobody waited for", s)
	}
}

func TestReading(t *testing.T) {
	r, _ := newReader(line{number: Bits(40, 0x13005D1DA5), at: time.Second}, line{err: drivers.ErrGarbled})
	got, err := r.Read(t.Context(), nil)
	want := drivers.Reading{Point: "gate-1/badge", Value: 1, Card: goldenCard, At: drivers.Instant{Mono: time.Second}}
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
	if got, err := r.Read(t.Context(), nil); !errors.Is(err, drivers.ErrGarbled) || len(got) > 0 || !strings.HasPrefix(err.Error(), "gate-1: ") {
		t.Errorf("read %v, %v", got, err)
	}
}

// A Read lasts for the hold time, and no longer than its context and its reader.
func TestReadEnds(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration // the reader is closed
		limit time.Duration // the context ends
		want  error
		took  time.Duration
	}{
		"hold":      {time.Hour, time.Hour, nil, 500 * time.Millisecond},
		"cancelled": {time.Hour, 110 * time.Millisecond, context.DeadlineExceeded, 150 * time.Millisecond},
		"closed":    {210 * time.Millisecond, time.Hour, os.ErrClosed, 250 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, wire := newReader()
				ctx, cancel := context.WithTimeout(t.Context(), c.limit)
				defer cancel()
				begin := time.Now()
				closing := time.AfterFunc(c.after, func() { r.closed.Store(true) })
				defer closing.Stop()
				got, err := r.Read(ctx, nil)
				if len(got) > 0 || !errors.Is(err, c.want) || time.Since(begin) != c.took {
					t.Errorf("read %v, %v after %v, want %v after %v", got, err, time.Since(begin), c.want, c.took)
				}
				if err := r.Close(); err != nil || !wire.closed {
					t.Errorf("close: %v, wire closed %t", err, wire.closed)
				}
				if _, err := r.Read(t.Context(), nil); !errors.Is(err, os.ErrClosed) {
					t.Errorf("after close: %v", err)
				}
			})
		})
	}
}

// A card that cannot be given a pseudonym is no reading: its number would be all there is to tell.
func TestACardWithoutAKey(t *testing.T) {
	s := &script{lines: []line{{number: Bits(40, 0x13005D1DA5)}, {number: Bits(40, 1)}}}
	ring := &Ring{Path: filepath.Join(t.TempDir(), "no", "badge.key"), Zone: time.UTC}
	r := New(Config{Name: "gate-1", Keys: ring}, s, &s.tally)
	if got, err := r.Read(t.Context(), nil); len(got) > 0 || err == nil || !strings.HasPrefix(err.Error(), "gate-1: ") || strings.Contains(err.Error(), "5D1DA5") {
		t.Errorf("read %v, %v", got, err)
	}
	if n, _, err := r.Sight(t.Context()); err != nil || n != Bits(40, 1) {
		t.Errorf("who enrols sees %v, %v", n, err)
	}
}

func TestReaderShowsItsNameAlone(t *testing.T) {
	r, _ := newReader(line{number: Bits(40, 0x13005D1DA5)})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, r); got != "gate-1" {
			t.Errorf("%s shows %s", verb, got)
		}
	}
}
