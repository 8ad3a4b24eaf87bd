package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"basemeter/collector/report"
)

// Options are how a door is guarded.
type Options struct {
	Open   bool    // nobody has to show anything, and everybody sees the province
	Tokens *Keeper // nil: there are none but the operator's
	// Operator is the secret of whoever runs the centre, of the scope province, which needs no database; empty: there is none.
	Operator string
	Log      *slog.Logger // hears of each request; nil: nobody does
	Now      func() time.Time

	PerSecond float64 // requests of one token; 0: 20
	AtOnce    int     // requests of one token that need not wait for the next second; 0: 60
}

// operatorID is what the access log calls the operator's token. No other is called so: ids have no o.
const operatorID = "operator"

// mostShown is the longest secret that is looked at, in bytes.
const mostShown = 4096

type guard struct {
	Options
	paces    *paces
	failures *failures
}

// Guard lets those through to next who may see anything, with what they may see as the request's Grant.
func Guard(next http.Handler, o Options) http.Handler {
	if o.PerSecond == 0 {
		o.PerSecond = perSecond
	}
	if o.AtOnce == 0 {
		o.AtOnce = atOnce
	}
	g := &guard{o, newPaces(o.PerSecond, o.AtOnce), newFailures()}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &seen{ResponseWriter: w, begun: o.Now()}
		grant, no := g.admit(r)
		defer func() { g.note(r, seen, grant, no) }()
		if no != nil {
			no.write(seen)
			return
		}
		next.ServeHTTP(seen, r.WithContext(With(r.Context(), grant)))
		seen.done = true
	})
}

// Province lets those through to next who may see the province: what tells of all bases at once.
func Province(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if grant, ok := Of(r.Context()); !ok || grant.Scope != (report.Scope{}) {
			beyond().write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit is what a request may see, or why nothing. A refused one has a grant as well if it showed a real token's secret:
// it counts for the log alone.
func (g *guard) admit(r *http.Request) (Grant, *refusal) {
	if g.Open {
		return Grant{}, nil
	}
	now, address := g.Now(), addressOf(r.RemoteAddr)
	grant, no := g.identify(r, now, g.failures.wait(address, now))
	if no != nil {
		if no.counts {
			g.failures.add(address, now)
		}
		return grant, no
	}
	if wait, ok := g.paces.allow(grant.Token, now); !ok {
		return grant, tooFast(wait)
	}
	return grant, nil
}

// identify is whose secret is shown. From an address that failed too often only a token that is known counts: it cannot
// be guessed, and who asks through the same proxy is not shut out with whoever tries. What an operator has thought up
// might be guessed.
func (g *guard) identify(r *http.Request, now time.Time, shut time.Duration) (Grant, *refusal) {
	secret, shown := presented(r)
	switch {
	case !shown:
		return Grant{}, none()
	case shut == 0 && g.isOperator(secret):
		return Grant{Token: operatorID, Name: "http.token_file", Scope: report.Scope{}}, nil
	}
	t, no := g.tokenOf(r, secret, shut)
	switch {
	case no != nil:
		return Grant{}, no
	case !t.Revoked.IsZero():
		no = revoked(t)
	case !now.Before(t.Expires):
		no = expired(t)
	}
	if no != nil && shut > 0 {
		no = tooWrong(shut)
	}
	return t.grant(), no
}

func (g *guard) tokenOf(r *http.Request, secret string, shut time.Duration) (t Token, no *refusal) {
	id, is := IDOf(secret)
	is = is && g.Tokens != nil
	switch {
	case is && shut > 0:
		t, is = g.Tokens.known(id)
	case is:
		var err error
		if t, is, err = g.Tokens.find(r.Context(), id); err != nil {
			return t, away()
		}
	}
	switch {
	case is && t.is(secret): // which ids there are is no secret
		return t, nil
	case shut > 0:
		return t, tooWrong(shut)
	}
	return t, unknown()
}

// isOperator compares in constant time, whatever the length.
func (g *guard) isOperator(secret string) bool {
	shown, is := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(g.Operator))
	return subtle.ConstantTimeCompare(shown[:], is[:]) == 1 && g.Operator != ""
}

// presented is the secret that a request shows: as a bearer token of a program, or as a password, with any name, of a
// person's browser.
func presented(r *http.Request) (secret string, shown bool) {
	all := r.Header.Values("Authorization")
	if len(all) != 1 || len(all[0]) > mostShown {
		return "", false
	}
	if _, password, basic := r.BasicAuth(); basic {
		return password, password != ""
	}
	scheme, token, _ := strings.Cut(all[0], " ")
	token = strings.Trim(token, " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}
