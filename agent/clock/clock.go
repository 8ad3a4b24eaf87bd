// Package clock knows how far the wall clock can be trusted. A Pi has no clock battery: after a power cut its wall
// clock starts hours late and jumps once the network has set it. This package keeps one offset between the clock that
// never steps and the wall clock, changes it only when the kernel vouches for a new one, and remembers it for each
// boot, so that what was seen before the first sync can be dated afterwards.
//
// It knows nothing of what is dated.
package clock

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"basemeter/drivers"
)

// Tolerance is how far the kernel's wall clock may wander from ours before it counts as a step. The kernel slews both
// clocks alike, so only a step moves them apart.
const Tolerance = 100 * time.Millisecond

// sensible is before any date that a clock which was once set can show.
var sensible = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// A Face is what the machine's clocks show.
type Face struct {
	Mono   time.Duration // since boot, suspended time included
	Wall   time.Time
	Synced bool
}

// A Clock gives instants. It is safe for concurrent use.
type Clock struct {
	look func() Face
	path string

	mu   sync.Mutex
	memo memo
	now  *boot // the entry of this boot in memo
}

// Open reads what earlier boots left in path, a file in an existing directory. Trust "always" takes the wall clock for
// disciplined whatever the kernel says; "kernel" asks it.
func Open(path, trust string) (*Clock, error) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return nil, fmt.Errorf("boot id: %w", err)
	}
	return New(path, strings.TrimSpace(string(id)), func() Face { return kernel(trust == "always") })
}

// New is Open for a machine whose boot has this id and whose clocks look as look says.
func New(path, id string, look func() Face) (*Clock, error) {
	m, err := load(path)
	if err != nil {
		return nil, fmt.Errorf("clock file %s: %w", path, err)
	}
	c := &Clock{look: look, path: path, memo: m}
	if c.now = c.memo.find(id); c.now == nil {
		c.now = c.memo.start(id, look())
	}
	c.settle(look())
	return c, c.save(look())
}

// kernel reads the machine's clocks. The kernel clears the sync flag itself when somebody sets the clock by hand.
func kernel(always bool) Face {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		panic(fmt.Sprintf("clock: CLOCK_BOOTTIME: %v", err)) // Linux has had it since 2.6.39
	}
	face := Face{Mono: time.Duration(ts.Nano()), Wall: time.Now(), Synced: always}
	if !always {
		var t unix.Timex
		state, err := unix.Adjtimex(&t)
		face.Synced = err == nil && state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0
	}
	return face
}

// Now is this instant, by the offset in force: its Wall does not step until Check says so.
func (c *Clock) Now() drivers.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(c.look().Mono)
}

func (c *Clock) at(mono time.Duration) drivers.Instant {
	return drivers.Instant{Boot: c.now.ID, Mono: mono, Wall: c.now.zero().Add(mono), Synced: c.now.Synced}
}

// Check compares the offset in force with the kernel's clock, and tells whether the wall clock was set: if so, Now is
// by the new setting from here on, and Epoch has grown.
func (c *Clock) Check() (stepped bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	face := c.look()
	if !c.settle(face) {
		return false, nil
	}
	return true, c.save(face)
}

// settle adopts the face's wall clock if it is vouched for and differs from ours, and tells whether it did.
func (c *Clock) settle(face Face) bool {
	offset := face.offset()
	drift := time.Duration(offset-c.now.OffsetMS) * time.Millisecond
	if !face.Synced || c.now.Synced && drift.Abs() < Tolerance {
		return false
	}
	c.memo.Epoch++
	c.now.OffsetMS, c.now.Synced = offset, true
	return true
}

// Epoch counts how often the clock was set or the machine booted. It is never the same for two settings.
func (c *Clock) Epoch() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.memo.Epoch
}

// What Dated may answer instead of a date.
var (
	ErrUnset     = errors.New("the clock of this boot has not been set yet")
	ErrForgotten = errors.New("the boot is not remembered any more: its facts have no date")
	ErrNever     = errors.New("no clock was set in that boot nor before it: its facts have no date")
)

// Dated tells when a boot began, and whether that is an estimate: its clock was never set and never will be, as it is
// not the boot we are in.
func (c *Clock) Dated(id string) (zero time.Time, estimated bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.memo.find(id)
	switch {
	case b == nil:
		return time.Time{}, false, ErrForgotten
	case b == c.now && !b.Synced:
		return time.Time{}, false, ErrUnset
	case !b.Synced && b.zero().Before(sensible):
		return time.Time{}, false, ErrNever
	}
	return b.zero(), !b.Synced, nil
}

// Floor is the latest moment that is certainly past: what TLS may take for the time when the wall clock is behind it.
func (c *Clock) Floor() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.UnixMilli(c.memo.FloorMS)
}

// Save writes down that this moment has been reached. Called every few minutes it bounds how far the clock can fall
// back at a power cut.
func (c *Clock) Save() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.save(c.look())
}

func (c *Clock) save(face Face) error {
	if wall := c.at(face.Mono).Wall.UnixMilli(); c.now.Synced || wall > c.memo.FloorMS {
		c.memo.FloorMS = wall
	}
	if err := c.memo.write(c.path); err != nil {
		return fmt.Errorf("clock file %s: %w", filepath.Base(c.path), err)
	}
	return nil
}

func (f Face) offset() int64 { return f.Wall.Add(-f.Mono).UnixMilli() }

func (m *memo) find(id string) *boot {
	if i := slices.IndexFunc(m.Boots, func(b *boot) bool { return b.ID == id }); i >= 0 {
		return m.Boots[i]
	}
	return nil
}

// start begins a boot. Until its clock is set it is taken to have begun when the wall clock says, or at the last moment
// that was written down, whichever is later: so boots without a clock follow each other and do not overlap.
func (m *memo) start(id string, face Face) *boot {
	m.Epoch++
	b := &boot{ID: id, OffsetMS: max(face.offset(), m.FloorMS)}
	m.Boots = append(m.Boots, b)
	if len(m.Boots) > remembered {
		m.Boots = m.Boots[len(m.Boots)-remembered:]
	}
	return b
}
