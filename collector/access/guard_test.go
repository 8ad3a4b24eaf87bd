package access

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

const year = 365 * 24 * time.Hour

func TestWhoIsLetIn(t *testing.T) {
	d := newDoor(t)
	secret := d.mint("aaaaaaaa", "city:nanchang", year)
	for _, c := range []struct {
		name, authorization, sees string
	}{
		{"none", "", ""},
		{"bearer", "Bearer " + secret, "aaaaaaaa of aaaaaaaa city:nanchang"},
		{"bearer, as some spell it", "bearer " + secret, "aaaaaaaa of aaaaaaaa city:nanchang"},
		{"basic, without a name", basic("", secret), "aaaaaaaa of aaaaaaaa city:nanchang"},
		{"basic, with any name", basic("王", secret), "aaaaaaaa of aaaaaaaa city:nanchang"},
		{"the operator", "Bearer " + operatorSecret, "operator http.token_file province"},
		{"the operator in a browser", basic("x", operatorSecret), "operator http.token_file province"},
		{"a shorter one", "Bearer " + secret[:len(secret)-1], ""},
		{"a longer one", "Bearer " + secret + "A", ""},
		{"another secret of that id", "Bearer " + NewSecret("aaaaaaaa"), ""},
		{"an empty one", "Bearer ", ""},
		{"no scheme", secret, ""},
		{"another scheme", "Token " + secret, ""},
		{"basic, as the name", basic(secret, ""), ""},
		{"basic, broken", "Basic !", ""},
		{"a part of the operator's", "Bearer correct", ""},
		{"long", "Bearer " + strings.Repeat("a", 5000), ""},
	} {
		d.pass(time.Minute) // nobody is shut out
		got := d.ask("/v1/now?x=1", c.authorization)
		if c.sees != "" {
			d.wants(c.name, got, http.StatusOK, c.sees)
			continue
		}
		d.wants(c.name, got, http.StatusUnauthorized, `"detail_zh"`)
		if strings.Contains(got.body, "nanchang") || strings.Contains(got.body, "of aaaaaaaa") {
			t.Errorf("%s: the refusal tells %s", c.name, got.body)
		}
	}
	r := httptest.NewRequest(http.MethodGet, d.url, nil)
	r.RequestURI = ""
	r.Header["Authorization"] = []string{"Bearer " + secret, "Bearer " + secret}
	d.wants("two headers", d.do(r), http.StatusUnauthorized, `"detail_zh"`)
	d.wants("in the query", d.ask("/?access_token="+secret, ""), http.StatusUnauthorized, `"detail_zh"`)
}

func TestWithoutAnOperatorNothingIsTheOperators(t *testing.T) {
	d := newDoor(t, func(o *Options) { o.Operator, o.Tokens = "", nil })
	for _, authorization := range []string{"", "Bearer ", basic("", ""), "Bearer " + NewSecret("aaaaaaaa")} {
		d.wants(authorization, d.ask("/", authorization), http.StatusUnauthorized, "")
	}
}

func TestOpen(t *testing.T) {
	d := newDoor(t, func(o *Options) { o.Open = true })
	d.wants("nothing shown", d.ask("/", ""), http.StatusOK, "province")
	d.wants("anything shown", d.ask("/", "Bearer x"), http.StatusOK, "province")
}

