package ingest

import (
	"context"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// patience is how long the broker is made to wait for room. Longer, and paho would miss the broker's answer to a ping
// and give up the connection.
const patience = time.Second

// overhead is what a message takes besides its payload.
const overhead = 512

// An inbox is what came and is not yet written. It is bounded: neither the broker's own window nor its queue is.
//
// While there is no room the broker is made to wait a little, which is all it takes when it is merely faster than the
// database. If the database stands still the inbox spills: what comes is left to the broker, which gives it again to the
// next session, and there will be one as soon as the inbox is empty.
type inbox struct {
	limit int
	end   <-chan struct{} // closed when the session ends
	news  chan struct{}   // holds one hint that something came
	room  chan struct{}   // holds one hint that something went
	heard <-chan struct{} // closed: take returns with nothing, for its caller waits for something else as well

	mu       sync.Mutex
	messages []mqtt.Message
	bytes    int // of those and of the ones being written
	waiting  int // bytes of those alone
	spilled  bool
}

func newInbox(limit int, end <-chan struct{}) *inbox {
	return &inbox{limit: limit, end: end, news: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// add is paho's one handler. It tells whether the message was kept.
func (b *inbox) add(m mqtt.Message) bool {
	kept, full := b.put(m)
	if !full {
		return kept
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for full {
		select {
		case <-b.room:
			kept, full = b.put(m)
		case <-b.end:
			return false
		case <-timer.C:
			b.mu.Lock()
			b.spilled = true
			b.mu.Unlock()
			return false
		}
	}
	return kept
}

func (b *inbox) put(m mqtt.Message) (kept, full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spilled {
		return false, false
	}
	cost := len(m.Payload()) + overhead
	if b.bytes > 0 && b.bytes+cost > b.limit { // one alone is always let in
		return false, true
	}
	b.messages = append(b.messages, m)
	b.bytes += cost
	b.waiting += cost
	hint(b.news)
	return true, false
}

// take waits for a message, gives it a while to find company, and returns no more than about limit bytes.
func (b *inbox) take(ctx context.Context, lost <-chan error, while time.Duration, limit int) ([]mqtt.Message, error) {
	var company <-chan time.Time // nil, which never comes, until there is a message
	for {
		if waiting := b.size(); waiting >= limit && !closed(b.heard) {
			return b.cut(limit), nil
		} else if waiting > 0 && company == nil {
			timer := time.NewTimer(while)
			defer timer.Stop()
			company = timer.C
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case err := <-lost:
			return nil, err
		case <-b.heard:
			return nil, nil
		case <-company:
			return b.cut(limit), nil
		case <-b.news:
		}
	}
}

func (b *inbox) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waiting
}

func (b *inbox) cut(limit int) []mqtt.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, bytes := 0, 0
	for n < len(b.messages) && bytes < limit {
		bytes += len(b.messages[n].Payload()) + overhead
		n++
	}
	taken := b.messages[:n:n]
	b.messages = append([]mqtt.Message(nil), b.messages[n:]...) // what was taken can be freed
	b.waiting -= bytes
	return taken
}

// done makes room, and tells whether the inbox is empty after it has spilled.
func (b *inbox) done(written []mqtt.Message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range written {
		b.bytes -= len(m.Payload()) + overhead
	}
	hint(b.room)
	return b.spilled && len(b.messages) == 0
}

func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
