package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Tools are the programs that are run.
type tools struct{ agent, collector, floor, influxd, mosquitto string }

// build makes the programs as they are shipped: static and stripped.
func build(ctx context.Context, bin string) (t tools, err error) {
	module, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "basemeter").Output()
	if err != nil {
		return t, fmt.Errorf("find basemeter's module; run me with go run -C standalone ./bench: %w", err)
	}
	root := strings.TrimSpace(string(module))
	if t.mosquitto, err = exec.LookPath("mosquitto"); err != nil {
		t.mosquitto = "/usr/sbin/mosquitto" // not in everybody's PATH
	}
	for _, p := range []struct {
		into        *string
		dir, source string
	}{
		{&t.agent, root, "./cmd/basemeter-agent"},
		{&t.collector, root, "./cmd/basemeter-collector"},
		{&t.floor, filepath.Join(root, "standalone"), "./bench/floor"},
		{&t.influxd, filepath.Join(root, "standalone"), "./influxd/cmd"},
	} {
		progress("build %s", p.source)
		*p.into = filepath.Join(bin, strings.ReplaceAll(strings.TrimPrefix(p.source, "./"), "/", "-"))
		build := exec.CommandContext(ctx, "go", "build", "-C", p.dir, "-trimpath", "-ldflags", "-s -w", "-o", *p.into, p.source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := build.CombinedOutput(); err != nil {
			return t, fmt.Errorf("%s: %w: %s", build, err, said)
		}
	}
	return t, nil
}

// A broker is a Mosquitto with the bounds that basemeter ships, but for the size of its queue.
type broker struct {
	*child
	program, config, addr string
}

func (t *tools) broker(ctx context.Context, dir string) (*broker, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(addr, ":")
	b := &broker{program: t.mosquitto, config: filepath.Join(dir, "mosquitto.conf"), addr: addr}
	config := "listener " + port + ` 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 1000
persistence true
persistence_location ` + dir + `/
autosave_interval 30
`
	if os.Geteuid() == 0 {
		config += "user root\n" // else it would drop what its folder needs
	}
	if err := os.WriteFile(b.config, []byte(config), 0o600); err != nil {
		return nil, err
	}
	return b, b.begin(ctx)
}

// begin starts it, at first or after it was ended.
func (b *broker) begin(ctx context.Context) (err error) {
	if b.child, err = start(ctx, b.program, "-c", b.config); err != nil {
		return err
	}
	return await(ctx, "the broker", func() (bool, error) {
		conn, err := net.DialTimeout("tcp", b.addr, time.Second)
		if err != nil {
			return false, errors.Join(err, b.alive())
		}
		return true, conn.Close()
	})
}

func (b *broker) url() string { return "tcp://" + b.addr }

// freeAddress is one that nobody listens on just now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
