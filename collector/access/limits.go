package access

import (
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits of whoever asks. They keep one program that runs wild from taking the others' place.
const (
	perSecond = 20 // requests of one token
	atOnce    = 60 // requests of one token that need not wait for the next second

	mostFailures = 10          // of one address, within the time below
	failuresFor  = time.Minute // and for so long it gets no further answer
	mostKept     = 10_000      // addresses: beyond them the rest are counted together
)

// paces are how fast each token asks.
type paces struct {
	mu     sync.Mutex
	by     map[string]*rate.Limiter
	swept  time.Time
	second rate.Limit
	burst  int
}

func newPaces(second float64, burst int) *paces {
	return &paces{by: map[string]*rate.Limiter{}, second: rate.Limit(second), burst: burst}
}

// allow tells whether a token may ask now, or else in how long.
func (p *paces) allow(token string, now time.Time) (wait time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	l := p.by[token]
	if l == nil {
		l = rate.NewLimiter(p.second, p.burst)
		p.by[token] = l
	}
	if l.AllowN(now, 1) {
		return 0, true
	}
	lacks := 1 - l.TokensAt(now)
	return time.Duration(lacks / float64(p.second) * float64(time.Second)), false
}

// sweep forgets, once a minute, those that have asked nothing for so long that they may do all again.
func (p *paces) sweep(now time.Time) {
	if now.Sub(p.swept) < time.Minute {
		return
	}
	p.swept = now
	for token, l := range p.by {
		if l.TokensAt(now) >= float64(p.burst) {
			delete(p.by, token)
		}
	}
}

// failures are how often each address has shown what is no token.
type failures struct {
	mu    sync.Mutex
	by    map[netip.Prefix]failed
	swept time.Time
}

type failed struct {
	count int
	since time.Time // of the first one counted
	until time.Time // nothing is answered before; zero: all is
}

func newFailures() *failures { return &failures{by: map[netip.Prefix]failed{}} }

// add counts one.
func (f *failures) add(address netip.Prefix, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep(now)
	address = f.counted(address)
	one := f.by[address]
	if now.Sub(one.since) >= failuresFor {
		one = failed{since: now}
	}
	if one.count++; one.count >= mostFailures && one.until.IsZero() {
		one.until = now.Add(failuresFor)
	}
	f.by[address] = one
}

// wait is how long an address gets no answer; 0: it does.
func (f *failures) wait(address netip.Prefix, now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(0, f.by[f.counted(address)].until.Sub(now))
}

// counted is the address itself or, if there is no room for another one, that of all the rest.
func (f *failures) counted(address netip.Prefix) netip.Prefix {
	if _, known := f.by[address]; !known && len(f.by) >= mostKept {
		return netip.Prefix{}
	}
	return address
}

func (f *failures) sweep(now time.Time) {
	if now.Sub(f.swept) < failuresFor && len(f.by) < mostKept {
		return
	}
	if now.Sub(f.swept) < time.Second { // nothing much will have changed
		return
	}
	f.swept = now
	for address, one := range f.by {
		if now.Sub(one.since) >= failuresFor && !now.Before(one.until) {
			delete(f.by, address)
		}
	}
}

// addressOf is what is counted of a remote address: of IPv6 the network, of which one machine has all addresses.
func addressOf(remote string) netip.Prefix {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	ip, bits := at.Addr().Unmap().WithZone(""), 32
	if ip.Is6() {
		bits = 64
	}
	network, _ := ip.Prefix(bits) // which fits
	return network
}

// seconds are those of a Retry-After: whole, and at least one.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
