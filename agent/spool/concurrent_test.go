package spool

import (
	"fmt"
	"sync"
	"testing"
)

func TestConcurrentUse(t *testing.T) {
	const writers, each = 4, 200
	o := Options{Dir: memory(t), SegmentBytes: 4000}
	s := hasty(open(t, o))
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				if _, err := s.Append(fmt.Appendf(nil, "%d/%d", w, i), []byte("mark")); err != nil {
					t.Error(err)
				}
				s.Mark()
			}
		})
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	for range 2 {
		reading.Go(func() {
			for ended := false; ; {
				q, payload, ok, err := s.Next(0)
				switch {
				case err != nil:
					t.Error(err)
					return
				case ok:
					mu.Lock()
					seen[string(payload)] = true
					mu.Unlock()
					if err := s.Ack(q); err != nil {
						t.Error(err)
					}
					s.Stats()
				case ended:
					return
				default:
					select {
					case <-done:
						ended = true
					default:
					}
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	if len(seen) != writers*each {
		t.Errorf("%d batches seen", len(seen))
	}
	expect(t, s, "", "mark")
	closeIt(t, s)
	expect(t, open(t, o), "", "mark")
}
