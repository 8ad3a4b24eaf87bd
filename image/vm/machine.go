// Package vm runs a gateway on virtual hardware: QEMU's arm64 board with the kernel, and the very program, that a Pi
// has. Its GPIO lines are driven and its USB devices are plugged from outside, as a workshop does; the kernel and its
// drivers see no difference.
package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// Config describes a machine. Its folder is short-lived and has a short name: sockets are in it.
type Config struct {
	Dir     string
	Kernel  string
	Archive string // what the kernel unpacks as its root
	Serve   int    // the TCP port of the guest that this machine can reach
}

// A Machine is one that runs.
type Machine struct {
	Serves string // the address here that leads to the port of the guest

	dir       string
	qemu      *exec.Cmd
	said      bytes.Buffer // by QEMU; to be read once it has ended
	ended     context.Context
	monitor   *monitor
	wires     *wires
	processor int             // the thread that is the guest's
	screwed   map[string]bool // lines to their adapters
}

const program = "qemu-system-aarch64"

// soon is how long QEMU itself may take to answer; the guest is not concerned.
const soon = 20 * time.Second

// Start switches a machine on.
func Start(c Config) (*Machine, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, fmt.Errorf("%w; run make deps", err)
	}
	m := &Machine{dir: c.Dir, screwed: map[string]bool{}}
	if err := m.start(path, c); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, errors.Join(err, m.Close()))
	}
	return m, nil
}

func (m *Machine) start(path string, c Config) error {
	// Always interpreted: what a host offers as KVM may hang, and an x86 machine has none for ARM.
	args := []string{
		"-M", "virt", "-cpu", "cortex-a53", "-accel", "tcg", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
		"-kernel", c.Kernel, "-initrd", c.Archive,
		"-append", "console=ttyAMA0 panic=-1 ip=10.0.2.15::10.0.2.2:255.255.255.0::eth0:off",
		"-serial", "file:" + m.console(),
		"-chardev", "socket,id=monitor,path=" + m.file("monitor"), "-mon", "chardev=monitor,mode=control",
		"-qtest", "unix:" + m.file("wires"), "-qtest-log", "none",
		// The guest reaches nothing; port 0 is one that is free here.
		"-netdev", fmt.Sprintf("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:%d", c.Serve),
		"-device", "virtio-net-device,netdev=net",
		"-device", "qemu-xhci,id=usb",
	}
	called, err := m.listen("monitor", "wires") // QEMU calls us, so nobody has to try until it listens
	if err != nil {
		return err
	}
	m.qemu = exec.Command(path, args...)
	m.qemu.Stderr = &m.said
	m.qemu.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := m.qemu.Start(); err != nil {
		return err
	}
	m.follow()
	stop := context.AfterFunc(m.ended, func() { called.close() })
	defer stop()
	defer called.close()
	conns, err := called.accept()
	if err != nil {
		return err
	}
	if m.monitor, err = newMonitor(conns[0]); err != nil {
		return err
	}
	return m.connect(conns[1])
}

// follow waits for QEMU's end.
func (m *Machine) follow() {
	ended, end := context.WithCancelCause(context.Background())
	m.ended = ended
	go func() {
		err := m.qemu.Wait()
		end(fmt.Errorf("the machine is off: %v %s", err, bytes.TrimSpace(m.said.Bytes())))
	}()
}

// connect finds where the machine can be touched.
func (m *Machine) connect(conn net.Conn) error {
	chip, err := m.monitor.find("/machine", "pl061")
	if err != nil {
		return err
	}
	m.wires = newWires(conn, chip)
	var processors []struct {
		Thread int `json:"thread-id"`
	}
	if err := m.monitor.ask("query-cpus-fast", nil, &processors); err != nil {
		return err
	}
	if len(processors) != 1 {
		return fmt.Errorf("%d processors", len(processors))
	}
	m.processor = processors[0].Thread
	text, err := m.monitor.human("info usernet")
	if err != nil {
		return err
	}
	port := regexp.MustCompile(`TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)`).FindStringSubmatch(text)
	if port == nil {
		return fmt.Errorf("no forwarded port in %q", text)
	}
	m.Serves = "127.0.0.1:" + port[1]
	return nil
}

// Close is a power cut. Closing again does nothing.
func (m *Machine) Close() error {
	if m.ended == nil {
		return nil
	}
	if m.ended.Err() == nil {
		_ = m.qemu.Process.Kill() // it may have ended just now
	}
	<-m.ended.Done()
	var err error
	if m.monitor != nil {
		err = m.monitor.conn.Close()
	}
	if m.wires != nil {
		err = errors.Join(err, m.wires.conn.Close())
	}
	m.monitor, m.wires = nil, nil
	return err
}

// Off is why the machine is off, or nil while it runs.
func (m *Machine) Off() error { return context.Cause(m.ended) }

// Console is what the guest has said so far.
func (m *Machine) Console() string {
	text, err := os.ReadFile(m.console())
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(text), "\r", "")
}

func (m *Machine) console() string         { return m.file("console") }
func (m *Machine) file(name string) string { return filepath.Join(m.dir, name) }

// listeners wait for QEMU's calls.
type listeners []*net.UnixListener

func (m *Machine) listen(names ...string) (listeners, error) {
	var all listeners
	for _, name := range names {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: m.file(name), Net: "unix"})
		if err != nil {
			all.close()
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

func (all listeners) accept() (conns []net.Conn, err error) {
	for _, l := range all {
		if err := l.SetDeadline(time.Now().Add(soon)); err != nil {
			return nil, err
		}
		conn, err := l.Accept()
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil
}

func (all listeners) close() {
	for _, l := range all {
		l.Close()
	}
}
