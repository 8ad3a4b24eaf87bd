package collectortest

import (
	"testing"
	"time"
)

// Until waits for a condition that nothing announces, for as long as bound.
func Until(t testing.TB, what string, bound time.Duration, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(bound); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("still not after %v: %s", bound, what)
		}
	}
}
