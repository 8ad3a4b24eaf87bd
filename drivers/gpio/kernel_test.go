package gpio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/warthog618/go-gpiocdev"
	periph "periph.io/x/conn/v3/gpio"
	"pgregory.net/rapid"

	"basemeter/drivers"
)

// machines are a Pi 4, a Pi 5, an emulated board whose lines have no names, and one of an old device tree.
var (
	header = slices.Concat([]Line{{Name: "ID_SDA"}, {Name: "ID_SCL"}}, names("GPIO", 2, 27))
	pi4    = []Chip{{"gpiochip0", "pinctrl-bcm2711", header}, {"gpiochip1", "raspberrypi-exp-gpio", []Line{{Name: "BT_ON"}, {Name: "WL_ON"}}}}
	pi5    = []Chip{{"gpiochip0", "pinctrl-rp1", header}, {"gpiochip10", "gpio-brcmstb@107d508500", []Line{{Name: "-"}, {Name: "GPIO17"}}}}
	board  = []Chip{{"gpiochip0", "9030000.pl061", make([]Line, 8)}}
	old    = []Chip{{"gpiochip0", "pinctrl-bcm2835", make([]Line, 54)}}
)

func names(prefix string, from, to int) (lines []Line) {
	for n := from; n <= to; n++ {
		lines = append(lines, Line{Name: fmt.Sprint(prefix, n)})
	}
	return lines
}

