package influxd_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"basemeter/standalone/influxd"
)

func start(t *testing.T, dir, addr string) *influxd.Server {
	t.Helper()
	s, err := influxd.Start(dir, addr, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// body is the answer, which must be good.
func body(t *testing.T, answer *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode/100 != 2 {
		t.Fatalf("%s: %s %v", answer.Status, text, err)
	}
	return string(text)
}

func TestWhatWasWrittenIsThereAfterClosing(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, "127.0.0.1:0")
	addr := s.Addr()
	query := func(q string) string {
		answer, err := http.PostForm("http://"+addr+"/query", url.Values{"q": {q}, "db": {"d"}})
		return body(t, answer, err)
	}
	query(`CREATE DATABASE d`)
	answer, err := http.Post("http://"+addr+"/api/v2/write?bucket=d/autogen", "text/plain", strings.NewReader("m v=42 1000"))
	body(t, answer, err)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := http.Get("http://" + addr + "/ping"); err == nil {
		t.Error("it still answers after Close")
	}

	s = start(t, dir, addr)
	defer s.Close()
	if s.Addr() != addr {
		t.Errorf("serves on %s, want %s", s.Addr(), addr)
	}
	if got := query(`SELECT v FROM m`); !strings.Contains(got, "42") {
		t.Errorf("the point is gone: %s", got)
	}
	if got := query(`SHOW DATABASES`); strings.Contains(got, "_internal") {
		t.Errorf("it keeps a diary about itself: %s", got)
	}
	answer, err = http.Get("http://" + addr + "/ping")
	body(t, answer, err)
	if got := answer.Header.Get("X-Influxdb-Version"); got != "1.8.10" {
		t.Errorf("says it is version %q", got)
	}
}

func TestTwoDatabasesDoNotShareADirectory(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir, "127.0.0.1:0")
	if second, err := influxd.Start(dir, "127.0.0.1:0", io.Discard); err == nil {
		second.Close()
		t.Error("a second one opened the same directory")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := start(t, dir, "127.0.0.1:0").Close(); err != nil {
		t.Error(err)
	}
}

func TestTakenPortIsAnError(t *testing.T) {
	first := start(t, t.TempDir(), "127.0.0.1:0")
	defer first.Close()
	dir := t.TempDir()
	if second, err := influxd.Start(dir, first.Addr(), io.Discard); err == nil {
		second.Close()
		t.Fatal("two servers on one port")
	}
	if err := start(t, dir, "127.0.0.1:0").Close(); err != nil { // the directory was given free
		t.Error(err)
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := influxd.Start(dir, "127.0.0.1:0", io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
