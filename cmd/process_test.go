package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"basemeter/drivers/sim"
)

// A process is one of our programs, that a test may kill and start again. It ends with its test.
type process struct {
	t       *testing.T
	program string
	args    []string
	log     *os.File
	cmd     *exec.Cmd
}

// build makes static programs, as they are shipped.
func build(t *testing.T, names ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range names {
		c := exec.Command("go", "build", "-o", filepath.Join(dir, name), "./"+name)
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	return dir
}

func newProcess(t *testing.T, program string, args ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(program)+".log"))
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, program: program, args: args, log: log}
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s said:\n%s", filepath.Base(program), text[max(0, len(text)-4000):])
		}
		log.Close()
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.program, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// kill is what a power cut does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()
	p.cmd = nil
}

// end asks the process to end, and wants it to do so in order.
func (p *process) end() {
	p.t.Helper()
	late := time.AfterFunc(20*time.Second, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
		p.t.Errorf("%s: %v", filepath.Base(p.program), err)
	}
	p.cmd = nil
}

// rtuLine serves units on an RS-485 line of its own, at a baud rate, or without delay at 0. It is named as a port is.
func rtuLine(t *testing.T, units map[byte]sim.Registers, baud int) (port string) {
	t.Helper()
	wire, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var served sync.WaitGroup
	served.Go(func() {
		if err := sim.ServeRTU(ctx, wire, units, baud); err != nil {
			t.Errorf("the line's far end: %v", err)
		}
	})
	t.Cleanup(func() { stop(); served.Wait() })
	return wire.Path
}

// metric reads one figure of a program's /metrics; false while it does not answer.
func metric(address, name string) (float64, bool) {
	client := http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get("http://" + address + "/metrics")
	if err != nil {
		return 0, false
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil {
		return 0, false
	}
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(body.Bytes())
	if found == nil {
		return 0, false
	}
	value, err := strconv.ParseFloat(string(found[1]), 64)
	return value, err == nil
}

// freeAddress is one on which nobody listens just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func writeFile(t *testing.T, path, format string, args ...any) string {
	t.Helper()
	if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
