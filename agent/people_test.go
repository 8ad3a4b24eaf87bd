package agent

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"basemeter/agent/clock"
	"basemeter/agent/record"
	"basemeter/configs"
	"basemeter/drivers"
)

// hallOfPeople has an entrance, an exit, and a gate that is both.
var hallOfPeople = configs.Presence{
	Timezone: "Asia/Shanghai", LongestStay: configs.Duration(24 * time.Hour),
	Areas: []configs.Area{{Name: "hall"}, {Name: "yard"}},
	Readers: []configs.PlacedReader{
		{Reader: "entrance", Area: "hall", Way: configs.In}, {Reader: "exit", Area: "hall", Way: configs.Out},
		{Reader: "gate", Area: "yard", Way: configs.Toggle},
	},
}

// A visit is somebody who comes, with a card that nobody else has, and perhaps goes.
type visit struct {
	card        string
	in, out     string // readers
	came, went  time.Time
	sure        bool     // what was shown was written before anything ended
	cuts        []outage // since it came
	proved      bool     // it went by the exit before the clock was set, which proves that it had been inside
	lastShown   time.Time
	wrongClocks bool // the clock was set to a wrong time in one of its boots, or never
}

// An outage is a stretch without power in a visit.
type outage struct {
	at, boot time.Time
	synced   bool // the clock was set before it
}