func TestLinesAreFound(t *testing.T) {
	for _, c := range []struct {
		chips      []Chip
		name, want string // chip:offset, or what the error says
	}{
		{pi4, "GPIO17", "gpiochip0:17"}, {pi4, "gpio17", "gpiochip0:17"}, {pi4, "17", "gpiochip0:17"},
		{pi4, "BT_ON", "gpiochip1:0"}, {pi4, "pinctrl-bcm2711:4", "gpiochip0:4"}, {pi4, "gpiochip1:1", "gpiochip1:1"},
		{pi4, "GPIO99", "this machine has pinctrl-bcm2711:0 to 27 (GPIO2 GPIO3"},
		{pi4, "pinctrl-bcm2711:28", "pinctrl-bcm2711 has lines 0 to 27"}, {pi4, "pinctrl-bcm2711:x", `"x" is no number of a line`},
		{pi4, "pinctrl-rp1:4", "no chip is called pinctrl-rp1; this machine has pinctrl-bcm2711"},
		{pi5, "17", "gpiochip0:17"}, {pi5, "GPIO17", "pinctrl-rp1 and gpio-brcmstb@107d508500 have that name; write pinctrl-rp1:17"},
		{board, "9030000.pl061:2", "gpiochip0:2"}, {board, "2", "this machine has 9030000.pl061:0 to 7"},
		{old, "GPIO17", "gpiochip0:17"}, {old, "GPIO54", "this machine has"}, {nil, "GPIO17", "this machine has no GPIO"},
		{append(slices.Clone(board), board[0]), "9030000.pl061:2", "are both called 9030000.pl061; write gpiochip0:2"},
	} {
		p, err := find(c.chips, c.name)
		if got := fmt.Sprintf("%s:%d", p.chip, p.offset); err == nil && got != c.want {
			t.Errorf("%s is %s, want %s", c.name, got, c.want)
		} else if err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestALinkIsNoChip(t *testing.T) {
	dev := t.TempDir()
	for _, name := range []string{"gpiochip10", "gpiochip0", "gpiomem", "ttyS0"} {
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("gpiochip0", filepath.Join(dev, "gpiochip4")); err != nil {
		t.Fatal(err)
	}
	if got := chipNames(dev); !slices.Equal(got, []string{"gpiochip0", "gpiochip10"}) {
		t.Errorf("%q", got)
	}
	if got := chipNames(filepath.Join(dev, "none")); got != nil {
		t.Errorf("%q in no folder", got)
	}
}

func TestAPinThatIsNotThere(t *testing.T) {
	if _, err := ByName("NOWHERE99"); !errors.Is(err, drivers.ErrAbsent) || !strings.Contains(err.Error(), "NOWHERE99") {
		t.Errorf("%v", err)
	}
}

func TestEdgesThatWereLostAreCounted(t *testing.T) {
	for _, c := range []struct {
		last, now uint32
		want      uint64
	}{{0, 1, 0}, {1, 2, 0}, {5, 9, 3}, {0, 4, 3}, {7, 0, 0}, {0, 0, 0}} {
		if got := gap(c.last, c.now); got != c.want {
			t.Errorf("from %d to %d: %d lost, want %d", c.last, c.now, got, c.want)
		}
	}
	l := newLine(place{})
	for n := range uint32(weKeep + 10) {
		l.saw(gpiocdev.LineEvent{LineSeqno: n + 1})
	}
	l.saw(gpiocdev.LineEvent{LineSeqno: weKeep + 20})
	if got := l.lost(); got != 10+9+1 {
		t.Errorf("%d lost, want 20", got)
	}
	if l.lost() != 0 {
		t.Error("told twice")
	}
	for n := range weKeep {
		if e, ok := l.take(); !ok || e.sequence != uint32(n+1) {
			t.Fatalf("edge %d is %+v", n+1, e)
		}
	}
}

func TestAnEdgeIsAsOldAsItsStamp(t *testing.T) {
	now := drivers.Instant{Mono: time.Hour, Wall: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)}
	if got := instant(9*time.Second, 10*time.Second, now); got.Mono != time.Hour-time.Second || !got.Wall.Equal(now.Wall.Add(-time.Second)) {
		t.Errorf("%+v", got)
	}
	if got := instant(11*time.Second, 10*time.Second, now); got != now {
		t.Errorf("an edge from the future: %+v", got)
	}
}

// A kernelPin is a line whose edges a test writes down, with the stamps that the kernel would give.
type kernelPin struct {
	*line
	high    bool // the level now
	gone    bool
	settled time.Duration
}

func (p *kernelPin) In(periph.Pull, periph.Edge) error { return nil }
func (p *kernelPin) Read() periph.Level                { return periph.Level(p.high) }
func (p *kernelPin) Halt() error                       { return nil }
func (p *kernelPin) level() (periph.Level, error) {
	if p.gone {
		return false, errors.New("no such device")
	}
	return periph.Level(p.high), nil
}

func (p *kernelPin) next(timeout time.Duration) (edge, time.Duration, bool) {
	e, _, ok := p.line.next(timeout)
	return e, p.settled, ok
}

// put is an edge, age ago.
func (p *kernelPin) put(high bool, age time.Duration) {
	p.high = high
	p.line.mu.Lock()
	last := p.line.last
	p.line.mu.Unlock()
	kind := gpiocdev.LineEventFallingEdge
	if high {
		kind = gpiocdev.LineEventRisingEdge
	}
	p.saw(gpiocdev.LineEvent{Type: kind, Timestamp: monotonic() - age, LineSeqno: last + 1})
}

func TestPulsesBetweenReadsAreCounted(t *testing.T) {
	p := &kernelPin{line: newLine(place{}), high: true}
	c := NewPulse(Config{Name: "flow", Open: func() (periph.PinIn, error) { return p, nil }, Now: realNow, Settle: 2 * time.Millisecond, Hold: 20 * time.Millisecond})
	read := func() float64 {
		got, err := c.Read(t.Context(), nil)
		if err != nil || len(got) != 1 {
			t.Fatalf("%v, %v", got, err)
		}
		return got[0].Value
	}
	if n := read(); n != 0 {
		t.Fatalf("%v pulses before there was one", n)
	}
	for i := range 100 { // two seconds at 50 Hz, in which nobody read
		age := 2*time.Second - time.Duration(i)*20*time.Millisecond
		p.put(false, age)
		p.put(true, age-10*time.Millisecond)
	}
	for range 3 {
		read()
	}
	if n := read(); n != 100 {
		t.Errorf("%v pulses, want 100", n)
	}
	if s := c.Stats(); s.Overruns != 0 || s.Answers < 200 {
		t.Errorf("%+v", s)
	}
	p.saw(gpiocdev.LineEvent{Type: gpiocdev.LineEventFallingEdge, Timestamp: monotonic(), LineSeqno: p.line.last + 8}) // the kernel had no room for seven
	read()
	if s := c.Stats(); s.Overruns != 7 {
		t.Errorf("%d lost, want 7", s.Overruns)
	}
}

func realNow() drivers.Instant {
	return drivers.Instant{Mono: monotonic(), Wall: time.Now()} // this machine does not sleep while it tests
}

// The kernel stamps the end of the time for which a level has stood; the state began before.
func TestAContactThatTheKernelSettles(t *testing.T) {
	const settle = 20 * time.Millisecond
	p := &kernelPin{line: newLine(place{}), high: true, settled: settle}
	c := NewContact(Config{Name: "lamp", Open: func() (periph.PinIn, error) { return p, nil }, Now: realNow, Settle: settle, Hold: 50 * time.Millisecond})
	if got, err := c.Read(t.Context(), nil); err != nil || len(got) != 1 || got[0].Value != 0 {
		t.Fatalf("%v, %v", got, err)
	}
	before := monotonic()
	p.put(false, 10*time.Millisecond)
	got, err := c.Read(t.Context(), nil)
	if err != nil || len(got) != 1 || got[0].Value != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	if age := before - got[0].At.Mono; age < 30*time.Millisecond-time.Millisecond || age > 31*time.Millisecond {
		t.Errorf("it closed %v before it was read, want 30 ms", age)
	}
}

func TestAChipThatGoesIsAbsentAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &kernelPin{line: newLine(place{}), high: false}
		opened := 0
		c := NewContact(Config{Name: "lamp", Open: func() (periph.PinIn, error) { opened++; return p, nil }, Now: bubbleNow(), Hold: 200 * time.Millisecond})
		if got, err := c.Read(t.Context(), nil); err != nil || got[0].Value != 1 {
			t.Fatalf("%v, %v", got, err)
		}
		p.gone = true
		if _, err := c.Read(t.Context(), nil); !errors.Is(err, drivers.ErrAbsent) {
			t.Errorf("%v", err)
		}
		p.gone = false
		if got, err := c.Read(t.Context(), nil); err != nil || got[0].Value != 1 || opened != 2 {
			t.Errorf("%v, %v, opened %d times", got, err, opened)
		}
	})
}

