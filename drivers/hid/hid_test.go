package hid

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"basemeter/drivers"
	"basemeter/drivers/badge"
)

func testKey() (key badge.Key) {
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

// A bench is a reader on a FIFO, of which events come as from a device: whole, and the end when it is pulled. The
// device is a symbolic link, as under /dev/input/by-id, to one that has another number each time.
type bench struct {
	*testing.T
	wire   *wire
	reader *badge.Reader
	link   string
	events int // devices so far
	master *os.File
	mono   time.Duration // what the clock of readings shows
}

func newBench(t *testing.T, hold time.Duration, digits string) *bench {
	b := &bench{T: t, link: filepath.Join(t.TempDir(), "usb-reader-event-kbd")}
	c := Config{Device: b.link, Digits: digits, Badge: badge.Config{Name: "gate-1", Keys: testKey(), Hold: hold, Now: b.now}}
	var err error
	if b.wire, err = newWire(c); err != nil {
		t.Fatal(err)
	}
	b.wire.open = func(path string) (int, error) { // which takes no ioctl
		return unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	}
	b.reader = badge.New(c.Badge, b.wire, &b.wire.tally)
	t.Cleanup(func() { b.reader.Close() })
	return b
}

func (b *bench) now() drivers.Instant {
	return drivers.Instant{Boot: "b", Mono: b.mono, Wall: time.Unix(0, 0).Add(b.mono)}
}

// plug connects a reader and lets the driver hear its silence: what comes before that may be amid a number.
func (b *bench) plug() *bench {
	b.plugCold()
	if err := b.wire.Listen(time.Now().Add(gap+slice), func() error { return nil }); err != nil {
		b.Fatal(err)
	}
	return b
}

func (b *bench) plugCold() {
	b.events++
	device := filepath.Join(filepath.Dir(b.link), fmt.Sprint("event", b.events))
	if err := unix.Mkfifo(device, 0o600); err != nil {
		b.Fatal(err)
	}
	master, err := os.OpenFile(device, os.O_RDWR, 0) // which waits for nobody
	if err != nil {
		b.Fatal(err)
	}
	os.Remove(b.link)
	if err := os.Symlink(device, b.link); err != nil {
		b.Fatal(err)
	}
	b.master = master
	b.Cleanup(func() { master.Close() })
}

func (b *bench) unplug() {
	b.master.Close()
	os.Remove(b.link)
}

func (b *bench) send(events ...event) {
	b.Helper()
	if _, err := b.master.Write(encode(events...)); err != nil {
		b.Fatal(err)
	}
}

// read is one Read. No error may give a number away.
func (b *bench) read() ([]drivers.Reading, error) {
	got, err := b.reader.Read(b.Context(), nil)
	if err != nil && (len(got) > 0 || !strings.HasPrefix(err.Error(), "gate-1: ")) {
		b.Errorf("%v with error %v", got, err)
	}
	for _, secret := range []string{"5D1D", "5d1d", "13005", "6102437"} {
		if err != nil && strings.Contains(err.Error(), secret) {
			b.Errorf("a card's number got out: %v", err)
		}
	}
	return got, err
}

func (b *bench) wantCard(number badge.Number) drivers.Reading {
	b.Helper()
	got, err := b.read()
	if err != nil || len(got) != 1 || got[0].Card != number.Pseudonym(testKey()) {
		b.Fatalf("read %v, %v, want the card", got, err)
	}
	return got[0]
}

func (b *bench) wantError(target error) {
	b.Helper()
	if _, err := b.read(); !errors.Is(err, target) {
		b.Fatalf("error %v, want %v", err, target)
	}
}

func (b *bench) wantStats(want drivers.Stats) {
	b.Helper()
	if got := b.reader.Stats(); got != want {
		b.Errorf("stats %+v, want %+v", got, want)
	}
}

const soon = 5 * time.Second // for what comes: never waited for in full

// A reading has the instant of the first key, by the kernel's stamp.
func TestInstant(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	b.mono = time.Hour
	typed := boottime()
	b.send(typing(typed-30*time.Second, golden)...)
	at := b.wantCard(goldenNumber).At
	seen := boottime()
	if early, late := time.Hour-30*time.Second-(seen-typed), time.Hour-30*time.Second; at.Mono < early-time.Microsecond || at.Mono > late+time.Microsecond {
		t.Errorf("stamped %v, want %v to %v", at.Mono, early, late)
	}
	if at.Boot != "b" || at.Wall.Sub(time.Unix(0, 0)) != at.Mono {
		t.Errorf("the two clocks moved apart: %+v", at)
	}
	b.send(typing(boottime()+time.Minute, "1234567890\n")...)
	if got := b.wantCard(badge.Bits(40, 0x1234567890)).At; got != b.now() {
		t.Errorf("a stamp from the future: %+v", got)
	}
}

// A card is the same at a keyboard of ten decimal digits and at a reader that tells 32 bits.
func TestDecimal(t *testing.T) {
	b := newBench(t, soon, "decimal").plug()
	b.send(typing(boottime(), "0006102437\n")...)
	b.wantCard(badge.Bits(32, 0x005D1DA5))
	b.wantStats(drivers.Stats{Answers: 1})
}

func TestTwoCardsAtOnce(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	b.send(typing(boottime(), "2222222222\n")...)
	b.send(typing(boottime(), golden)...)
	b.wantCard(badge.Bits(40, 0x2222222222))
	b.wantCard(goldenNumber)
}

func TestOverrun(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	b.send(typing(boottime(), "13005!D1DA5\n"+golden)...)
	b.wantError(drivers.ErrGarbled)
	b.wantCard(goldenNumber)
	b.wantStats(drivers.Stats{Answers: 1, Garbled: 1, Overruns: 1})
}

func TestCutShort(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	b.send(typing(boottime(), golden[:5])...)
	b.wantError(drivers.ErrGarbled)
	b.send(typing(boottime(), golden)...)
	b.wantCard(goldenNumber)
}

func TestUnplugged(t *testing.T) {
	b := newBench(t, soon, "hex")
	b.wantError(drivers.ErrAbsent)
	b.plug()
	b.send(typing(boottime(), golden[:5])...)
	b.unplug()
	b.wantError(drivers.ErrAbsent)
	b.wantError(drivers.ErrAbsent)
	b.wantStats(drivers.Stats{Lost: 1})
	b.plug()
	b.send(typing(boottime(), golden)...) // the half number from before is forgotten
	b.wantCard(goldenNumber)
}

func TestTornEvent(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	b.master.Write(encode(event{})[1:])
	b.wantError(drivers.ErrAbsent)
}

func TestCancelled(t *testing.T) {
	b := newBench(t, soon, "hex").plug()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if got, err := b.reader.Read(ctx, nil); len(got) > 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read %v, %v", got, err)
	}
	b.send(typing(boottime(), golden)...)
	b.wantCard(goldenNumber) // and the reader is none the worse
}

