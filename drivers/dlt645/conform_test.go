package dlt645

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/drivertest"
	"basemeter/drivers/port"
	"basemeter/drivers/sim"
)

func TestMain(m *testing.M) { os.Exit(drivertest.Main(m)) }

func noTime() drivers.Instant { return drivers.Instant{} }

// identifiers of the stand's meter. Every one of them has another value at every round.
var identifiers = []uint32{0x00010000, 0x02030000, 0x02030100, 0x02030200, 0x02030300}

// A stand is a meter with faults behind a pty. It encodes its frames by itself.
type stand struct {
	t     *testing.T
	path  string
	delay time.Duration
	late  time.Duration // how much more a late answer takes
	only  uint32        // the one identifier that it has; 0: all

	mu    sync.Mutex
	round int
	fault drivertest.Fault
	asked int

	wire  *sim.Wire
	stop  chan struct{}
	ended sync.WaitGroup
}

func newStand(t *testing.T, delay, late time.Duration) *stand {
	s := &stand{t: t, path: filepath.Join(t.TempDir(), "port"), delay: delay, late: late}
	s.plug()
	t.Cleanup(s.unplug)
	return s
}

func (s *stand) plug() {
	var err error
	if s.wire, err = sim.OpenWire(); err == nil {
		err = os.Symlink(s.wire.Path, s.path)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.stop = make(chan struct{})
	due := make(chan reply, 1000) // the meter hears what it has no time to answer yet
	s.ended.Go(func() { s.hear(due) })
	s.ended.Go(func() { s.answer(due) })
}

func (s *stand) unplug() {
	if s.stop == nil {
		return
	}
	os.Remove(s.path)
	close(s.stop)
	s.wire.Close()
	s.ended.Wait()
	s.stop = nil
}

type reply struct {
	at   time.Time
	says []byte
}

func (s *stand) hear(due chan<- reply) {
	defer close(due)
	var heard []byte
	for buf := make([]byte, 256); ; {
		n, err := s.wire.Read(buf)
		if err != nil {
			return
		}
		for heard = append(heard, buf[:n]...); len(heard) >= 20; heard = heard[20:] { // every question to a meter has 20
			q := heard[:20:20]
			if q[12] != 0x11 || q[18] != sum(q[4:18]) {
				s.t.Errorf("not a question: % X", q)
			}
			due <- s.reply(q)
		}
	}
}

func (s *stand) answer(due <-chan reply) {
	for r := range due {
		select {
		case <-s.stop:
			return
		case <-time.After(time.Until(r.at)):
			s.wire.Write(r.says)
		}
	}
}

// value is what an identifier is at a round: six digits.
func value(round int, identifier uint32) int {
	return round*10 + int(identifier>>8&0xFF) + int(identifier>>24)
}

func (s *stand) reply(q []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.fault
	s.fault = drivertest.None
	s.asked++
	id := uint32(q[14]-0x33) | uint32(q[15]-0x33)<<8 | uint32(q[16]-0x33)<<16 | uint32(q[17]-0x33)<<24
	n, width := value(s.round, id), 3
	if id == 0x00010000 {
		width = 4
	}
	data := append([]byte(nil), q[14:18]...)
	for range width {
		data = append(data, byte(n/10%10<<4|n%10)+0x33)
		n /= 100
	}
	says, at := telegram(q[5:11], 0x91, data), time.Now().Add(s.delay)
	if s.only != 0 && id != s.only {
		says = telegram(q[5:11], 0xD1, []byte{0x35})
	}
	noise := []byte{0x00, 0x68, 0xFF, 0x16, 0x55}
	switch fault {
	case drivertest.NoiseBefore:
		says = append(noise, says...)
	case drivertest.NoiseAfter:
		says = append(says, noise...)
	case drivertest.Stranger:
		says = append(telegram([]byte{1, 2, 3, 4, 5, 6}, 0x91, data), says...)
	case drivertest.Echo:
		says = append(append([]byte(nil), q...), says...)
	case drivertest.Corrupt:
		bit := 32 + s.asked*11%(8*(len(says)-4)) // another each time; a wrong wake byte does no harm
		says[bit/8] ^= 1 << (bit % 8)
	case drivertest.WrongLength:
		says = telegram(q[5:11], 0x91, append(data, 0x33))
	case drivertest.CutShort:
		says = says[:len(says)/2]
	case drivertest.Refusal:
		says = telegram(q[5:11], 0xD1, []byte{0x35})
	case drivertest.Silent:
		says = nil
	case drivertest.Late:
		at = at.Add(s.late)
	}
	return reply{at, says}
}

func telegram(meter []byte, control byte, data []byte) []byte {
	f := append([]byte{0xFE, 0xFE, 0xFE, 0xFE, 0x68}, meter...)
	f = append(append(f, 0x68, control, byte(len(data))), data...)
	var s byte
	for _, b := range f[4:] {
		s += b
	}
	return append(f, s, 0x16)
}

func (s *stand) next(f drivertest.Fault) func(drivers.Reading) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.round++
	s.fault = f
	round := s.round
	return func(r drivers.Reading) bool {
		var id uint32
		fmt.Sscanf(r.Point, "meter/%08X", &id)
		return r.Value == float64(value(round, id))
	}
}

