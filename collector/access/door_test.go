package access

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"basemeter/collector/report"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

const operatorSecret = "correct horse&staple"

// A door is a guarded server, whose time and list of tokens a test decides.
type door struct {
	*testing.T
	url     string
	secrets map[string]string // by id

	mu    sync.Mutex
	at    time.Time
	list  []Token
	fails error
	reads int
	log   bytes.Buffer
}

func newDoor(t *testing.T, change ...func(*Options)) *door {
	d := &door{T: t, at: noon, secrets: map[string]string{}}
	o := Options{
		Tokens: NewKeeper(d.read, d.now, slog.New(slog.NewTextHandler(t.Output(), nil))), Operator: operatorSecret,
		Log: slog.New(slog.NewJSONHandler(d, nil)), Now: d.now,
	}
	for _, c := range change {
		c(&o)
	}
	served := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		grant, ok := Of(r.Context())
		if !ok {
			t.Error("a request without a grant came through")
		}
		if r.URL.Path == "/panic" {
			panic(http.ErrAbortHandler)
		}
		io.WriteString(w, grant.Token+" "+grant.Name+" "+grant.Scope.String())
	})
	all := http.NewServeMux()
	all.Handle("/", served)
	all.Handle("/province", Province(served))
	server := httptest.NewServer(Guard(all, o))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *door) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *door) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(by)
}

func (d *door) read(context.Context) ([]Token, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reads++
	return append([]Token(nil), d.list...), d.fails
}

// Write takes the access log.
func (d *door) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *door) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

// mint makes a token that the keeper's next reading finds, and returns its secret.
func (d *door) mint(id, scope string, life time.Duration) string {
	d.Helper()
	within, err := report.ParseScope(scope)
	if err != nil {
		d.Fatal(err)
	}
	secret := NewSecret(id)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, Token{ID: id, Hash: Hash(secret), Name: "of " + id, Scope: within, Made: d.at, Expires: d.at.Add(life)})
	return secret
}

func (d *door) revoke(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.list {
		if d.list[i].ID == id {
			d.list[i].Revoked = d.at
		}
	}
}

func (d *door) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = err
}

func (d *door) times() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reads
}

type answer struct {
	status       int
	body, detail string
	header       http.Header
}

// ask is the answer to a request with an Authorization header, unless that is empty. A refusal is held to RFC 9457.
func (d *door) ask(path, authorization string) answer {
	d.Helper()
	r, err := http.NewRequestWithContext(d.Context(), http.MethodGet, d.url+path, nil)
	if err != nil {
		d.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return d.do(r)
}

func (d *door) do(r *http.Request) answer {
	d.Helper()
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		d.Fatal(err)
	}
	a := answer{status: got.StatusCode, body: string(body), header: got.Header}
	if a.status == http.StatusOK {
		return a
	}
	var p struct {
		Type, Title, Detail string
		TitleZH             string `json:"title_zh"`
		DetailZH            string `json:"detail_zh"`
		Status              int
	}
	kind, _, _ := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err := json.Unmarshal(body, &p); err != nil || kind != "application/problem+json" || p.Status != a.status || p.Type == "" || p.Title == "" || p.TitleZH == "" ||
		p.Detail == "" || p.DetailZH == "" {
		d.Fatalf("%d %s is no problem in two languages: %s", a.status, kind, body)
	}
	if bearer := got.Header.Values("WWW-Authenticate"); a.status == http.StatusUnauthorized &&
		(len(bearer) != 2 || !strings.HasPrefix(bearer[0], "Basic ") || !strings.HasPrefix(bearer[1], "Bearer ")) {
		d.Errorf("a browser would not ask for a password: %v", got.Header)
	}
	a.detail = p.DetailZH + " / " + p.Detail
	return a
}

func (d *door) wants(what string, got answer, status int, says string) {
	d.Helper()
	if got.status != status || !strings.Contains(got.body, says) {
		d.Errorf("%s: %d %s, want %d …%s…", what, got.status, got.body, status, says)
	}
}

func basic(name, password string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.SetBasicAuth(name, password)
	return r.Header.Get("Authorization")
}

var errGone = errors.New("database gone")
