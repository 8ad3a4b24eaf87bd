package access

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestAddressesAreCountedByNetwork(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1": "192.0.2.1/32", "[::ffff:192.0.2.1]:2": "192.0.2.1/32", "[2001:db8:1:2:3:4:5:6]:3": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:4": "fe80::/64", "@": "invalid Prefix", "": "invalid Prefix",
	} {
		if got := addressOf(remote).String(); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

func address(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 32)
}

func TestWhatIsRememberedOfAddressesIsBounded(t *testing.T) {
	f := newFailures()
	for n := range 3 * mostKept {
		f.add(address(n), noon.Add(time.Duration(n)*time.Millisecond))
	}
	if len(f.by) > mostKept+1 {
		t.Errorf("%d are kept", len(f.by))
	}
	late := noon.Add(3*mostKept*time.Millisecond + failuresFor)
	if f.wait(address(3*mostKept), late.Add(-failuresFor)) == 0 {
		t.Error("the many for which there is no room are not counted together")
	}
	f.add(address(1), late.Add(failuresFor))
	if len(f.by) != 1 || f.wait(address(2), late.Add(failuresFor)) != 0 {
		t.Errorf("%d are kept of a minute that is over", len(f.by))
	}
}

func TestWhatIsRememberedOfTokensIsOfThoseThatAsk(t *testing.T) {
	p := newPaces(perSecond, atOnce)
	for n := range 500 {
		p.allow(strconv.Itoa(n), noon)
	}
	p.allow("one", noon.Add(time.Minute))
	if len(p.by) != 1 {
		t.Errorf("%d are kept", len(p.by))
	}
}

// take is a turn of a token.
func take(t *testing.T, turns *Turns, token string) func() {
	t.Helper()
	done, err := turns.Take(With(t.Context(), Grant{Token: token}))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestTurnsOfOneTokenAndOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns(2, 3)
		var order []string
		wait := func(name, token string) {
			go func() {
				done := take(t, turns, token)
				order = append(order, name)
				done()
			}()
			synctest.Wait()
		}
		first, second := take(t, turns, "a"), take(t, turns, "a")
		wait("a third of a", "a")
		third := take(t, turns, "b") // who has none yet does not wait behind a's line
		wait("a first of c", "c")
		if len(order) != 0 {
			t.Fatalf("more than two of a, or three in all: %v", order)
		}
		third()
		synctest.Wait()
		if fmt.Sprint(order) != "[a first of c]" {
			t.Fatalf("after b: %v", order)
		}
		first()
		first() // giving back twice is giving back once
		synctest.Wait()
		if len(order) != 2 {
			t.Fatalf("after one of a: %v", order)
		}
		second()
		if len(turns.by) != 0 {
			t.Errorf("remembered of nobody: %v", turns.by)
		}
	})
}

func TestWhoWaitsTooLongIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns(1, 1)
		done := take(t, turns, "a")
		begun := time.Now()
		for _, token := range []string{"a", "b"} {
			if _, err := turns.Take(With(t.Context(), Grant{Token: token})); !errors.Is(err, ErrBusy) {
				t.Errorf("%s: %v", token, err)
			}
		}
		if waited := time.Since(begun); waited != 2*inLine {
			t.Errorf("waited for %v", waited)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := turns.Take(With(gone, Grant{Token: "a"})); !errors.Is(err, context.Canceled) {
			t.Errorf("who has gone: %v", err)
		}
		done()
		take(t, turns, "a")()
		if len(turns.by) != 0 {
			t.Errorf("remembered are %v", turns.by)
		}
	})
}
