package gpio

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/warthog618/go-gpiocdev"
	"golang.org/x/sys/unix"
	periph "periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/pin"

	"basemeter/drivers"
)

// An edge is what the kernel saw on a line.
type edge struct {
	high     bool
	at       time.Duration // on CLOCK_MONOTONIC, by the kernel
	sequence uint32        // of the line's edges, from 1
}

// An edger is a pin that keeps its edges, also those that came while nobody waited.
type edger interface {
	// settle asks, before In, for edges of levels alone that have stood for so long. A kernel that cannot gives all.
	settle(d time.Duration)
	// next is the oldest edge that was not taken yet. Settled is by how much the level is older than its stamp.
	next(timeout time.Duration) (e edge, settled time.Duration, ok bool)
	// level is the level now, or why nobody can tell: the chip may be gone.
	level() (periph.Level, error)
	// lost is how many edges there was no room for since it was last asked.
	lost() uint64
}

const (
	kernelKeeps = 1024 // edges, while this process does not run: ten seconds of pulses at 50 Hz
	weKeep      = 4096 // edges, while nobody reads the input
)

// A line is one line of a GPIO chip, through the kernel's character device. It is a periph.io pin that can only be read,
// and gives what periph.io's own throws away: the kernel's stamp of each edge, and that edges were lost.
type line struct {
	place  place
	bounce time.Duration // the kernel holds back edges of levels that have stood for less

	mu      sync.Mutex
	request *gpiocdev.Line // nil while it is not watched
	settled time.Duration  // what the kernel holds back
	kept    []edge
	last    uint32 // sequence of the last
	missed  uint64
	more    chan struct{} // holds one word: edges are kept
}

func newLine(p place) *line { return &line{place: p, more: make(chan struct{}, 1)} }

func (l *line) settle(d time.Duration) { l.bounce = d }

// In begins to watch. A kernel or a chip that cannot debounce is asked without: then we do.
func (l *line) In(pull periph.Pull, _ periph.Edge) error {
	options := []gpiocdev.LineReqOption{
		gpiocdev.AsInput, gpiocdev.WithBothEdges, gpiocdev.WithMonotonicEventClock, gpiocdev.WithConsumer("basemeter"),
		gpiocdev.WithEventHandler(l.saw), gpiocdev.WithEventBufferSize(kernelKeeps),
	}
	switch pull {
	case periph.PullUp:
		options = append(options, gpiocdev.WithPullUp)
	case periph.PullDown:
		options = append(options, gpiocdev.WithPullDown)
	case periph.Float:
		options = append(options, gpiocdev.WithBiasDisabled)
	}
	var request *gpiocdev.Line
	err := error(unix.ENOTSUP)
	settled := l.bounce
	if settled > 0 {
		request, err = gpiocdev.RequestLine(l.place.chip, l.place.offset, append(options, gpiocdev.WithDebounce(settled))...)
	}
	if err != nil && !errors.Is(err, unix.EBUSY) {
		settled = 0
		request, err = gpiocdev.RequestLine(l.place.chip, l.place.offset, options...)
	}
	if err != nil {
		return l.place.explain(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.request, l.settled = request, settled
	return nil
}

// saw takes an edge from the kernel. It is called by the one goroutine that reads the line.
func (l *line) saw(e gpiocdev.LineEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.missed += gap(l.last, e.LineSeqno)
	l.last = e.LineSeqno
	if len(l.kept) == weKeep {
		l.missed++
		return
	}
	l.kept = append(l.kept, edge{e.Type == gpiocdev.LineEventRisingEdge, e.Timestamp, e.LineSeqno})
	select {
	case l.more <- struct{}{}:
	default: // said already
	}
}

// gap is how many edges lie between two that came one after the other: the kernel drops the oldest when its buffer is
// full. Kernels before 5.10 number none.
func gap(last, now uint32) uint64 {
	if now <= last+1 {
		return 0
	}
	return uint64(now - last - 1)
}

func (l *line) next(timeout time.Duration) (edge, time.Duration, bool) {
	end := time.NewTimer(timeout)
	defer end.Stop()
	for {
		if e, ok := l.take(); ok {
			return e, l.settled, true
		}
		select {
		case <-l.more:
		case <-end.C:
			return edge{}, 0, false
		}
	}
}

func (l *line) take() (edge, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) == 0 {
		return edge{}, false
	}
	e := l.kept[0]
	l.kept = append(l.kept[:0], l.kept[1:]...)
	return e, true
}

func (l *line) lost() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.missed
	l.missed = 0
	return n
}

func (l *line) level() (periph.Level, error) {
	l.mu.Lock()
	request := l.request
	l.mu.Unlock()
	if request == nil {
		return periph.Low, errors.New("it is not watched")
	}
	value, err := request.Value()
	return value == 1, err
}

// Read is the level now; low if it cannot be read.
func (l *line) Read() periph.Level {
	level, _ := l.level()
	return level
}

// WaitForEdge is for who only wants to know that there was one.
func (l *line) WaitForEdge(timeout time.Duration) bool {
	_, _, ok := l.next(timeout)
	return ok
}

// Halt gives the line back.
func (l *line) Halt() error {
	l.mu.Lock()
	request := l.request
	l.request = nil
	l.mu.Unlock()
	if request == nil {
		return nil
	}
	return request.Close() // waits for saw
}

func (l *line) String() string           { return l.place.String() }
func (l *line) Name() string             { return l.place.String() }
func (l *line) Number() int              { return l.place.offset }
func (l *line) Function() string         { return string(l.Func()) }
func (l *line) Func() pin.Func           { return periph.IN }
func (l *line) Pull() periph.Pull        { return periph.PullNoChange }
func (l *line) DefaultPull() periph.Pull { return periph.PullNoChange }

// Clocks know by how much an Instant's Mono is ahead of CLOCK_MONOTONIC: a constant, unless the machine was asleep. Two
// clocks cannot be looked at in one moment, and this process may be away for a while in between; so each look narrows
// what the constant can be, or else two edges would seem closer than they were.
type clocks struct{ least, most time.Duration }

// look is now on both clocks.
func (c *clocks) look(look func() drivers.Instant) (now drivers.Instant, onMonotonic time.Duration) {
	before := monotonic()
	now = look()
	c.narrow(now.Mono-monotonic(), now.Mono-before)
	return now, now.Mono - (c.least+c.most)/2
}

func (c *clocks) narrow(least, most time.Duration) {
	if least > c.most || most < c.least { // it was asleep, or this is the first look
		*c = clocks{least, most}
		return
	}
	c.least, c.most = max(c.least, least), min(c.most, most)
}

// instant is when CLOCK_MONOTONIC showed at, given what it shows now. Nothing has come from the future.
func instant(at, monotonic time.Duration, now drivers.Instant) drivers.Instant {
	age := max(monotonic-at, 0)
	now.Mono -= age
	now.Wall = now.Wall.Add(-age)
	return now
}

func monotonic() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		panic(fmt.Sprintf("gpio: CLOCK_MONOTONIC: %v", err)) // there has always been one
	}
	return time.Duration(ts.Nano())
}