func bubbleNow() func() drivers.Instant {
	start := time.Now()
	return func() drivers.Instant { return drivers.Instant{Mono: time.Since(start), Wall: time.Now()} }
}

// Whatever the edges, a pulse is a closing that stood, after an opening that stood; and none is invented, nor lost where
// the level is seen before its edge is here.
func TestPulsesAreThoseThatStood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const settle = 5 * time.Millisecond
		base := drivers.Instant{Mono: time.Hour, Wall: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)}
		now := base
		p := &kernelPin{line: newLine(place{})}
		in := newInput(Config{Name: "x", Closed: periph.High, Now: func() drivers.Instant { return now }, Settle: settle}, false)
		in.pin = p
		in.level.see(false, false, base)
		now.Mono += time.Second // it has stood open for a second
		closed, lastOpen, want, got := false, true, 0, 0
		in.level.see(false, false, now)
		for _, ms := range rapid.SliceOf(rapid.IntRange(1, 12)).Draw(t, "lengths") {
			closed = !closed
			e := edge{high: closed, at: now.Mono}
			length := time.Duration(ms) * time.Millisecond
			if length >= settle { // this level will stand
				if closed && lastOpen {
					want++
				}
				lastOpen = !closed
			}
			p.kept = append(p.kept, e)
			now.Mono += length
		}
		now.Mono += time.Second
		for in.held != nil || len(p.kept) > 0 {
			if late := time.Duration(rapid.IntRange(0, 9).Draw(t, "late")) * time.Millisecond; late > 0 && in.held == nil {
				next := p.kept[0]
				if in.look(next.high, drivers.Instant{Mono: next.at + late}) && in.level.stood {
					got++
				}
			}
			if changed := step(in, p, now); changed && in.level.stood {
				got++
			}
		}
		if in.level.see(closed, false, now) && in.level.stood {
			got++
		}
		if n := len(p.kept); n == 0 && closed && lastOpen { // the last one stands for ever
			want++
		}
		if got != want {
			t.Errorf("%d pulses, want %d", got, want)
		}
	})
}

