package publish

import (
	"sync"
	"sync/atomic"
)

// Latest holds the newest word on each retained topic. Only the newest is sent: what lay between is in the facts.
type Latest struct {
	mu     sync.Mutex
	topics map[string][]byte
	dirty  map[string]bool
	wake   chan struct{} // holds one, so that Set never waits
}

// NewLatest has nothing to say yet.
func NewLatest() *Latest {
	return &Latest{topics: map[string][]byte{}, dirty: map[string]bool{}, wake: make(chan struct{}, 1)}
}

// Set says payload on topic, now if there is a connection and at each new one.
func (l *Latest) Set(topic string, payload []byte) {
	l.mu.Lock()
	l.topics[topic], l.dirty[topic] = payload, true
	l.mu.Unlock()
	l.Wake()
}

// Wake makes Run look whether there is something to carry.
func (l *Latest) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// next takes one that is to be said.
func (l *Latest) next() (topic string, payload []byte, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for topic := range l.dirty {
		delete(l.dirty, topic)
		return topic, l.topics[topic], true
	}
	return "", nil, false
}

// all makes everything to be said again.
func (l *Latest) all() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for topic := range l.topics {
		l.dirty[topic] = true
	}
}

// Count is what metrics and health show. A batch is counted once for what becomes of it, however often it is sent or
// answered; an answer to what an earlier process sent is not counted.
type Count struct {
	Connected                        atomic.Bool
	Sent, Resent, Accepted, Rejected atomic.Uint64
}
