package modbus

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"basemeter/drivers"
	"basemeter/drivers/sim"
)

// A slave of another project, in another language, agrees with us on every function, over both wires.
func TestIndependentSlave(t *testing.T) {
	t.Parallel()
	if os.Getenv("EMULATOR") != "" {
		t.Skip("the slave runs on this machine's own processor, and is asked by the tests that do")
	}
	t.Run("rtu", func(t *testing.T) {
		t.Parallel()
		ours, theirs := serialLine(t), serialLine(t)
		join(ours, theirs)
		run(t, "rtu", theirs.Path)
		agree(t, rtuAt(ours.Path, 19200))
	})
	t.Run("tcp", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := listener.Addr().String()
		_, port, _ := net.SplitHostPort(address)
		listener.Close()
		run(t, "tcp", port)
		agree(t, TCP(address, noTime))
	})
}

func agree(t *testing.T, l *Line) {
	s, err := l.Source(Device{Name: "meter", Unit: unit, MaxHole: 8, Points: points(t, "1:3 bit, 1:4 bit, 2:9 bit, 3:100 u32, 3:110 u16, 4:7 i16, 4:8 u16")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var got []drivers.Reading
	for end := time.Now().Add(20 * time.Second); ; { // it takes a while to start
		if got, err = s.Read(t.Context(), nil); err == nil {
			break
		}
		if !errors.Is(err, drivers.ErrAbsent) || time.Now().After(end) {
			t.Fatal(err)
		}
	}
	for i, want := range []float64{1, 0, 1, 100<<16 | 101, 110, -7, 65528} {
		if got[i].Value != want {
			t.Errorf("%v, want %v", got[i], want)
		}
	}
	beyond, err := l.Source(Device{Name: "meter", Unit: unit, Points: points(t, "3:300 u16")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { beyond.Close() })
	if _, err := beyond.Read(t.Context(), nil); !errors.Is(err, Exception(2)) {
		t.Errorf("%v, want exception 2", err)
	}
	if _, err := l.Registers(t.Context(), unit+1, function(3), 0, 1, 300*time.Millisecond); err == nil {
		t.Error("a unit that is not there answered")
	}
}

func serialLine(t *testing.T) *sim.Wire {
	w, err := sim.OpenWire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// join makes one line of two.
func join(a, b *sim.Wire) {
	for _, d := range [][2]*sim.Wire{{a, b}, {b, a}} {
		go func() {
			for buf := make([]byte, 256); ; {
				n, err := d[0].Read(buf)
				if err != nil {
					return // the test is over
				}
				d[1].Write(buf[:n])
			}
		}()
	}
}

func run(t *testing.T, kind, where string) {
	var said bytes.Buffer
	slave := exec.Command("/usr/bin/python3", "testdata/slave.py", kind, where)
	slave.Stdout, slave.Stderr = &said, &said
	slave.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if out, err := exec.Command("/usr/bin/python3", "-c", "import pymodbus.server").CombinedOutput(); err != nil {
		t.Fatalf("python3-pymodbus is missing; run make deps: %v\n%s", err, out)
	}
	if err := slave.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		slave.Process.Kill()
		slave.Wait()
		if t.Failed() {
			fmt.Println(said.String())
		}
	})
}
