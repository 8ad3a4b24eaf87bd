package agent

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	periph "periph.io/x/conn/v3/gpio"

	"basemeter/agent/live"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers"
	"basemeter/drivers/sim"
)

const hallConfig = `
lines:
- {name: door, kind: rdm6300, port: %s}
- {name: desk, kind: rdm6300, port: %s}
- {name: pins, kind: gpio, devices: [{name: lamp, pin: LAMP}, {name: sel, pin: SEL}, {name: beam, pin: BEAM, input: pulse}]}
assets: [{name: lathe, contacts: [{point: lamp/contact, state: running}]}]
presence:
  areas: [{name: hall, text_zh: 车间, assets: [lathe]}]
  readers: [{reader: door, area: hall, way: toggle}, {reader: desk, asset: lathe, way: toggle}]
  switches: [{asset: lathe, contacts: [{point: sel/contact, purpose: pilot_test}]}]
  counters: [{name: beam, area: hall, point: beam/count}]
`

// A stage is readers on real wires, and simulated pins, before one agent after the other.
type stage struct {
	door, desk *sim.BadgeReader
	pins       map[string]*sim.Pin
	options    Options
	purpose    atomic.Value // the pseudonym of the card that stands for one
	*running
	stop func()
}

func newStage(t *testing.T) *stage {
	door, doorPort := serialWire(t)
	desk, deskPort := serialWire(t)
	t.Cleanup(func() { door.Close(); desk.Close() })
	s := &stage{door: &sim.BadgeReader{Wire: door}, desk: &sim.BadgeReader{Wire: desk}, pins: map[string]*sim.Pin{}}
	for _, name := range []string{"LAMP", "SEL", "BEAM"} {
		s.pins[name] = sim.NewPin(name, periph.Low)
	}
	s.options = Options{Log: slog.New(slog.DiscardHandler),
		Pins: func(name string) (periph.PinIn, error) { return s.pins[name], nil },
		Cards: func(pseudonym string) (group, purpose string) {
			if pseudonym == s.purpose.Load() {
				return "firm-a", "employee_training"
			}
			return "cnc-2401", ""
		}}
	s.running = &running{t: t, dir: t.TempDir(), head: `
base: b
gateway: gw
grid: 1s
batch_every: 1s
spool: {dir: spool}
mqtt: {broker: "tcp://127.0.0.1:9"}
clock: {trust: always}
http: {listen: ""}
badge_key_file: key
`}
	s.begin(s.config(fmt.Sprintf(hallConfig, doorPort.Name, deskPort.Name)))
	t.Cleanup(func() { s.stop() })
	return s
}

// begin lets an agent run until stop.
func (s *stage) begin(c configs.Agent) {
	a, err := New(c, nil, s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	s.Agent = a
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
}

// there waits until so many people are in the hall and at the lathe.
func (s *stage) there(hall, lathe int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%d in the hall, %d at the lathe", hall, lathe), func(f live.Floor) bool {
		return len(f.Areas) == 1 && f.Areas[0].People == hall && f.Assets[0].People != nil && *f.Assets[0].People == lathe
	})
}

func (s *stage) show(reader *sim.BadgeReader, card uint64) {
	s.t.Helper()
	if err := reader.Show(s.t.Context(), card, 10*time.Millisecond); err != nil {
		s.t.Fatal(err)
	}
}

// facts are all in the spool.
func (s *stage) facts() (all record.Facts) {
	for after := uint64(0); ; {
		sequence, payload, ok, err := s.spool.Next(after)
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok {
			return all
		}
		f, err := record.DecodeFacts(payload)
		if err != nil {
			s.t.Fatal(err)
		}
		all.Badges, all.Presences = append(all.Badges, f.Badges...), append(all.Presences, f.Presences...)
		all.Sessions, all.Counts = append(all.Sessions, f.Sessions...), append(all.Counts, f.Counts...)
		after = sequence
	}
}

