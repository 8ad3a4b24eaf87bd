package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// A token of a message that the broker confirms at once, never, or refuses.
type token struct {
	done chan struct{}
	err  error
}

func (t *token) Wait() bool                     { <-t.done; return true }
func (t *token) WaitTimeout(time.Duration) bool { panic("not used") }
func (t *token) Done() <-chan struct{}          { return t.done }
func (t *token) Error() error                   { return t.err }

// A counter stands where paho's client would, in a bubble, where there are no sockets.
type counter struct {
	began   time.Time
	sent    []string // "15s: 1"
	written chan struct{}
	mute    bool  // confirms nothing
	err     error // takes nothing
	stuck   bool  // what it was given does not leave
}

func (c *counter) Publish(topic string, _ byte, _ bool, payload any) mqtt.Token {
	what := strings.Fields(string(payload.([]byte)))[0]
	c.sent = append(c.sent, fmt.Sprintf("%v: %s", time.Since(c.began), what))
	t := &token{make(chan struct{}), c.err}
	if c.err != nil || !c.mute {
		close(t.done)
	}
	if !c.stuck {
		c.written <- struct{}{}
	}
	return t
}

// A bubble carries in a bubble, where hours cost nothing, while a test looks on.
type bubble struct {
	*desk
	*sender
	*counter
	lost chan error
	end  func() error // ends the connection and returns why it ended
	seen int
}

func inBubble(t *testing.T, test func(t *testing.T, b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		b := &bubble{desk: d, sender: newSender(Options{Base: "base", Gateway: "gw"}, d.post, usual), lost: make(chan error)}
		b.counter = &counter{began: time.Now(), written: make(chan struct{}, 1)}
		b.connect(t)
		test(t, b)
		_ = b.end() // the test has looked at it, if it wanted to
	})
}

// connect begins to carry.
func (b *bubble) connect(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	b.reconnected()
	go func() { ended <- b.carry(ctx, b.counter, b.counter.written, b.lost) }()
	b.end = sync.OnceValue(func() error {
		synctest.Wait()
		cancel()
		return <-ended
	})
}

// pass lets time pass, and returns what was sent since the last look.
func (b *bubble) pass(d time.Duration) []string {
	b.shelf.tell(func() {}) // in the race detector's eyes, time alone orders nothing
	time.Sleep(d)           // a bubble's clock
	synctest.Wait()
	sent := b.sent[b.seen:]
	b.seen = len(b.sent)
	return slices.Clone(sent)
}

func (b *bubble) want(t *testing.T, d time.Duration, want ...string) {
	t.Helper()
	if got := b.pass(d); !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func at(when string, from, to int) (all []string) {
	for n := from; n <= to; n++ {
		all = append(all, fmt.Sprintf("%s: %d", when, n))
	}
	return all
}

func TestPauseGrowsAndHoldsNobodyUp(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(2)
		b.want(t, 0, "0s: 1", "0s: 2")
		b.acks <- accept(2)
		b.want(t, 2*time.Minute, "15s: 1", "45s: 1", "1m45s: 1")
		b.put(1)
		b.want(t, 0, "2m0s: 3")
		b.acks <- accept(3)
		b.want(t, 28*time.Minute, "3m45s: 1", "7m45s: 1", "15m45s: 1", "25m45s: 1")
		b.want(t, 10*time.Minute, "35m45s: 1")
		b.acks <- accept(1)
		b.want(t, 24*time.Hour)
		if n := b.desk.post.Count; n.Sent.Load() != 3 || n.Resent.Load() != 8 || n.Accepted.Load() != 3 {
			t.Errorf("counted %d sent, %d resent, %d accepted", n.Sent.Load(), n.Resent.Load(), n.Accepted.Load())
		}
	})
}

func TestWindowCountsBatches(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(100)
		b.want(t, 10*time.Second, at("0s", 1, 64)...)
		b.acks <- accept(64, 64, 1)
		b.want(t, 0, at("10s", 65, 66)...)
		b.acks <- accept(64, 1, 99) // 99 was never sent: not under way, so there is no more room
		b.want(t, 0)
		if b.under != 64 || b.bytes != 8*len("2 payload")+56*len("10 payload") {
			t.Errorf("%d batches of %d bytes are under way", b.under, b.bytes)
		}
		if n := b.desk.post.Count.Accepted.Load(); n != 2 {
			t.Errorf("counted %d accepted", n)
		}
	})
}

