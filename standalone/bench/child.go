package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A child is a process that is measured, or that a measured one needs.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended

	mu   sync.Mutex
	text []byte // what it said
}

func (c *child) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text = append(c.text, p...)
	return len(p), nil
}

func (c *child) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.text)
}

// start runs a program until end is called, ctx ends or we die.
func start(ctx context.Context, program string, args ...string) (*child, error) {
	c := &child{cmd: exec.CommandContext(ctx, program, args...), done: make(chan struct{})}
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	c.cmd.Stdout, c.cmd.Stderr = c, c
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = c.cmd.Wait() // how it ended is in what it said
		close(c.done)
	}()
	return c, nil
}

// end asks it to end, and ends it if it does not. It may have ended by itself.
func (c *child) end() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		c.kill()
	}
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.done
}

// alive is an error with what it said if it has ended by itself.
func (c *child) alive() error {
	select {
	case <-c.done:
		return fmt.Errorf("%s ended: %s", c.cmd.Path, c.said())
	default:
		return nil
	}
}

// cpu is what the kernel has charged it for, user and system, to the nanosecond: the clock of clock_getcpuclockid(3).
// The tick of /proc/PID/stat, 10 ms, is a tenth of what a gateway uses in half a minute.
func (c *child) cpu() (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^c.cmd.Process.Pid)<<3|2, &t); err != nil {
		return 0, errors.Join(fmt.Errorf("processor time of %s: %w", c.cmd.Path, err), c.alive())
	}
	return time.Duration(t.Nano()), nil
}

// peak is the most memory it ever held, in bytes. Maxrss of getrusage would be ours if we once held more: the kernel
// hands it on at exec.
func (c *child) peak() (int64, error) {
	kb, err := c.field("status", "VmHWM:")
	return kb << 10, err
}

// anonymous is the part of the memory it holds now that is not a mapped file, such as the program: that the kernel can
// drop and read again.
func (c *child) anonymous() (int64, error) {
	kb, err := c.field("status", "RssAnon:")
	return kb << 10, err
}

// written is how many bytes it made the kernel write to disks.
func (c *child) written() (int64, error) { return c.field("io", "write_bytes:") }

func (c *child) field(file, key string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.cmd.Process.Pid, file))
	if err != nil {
		return 0, errors.Join(err, c.alive())
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == key {
			return strconv.ParseInt(words[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in %s", key, file)
}