func points(identifiers ...uint32) (points []Point) {
	for _, id := range identifiers {
		p := Point{Name: fmt.Sprintf("%08X", id), Identifier: id, Length: 3}
		if id == 0x00010000 {
			p.Length = 4
		}
		points = append(points, p)
	}
	return points
}

// bench has a source for each set of identifiers. The line is faster than the meter answers.
func (s *stand) bench(timeout time.Duration, sets ...[]Point) *drivertest.Bench {
	l := New(port.New(port.Settings{Name: s.path, Baud: 115200, Parity: "even"}), noTime)
	sources, err := l.Sources(Device{Name: "meter", Address: "000102030425", Timeout: timeout}, sets...)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &drivertest.Bench{Next: s.next, Unplug: s.unplug, Plug: s.plug, Faults: []drivertest.Fault{
		drivertest.NoiseBefore, drivertest.NoiseAfter, drivertest.Stranger, drivertest.Echo, drivertest.Corrupt,
		drivertest.WrongLength, drivertest.CutShort, drivertest.Refusal, drivertest.Silent, drivertest.Late,
	}}
	for _, source := range sources {
		s.t.Cleanup(func() { source.Close() })
		b.Sources = append(b.Sources, source)
	}
	return b
}

func single(t *testing.T, delay, late, timeout time.Duration, identifiers ...uint32) *drivertest.Bench {
	var sets [][]Point
	for _, id := range identifiers {
		sets = append(sets, points(id))
	}
	return newStand(t, delay, late).bench(timeout, sets...)
}

func TestConform(t *testing.T) {
	timeout := drivertest.Timeout(300 * time.Millisecond)
	for name, c := range map[string]struct {
		delay       time.Duration
		identifiers []uint32
	}{
		"a slow meter": {50 * time.Millisecond, identifiers},
		"five points":  {5 * time.Millisecond, identifiers},
		"only energy":  {5 * time.Millisecond, identifiers[:1]},
		"only power":   {5 * time.Millisecond, identifiers[1:2]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drivertest.Conform(t, func(t *testing.T) *drivertest.Bench {
				return single(t, c.delay, timeout+60*time.Millisecond-c.delay, timeout, c.identifiers...)
			})
		})
	}
}

// Answers come up to two questions late.
func TestHammer(t *testing.T) {
	const timeout = 30 * time.Millisecond
	for name, ids := range map[string][]uint32{"five points": identifiers, "only energy": identifiers[:1], "only power": identifiers[1:2]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drivertest.Hammer(t, single(t, 5*time.Millisecond, 2*timeout, timeout, ids...), 60)
		})
	}
	t.Run("a meter that has nothing else", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, 5*time.Millisecond, timeout*13/10)
		s.only = 0x02030100
		drivertest.Hammer(t, s.bench(timeout, points(s.only)), 60)
	})
	t.Run("all in one read", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, 5*time.Millisecond, 2*timeout)
		drivertest.Hammer(t, s.bench(timeout, points(identifiers...)), 40)
	})
}
