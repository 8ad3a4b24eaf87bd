//go:build linux

// Command guest is the first process of a gateway on virtual hardware. It shows the kernel's devices and becomes the
// agent, whose end is then the machine's, too.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	err := become("/basemeter-agent", "run", "-c", "/etc/basemeter/agent.yaml")
	// The kernel's own console is not there yet if mounting it failed; then its panic has to do.
	fmt.Fprintln(os.Stderr, "guest:", err)
	os.Exit(1)
}

// become does not return unless something went wrong.
func become(program string, args ...string) error {
	for _, m := range []struct{ kind, at string }{
		{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/run"},
	} {
		if err := os.MkdirAll(m.at, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.kind, m.at, m.kind, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	console, err := unix.Open("/dev/console", unix.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open the console: %w", err)
	}
	for fd := range 3 {
		if err := unix.Dup3(console, fd, 0); console != fd && err != nil {
			return fmt.Errorf("speak on the console: %w", err)
		}
	}
	if err := unix.Exec(program, append([]string{program}, args...), []string{"HOME=/run"}); err != nil {
		return fmt.Errorf("exec %s: %w", program, err)
	}
	return nil
}
