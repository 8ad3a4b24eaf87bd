package clock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// A machine is a computer whose clocks a test sets.
type machine struct {
	t    testing.TB
	path string
	face Face
	boot string
	*Clock
}

func newMachine(t testing.TB) *machine {
	return &machine{t: t, path: filepath.Join(t.TempDir(), "clock.json")}
}

// start begins a boot, or the process anew within one.
func (m *machine) start(boot string, mono time.Duration, wall time.Time, synced bool) {
	m.t.Helper()
	m.boot, m.face = boot, Face{mono, wall, synced}
	var err error
	if m.Clock, err = New(m.path, boot, func() Face { return m.face }); err != nil {
		m.t.Fatal(err)
	}
}

// pass lets time pass on both clocks.
func (m *machine) pass(d time.Duration) {
	m.face.Mono += d
	m.face.Wall = m.face.Wall.Add(d)
}

func (m *machine) check() bool {
	m.t.Helper()
	stepped, err := m.Check()
	if err != nil {
		m.t.Fatal(err)
	}
	return stepped
}

func TestFactsBeforeTheFirstSyncAreDatedAfterwards(t *testing.T) {
	m := newMachine(t)
	m.start("one", 10*time.Second, time.Unix(0, 0), false) // a Pi that believes it is 1970
	if _, _, err := m.Dated("one"); !errors.Is(err, ErrUnset) {
		t.Fatalf("dated before the clock was set: %v", err)
	}
	m.pass(time.Minute)
	m.face.Wall, m.face.Synced = noon, true
	if !m.check() {
		t.Fatal("the first sync is no step")
	}
	zero, estimated, err := m.Dated("one")
	if err != nil || estimated || !zero.Equal(noon.Add(-70*time.Second)) {
		t.Errorf("the boot was at %v (estimated %v, %v), want 70 s before noon", zero, estimated, err)
	}
	if now := m.Now(); !now.Wall.Equal(noon) || !now.Synced {
		t.Errorf("now %v", now)
	}
}

func TestOnlyAStepThatTheKernelVouchesForCounts(t *testing.T) {
	m := newMachine(t)
	m.start("one", time.Hour, noon, true)
	epoch := m.Epoch()
	for _, c := range []struct {
		name    string
		by      time.Duration
		synced  bool
		stepped bool
	}{
		{"slewing", 20 * time.Millisecond, true, false},
		{"set by hand", -time.Hour, false, false},
		{"set back again", time.Hour, true, false},
		{"a step of the time service", 3 * time.Second, true, true},
		{"a step back", -2 * time.Hour, true, true},
	} {
		m.face.Wall, m.face.Synced = m.face.Wall.Add(c.by), c.synced
		before := m.Now().Wall
		if got := m.check(); got != c.stepped {
			t.Errorf("%s: stepped %v", c.name, got)
		}
		if moved := m.Now().Wall.Sub(before); !c.stepped && moved != 0 {
			t.Errorf("%s: now moved by %v", c.name, moved)
		}
	}
	if got := m.Epoch() - epoch; got != 2 {
		t.Errorf("%d epochs, want 2", got)
	}
}

func TestAProcessThatStartsAgainKeepsTheSettingOfItsBoot(t *testing.T) {
	m := newMachine(t)
	m.start("one", time.Hour, noon, true)
	epoch := m.Epoch()
	m.pass(time.Minute)
	before := m.Now().Wall
	m.face.Wall = m.face.Wall.Add(3 * time.Millisecond) // the two clocks are never read at once
	m.start("one", m.face.Mono, m.face.Wall, true)
	if !m.Now().Wall.Equal(before) || m.Epoch() != epoch {
		t.Errorf("now %v in epoch %d, want %v in epoch %d", m.Now().Wall, m.Epoch(), before, epoch)
	}
}

func TestBootsWithoutAClockFollowEachOther(t *testing.T) {
	m := newMachine(t)
	m.start("one", time.Hour, noon, true)
	m.pass(time.Minute)
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	var last time.Time
	for _, boot := range []string{"two", "three", "four"} {
		m.start(boot, 5*time.Second, time.Unix(5, 0), false)
		if begun := m.Now().Wall.Add(-5 * time.Second); begun.Before(last) || begun.Before(noon.Add(time.Minute)) {
			t.Errorf("boot %s begins at %v, before the end of the last", boot, begun)
		}
		m.pass(10 * time.Minute)
		if err := m.Save(); err != nil {
			t.Fatal(err)
		}
		last = m.Now().Wall
	}
	if zero, estimated, err := m.Dated("two"); err != nil || !estimated || !zero.Equal(noon.Add(time.Minute+SaveEvery)) {
		t.Errorf("boot two at %v, estimated %v, %v", zero, estimated, err)
	}
	if _, _, err := m.Dated("never seen"); !errors.Is(err, ErrForgotten) {
		t.Errorf("a boot never seen: %v", err)
	}
	if m.Floor().Before(last) {
		t.Errorf("floor %v is before %v", m.Floor(), last)
	}
}

func TestADamagedFileStopsNothing(t *testing.T) {
	m := newMachine(t)
	if err := os.WriteFile(m.path, []byte(`{"floor_ms":17`), 0o600); err != nil {
		t.Fatal(err)
	}
	m.start("one", time.Hour, noon, true)
	if _, err := os.Stat(m.path + ".bad"); err != nil {
		t.Errorf("the damaged file was not kept: %v", err)
	}
}

// Within an epoch wall time and monotonic time run alike, whatever the kernel's wall clock does meanwhile.
func TestWithinAnEpochBothClocksRunAlike(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := newMachine(t)
		m.start("one", time.Hour, noon, rapid.Bool().Draw(r, "synced"))
		last, epoch := m.Now(), m.Epoch()
		for range rapid.IntRange(1, 30).Draw(r, "events") {
			m.pass(time.Duration(rapid.IntRange(0, 5000).Draw(r, "pass")) * time.Millisecond)
			m.face.Wall = m.face.Wall.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 99, 101, -3_600_000}).Draw(r, "set")) * time.Millisecond)
			m.face.Synced = rapid.Bool().Draw(r, "synced")
			stepped := m.check()
			now := m.Now()
			if stepped != (m.Epoch() != epoch) {
				r.Fatalf("stepped %v, epoch %d to %d", stepped, epoch, m.Epoch())
			}
			if !stepped && now.Wall.Sub(last.Wall) != now.Mono-last.Mono {
				r.Fatalf("%v passed on the wall clock, %v on the other", now.Wall.Sub(last.Wall), now.Mono-last.Mono)
			}
			if last.Synced && !now.Synced {
				r.Fatal("a clock that was set counts as unset again")
			}
			last, epoch = now, m.Epoch()
		}
	})
}

func TestTheKernelsClocks(t *testing.T) {
	a := kernel(true)
	b := kernel(false)
	if b.Mono < a.Mono || a.Mono <= 0 || time.Since(a.Wall).Abs() > time.Minute || !a.Synced {
		t.Errorf("%+v then %+v", a, b)
	}
	c, err := Open(filepath.Join(t.TempDir(), "clock.json"), "always")
	if err != nil || c.Now().Boot == "" {
		t.Errorf("%v, %v", c, err)
	}
}