func TestWindowCountsBytes(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for range 6 {
			b.shelf.put(strings.Repeat("x", 300<<10))
		}
		b.post().Latest.Wake()
		b.want(t, 10*time.Second, at("0s", 1, 4)...) // the fourth goes beyond
		b.acks <- accept(2)
		b.want(t, 0, "10s: 5")
		b.acks <- accept(1, 3, 4, 5)
		b.want(t, 0, "10s: 6")
		b.acks <- accept(6)
		b.want(t, time.Hour)
		if b.under != 0 || b.bytes != 0 {
			t.Errorf("%d batches of %d bytes are under way", b.under, b.bytes)
		}
	})
}

func (b *bubble) post() *Post { return &b.sender.Post }

func TestAStrangersAnswerIsNotOurs(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(2)
		b.pass(0)
		b.acks <- record.Ack{Stream: "another", Accepted: upTo(2)}
		b.acks <- record.Ack{Accepted: upTo(2), Rejected: []record.Rejection{{Sequence: 1}}}
		b.pass(0)
		if left := b.left(); !slices.Equal(left, upTo(2)) || b.under != 2 {
			t.Errorf("left in the spool: %d, %d under way", left, b.under)
		}
	})
}

func TestUndatedHoldsBackTheRest(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		set := false
		dated := b.sender.Message
		b.sender.Message = func(sequence uint64, payload []byte) ([]byte, error) {
			if sequence >= 3 && !set {
				return nil, fmt.Errorf("boot 1: %w", ErrEarly)
			}
			return dated(sequence, payload)
		}
		b.put(5)
		b.want(t, 2*time.Hour-5*time.Minute, append(at("0s", 1, 2), b.again("15s", "45s", "1m45s", "3m45s", "7m45s", "15m45s", "25m45s",
			"35m45s", "45m45s", "55m45s", "1h5m45s", "1h15m45s", "1h25m45s", "1h35m45s", "1h45m45s")...)...)
		set = true
		b.want(t, time.Second, at("1h55m1s", 3, 5)...)
	})
}

func (b *bubble) again(when ...string) (all []string) {
	for _, w := range when {
		all = append(all, at(w, 1, 2)...)
	}
	return all
}

func TestUndatedAgainIsOnlyLate(t *testing.T) { // a batch that had a date and lost it does not end the connection
	inBubble(t, func(t *testing.T, b *bubble) {
		dated := b.sender.Message
		b.put(2)
		b.want(t, 0, at("0s", 1, 2)...)
		b.sender.Message = func(sequence uint64, payload []byte) ([]byte, error) {
			if sequence == 1 {
				return nil, ErrEarly
			}
			return dated(sequence, payload)
		}
		b.want(t, 16*time.Second, "15s: 2")
		b.sender.Message = dated
		b.want(t, 30*time.Second, at("45s", 1, 2)...)
	})
}

func TestWhatNeverCanBeSentIsGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		dated := b.sender.Message
		b.sender.Message = func(sequence uint64, payload []byte) ([]byte, error) {
			if sequence == 2 {
				return nil, errors.New("spooled facts: garbage")
			}
			return dated(sequence, payload)
		}
		b.put(3)
		b.want(t, 0, "0s: 1", "0s: 3")
		if left := b.left(); !slices.Equal(left, []uint64{1, 3}) {
			t.Errorf("left in the spool: %d", left)
		}
		if n := b.desk.post.Count.Rejected.Load(); n != 1 {
			t.Errorf("counted %d", n)
		}
		b.once(t, "batch rejected sequence=2 reason=spooled facts: garbage")
	})
}

func TestUnreadableWaitsAndHoldsNobodyUp(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.shelf.unread[2] = errors.New("read batch 2: input/output error")
		b.put(3)
		if got := b.pass(2 * time.Second); len(got) != 2 || got[0] != "0s: 1" || got[1] != "0s: 3" && got[1] != "1s: 3" {
			t.Errorf("sent %q", got)
		}
		b.acks <- accept(1, 3)
		b.want(t, 10*time.Minute)
		b.once(t, "batch cannot be read now sequence=2 reason=read batch 2")
		b.shelf.tell(func() { delete(b.shelf.unread, 2) })
		b.want(t, 10*time.Minute, "15m45s: 2")
		b.acks <- accept(2)
		b.want(t, time.Hour)
		if len(b.left()) > 0 || b.under != 0 || b.bytes != 0 || len(b.flights) > 0 {
			t.Errorf("left in the spool: %d, under way %d, flights %d", b.left(), b.under, len(b.flights))
		}
	})
}

