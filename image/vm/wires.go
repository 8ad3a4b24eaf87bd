package vm

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Wires lead to the lines of the GPIO chip, through qtest, QEMU's door for its own tests.
type wires struct {
	conn    net.Conn
	answers *bufio.Reader
	chip    string // its path
}

func newWires(conn net.Conn, chip string) *wires { return &wires{conn, bufio.NewReader(conn), chip} }

// ask sends a line and gives the words after OK. Lines that begin otherwise tell of interrupts.
func (w *wires) ask(format string, args ...any) (string, error) {
	if err := w.conn.SetDeadline(time.Now().Add(soon)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(w.conn, format+"\n", args...); err != nil {
		return "", err
	}
	for {
		line, err := w.answers.ReadString('\n')
		if err != nil {
			return "", err
		}
		if words, ok := strings.CutPrefix(strings.TrimSpace(line), "OK"); ok {
			return strings.TrimSpace(words), nil
		}
		if strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "ERR") {
			return "", fmt.Errorf("qtest: %s", strings.TrimSpace(line))
		}
	}
}

// rawInterrupts is GPIORIS of the board's PL061: a bit for each line with an edge that the kernel has not met.
const rawInterrupts = 0x0903_0000 + 0x414

// Drive brings a line of the GPIO chip to a level, and waits until the kernel has taken the edge: the interrupt is met,
// and the processor rests. A real one needs microseconds for that. An interpreted one may be away for longer than a pulse
// lasts, whenever this machine has other work, and would then see neither of its edges, or a level that is no longer the
// edge's. Line 3 is the board's power key.
func (m *Machine) Drive(ctx context.Context, line int, high bool) error {
	level := 0
	if high {
		level = 1
	}
	if _, err := m.wires.ask("set_irq_in %s unnamed-gpio-in %d %d", m.wires.chip, line, level); err != nil {
		return fmt.Errorf("drive line %d: %w", line, err)
	}
	for rested := 0; rested < 2; { // once may be a short wait for QEMU itself
		if err := pause(ctx, time.Millisecond); err != nil {
			return fmt.Errorf("the kernel takes no edge of line %d: %w", line, err)
		}
		met, err := m.wires.met(line)
		if err != nil {
			return fmt.Errorf("look at line %d: %w", line, err)
		}
		if rested++; !met || !m.rests() {
			rested = 0
		}
	}
	return nil
}

// met tells whether the kernel has met the last edge of a line.
func (w *wires) met(line int) (bool, error) {
	text, err := w.ask("readl %#x", rawInterrupts)
	if err != nil {
		return false, err
	}
	pending, err := strconv.ParseUint(text, 0, 64)
	return pending&(1<<line) == 0, err
}

// rests tells whether the guest's processor waits for an interrupt: then its thread sleeps.
func (m *Machine) rests() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/stat", m.qemu.Process.Pid, m.processor))
	_, state, _ := strings.Cut(string(stat), ") ") // behind the thread's name
	return err == nil && strings.HasPrefix(state, "S")
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
