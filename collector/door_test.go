package collector

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"basemeter/collector/access"
	"basemeter/collector/store"
	"basemeter/configs"
)

func TestWhatIsNoToken(t *testing.T) {
	d := newDesk(t)
	for _, w := range []struct {
		name, scope string
		days        int
		want        string
	}{
		{"", "province", 1, "name: "}, {" \t", "province", 1, "name: "}, {"a\nb", "province", 1, "name: "}, {strings.Repeat("名", 101), "province", 1, "name: "},
		{"n", "province", 0, "days: 0; allowed: 1 to 1096"}, {"n", "province", 1097, "days: 1097"}, {"n", "country", 1, "scope: "},
		{"n", "city:nanchan", 1, `no city "nanchan"; allowed: nanchang (南昌市), `}, {"n", "base:c", 1, `a base "c"; allowed: b`},
		{"", "city:x", -1, "days: -1"}, {"", "city:x", -1, "name: "},
	} {
		if _, secret, err := d.NewToken(t.Context(), w.name, w.scope, w.days); err == nil || secret != "" || !strings.Contains(err.Error(), w.want) {
			t.Errorf("%+v: %q %v", w, secret, err)
		}
	}
	for id, want := range map[string]string{"aaaaaaaa": `with the id "aaaaaaaa"`, "bm1_aaaaaaaa_xyz": "that is no id; expected", "": "that is no id"} {
		if _, err := d.RevokeToken(t.Context(), id); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "xyz") {
			t.Errorf("revoke %q: %v", id, err)
		}
	}
	if all, err := d.Tokens(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("made all the same: %v %v", all, err)
	}
	for _, scope := range []string{"base:b", "city:nanchang", "province"} { // a base that the plan knows, and nobody has heard of
		made, _, err := d.NewToken(t.Context(), " n ", scope, 1096)
		if err != nil || made.Name != "n" || made.Scope != scope || made.Expires.Sub(made.Made) != 1096*24*time.Hour {
			t.Errorf("%s: %+v %v", scope, made, err)
		}
	}
}

// What a later version may write lets nobody see anything.
func TestATokenOfAScopeThatNobodyUnderstands(t *testing.T) {
	d := newDesk(t)
	if err := d.source.store.WriteToken(t.Context(), store.Token{ID: "aaaaaaaa", Hash: "h", Name: "n", Scope: "county:x", Made: time.Now(), Expires: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if all, err := tokens(t.Context(), d.source.store); err != nil || len(all) != 0 {
		t.Errorf("got %+v %v", all, err)
	}
}

// knock is the answer of a new collector without a database, and what it logged.
func knock(t *testing.T, conf configs.CollectorHTTP, path, token string) (int, string, string) {
	t.Helper()
	var said bytes.Buffer
	conf.Listen = "127.0.0.1:0"
	c, err := New(configs.Collector{HTTP: conf, InfluxDB: configs.InfluxDB{URL: "http://127.0.0.1:1", Database: "d"}},
		Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.listener.Close()
	r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	c.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String(), said.String()
}

// What takes long waits in one line, whether a program asks or a person's browser; what does not is answered at once.
func TestPeopleAndProgramsWaitInOneLine(t *testing.T) {
	c, err := New(configs.Collector{HTTP: configs.CollectorHTTP{Listen: "127.0.0.1:0", Access: configs.AccessOpen}, InfluxDB: configs.InfluxDB{URL: "http://127.0.0.1:1", Database: "d"}},
		Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.listener.Close()
	status := func(path string) int {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		return w.Code
	}
	for range access.TurnsEach {
		done, err := c.turns.Take(t.Context()) // of nobody in particular, as all are at an open door
		if err != nil {
			t.Fatal(err)
		}
		defer done()
	}
	for _, path := range []string{"/", "/figures/", "/figures/explain", "/figures/base", "/figures/improve", "/figures/certificate", "/v1/utilisation?from=2026-03-01&to=2026-04-01", "/v1/attendance?from=2026-03-01&to=2026-04-01", "/v1/exchange"} {
		if got := status(path); got != http.StatusServiceUnavailable {
			t.Errorf("%s did not wait: %d", path, got)
		}
	}
	for _, path := range []string{"/figures/metrics", "/v1/now", "/v1/metrics", "/docs"} {
		if got := status(path); got != http.StatusOK {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestTheDoorIsAsConfigured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("horse\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	open, tokens := configs.CollectorHTTP{Access: configs.AccessOpen}, configs.CollectorHTTP{Access: configs.AccessTokens, TokenFile: file, AccessLog: true}
	for _, c := range []struct {
		name   string
		conf   configs.CollectorHTTP
		path   string
		token  string
		status int
		logs   bool
	}{
		{"open", open, "/v1/now", "", http.StatusOK, false},
		{"open: the reason too", open, "/health", "", http.StatusServiceUnavailable, false},
		{"a token is wanted", tokens, "/v1/now", "", http.StatusUnauthorized, true},
		{"and shown", tokens, "/v1/now", "horse", http.StatusOK, true},
		{"health is open", tokens, "/health", "", http.StatusServiceUnavailable, false},
		{"health to the operator", tokens, "/health", "horse", http.StatusServiceUnavailable, true},
		{"health to an impostor", tokens, "/health", "mule", http.StatusUnauthorized, true},
		{"metrics are not", tokens, "/metrics", "", http.StatusUnauthorized, true},
		{"pages of figures neither", tokens, "/figures/", "", http.StatusUnauthorized, true},
		{"nor to an impostor", tokens, "/figures/base", "mule", http.StatusUnauthorized, true},
		{"they are to who shows one", tokens, "/figures/metrics", "horse", http.StatusOK, true},
		{"nothing said: closed", configs.CollectorHTTP{}, "/v1/now", "", http.StatusUnauthorized, false},
	} {
		status, body, said := knock(t, c.conf, c.path, c.token)
		if status != c.status || strings.Contains(said, "msg=request") != c.logs || strings.Contains(said, "horse") {
			t.Errorf("%s: %d %s, logged %s", c.name, status, body, said)
		}
		if sees := c.conf.Access == configs.AccessOpen || c.token == "horse"; c.path == "/health" && strings.Contains(body, "not answered yet") != sees {
			t.Errorf("%s: %s", c.name, body)
		}
	}
}
