package collectortest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// An InfluxProcess is a real InfluxDB 1.8.10 on a directory of its own.
type InfluxProcess struct {
	runner
	URL string
}

// Influx starts an empty database.
func Influx(t testing.TB) *InfluxProcess {
	t.Helper()
	program, err := influxd()
	if err != nil {
		t.Fatalf("no influxd to test with, run make deps: %v", err)
	}
	dir, addr := t.TempDir(), "127.0.0.1:0"
	db := &InfluxProcess{}
	db.runner = runner{t: t, again: func() (*process, string, error) {
		p, ready, err := start("ready ", program, "-dir", dir, "-addr", addr)
		if err == nil {
			addr = ready // the next start takes the same port
		}
		return p, ready, err
	}}
	db.URL = "http://" + db.begin("influxd")
	return db
}

// Query is InfluxDB's own answer to a question or a command, for tests that look past the store.
func (db *InfluxProcess) Query(database, q string) string {
	db.t.Helper()
	answer, err := http.PostForm(db.URL+"/query", url.Values{"db": {database}, "q": {q}, "epoch": {"ns"}})
	if err != nil {
		db.t.Fatalf("%s: %v", q, err)
	}
	return db.body(q, answer)
}

// Write writes lines into a retention, as somebody else's program would.
func (db *InfluxProcess) Write(database, retention, lines string) {
	db.t.Helper()
	answer, err := http.Post(db.URL+"/write?"+url.Values{"db": {database}, "rp": {retention}}.Encode(), "text/plain", strings.NewReader(lines))
	if err != nil {
		db.t.Fatalf("write: %v", err)
	}
	db.body("write", answer)
}

func (db *InfluxProcess) body(what string, answer *http.Response) string {
	db.t.Helper()
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode/100 != 2 {
		db.t.Fatalf("%s: %s: %s %v", what, answer.Status, body, err)
	}
	return strings.TrimSpace(string(body))
}

// influxd is the program, built once a checkout: tests of several packages may want it at the same moment.
func influxd() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	program := filepath.Join(root, ".deps", "bin", "influxd")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(root, ".deps", "influxd.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	return program, build(filepath.Join(root, "standalone"), program)
}

func build(module, program string) error {
	unfinished := program + ".new" // go build writes in place
	build := exec.Command("go", "build", "-C", module, "-o", unfinished, "./influxd/cmd")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=", "GOOS=")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", build, err, said)
	}
	return os.Rename(unfinished, program)
}

// moduleRoot is the folder of basemeter's go.mod, above the folder of the test that runs.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module basemeter\n") {
			return dir, nil
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return "", fmt.Errorf("no go.mod of basemeter above the test")
	}
}
