package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"basemeter/drivers/sim"

	"basemeter/collector/report"
)

// TestMain is also the program itself, if asked.
func TestMain(m *testing.M) {
	if os.Getenv("BASEMETER_STANDALONE") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A program is standalone as a process of its own, in a process group and with a folder for temporary files of its own.
type program struct {
	*testing.T
	cmd  *exec.Cmd
	temp string
	url  string // of its page, once it said so
	out  bytes.Buffer
	done chan struct{} // closed when it has ended

	mu   sync.Mutex
	said bytes.Buffer // on standard error
}

// start runs it, and ends it with the test if nobody did before.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{T: t, temp: t.TempDir(), done: make(chan struct{})}
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), "BASEMETER_STANDALONE=1", "TMPDIR="+p.temp)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.cmd.Stdout = &p.out
	said, in := io.Pipe()
	p.cmd.Stderr = in
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1) // holds the one answer, so that the reader never waits
	go p.listen(said, found)
	go func() {
		_ = p.cmd.Wait() // how it ended is in its state
		in.Close()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended
		<-p.done
		if t.Failed() {
			t.Logf("%q said:\n%s", args, p.stderr())
		}
	})
	select {
	case p.url = <-found:
	case <-p.done:
	case <-time.After(20 * time.Second):
		t.Fatalf("%q does not say where its page is", args)
	}
	return p
}

var address = regexp.MustCompile(`http://[0-9.:]+/`)

func (p *program) listen(said io.Reader, found chan<- string) {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url := address.FindString(lines.Text()); url != "" && strings.Contains(lines.Text(), "look here") {
			found <- url
		}
		p.mu.Lock()
		p.said.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, said)
}

func (p *program) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// ends waits for its end, and holds it to have left neither a process nor a temporary file.
func (p *program) ends(within time.Duration) (code int) {
	p.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		_ = syscall.Kill(p.cmd.Process.Pid, syscall.SIGQUIT) // it tells where it stands
		<-p.done
		p.Fatalf("it has not ended within %v", within)
	}
	if err := syscall.Kill(-p.cmd.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		p.Errorf("it left processes behind (%v)", err)
	}
	left, err := os.ReadDir(p.temp)
	if err != nil || len(left) > 0 {
		p.Errorf("it left %v behind (%v)", left, err)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *program) signal(s os.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.Fatal(err)
	}
}

// get is an answer's body; empty if there is none yet.
func (p *program) get(path string) string {
	ctx, cancel := context.WithTimeout(p.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		p.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// states are those of the assets that are known now.
func (p *program) states() map[string]string {
	var now struct {
		Assets []struct{ Asset, State string }
	}
	states := map[string]string{}
	if json.Unmarshal([]byte(p.get("v1/now")), &now) == nil {
		for _, a := range now.Assets {
			states[a.Asset] = a.State
		}
	}
	return states
}

// until waits for a condition that nothing announces.
func (p *program) until(what string, is func() bool) {
	p.Helper()
	limit := time.After(15 * time.Second)
	for !is() {
		select {
		case <-limit:
			p.Fatalf("still not: %s", what)
		case <-p.done:
			p.Fatalf("it ended before: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// result reads the one JSON object that the program printed, and nothing else.
func (p *program) result() (r result) {
	p.Helper()
	d := json.NewDecoder(&p.out)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		p.Fatalf("%v: %s", err, p.out.String())
	}
	if rest, err := io.ReadAll(io.MultiReader(d.Buffered(), &p.out)); err != nil || strings.TrimSpace(string(rest)) != "" {
		p.Errorf("behind the object: %q (%v)", rest, err)
	}
	return r
}

func (r *result) hold(t *testing.T) {
	t.Helper()
	if r.ConservationErrorMS != 0 || r.Assets < 8 || len(r.Report.Lines) != r.Assets || r.Spells < r.Assets {
		t.Errorf("error %d ms, %d assets, %d rows, %d spells", r.ConservationErrorMS, r.Assets, len(r.Report.Lines), r.Spells)
	}
	if b := r.Batches; b.Pending != 0 || b.Rejected != 0 || b.Acknowledged == 0 || b.Sent < b.Acknowledged {
		t.Errorf("batches: %+v", b)
	}
	for _, kind := range []string{"modbus-tcp", "rs485", "rdm6300", "gpio"} {
		if r.Wires[kind] == 0 {
			t.Errorf("no device on %s: %v", kind, r.Wires)
		}
	}
}

// meant wants a lesson of the college, a booking of the firm and time that nobody had planned, all of them the same time
// over again; and somebody who came and went.
func (r *result) meant(t *testing.T) {
	t.Helper()
	elapsed := func(l report.Line) int64 { return l.Figure("elapsed_hours").Numerator }
	uses := map[string]int64{}
	for _, l := range r.Purposes.Lines {
		uses[l.Purpose+"/"+l.Affiliation] = elapsed(l)
	}
	if byAsset, byPurpose := elapsed(r.Report.Total), elapsed(r.Purposes.Total); byAsset != byPurpose {
		t.Errorf("%d ms by asset, %d ms by purpose", byAsset, byPurpose)
	}
	for _, use := range []string{"student_training/host", "employee_training/outside", "none/none"} {
		if uses[use] == 0 {
			t.Errorf("no time of %s: %v", use, uses)
		}
	}
	people := r.People.Lines
	if len(people) == 0 || people[0].Place != "turning" || people[0].Figure("person_hours").Missing != report.Withheld {
		t.Errorf("people, of whom there are fewer than five: %+v", people)
	}
}

func TestDemoEndsByItselfAndLosesNothing(t *testing.T) {
	t.Parallel()
	p := start(t, "demo", "--for", "20s", "--json", "--grid", "2s", "--addr", "127.0.0.1:0")
	p.until("the page is served", func() bool { return strings.Contains(p.get(""), "<title>") })
	if code := p.ends(50 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	r := p.result()
	r.hold(t)
	r.meant(t)
	for _, row := range r.Report.Lines {
		if elapsed := time.Duration(row.Figure("elapsed_hours").Numerator) * time.Millisecond; elapsed < 15*time.Second || elapsed > 40*time.Second {
			t.Errorf("%s: %v elapsed in a demo of 20 s", row.Asset, elapsed)
		}
		if row.Figure("elapsed_hours").Coverage < 0.5 {
			t.Errorf("%s: coverage %v", row.Asset, row.Figure("elapsed_hours").Coverage)
		}
	}
}

func TestDemoEndsInOrderWhenInterrupted(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]func(*program) bool{
		"as soon as machines are known": func(p *program) bool { return len(p.states()) >= 8 },
		"in the middle of its work": func(p *program) bool {
			return strings.Count(p.get("v1/utilisation?from=2026-01-01&to=2035-01-01&by=asset"), `"asset":`) >= 8
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "demo", "--json", "--grid", "2s", "--addr", "127.0.0.1:0")
			p.until("it is time", func() bool { return when(p) })
			p.signal(os.Interrupt)
			if code := p.ends(20 * time.Second); code != 0 {
				t.Errorf("exit %d", code)
			}
			r := p.result()
			r.hold(t)
		})
	}
}

func TestDemoSaysWhatItCannotDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"demo", "--grid", "7s"}, "--grid: 7s does not divide an hour"},
		{[]string{"demo", "--grid", "2h"}, "--grid: 2h0m0s does not divide an hour"},
		{[]string{"demo", "--addr", "256.0.0.1:1"}, "--addr: "},
		{[]string{"demo", "--addr", "0.0.0.0:0"}, "--addr: others can reach "},
		{[]string{"run", "-c", "/no/such/site.yaml"}, "no such file"},
	} {
		p := start(t, c.args...)
		if code := p.ends(10 * time.Second); code == 0 || p.out.Len() > 0 || !strings.Contains(p.stderr(), c.want) {
			t.Errorf("%q: exit %d, printed %q, said %s", c.args, code, p.out.String(), p.stderr())
		}
	}
}

