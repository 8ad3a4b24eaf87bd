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
	"math"
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
	return New(path, strings.TrimSpace(string(id)), func() Face { return Look(trust) })
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

// Look is what the machine's clocks show now, by trust as in Open: for who keeps no clock of his own.
func Look(trust string) Face { return kernel(trust == "always") }

// kernel reads the machine's clocks. The kernel clears the sync flag itself when somebody sets the clock by hand.
func kernel(always bool) Face {
	face := both()
	face.Synced = always
	if !always {
		var t unix.Timex
		state, err := unix.Adjtimex(&t)
		face.Synced = err == nil && state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0
	}
	return face
}

// both reads the two clocks as close together as a few tries allow: being scheduled away in between looks like a step.
func both() (best Face) {
	closest := time.Duration(math.MaxInt64)
	for range 5 {
		before, wall, after := boottime(), time.Now(), boottime()
		if apart := after - before; apart < closest {
			closest = apart
			best = Face{Mono: before + apart/2, Wall: wall}
		}
		if closest < time.Millisecond {
			break
		}
	}
	return best
}

func boottime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		panic(fmt.Sprintf("clock: CLOCK_BOOTTIME: %v", err)) // Linux has had it since 2.6.39
	}
	return time.Duration(ts.Nano())
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
	if !c.now.Synced {
		c.now.FirstMS = offset
	}
	c.now.OffsetMS, c.now.Synced, c.memo.Ever = offset, true, true
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
	case !b.Synced && !b.Floored:
		return time.Time{}, false, ErrNever
	}
	return b.first(), !b.Synced, nil
}

// Floor is the latest moment that is certainly past: what TLS may take for the time when the wall clock is behind it.
func (c *Clock) Floor() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.UnixMilli(c.memo.FloorMS)
}

// SaveEvery is how often Save should be called.
const SaveEvery = time.Minute

// Save writes down that this moment has been reached, which bounds how far the clock can fall back at a power cut.
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

// start begins a boot. Until its clock is set it is taken to have begun when the wall clock says, or when the one before
// can have ended at the latest by what was written down: so boots without a clock follow each other.
func (m *memo) start(id string, face Face) *boot {
	m.Epoch++
	begun := max(face.offset(), m.FloorMS+SaveEvery.Milliseconds())
	b := &boot{ID: id, OffsetMS: begun, FirstMS: begun, Floored: m.Ever}
	m.Boots = append(m.Boots, b)
	if len(m.Boots) > remembered {
		m.Boots = m.Boots[len(m.Boots)-remembered:]
	}
	return b
}