func TestUnreadableBySomethingThatPasses(t *testing.T) { // more of them than the window is wide, then all come
	inBubble(t, func(t *testing.T, b *bubble) {
		for sequence := range uint64(100) {
			b.shelf.unread[sequence+1] = errors.New("too many open files")
		}
		b.put(110)
		b.want(t, time.Minute)
		b.shelf.tell(func() { clear(b.shelf.unread) })
		got := map[string]bool{}
		for range 110 {
			for _, sent := range b.pass(10 * time.Second) {
				_, sequence, _ := strings.Cut(sent, ": ")
				got[sequence] = true
			}
			if b.under > windowBatches {
				t.Fatalf("%d batches are under way", b.under)
			}
			for sequence := range maps.Keys(b.flights) {
				if b.flights[sequence].size > 0 {
					b.acks <- accept(sequence)
					synctest.Wait()
				}
			}
		}
		if len(got) != 110 || len(b.left()) > 0 {
			t.Errorf("%d came, left in the spool: %d", len(got), b.left())
		}
	})
}

func TestUnreadableOnTheSecondTryKeepsTheConnection(t *testing.T) { // it ended it, again and again
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(2)
		b.pass(0)
		b.shelf.tell(func() { b.shelf.unread[1] = errors.New("input/output error") })
		b.want(t, 16*time.Second, "15s: 2")
		if err := b.end(); !errors.Is(err, context.Canceled) {
			t.Errorf("ended by %v", err)
		}
	})
}

func TestDroppedByTheSpoolIsForgotten(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(2)
		b.pass(0)
		b.shelf.tell(func() { delete(b.shelf.batches, 1) })
		b.want(t, 16*time.Second, "15s: 2")
		if b.under != 1 || len(b.flights) != 1 {
			t.Errorf("%d under way", b.under)
		}
	})
}

func TestUnconfirmedIsNotCopied(t *testing.T) { // a slow line would only become slower
	inBubble(t, func(t *testing.T, b *bubble) {
		b.mute = true
		b.put(1)
		b.want(t, 10*time.Minute, "0s: 1")
		b.want(t, time.Minute)
		if err := b.end(); err == nil || !strings.Contains(err.Error(), "the broker has not confirmed batch 1") {
			t.Errorf("ended by %v", err)
		}
		b.mute = false
		b.connect(t)
		b.want(t, 0, "11m0s: 1")
		b.want(t, 30*time.Second, "11m15s: 1") // the pauses begin anew
	})
}

func TestNewConnectionSendsWhatTheOldDidNotConfirm(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(2)
		b.pass(0)
		b.mute = true
		b.put(20)
		b.sender.Latest.Set("now/a", []byte("a"))
		b.pass(0)
		b.lost <- io.EOF
		if err := b.end(); !errors.Is(err, io.EOF) {
			t.Errorf("ended by %v", err)
		}
		b.mute = false
		b.connect(t)
		got := b.pass(0)
		slices.Sort(got[:2]) // the two kinds take turns
		if want := append([]string{"0s: 3", "0s: a"}, at("0s", 4, 22)...); !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		b.want(t, 16*time.Second, at("15s", 1, 22)...)
	})
}

func TestRefusedByPahoComesWithTheNextConnection(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.err = mqtt.ErrNotConnected
		b.put(2)
		b.want(t, 10*time.Second, "0s: 1")
		if err := b.end(); !errors.Is(err, mqtt.ErrNotConnected) {
			t.Errorf("ended by %v", err)
		}
		b.err = nil
		<-b.written // what the old connection said last
		b.connect(t)
		b.want(t, 0, at("10s", 1, 2)...)
	})
}

func TestWhatDoesNotLeaveKeepsNobodyWaiting(t *testing.T) { // acknowledgements were deaf while a message was written
	inBubble(t, func(t *testing.T, b *bubble) {
		b.stuck = true
		b.put(3)
		b.want(t, time.Hour, "0s: 1")
		b.acks <- accept(2)
		b.sender.Latest.Set("now/a", []byte("a")) // nor does whoever says something wait
		b.stuck = false
		b.written <- struct{}{}
		got := b.pass(0)
		slices.Sort(got)
		if want := []string{"1h0m0s: 1", "1h0m0s: 3", "1h0m0s: a"}; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
	})
}