// However often a reader is lost, and when it is closed, no descriptor is left.
func TestDescriptorsAreGivenBack(t *testing.T) {
	b := newBench(t, time.Millisecond, "hex")
	for range 3 {
		b.plugCold()
		b.read()
		b.unplug()
		b.wantError(drivers.ErrAbsent)
	}
	b.plugCold()
	b.read()
	if n := descriptors(t, filepath.Dir(b.link)); n != 2 {
		t.Errorf("%d descriptors, want one at either end", n)
	}
	b.reader.Close()
	b.wantError(os.ErrClosed)
	if n := descriptors(t, filepath.Dir(b.link)); n != 1 {
		t.Errorf("%d descriptors are left, want that of the far end", n)
	}
}

// descriptors counts what this process holds open in dir.
func descriptors(t *testing.T, dir string) (n int) {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(target, dir) {
			n++
		}
	}
	return n
}

// What takes no grab is no reader. (A real device needs a kernel that has one.)
func TestOpenDevice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event0")
	if _, err := openDevice(path); !errors.Is(err, unix.ENOENT) {
		t.Errorf("nothing there: %v", err)
	}
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openDevice(path); err == nil || !strings.HasPrefix(err.Error(), "grab: ") {
		t.Errorf("a FIFO: %v", err)
	}
	if n := descriptors(t, filepath.Dir(path)); n != 0 {
		t.Errorf("%d descriptors are left", n)
	}
	r, err := New(Config{Badge: badge.Config{Name: "gate-1", Keys: testKey()}, Device: path, Digits: "hex"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) || !strings.HasPrefix(err.Error(), "gate-1: open "+path+": ") {
		t.Errorf("read: %v, want absent", err)
	}
}

func TestConfigIsRefused(t *testing.T) {
	_, err := New(Config{Badge: badge.Config{Name: "gate-1"}})
	if err == nil || err.Error() != `gate-1: digits: "" is neither hex nor decimal` {
		t.Errorf("%v", err)
	}
}
