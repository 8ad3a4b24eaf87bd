package access

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func (d *door) last() map[string]any {
	d.Helper()
	lines := strings.Split(strings.TrimSpace(d.logged()), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		d.Fatal(err)
	}
	return line
}

func TestTheAccessLogHasALineForEachRequest(t *testing.T) {
	d := newDoor(t)
	secret := "Bearer " + d.mint("aaaaaaaa", "city:nanchang", time.Hour)
	d.ask("/v1/figures?to=2026-03-02T00:00:00%2B08:00&from=2026-03-01&by=base", secret)
	got := d.last()
	for key, want := range map[string]any{
		"level": "INFO", "msg": "request", "token": "aaaaaaaa", "name": "of aaaaaaaa", "scope": "city:nanchang", "method": "GET",
		"path":   "/v1/figures?by=base&from=2026-03-01&to=2026-03-02T00:00:00+08:00",
		"status": 200.0, "bytes": float64(len("aaaaaaaa of aaaaaaaa city:nanchang")), "refused": nil,
	} {
		if got[key] != want {
			t.Errorf("%s: %v, want %v", key, got[key], want)
		}
	}
	if remote, _ := got["remote"].(string); !strings.HasPrefix(remote, "127.0.0.1:") || got["time"] == nil || got["duration"] == nil {
		t.Errorf("line: %v", got)
	}
	for _, c := range []struct{ authorization, token, scope, why string }{
		{"", "", "", "no token"},
		{"Bearer x", "", "", "unknown"},
		{"Bearer " + NewSecret("aaaaaaaa"), "", "", "unknown"},
	} {
		d.ask("/", c.authorization)
		if got := d.last(); got["token"] != c.token || got["scope"] != c.scope || got["refused"] != c.why || got["status"] != 401.0 {
			t.Errorf("%q: %v", c.authorization, got)
		}
	}
	d.pass(time.Hour)
	d.ask("/", secret)
	if got := d.last(); got["token"] != "aaaaaaaa" || got["refused"] != "expired" || got["scope"] != "city:nanchang" {
		t.Errorf("expired: %v", got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.url+"/panic", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+operatorSecret)
	afresh := http.Client{Transport: &http.Transport{}} // on a connection that it used before a client would ask again
	if _, err := afresh.Do(r); err == nil {
		t.Error("a handler that panics has answered")
	}
	if got := d.last(); got["status"] != 500.0 || got["token"] != "operator" {
		t.Errorf("panic: %v", got)
	}
	if n := strings.Count(d.logged(), "\n"); n != 6 {
		t.Errorf("%d lines of 6 requests", n)
	}
}

// Whatever somebody does with a secret, no line has it, nor the part of it that counts.
func TestTheAccessLogHasNoSecret(t *testing.T) {
	for _, operator := range []string{operatorSecret, "a+b", "x"} {
		d := newDoor(t, func(o *Options) { o.Operator = operator })
		made := d.mint("aaaaaaaa", "province", 10*year)
		for _, secret := range []string{made, operator} {
			escaped := ""
			for _, b := range []byte(secret) {
				escaped += "%" + strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))
			}
			for _, target := range []string{
				"/?token=" + url.QueryEscape(secret), "/?" + url.QueryEscape(secret), "/?" + url.QueryEscape(secret) + "=1", "/?q=" + url.QueryEscape("Bearer "+secret),
				"/?q=" + url.QueryEscape(url.QueryEscape(secret)), "/?q=" + escaped, "/?q=" + url.QueryEscape(escaped),
				"/?q=" + url.QueryEscape(escaped+"%zz"), "/?q=%zz&p=" + url.QueryEscape(secret), "/?a;b=" + url.QueryEscape(secret),
				"/" + url.PathEscape(secret), "/a/" + url.PathEscape(escaped), "/?q=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("name:"+secret))),
				"/?q=" + strings.ReplaceAll(strings.ReplaceAll(secret, " ", "%20"), "#", ""),
			} {
				d.pass(time.Hour) // nobody is shut out
				for _, authorization := range []string{"", "Bearer " + secret, basic("w", secret), secret, "Basic " + secret} {
					d.ask(target, authorization)
				}
			}
		}
		d.ask("/?q="+made[13:], "")
		d.ask("/?bm1_aaaaaaaa_"+made[13:30], "")
		log := d.logged()
		for _, part := range []string{made, made[13:], made[13:30], operatorSecret, base64.StdEncoding.EncodeToString([]byte("name:" + made))} {
			if at := strings.Index(log, part); at >= 0 {
				t.Fatalf("operator %q: the log has %q: %s", operator, part, log[max(0, at-300):at+100])
			}
		}
		if operator == "a+b" && (strings.Contains(log, "a+b") || strings.Contains(log, "a b")) {
			t.Error("the log has a+b")
		}
		if strings.Count(log, "\n") != 2*14*5+2 {
			t.Errorf("%d lines", strings.Count(log, "\n"))
		}
	}
}

func TestALineOfTheAccessLogHasItsBounds(t *testing.T) {
	d := newDoor(t)
	d.ask("/"+strings.Repeat("基地", 1000)+"?q="+strings.Repeat("z", 7000)+"%0Aforged", "")
	if path, _ := d.last()["path"].(string); len(path) > 1400 || !strings.HasPrefix(path, "/基地") || strings.Contains(path, "\uFFFD") {
		t.Errorf("%d bytes: %s", len(path), path)
	}
	for _, question := range []string{"/x?a=%25" + strings.Repeat("25", 200), "/x?a=" + strings.Repeat("z", mostRead), "/" + strings.Repeat("z", mostRead+1)} { // what would keep us busy
		d.ask(question, "")
		if path, _ := d.last()["path"].(string); !strings.Contains(path, hidden) || len(path) > 100 {
			t.Errorf("%d bytes: %s", len(path), path)
		}
	}
}