func TestWhatTellsOfAllBases(t *testing.T) {
	d := newDoor(t)
	for scope, want := range map[string]int{"province": http.StatusOK, "city:nanchang": http.StatusForbidden, "base:nc": http.StatusForbidden} {
		id := strings.Repeat(scope[:1], idSize)
		d.wants(scope, d.ask("/province", "Bearer "+d.mint(id, scope, year)), want, "")
	}
	w := httptest.NewRecorder()
	Province(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusForbidden {
		t.Errorf("who did not pass the guard: %d", w.Code)
	}
}

// The last moment before it expires, and the first behind it.
func TestATokenExpiresAtItsMoment(t *testing.T) {
	d := newDoor(t)
	secret := "Bearer " + d.mint("aaaaaaaa", "province", time.Hour)
	d.pass(time.Hour - time.Nanosecond)
	d.wants("a nanosecond before", d.ask("/", secret), http.StatusOK, "province")
	d.pass(time.Nanosecond)
	d.wants("at the moment", d.ask("/", secret), http.StatusUnauthorized, "expired at 2026-03-02T05:00:00Z")
	d.wants("somebody else's guess", d.ask("/", "Bearer "+NewSecret("aaaaaaaa")), http.StatusUnauthorized, "not known")
}

func TestARevokedTokenStopsWithinTenSeconds(t *testing.T) {
	d := newDoor(t)
	secret := "Bearer " + d.mint("aaaaaaaa", "base:nc", year)
	d.wants("at first", d.ask("/", secret), http.StatusOK, "base:nc")
	d.revoke("aaaaaaaa")
	d.wants("at once", d.ask("/", secret), http.StatusOK, "base:nc")
	d.pass(fresh)
	d.wants("soon", d.ask("/", secret), http.StatusUnauthorized, "revoked at 2026-03-02T04:00:00Z")
	d.wants("somebody else's guess", d.ask("/", "Bearer "+NewSecret("aaaaaaaa")), http.StatusUnauthorized, "not known")
	if fresh+readWithin > 10*time.Second {
		t.Error("it may go on for longer than is promised")
	}
}

func TestANewTokenWorksAtOnce(t *testing.T) {
	d := newDoor(t)
	d.wants("one that is there", d.ask("/", "Bearer "+d.mint("aaaaaaaa", "province", year)), http.StatusOK, "")
	d.wants("a new one", d.ask("/", "Bearer "+d.mint("bbbbbbbb", "province", year)), http.StatusOK, "bbbbbbbb")
}

func TestWhileTheDatabaseIsAway(t *testing.T) {
	d := newDoor(t)
	known := "Bearer " + d.mint("aaaaaaaa", "province", 2*time.Hour)
	d.fail(errGone)
	d.wants("before it ever answered", d.ask("/", known), http.StatusServiceUnavailable, "try again later")
	d.wants("the operator", d.ask("/", "Bearer "+operatorSecret), http.StatusOK, "operator")
	d.fail(nil)
	d.wants("it is there", d.ask("/", known), http.StatusOK, "")
	d.fail(errGone)
	d.pass(time.Hour)
	d.wants("what was known", d.ask("/", known), http.StatusOK, "")
	unknown := d.ask("/", "Bearer "+NewSecret("bbbbbbbb"))
	d.wants("what was not", unknown, http.StatusServiceUnavailable, "try again later")
	if unknown.header.Get("Retry-After") != "8" {
		t.Errorf("headers %v", unknown.header)
	}
	d.pass(time.Hour)
	d.wants("expired all the same", d.ask("/", known), http.StatusUnauthorized, "expired")
}

func TestATokenThatAsksTooFast(t *testing.T) {
	d := newDoor(t, func(o *Options) { o.PerSecond, o.AtOnce = 0.5, 3 })
	a, b := "Bearer "+d.mint("aaaaaaaa", "province", year), "Bearer "+d.mint("bbbbbbbb", "province", year)
	for range 3 {
		d.wants("within the burst", d.ask("/", a), http.StatusOK, "")
	}
	got := d.ask("/", a)
	d.wants("beyond it", got, http.StatusTooManyRequests, "too many requests")
	if got.header.Get("Retry-After") != "2" {
		t.Errorf("headers %v", got.header)
	}
	d.wants("another token", d.ask("/", b), http.StatusOK, "")
	d.pass(2 * time.Second)
	d.wants("after that", d.ask("/", a), http.StatusOK, "")
	d.wants("and at once again", d.ask("/", a), http.StatusTooManyRequests, "")
}

func TestAnAddressThatFailsTooOften(t *testing.T) {
	d := newDoor(t)
	known := "Bearer " + d.mint("aaaaaaaa", "province", year)
	d.wants("in order", d.ask("/", known), http.StatusOK, "")
	for i := range mostFailures {
		d.wants("failure "+strconv.Itoa(i), d.ask("/", "Bearer guess"), http.StatusUnauthorized, "")
	}
	got := d.ask("/", "Bearer guess")
	d.wants("one more", got, http.StatusTooManyRequests, "too many tokens")
	if got.header.Get("Retry-After") != "60" {
		t.Errorf("headers %v", got.header)
	}
	reads := d.times()
	d.wants("the operator's, which might be guessed", d.ask("/", "Bearer "+operatorSecret), http.StatusTooManyRequests, "")
	d.wants("an unknown token", d.ask("/", "Bearer "+NewSecret("bbbbbbbb")), http.StatusTooManyRequests, "")
	d.wants("one that cannot be guessed", d.ask("/", known), http.StatusOK, "aaaaaaaa")
	d.wants("nothing shown is no failure", d.ask("/", ""), http.StatusUnauthorized, "")
	if d.times() != reads {
		t.Error("who is shut out has the database asked")
	}
	d.pass(failuresFor - time.Nanosecond)
	d.wants("just before the minute is over", d.ask("/", "Bearer "+operatorSecret), http.StatusTooManyRequests, "")
	d.pass(time.Nanosecond)
	d.wants("after the minute", d.ask("/", "Bearer "+operatorSecret), http.StatusOK, "operator")
}

func TestFailuresThatAreFarApartShutNobodyOut(t *testing.T) {
	d := newDoor(t)
	for range 3 * mostFailures {
		d.wants("a failure", d.ask("/", "Bearer guess"), http.StatusUnauthorized, "")
		d.pass(failuresFor/(mostFailures-1) + time.Second)
	}
}
