// Package collectortest starts what the collector talks to, for tests only: a real InfluxDB and a real Mosquitto, each
// a process of its own that can be killed and started again on the same port. Every process ends with its test.
package collectortest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const readyWithin = 15 * time.Second // much: the test machine may be building at the same time

// A process is one run of a program.
type process struct {
	cmd  *exec.Cmd
	said *output
	done chan struct{} // closed when it has ended
}

// start runs the command until it says ready, and returns the rest of that line. The error says what it said instead.
func start(ready string, name string, args ...string) (*process, string, error) {
	p := &process{cmd: exec.Command(name, args...), said: &output{ready: ready, found: make(chan string, 1)}, done: make(chan struct{})}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // also when the test binary is killed
	out, in := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = in, in
	if err := p.cmd.Start(); err != nil {
		return nil, "", err
	}
	go p.said.read(out)
	go func() {
		_ = p.cmd.Wait() // how it ended is in what it said
		in.Close()
		close(p.done)
	}()
	timer := time.NewTimer(readyWithin)
	defer timer.Stop()
	select {
	case rest := <-p.said.found:
		return p, rest, nil
	case <-p.done:
	case <-timer.C:
	}
	p.kill()
	return nil, "", fmt.Errorf("%s is not ready: %s", name, p.said)
}

// kill gives it no time for anything, and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.done
}

// output keeps the end of what a process says and looks for the line that says it is ready.
type output struct {
	ready string
	found chan string // holds the one answer, so that the reader never waits

	mu   sync.Mutex
	tail bytes.Buffer
}

func (o *output) read(from io.Reader) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), o.ready); ok {
			select {
			case o.found <- strings.TrimSpace(rest):
			default:
			}
		}
		o.keep(lines.Text())
	}
	_, _ = io.Copy(io.Discard, from)
}

func (o *output) keep(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tail.Len() > 1<<16 {
		o.tail.Reset()
	}
	o.tail.WriteString(line + "\n")
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tail.String()
}

// A runner is a process that can be started anew with the same arguments.
type runner struct {
	t     testing.TB
	again func() (*process, string, error)
	now   *process
}

// begin starts it and sees to its end.
func (r *runner) begin(what string) string {
	r.t.Helper()
	var ready string
	r.t.Cleanup(func() {
		r.Kill()
		if r.t.Failed() && r.now != nil {
			r.t.Logf("%s said: %s", what, r.now.said)
		}
	})
	ready = r.restart()
	return ready
}

// Kill ends the process with SIGKILL, as a power cut would.
func (r *runner) Kill() {
	if r.now != nil {
		r.now.kill()
	}
}

// Restart starts it again, on the same directory and port.
func (r *runner) Restart() {
	r.t.Helper()
	r.Kill()
	r.restart()
}

func (r *runner) restart() string {
	r.t.Helper()
	p, ready, err := r.again()
	for tries := 0; err != nil && tries < 3; tries++ { // somebody else's connection may hold the port for a moment
		p, ready, err = r.again()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.now = p
	return ready
}

// freePort is a port that nobody listens on just now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