func TestOnlyTheNewestWordIsSent(t *testing.T) {
	l := NewLatest()
	l.Set("now/a", []byte("older"))
	l.Set("now/a", []byte("newer"))
	if topic, payload, ok := l.next(); topic != "now/a" || string(payload) != "newer" || !ok {
		t.Errorf("sent %q on %q (%v)", payload, topic, ok)
	}
	if topic, payload, ok := l.next(); ok {
		t.Errorf("sent %q on %q once more", payload, topic)
	}
}

func TestLatestAndBatchesTakeTurns(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		for _, name := range []string{"a", "b", "c"} {
			b.sender.Latest.Set("now/"+name, []byte(name))
		}
		b.put(40)
		got := b.pass(0)
		if len(got) != 43 {
			t.Fatalf("sent %q", got)
		}
		for i, want := range []string{"a", "b", "c"} {
			if place := slices.Index(got, "0s: "+want); place < 0 || place > 6 {
				t.Errorf("%s (%d) was sent as number %d: %q", want, i, place, got[:8])
			}
		}
	})
}

func TestFullDiskDoesNotEndTheConnection(t *testing.T) { // each acknowledgement did
	inBubble(t, func(t *testing.T, b *bubble) {
		b.put(3)
		b.pass(0)
		b.shelf.tell(func() { b.shelf.full = errors.New("no space left on device") })
		b.acks <- accept(1)
		b.acks <- accept(2)
		b.pass(0)
		b.once(t, "acknowledgements cannot be saved; a restart would send again reason=no space left on device")
		b.shelf.tell(func() { b.shelf.full = nil })
		b.acks <- accept(3)
		b.pass(0)
		b.once(t, "acknowledgements are saved again")
		if err := b.end(); !errors.Is(err, context.Canceled) || len(b.left()) > 0 {
			t.Errorf("ended by %v, left in the spool: %d", err, b.left())
		}
	})
}

// Whatever comes on the acknowledgement topic, only what it names in our stream leaves the spool.
func FuzzAcknowledgement(f *testing.F) {
	for _, seed := range []string{
		`{"stream":"` + stream + `","accepted":[1,2],"rejected":[{"sequence":3,"reason":"forged"}]}`,
		`{"stream":"` + stream + `","accepted":[18446744073709551615,0,1,1,1],"rejected":[{"sequence":1}]}`,
		`{"stream":"` + stream + `","accepted":[-1]}`, `{"stream":"` + stream + `","accepted":[1e3,2.5]}`,
		`{"stream":"x","accepted":[1]}`, `{"accepted":[1]}`, `null`, `[]`, `7`, ``, `{`, `{"stream":"` + stream + `"} {}`,
		`{"STREAM":"` + stream + `","Accepted":[2],"accepted":[3]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		d := newDesk()
		s := newSender(Options{Base: "base", Gateway: "gw"}, d.post, usual)
		s.Log = slog.New(slog.DiscardHandler)
		s.acks = make(chan record.Ack, 1) // there is no carry to take it
		d.put(4)
		c := &counter{written: make(chan struct{}, 4)}
		for range 3 {
			if _, err := s.sendBatch(c); err != nil {
				t.Fatal(err)
			}
		}
		s.hear(t.Context(), payload)
		select {
		case ack := <-s.acks:
			s.acknowledged(ack)
			named := map[uint64]bool{}
			for _, sequence := range ack.Accepted {
				named[sequence] = ack.Stream == stream
			}
			for _, r := range ack.Rejected {
				named[r.Sequence] = ack.Stream == stream
			}
			for _, sequence := range upTo(4) {
				if _, kept := d.shelf.batches[sequence]; kept == named[sequence] {
					t.Errorf("batch %d: named %t, kept %t", sequence, named[sequence], kept)
				}
			}
		default:
			if len(d.shelf.batches) != 4 {
				t.Errorf("something unreadable took batches: %d left", len(d.shelf.batches))
			}
		}
		under, bytes := 0, 0
		for _, f := range s.flights {
			under++
			bytes += f.size
		}
		n := s.Count
		if s.under != under || s.bytes != bytes || uint64(under)+n.Accepted.Load()+n.Rejected.Load() != 3 {
			t.Errorf("%d under way of %d bytes, have %d of %d; accepted %d, rejected %d", s.under, s.bytes, under, bytes, n.Accepted.Load(), n.Rejected.Load())
		}
	})
}