// Cards at readers on real wires become stays, through the end of one agent and the beginning of the next; a card that
// stands for a purpose and a switch become sessions, and a beam's pulses counts.
func TestPeopleOnRealWires(t *testing.T) {
	const ann, bob, teacher = 0x13005D1DA5, 0x13005D1DA6, 0x13005D1DA7
	s := newStage(t)
	s.show(s.door, teacher) // the test learns the pseudonym of the card, and lets it stand for a purpose
	s.there(1, 0)
	s.until("the first badge", func(live.Floor) bool {
		f := s.facts()
		if len(f.Badges) > 0 {
			s.purpose.Store(f.Badges[0].Card)
		}
		return len(f.Badges) > 0
	})
	s.show(s.door, ann)
	s.show(s.door, bob)
	s.there(3, 0)
	s.show(s.desk, ann)
	s.there(3, 1)
	s.show(s.desk, teacher)
	s.until("a purpose", func(f live.Floor) bool { return f.Assets[0].Purpose == "employee_training" })
	s.until("the beam's first word, which is no passage", func(f live.Floor) bool { return pointOf(f, "beam/count").Quality == record.Good })
	for range 3 {
		s.pins["BEAM"].Put(true)
		<-time.After(60 * time.Millisecond)
		s.pins["BEAM"].Put(false)
		<-time.After(60 * time.Millisecond)
	}
	s.until("three passages", func(f live.Floor) bool { return pointOf(f, "beam/count").Value == 3 })

	s.stop()
	s.begin(s.Agent.config) // an update of the agent throws nobody out
	s.there(3, 1)
	<-time.After(2100 * time.Millisecond) // a card that was just seen is folded away
	s.show(s.desk, teacher)
	s.until("no purpose", func(f live.Floor) bool { return f.Assets[0].Purpose == "" })
	s.pins["SEL"].Put(true)
	s.until("the switch's purpose", func(f live.Floor) bool { return f.Assets[0].Purpose == "pilot_test" })
	s.show(s.desk, ann)
	s.show(s.door, ann)
	s.show(s.door, bob)
	s.there(1, 0)
	s.until("all facts", func(live.Floor) bool {
		f := s.facts()
		return len(f.Presences) == 3 && len(f.Sessions) > 1 && len(f.Counts) > 0
	})
	s.stop()

	s.begin(s.Agent.config)
	f := s.facts()
	var told []string
	for _, p := range f.Presences {
		told = append(told, fmt.Sprintf("%s %s %s %s", p.Place, p.Reader, p.Group, p.Ended))
		if p.KnownMS != p.ToMS || p.Continues || p.ToMS-p.FromMS < 2100 {
			t.Errorf("%+v", p)
		}
	}
	slices.Sort(told)
	if want := []string{"hall door cnc-2401 out", "hall door cnc-2401 out", "lathe desk cnc-2401 out"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if c := f.Sessions[0]; c.By != "card" || c.Purpose != "employee_training" || c.Group != "firm-a" || c.Ended != "out" || c.Asset != "lathe" {
		t.Errorf("%+v", c)
	}
	if c := f.Sessions[1]; c.By != "switch" || c.Purpose != "pilot_test" {
		t.Errorf("%+v", c)
	}
	passages := int64(0)
	for _, c := range f.Counts {
		passages += c.Passages
	}
	if passages != 3 || len(f.Badges) != 9 {
		t.Errorf("%d passages of 3, %d badges of 9", passages, len(f.Badges))
	}
	s.there(1, 0) // the teacher's card went in before it was enrolled; closing it is a rule's work
}

// What a reload takes away ends; who is present elsewhere stays. What it changes of people needs no restart.
func TestAReloadThrowsNobodyOut(t *testing.T) {
	at := func(s int) drivers.Instant {
		return drivers.Instant{Boot: "b", Mono: time.Duration(s) * time.Second, Wall: monday.Add(time.Duration(s) * time.Second), Synced: true}
	}
	k := &keeper{log: slog.New(slog.DiscardHandler), spots: map[string]*spot{}, full: make(chan struct{}, 1), began: at(0), now: at(0)}
	config := func(people configs.Presence) configs.Agent {
		return configs.Agent{Base: "b", Grid: configs.Duration(time.Minute), Presence: people}
	}
	k.follow(config(hallOfPeople), nil, at(0))
	for i, reader := range []string{"entrance", "gate"} {
		k.keep([]drivers.Reading{{Point: reader + "/badge", Value: 1, Card: fmt.Sprintf("%016x", i), At: at(1)}})
	}
	k.gather()
	next := hallOfPeople
	next.LongestStay = configs.Duration(time.Hour)
	next.Readers = slices.Clone(hallOfPeople.Readers[:2])
	gone := k.follow(config(next), nil, at(60))
	if k.gather(); len(k.facts.Presences) != 1 || k.facts.Presences[0].Ended != "removed" || k.facts.Presences[0].Place != "yard" {
		t.Errorf("told %+v", k.facts.Presences)
	}
	if n := k.present("hall"); !slices.Equal(gone, []string{"yard"}) || n == nil || *n != 1 || k.present("yard") != nil {
		t.Errorf("gone: %q; in the hall: %v", gone, n)
	}
	if needed := restarts(config(hallOfPeople), config(next)); len(needed) > 0 {
		t.Errorf("a restart is asked for, because of %q", needed)
	}
}

// A mark outlives the program that wrote it: one of today's, and one from before anybody was counted.
func TestMarks(t *testing.T) {
	at := drivers.Instant{Boot: "b", Mono: time.Hour, Wall: monday.Add(time.Hour), Synced: true}
	fresh := func() (*keeper, *memory) {
		m := &memory{}
		k := &keeper{spool: m, log: slog.New(slog.DiscardHandler), spots: map[string]*spot{}, full: make(chan struct{}, 1), began: at, now: at}
		k.follow(configs.Agent{Grid: configs.Duration(time.Minute), Presence: hallOfPeople}, nil, at)
		return k, m
	}
	k, _ := fresh()
	k.facts.Epoch = 7
	k.cards = func(string) (string, string) { return "cnc-2401", "" }
	k.keep([]drivers.Reading{{Point: "entrance/badge", Value: 1, Card: "0123456789abcdef", At: at}})
	golden, err := os.ReadFile("testdata/mark.golden")
	if err != nil {
		t.Fatal(err)
	}
	if mark := append(k.mark(at), '\n'); !bytes.Equal(mark, golden) {
		t.Errorf("a mark is\n%s\nwant\n%s", mark, golden)
	}
	for name, c := range map[string]struct {
		mark    string
		present int
		written int // payloads
	}{
		"today's":            {strings.TrimSuffix(string(golden), "\n"), 1, 0},
		"of nobody":          {`{"epoch":7,"spells":[{"asset":"a","state":"off","from_ms":1772409600000,"to_ms":1772409601000}]}`, 0, 1},
		"of another boot":    {strings.NewReplacer(`"b"`, `"a"`, "1772409600000", "1772405940000").Replace(string(golden)), 1, 1}, // of a minute before
		"of nothing":         {"", 0, 0},
		"nobody and nothing": {`{"epoch":7}`, 0, 0},
	} {
		k, m := fresh()
		if err := k.recover([]byte(c.mark), at); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := *k.present("hall"); n != c.present || m.payloads != c.written {
			t.Errorf("%s: %d present, %d payloads, want %d and %d", name, n, m.payloads, c.present, c.written)
		}
	}
	// However it is cut, it is refused or what it says is sound.
	for cut := range golden {
		k, _ := fresh()
		if err := k.recover(golden[:cut], at); err == nil && *k.present("hall") > 1 {
			t.Errorf("cut at %d, it makes %d people", cut, *k.present("hall"))
		}
	}
}

// A memory is a spool that keeps nothing.
type memory struct{ payloads int }

func (m *memory) Append(payload, mark []byte) (uint64, error) {
	if payload != nil {
		m.payloads++
	}
	return 0, nil
}