// parted are the cuts before it went.
func (v *visit) parted() (cuts []outage) {
	for _, c := range v.cuts {
		if v.went.IsZero() || c.at.Before(v.went) {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// turned tells whether it went by a gate behind a cut so long, or of nobody knows what length, that the showing may have
// been taken for the beginning of another visit: then the gateway has it inside, though it has gone.
func (v *visit) turned() bool {
	return v.in == "gate" && !v.went.IsZero() &&
		slices.ContainsFunc(v.parted(), func(c outage) bool { return !c.synced || c.boot.Sub(c.at) > 29*time.Minute })
}

// A house is a gateway and its visitors.
type house struct {
	*gateway
	visits []*visit
}

// slack is what lies in memory at the most, and a beat.
func (h *house) slack() time.Duration { return markEvery + h.config.BatchEvery.D() + 2*time.Second }

func (h *house) show(v *visit, reader string) {
	h.pass(10 * time.Millisecond)
	h.keeper.keep([]drivers.Reading{{Point: reader + "/badge", Value: 1, Card: v.card, At: h.clock.Now()}})
	v.lastShown = h.real
	v.wrongClocks = v.wrongClocks || h.run().wrong
}

func (h *house) enter(in, out string) {
	v := &visit{card: fmt.Sprintf("%016x", len(h.visits)), in: in, out: out, sure: true}
	h.visits = append(h.visits, v)
	h.show(v, in)
	v.came = h.real
}

func (h *house) leave(v *visit) {
	h.show(v, v.out)
	v.proved = v.out == "exit" && !h.synced
	v.went = h.real
}

// inside are those who have not gone.
func (h *house) inside() (list []*visit) {
	for _, v := range h.visits {
		if v.went.IsZero() {
			list = append(list, v)
		}
	}
	return list
}

// unsure notes whose showings a kill may have taken.
func (h *house) unsure() {
	for _, v := range h.visits {
		if h.real.Sub(v.lastShown) < h.slack() && !v.lastShown.Before(h.run().began) {
			v.sure = false
		}
	}
}

func (h *house) kill(orderly bool) {
	if !orderly {
		h.unsure()
	}
	h.end(orderly)
	h.pass(2 * time.Second)
	h.start()
}

func (h *house) powerCut(down time.Duration) {
	h.unsure()
	at, synced := h.real, h.synced
	h.end(false)
	h.pass(down)
	h.boot, h.booted = fmt.Sprintf("boot-%d", len(h.runs)), h.real
	h.synced, h.wrong = false, time.Unix(0, 0).Sub(h.real)
	for _, v := range h.visits {
		v.cuts = append(v.cuts, outage{at, h.real, synced})
	}
	h.pass(5 * time.Second)
	h.start()
}

func (h *house) mistake(by time.Duration) {
	h.step(by)
	for _, v := range h.inside() {
		v.wrongClocks = true
	}
	for _, v := range h.visits {
		v.wrongClocks = v.wrongClocks || v.went.After(h.booted) || v.turned()
	}
}

// told are the stays that the centre would receive, by card. What was seen in a boot whose clock was never set has a date
// that is no better than an estimate.
func (h *house) told() map[string][]record.Presence {
	stays := map[string][]record.Presence{}
	for after := uint64(0); ; {
		sequence, payload, ok, err := h.spool.Next(after)
		if err != nil {
			h.t.Fatal(err)
		}
		if !ok {
			return stays
		}
		after = sequence
		message, err := h.message(sequence, payload)
		if errors.Is(err, clock.ErrNever) {
			continue
		}
		if err != nil {
			h.t.Fatal(err)
		}
		batch, err := record.DecodeBatch(message)
		if err != nil {
			h.t.Fatalf("%v\n%s", err, message)
		}
		for _, p := range batch.Presences {
			stays[p.Card] = append(stays[p.Card], p)
			for _, v := range h.visits {
				v.wrongClocks = v.wrongClocks || batch.Estimated && v.card == p.Card
			}
		}
	}
}

// verify holds what was told of a visit against what happened.
func (h *house) verify(v *visit, stays []record.Presence) {
	lasted, whole := v.went.Sub(v.came).Milliseconds(), len(v.parted()) == 0
	for _, p := range stays {
		if p.ToMS-p.FromMS > h.real.Sub(v.came).Milliseconds() {
			h.t.Fatalf("%+v\nis longer than the visit %+v", p, v)
		}
	}
	if v.sure && whole && v.went.IsZero() && len(stays) > 0 {
		h.t.Fatalf("somebody has not gone, and was told: %+v", stays)
	}
	if v.sure && whole && !v.went.IsZero() {
		if len(stays) != 1 || stays[0].ToMS-stays[0].FromMS != lasted || stays[0].KnownMS != stays[0].ToMS || stays[0].Ended != "out" || stays[0].Continues {
			h.t.Fatalf("a visit of %d ms was told as %+v", lasted, stays)
		}
	}
	if v.wrongClocks {
		return
	}
	slices.SortFunc(stays, func(a, b record.Presence) int { return cmp.Compare(a.FromMS, b.FromMS) })
	for i, p := range stays {
		switch {
		case i > 0 && p.FromMS < stays[i-1].ToMS:
			h.t.Fatalf("%+v\noverlaps %+v", p, stays[i-1])
		case p.Ended == "out" && p.ToMS != v.went.UnixMilli():
			h.t.Fatalf("out at %d, and told as %+v", v.went.UnixMilli(), p)
		case v.sure && p.Continues && !slices.ContainsFunc(v.cuts, func(c outage) bool { return p.FromMS-c.boot.UnixMilli() < 100 && c.boot.UnixMilli() <= p.FromMS }):
			h.t.Fatalf("goes on where no power came back: %+v", p)
		}
	}
	h.verifyCuts(v, stays)
}

// verifyCuts wants a visit that short cuts have parted to be told up to its end, but for the cuts and what they cost.
func (h *house) verifyCuts(v *visit, stays []record.Presence) {
	cuts := v.parted()
	if !v.sure || v.went.IsZero() || len(cuts) == 0 {
		return
	}
	whole, long := v.went.Sub(v.came), false
	for _, c := range cuts {
		if !c.synced { // nobody can tell how long it was
			return
		}
		whole -= c.boot.Sub(c.at)
		long = long || c.boot.Sub(c.at) > 30*time.Minute+h.slack()
	}
	sum, last, one := time.Duration(0), stays[len(stays)-1], true
	for i, p := range stays {
		sum += time.Duration(p.ToMS-p.FromMS) * time.Millisecond
		one = one && p.Continues == (i > 0)
	}
	least := whole - time.Duration(len(cuts))*h.slack()
	short := !slices.ContainsFunc(cuts, func(c outage) bool { return c.boot.Sub(c.at) > 29*time.Minute })
	switch {
	case v.in == "gate" && !short: // at a gate, who shows the card after a night comes in
	case sum > whole:
		h.t.Fatalf("%v of %v in %+v", sum, whole, stays)
	case short && (last.Ended != "out" || !one || sum < least || len(stays) != len(cuts)+1):
		h.t.Fatalf("a visit of %v, but for %d cuts, was told as %+v", whole, len(cuts), stays)
	case long && !v.proved && last.Ended == "out" && last.Continues:
		h.t.Fatalf("a long cut does not part %+v", stays)
	}
}

// However the process ends, whatever the clock does, and however often the power is cut: a visit whose showings were
// written is told once, to the millisecond, or in as many pieces as a short cut makes of it.
func TestVisitsAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("/dev/shm", "visits-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		h := &house{gateway: &gateway{t: t, dir: dir, real: monday, boot: "boot", booted: monday.Add(-time.Minute), synced: true}}
		h.config = configs.Agent{
			Base: "base", Gateway: "gw", BatchEvery: configs.Duration(rapid.IntRange(1, 20).Draw(t, "batch")) * configs.Duration(time.Second),
			Grid: configs.Duration(time.Minute), Spool: configs.Spool{Dir: dir, MaxBytes: 64 << 20, MaxAge: configs.Duration(10000 * time.Hour)},
			Presence: hallOfPeople,
		}
		h.start()
		h.enter("entrance", "exit")
		for range rapid.IntRange(1, 20).Draw(t, "events") {
			switch rapid.IntRange(0, 11).Draw(t, "event") {
			case 0:
				h.work(40, record.Unknown) // so that all was written
				h.powerCut(time.Duration(rapid.SampledFrom([]int{7, 180, 1200, 2400, 36000}).Draw(t, "without power")) * time.Second)
				if rapid.IntRange(0, 3).Draw(t, "the clock is set") > 0 {
					h.work(20, record.Unknown)
					h.sync()
				}
			case 1, 2:
				h.kill(rapid.Bool().Draw(t, "orderly"))
			case 3:
				h.sync()
			case 4:
				h.mistake(time.Duration(rapid.IntRange(-100_000_000, 100_000_000).Draw(t, "step")) * time.Millisecond)
			case 5, 6:
				h.enter("entrance", "exit")
			case 7:
				h.enter("gate", "gate")
			case 8, 9:
				if in := h.inside(); len(in) > 0 {
					h.leave(in[rapid.IntRange(0, len(in)-1).Draw(t, "who")])
				}
			default:
				h.work(rapid.IntRange(1, 60).Draw(t, "seconds"), record.Unknown)
			}
		}
		h.sync()
		h.work(2, record.Unknown)
		h.end(true)
		h.pass(time.Second)
		h.start() // to read the spool
		defer h.spool.Close()
		stays := h.told()
		for _, v := range h.visits {
			h.verify(v, stays[v.card])
		}
	})
}