// slave is a real Modbus TCP slave of an SDM120, until the test ends.
func slave(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	machine := sim.New(1, time.Now(), 1)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- sim.ServeTCP(ctx, listener, map[byte]sim.Registers{1: sim.SDM120(machine, time.Now)})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// freeAddress is one where nobody listens just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// writeSite writes a site.yaml whose second device is faulty, and names its folder of data.
func writeSite(t *testing.T, base string) (config, data string) {
	t.Helper()
	dir := t.TempDir()
	config, data = filepath.Join(dir, "site.yaml"), filepath.Join(dir, "data")
	text := `
dir: ` + data + `
page: {listen: "` + freeAddress(t) + `", access: open}
base: ` + base + `
gateway: site
batch_every: 1s
clock: {trust: always}
lines:
  - name: hall
    kind: modbus-tcp
    address: ` + slave(t) + `
    devices:
      - {name: good, profile: sdm120, unit: 1, points: [power]}
      - {name: faulty, profile: sdm9000, unit: 2}
assets:
  - {name: lathe, text_zh: 车床, thresholds: {point: good/power, standby_above: 50, running_above: 600, hysteresis: 20}}
  - {name: mill, text_zh: 铣床, thresholds: {point: faulty/power, standby_above: 50, running_above: 600, hysteresis: 20}}
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, data
}

func TestAFaultyDeviceIsReportedAndLeftOut(t *testing.T) {
	t.Parallel()
	config, data := writeSite(t, "school")
	p := start(t, "run", "-c", config)
	p.until("the good machine is measured", func() bool { s := p.states()["lathe"]; return s != "" && s != "unknown" })
	p.until("the machine with the faulty meter is unknown", func() bool { return p.states()["mill"] == "unknown" })
	for _, where := range []struct{ name, text string }{{"its log", p.stderr()}, {"health", p.get("health")}} {
		if !strings.Contains(where.text, "lines[0].devices[1].profile") || !strings.Contains(where.text, "sdm9000") {
			t.Errorf("%s does not say it:\n%s", where.name, where.text)
		}
	}
	p.signal(syscall.SIGTERM)
	if code := p.ends(20 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat(filepath.Join(data, "influxdb")); err != nil {
		t.Errorf("the data of a site is kept: %v", err)
	}
}

func TestAFaultOfTheWholeSiteIsAnError(t *testing.T) {
	t.Parallel()
	config, _ := writeSite(t, "'Not An Id'")
	for _, command := range []string{"run", "check"} {
		p := start(t, command, "-c", config)
		code := p.ends(20 * time.Second)
		if all := p.out.String() + p.stderr(); code == 0 || !strings.Contains(all, `"Not An Id"`) {
			t.Errorf("%s: exit %d, said %s", command, code, all)
		}
	}
}
