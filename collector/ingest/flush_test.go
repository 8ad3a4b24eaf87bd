package ingest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"basemeter/agent/record"
)

// fake is a message as the broker delivers it.
type fake struct {
	mqtt.Message
	topic   string
	payload []byte
	acked   *int
}

func (f fake) Topic() string   { return f.topic }
func (f fake) Payload() []byte { return f.payload }
func (f fake) Ack() {
	if f.acked != nil {
		*f.acked++
	}
}

type rejections map[int]string

func (r rejections) Error() string              { return "some" }
func (r rejections) Rejections() map[int]string { return r }

func options(t testing.TB, write func(context.Context, []record.Batch) error) Options {
	t.Helper()
	o := Options{Write: write, Now: func() time.Time { return monday },
		Aside: func(topic string, payload []byte, reason string) error { return nil }}
	setDefaults(&o)
	return o
}

func TestFlushAnswersEachMessageByName(t *testing.T) {
	acked := 0
	var aside []string
	o := options(t, func(_ context.Context, batches []record.Batch) error {
		if acked != 0 {
			t.Error("acknowledged before it was written")
		}
		return rejections{1: "wrong type"}
	})
	o.Aside = func(_ string, _ []byte, reason string) error {
		aside = append(aside, reason)
		return nil
	}
	var messages []mqtt.Message
	for _, payload := range []string{
		message("base", "gw", 1, facts(monday)), "garbage", message("base", "gw", 2, facts(monday)),
		message("base", "other", 3, facts(monday)), message("base", "gw", 4, facts(monday)),
	} {
		messages = append(messages, fake{topic: topic, payload: []byte(payload), acked: &acked})
	}
	got, err := flush(t.Context(), o, messages)
	want := answers{{"base", "gw", stream}: {Stream: stream, Accepted: []uint64{1, 4}, Rejected: []record.Rejection{
		{Sequence: 2, Reason: "refused: wrong type"}, {Sequence: 3, Reason: "forged: says it is of base/other"}}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("answers %+v, %v", got[addressee{"base", "gw", stream}], err)
	}
	if acked != 5 || len(aside) != 3 {
		t.Errorf("%d of 5 acknowledged to the broker, %d of 3 aside: %q", acked, len(aside), aside)
	}
	for kind, n := range map[Kind]uint64{Unreadable: 1, Refused: 1, Forged: 1, Future: 0} {
		if got := o.Count.Rejected[kind].Load(); got != n {
			t.Errorf("%v counted %d, want %d", kind, got, n)
		}
	}
	if o.Count.Batches.Load() != 2 || o.Count.Records.Load() != 2 {
		t.Errorf("counted %d batches, %d records", o.Count.Batches.Load(), o.Count.Records.Load())
	}
}

// TestWhatCannotBeKeptAsideIsNotRejected: else the gateway would forget what nobody has.
func TestWhatCannotBeKeptAsideIsNotRejected(t *testing.T) {
	o := options(t, func(context.Context, []record.Batch) error { return rejections{0: "no"} })
	o.Aside = func(string, []byte, string) error { return errors.New("disk full") }
	acked := 0
	got, err := flush(t.Context(), o, []mqtt.Message{fake{topic: topic, payload: []byte(message("base", "gw", 1, facts(monday))), acked: &acked}})
	if err != nil || len(got) != 0 || acked != 1 || o.Count.AsideFailed.Load() != 1 {
		t.Errorf("answers %v, %v, acknowledged %d", got, err, acked)
	}
}

func TestNothingIsAcknowledgedThatWasNotWritten(t *testing.T) {
	acked := 0
	for _, c := range []error{context.Canceled, errors.New("gave up")} {
		ctx, cancel := context.WithCancel(t.Context())
		o := options(t, func(context.Context, []record.Batch) error {
			if c == context.Canceled {
				cancel()
			}
			return c
		})
		got, err := flush(ctx, o, []mqtt.Message{fake{topic: topic, payload: []byte(message("base", "gw", 1, facts(monday))), acked: &acked}})
		if !errors.Is(err, c) || got != nil || acked != 0 {
			t.Errorf("%v: answers %v, %v, acknowledged %d", c, got, err, acked)
		}
		cancel()
	}
}

func TestInboxSpillsWhenNobodyMakesRoom(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	box := newInbox(3*(100+overhead), end)
	kept := 0
	for range 10 {
		if box.add(fake{payload: make([]byte, 100)}) {
			kept++
		}
	}
	if kept != 3 {
		t.Errorf("%d kept, there was room for 3", kept)
	}
	for empty := false; !empty; {
		messages, err := box.take(t.Context(), nil, 0, 100)
		if err != nil || len(messages) != 1 {
			t.Fatalf("%d messages, %v", len(messages), err)
		}
		kept--
		if empty = box.done(messages); empty != (kept == 0) {
			t.Errorf("asks for a new session with %d messages left: %v", kept, empty)
		}
	}
}

func TestInboxLetsTheBrokerWaitWhileRoomIsMade(t *testing.T) {
	end := make(chan struct{})
	box := newInbox(2*(100+overhead), end)
	sent := make(chan int)
	go func() {
		kept := 0
		for range 50 {
			if box.add(fake{payload: make([]byte, 100)}) {
				kept++
			}
		}
		sent <- kept
	}()
	for got := 0; got < 50; {
		messages, err := box.take(t.Context(), nil, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		got += len(messages)
		if box.done(messages) {
			t.Fatal("it spilled")
		}
	}
	if kept := <-sent; kept != 50 {
		t.Errorf("%d of 50 kept", kept)
	}
	box.add(fake{payload: make([]byte, 100)})
	box.add(fake{payload: make([]byte, 100)})
	close(end)
	if box.add(fake{payload: make([]byte, 100)}) {
		t.Error("kept after the end")
	}
}

func TestTakeGathersUpToTheLimit(t *testing.T) {
	box := newInbox(1<<20, nil)
	for range 10 {
		box.add(fake{payload: make([]byte, 100)})
	}
	messages, err := box.take(t.Context(), nil, time.Hour, 4*(100+overhead))
	if err != nil || len(messages) != 4 {
		t.Errorf("%d messages, %v, want 4 at once", len(messages), err)
	}
	lost := make(chan error, 1)
	lost <- fmt.Errorf("gone")
	if _, err := box.take(t.Context(), lost, time.Hour, 1<<20); err == nil {
		t.Error("the connection is lost and it waits")
	}
}