// A busy gateway saw that a contact was open again, and forgot for how long it had been closed.
func TestTheLevelWaitsForItsEdge(t *testing.T) {
	at := func(ms int) drivers.Instant {
		return drivers.Instant{Mono: time.Hour + time.Duration(ms)*time.Millisecond}
	}
	p := &kernelPin{line: newLine(place{})}
	in := newInput(Config{Name: "flow", Closed: periph.High, Settle: 2 * time.Millisecond}, false)
	in.level.see(false, false, at(-1000))
	if !in.look(false, at(0)) {
		t.Fatal("it did not stand open")
	}
	p.kept = []edge{{high: true, at: at(10).Mono}}
	if step(in, p, at(10)) {
		t.Error("an edge alone stands")
	}
	if in.look(false, at(60)) || in.look(false, at(70)) || in.still(at(70)) {
		t.Error("it is open before its edge has come")
	}
	p.kept = []edge{{at: at(50).Mono}}
	if !step(in, p, at(71)) || !in.level.stood || in.level.since.Mono != at(10).Mono {
		t.Errorf("40 ms closed are not seen: %+v", in.level)
	}
	if step(in, p, at(71)); !in.look(false, at(72)) || in.level.stood || in.level.since.Mono != at(50).Mono {
		t.Errorf("its opening is not seen: %+v", in.level)
	}
	if in.look(true, at(100)) || in.look(true, at(1099)) || in.look(true, at(1100)) {
		t.Error("closed, by an edge that is merely late")
	}
	if !in.look(true, at(1102)) || !in.level.stood {
		t.Error("an edge that never comes hides a level for ever")
	}
}

// step is what follow does with one edge, by the test's clock.
func step(in *input, p *kernelPin, now drivers.Instant) bool {
	e, settled, _ := in.next(p, time.Millisecond)
	in.ahead = 0
	return in.take(e, settled, now.Mono, now)
}

// Away between two looks at its clocks, the process would have taken one edge for older than it was.
func TestClocksAreComparedBetterEachTime(t *testing.T) {
	const ahead = time.Hour
	var c clocks
	for _, look := range []struct{ least, most, want time.Duration }{
		{ahead - 300*time.Millisecond, ahead, ahead - 150*time.Millisecond}, // it was away for 300 ms
		{ahead - time.Millisecond, ahead + time.Millisecond, ahead - time.Millisecond/2},
		{ahead - time.Second, ahead + time.Second, ahead - time.Millisecond/2},
		{ahead + 5*time.Second, ahead + 5*time.Second + 2*time.Millisecond, ahead + 5*time.Second + time.Millisecond}, // it was asleep
	} {
		c.narrow(look.least, look.most)
		if got := (c.least + c.most) / 2; got != look.want {
			t.Errorf("after %v to %v: %v, want %v", look.least, look.most, got, look.want)
		}
	}
	c = clocks{}
	for range 100 {
		now, m := c.look(realNow)
		if off := now.Mono - m; off < -time.Millisecond || off > time.Millisecond {
			t.Errorf("one clock on both sides, and they differ by %v", off)
		}
	}
}
